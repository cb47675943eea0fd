// Package config reads syncproof.yaml and lays the command line over it. Both
// go through the same schema, so that a value means the same wherever it was
// given. The file never holds a secret: it names environment variables.
package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"syncproof/internal/contract"
)

// FileName is the configuration file looked for when none is named.
const FileName = "syncproof.yaml"

// MaxSize is how large a configuration file may be, in bytes.
const MaxSize = 1 << 20

// Config is what a run is made with. Get one from Default or Load.
type Config struct {
	// Target is a path or an http(s) address; empty when Command is set, or
	// when nothing was named yet.
	Target string
	// Module prefixes the module's functions; empty to take it from the file.
	Module string
	// PHP starts PHP: a program and its arguments.
	PHP []string
	// Command is a program that speaks the JSON protocol, in place of Target.
	Command []string
	// CommandDir is the folder Command runs in; empty for the current one.
	CommandDir string
	// Intercept is how requests to a control panel that is played are caught:
	// namespace, prepend or proxy; "" chooses what holds every client.
	Intercept string
	// Isolation is process to start a PHP for every session, fork to be told
	// where the many alike cannot be forked off one; "" forks where that is
	// possible.
	Isolation string
	// Sandbox is on, off or auto: whether the module is kept from files and
	// processes that are none of its business.
	Sandbox string
	// Timeout is how long one session may take.
	Timeout  time.Duration
	Limits   Limits
	Server   Server
	Endpoint Endpoint
	// Recording and EmptyRecording are files whose answers take the place of a
	// server's, and of a server's without accounts; empty for none.
	Recording, EmptyRecording string
	// WHMCSRoot is a WHMCS installation whose libraries the module finds, and
	// Bootstrap a PHP file to load before the module; empty for none.
	WHMCSRoot, Bootstrap string
	// Panel is the control panel to play.
	Panel Panel
	// Policies are what the vendor declares where WHMCS documents nothing.
	Policies contract.Policies
	// Env names environment variables to pass on to the module.
	Env []string
	// Reads are requests that only read, each a method and a path in which *
	// stands for any characters; see package suites, RO-01.
	Reads []string
	Run   Run
	// Waivers are failures that are accepted until a date.
	Waivers []Waiver
	// Out is the folder for the transcript and the reports, JUnit and JSON the
	// files for those reports; JUnit and JSON are empty for none.
	Out, JUnit, JSON string
	// Reports are the files for further reports.
	Reports Reports

	// places says where each setting was given, by its dotted name.
	places map[string]place
}

// Reports are files that reports are written to, empty for none.
type Reports struct {
	HTML, Markdown, SARIF, Annotations, CodeQuality, TAP, Badge string
}

// Limits bound what one session may use up: in bytes, except where it is a
// number or a time.
type Limits struct {
	Memory, Output int64
	// FileSize bounds one file, Disk all of them.
	FileSize, Disk int64
	// Transcript bounds what the transcript of a run may take.
	Transcript int64
	// Answer bounds one answer of an address.
	Answer int64
	// Files bounds open files, Processes processes.
	Files, Processes int
	// CPU bounds the processor time of a process; 0 leaves that to Timeout.
	CPU time.Duration
}

// Server is the server whose accounts are listed, as entered in WHMCS.
type Server struct {
	Hostname, IP string
	// Port is a number from 1 to 65535 as text, or empty.
	Port string
	// Secure is nil when it was not given; see HTTPPrefix.
	Secure *bool
	// HTTPPrefix is http, https, or empty when it was not given. It never
	// contradicts Secure.
	HTTPPrefix string
	Username   string
	// PasswordEnv and AccessHashEnv name the environment variables that hold
	// the secrets.
	PasswordEnv, AccessHashEnv string
	ID                         int
}

// Live reports whether a server was named that the module may talk to.
func (s Server) Live() bool { return s.Hostname != "" || s.IP != "" }

// WithoutServer is the configuration of a run that talks to no server, as one
// that a recording answers.
func (c Config) WithoutServer() Config {
	c.Server = Default().Server
	return c
}

// Panel says which control panel is played, and with which accounts.
type Panel struct {
	// Path is the panel's profile; empty for none.
	Path string
	// Fleet names odd accounts; empty for Accounts ordinary ones made from Seed.
	Fleet string
	// Accounts is how many there are, or AccountsAsPages.
	Accounts int
	Seed     uint64
	// Sizes are how many accounts it holds in turn; nil for the usual numbers.
	Sizes []int
	// SkipFleets names odd accounts that are not played.
	SkipFleets []string
	// Faults plays a panel that fails for an address or a command as well, which
	// nothing else asks for; a module that syncproof runs itself always meets them.
	Faults bool
	// Listen is the address at which the panel is played for an address or a command,
	// Host the name or address under which these reach it; empty where not given. See
	// Config.Stand.
	Listen, Host string
	// Authority is the file of the certificate that signs those of the panel; empty
	// to make one for the run.
	Authority string
}

// Endpoint is how an http(s) target is called.
type Endpoint struct {
	// TokenEnv names the environment variable that holds the token.
	TokenEnv string
	// CAFile is a PEM file of certificates to trust besides the system's.
	CAFile string
}

// Run says which rules are tested and what counts.
type Run struct {
	// Only and Skip hold selectors as package selector takes them.
	Only, Skip []string
	// Strict counts SHOULD rules; AllowIncomplete accepts untested ones.
	Strict, AllowIncomplete bool
	// Budget bounds how many combinations of a fault and a request are tried; 0
	// is no bound.
	Budget int
	// Parallel is how many sessions are made at a time, those that only wait not
	// counted; 0 for as many as there are processors, at least 2.
	Parallel int
}

// defaultBudget is what two cores do in two to three minutes: every fault at
// each of some thirty requests.
const defaultBudget = 2000

// AccountsAsPages stands for as many accounts as it takes for the module to read a
// second page.
const AccountsAsPages = -1

// Default returns the settings used where nothing else is given.
func Default() Config {
	return Config{
		PHP:     []string{"php"},
		Timeout: 30 * time.Second,
		Sandbox: "auto",
		Limits:  Limits{Memory: 512 << 20, Output: 8 << 20, FileSize: 1 << 30, Disk: 2 << 30, Transcript: 4 << 30, Answer: 1 << 30, Files: 1024, Processes: 256},
		Server:  Server{ID: 1},
		Panel:   Panel{Accounts: AccountsAsPages, Seed: 1},
		Run:     Run{Budget: defaultBudget},
		Out:     "syncproof-results",
	}
}

// Load reads the file and lays it over Default. Relative paths in it start at
// the folder it lies in. What is wrong with the file comes back as *Error, or as
// several joined; errors.Is finds fs.ErrNotExist for a missing file.
func Load(ctx context.Context, path string) (Config, error) {
	raw, err := read(ctx, path)
	if err != nil {
		return Config{}, err
	}
	root, err := parse(path, raw)
	if err != nil {
		return Config{}, err
	}
	if root == nil {
		return Default(), nil
	}
	return Default().apply(root, filepath.Dir(path))
}

// Override is one setting given on the command line.
type Override struct {
	// Key is the setting's dotted name in the file, such as server.port.
	Key string
	// Flag is how messages name it, such as --server-port.
	Flag string
	// Values are the texts given: one, or any number where the setting is a
	// list. Any other setting without a text is passed over.
	Values []string
}

// With returns the settings with those of the command line laid over them. A
// flag takes the place of what the file says, lists included; target takes the
// place of command and the other way round. Relative paths start at the current
// folder.
func (c Config) With(overrides []Override) (Config, error) {
	root, err := tree(overrides)
	if err != nil {
		return Config{}, err
	}
	return c.apply(root, "")
}

// clone makes a copy that shares nothing that apply changes.
func (c Config) clone() Config {
	c.places = maps.Clone(c.places)
	if c.places == nil {
		c.places = map[string]place{}
	}
	c.PHP, c.Command, c.Env = slices.Clone(c.PHP), slices.Clone(c.Command), slices.Clone(c.Env)
	c.Reads, c.Waivers = slices.Clone(c.Reads), slices.Clone(c.Waivers)
	c.Panel.Sizes, c.Panel.SkipFleets = slices.Clone(c.Panel.Sizes), slices.Clone(c.Panel.SkipFleets)
	c.Policies.OmittedStates = slices.Clone(c.Policies.OmittedStates)
	c.Run.Only, c.Run.Skip = slices.Clone(c.Run.Only), slices.Clone(c.Run.Skip)
	return c
}

// read returns the file's bytes. Reading a pipe that nobody writes to would
// block for ever, so it is left behind when the context ends.
func read(ctx context.Context, path string) ([]byte, error) {
	type content struct {
		raw []byte
		err error
	}
	done := make(chan content, 1)
	go func() {
		raw, err := readFile(path)
		done <- content{raw, err}
	}()
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("reading the configuration %s: %w", path, ctx.Err())
	case c := <-done:
		if c.err != nil {
			return nil, &Error{File: path, Message: readProblem(c.err), Err: c.err}
		}
		return c.raw, nil
	}
}

var errTooLarge = fmt.Errorf("the file is larger than %d MiB", MaxSize>>20)

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err == nil && len(raw) > MaxSize {
		err = errTooLarge
	}
	return raw, err
}

func readProblem(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "the file may not be read; check its permissions"
	case errors.Is(err, errTooLarge):
		return err.Error() + "; a configuration has a few dozen lines, so this is probably another file"
	case errors.As(err, &path):
		return "the file cannot be read: " + path.Err.Error()
	default:
		return "the file cannot be read: " + err.Error()
	}
}
