package php

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
)

//go:embed probe/probe.php
var probeScript []byte

const (
	probeMark = "syncproof-probe: "
	// probeTime bounds how long PHP may take to say what it is. A container's
	// image may have to be unpacked first.
	probeTime = 30 * time.Second
	// spareMemory is what a process gets beyond memory_limit, for the
	// libraries PHP consists of.
	spareMemory = 1 << 30
	oldest      = 70400
)

// engine is what is known of the PHP that runs the module.
type engine struct {
	answer
	took time.Duration
	// isolate says that sessions can be started in namespaces of their own.
	isolate bool
	// limitMemory says that PHP's address space is bounded.
	limitMemory bool
	// home says that the command needs the caller's home and settings, as
	// docker and version managers do.
	home bool
	// foreign says that descriptors do not reach PHP, as in a container.
	foreign bool
	// fileOnly says that PHP must not even be asked for descriptors.
	fileOnly bool
	// network is what an isolated session has.
	network string
	// sandbox lists what sessions are kept from, as in transcript.SessionInfo;
	// unsandboxed says why that is nothing, or not all.
	sandbox     []string
	unsandboxed string
}

// answer is what probe/probe.php says.
type answer struct {
	version    string
	id         int
	sapi       string
	os         string
	extensions []string
	ini        string
	disabled   string
	namespace  string
	proxy      string
	// paths are files and folders this PHP is made of, or its settings name.
	paths []string
}

// UnmarshalJSON reads the probe's keys.
func (a *answer) UnmarshalJSON(text []byte) error {
	var raw struct {
		Version, Sapi, OS, Ini, Disabled, Namespace, Proxy string
		ID                                                 int
		Extensions, Paths                                  []string
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	*a = answer{raw.Version, raw.ID, raw.Sapi, raw.OS, raw.Extensions, raw.Ini, raw.Disabled, raw.Namespace, raw.Proxy, raw.Paths}
	return nil
}

// read finds what the probe says in what it prints.
func (a *answer) read(printed []byte) bool {
	_, text, found := bytes.Cut(printed, []byte(probeMark))
	return found && json.Unmarshal(firstLine(text), a) == nil
}

// inspect starts PHP once to see what it is and which ways to it work. Its
// error is a troubled one, or that of the context.
func (t *Target) inspect(ctx context.Context) (*engine, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.engine != nil || t.refusal != nil {
		return t.engine, t.refusal
	}
	dir, err := makeTemp(os.TempDir(), "syncproof-probe-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to look at PHP: %w", err)
	}
	e, err := t.probe(ctx, dir)
	if err == nil {
		err = t.sandboxed(ctx, dir, e)
	}
	if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
		if ctx.Err() == nil {
			t.refusal = err
		}
		return nil, err
	}
	t.engine = e
	t.remark(e)
	return e, nil
}

// probe tries the most restricted way to start PHP first.
func (t *Target) probe(ctx context.Context, dir string) (*engine, error) {
	var first error
	for _, way := range []engine{
		{isolate: true, limitMemory: true},
		{isolate: true, limitMemory: true, home: true},
		{limitMemory: true},
		{limitMemory: true, home: true},
		{isolate: true, home: true},
		{home: true},
		// Builds for WebAssembly die from being asked for a descriptor, and what
		// they had printed is lost.
		{home: true, fileOnly: true},
	} {
		if way.isolate && (t.options.NoNamespaces || runtime.GOOS != "linux") || way.limitMemory && !named(t.options.PHP[0]) {
			continue
		}
		err := t.ask(ctx, dir, &way)
		switch {
		case err == nil:
			return &way, accept(&way)
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist):
			return nil, t.missing()
		case hung(err):
			return nil, err
		case first == nil && !errors.Is(err, process.ErrNoIsolation):
			first = err
		}
	}
	return nil, first
}

// named says that a command is PHP itself by its name. Others, such as docker
// and node, reserve far more address space than they use and must not have it
// bounded. To try would not do: the bound comes a moment after the start.
func named(command string) bool {
	return phpName.MatchString(filepath.Base(command))
}

var phpName = regexp.MustCompile(`^php(?:-cli|-cgi)?[-0-9.]*(?:\.exe)?$`)

// ask runs the probe in one way and fills in what it says.
func (t *Target) ask(ctx context.Context, dir string, way *engine) error {
	script := filepath.Join(dir, "probe.php")
	if err := os.WriteFile(script, probeScript, 0o600); err != nil {
		return fmt.Errorf("unpacking syncproof's PHP code: %w", err)
	}
	const echo = "descriptors work"
	o := process.Options{
		Command: append(slices.Clone(t.options.PHP), "-d", "display_errors=stderr", "-d", "open_basedir=", script),
		Dir:     dir,
		Env:     way.environment(t.options, dir, dir),
		Limits:  process.Limits{Time: min(probeTime, t.options.Timeout), Stdout: 1 << 20},
		Isolate: way.isolate,
	}
	o.Env.Proxy = t.closed.proxy()
	if way.limitMemory {
		o.Limits.AddressSpace = uint64(t.options.MaxMemory) + spareMemory
	}
	if !t.options.descriptors() || way.fileOnly {
		way.foreign = t.options.FileChannel || way.fileOnly
	} else {
		way.foreign = true
		o.Env.Extra = append(o.Env.Extra, descriptorVariables()...)
		o.Request = []byte(echo)
		o.Result = func(line []byte) {
			if string(line) == echo {
				way.foreign = false
			}
		}
	}
	res, err := process.Run(ctx, o)
	if err != nil {
		return err
	}
	if !way.read(res.Stdout.Kept) {
		return t.unanswered(res)
	}
	way.took = res.Duration
	way.network = networkOf(way, res, t.closed.proxy())
	return nil
}

// networkOf says what network an isolated session has. A namespace only counts
// when PHP itself is in it: a command may have started PHP somewhere else.
func networkOf(e *engine, res process.Result, proxy string) string {
	switch {
	case e.isolate && res.Namespace != "" && e.namespace == res.Namespace:
		return transcript.NetworkNone
	case e.proxy == proxy:
		return transcript.NetworkDeadProxy
	}
	return transcript.NetworkOpen
}

func firstLine(text []byte) []byte {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return line
}

// remark tells what cannot be had with this PHP.
func (t *Target) remark(e *engine) {
	command := strings.Join(t.options.PHP, " ")
	if e.foreign && t.options.descriptors() {
		t.options.Note(fmt.Sprintf("%s does not inherit descriptors, so results are exchanged through files", command))
	}
	switch e.network {
	case transcript.NetworkDeadProxy:
		t.options.Note("the module could not be shut off from the network on this machine: " +
			"its proxy settings point nowhere, but a module that ignores them can reach out, and attempts are not counted")
	case transcript.NetworkOpen:
		t.options.Note(fmt.Sprintf("%s starts PHP where syncproof cannot keep it off the network; "+
			"with docker, add --network none", command))
	}
}

// descriptors says that programs started here can inherit descriptors.
func (o Options) descriptors() bool { return runtime.GOOS != "windows" && !o.FileChannel }

// environment is what PHP gets, with a home and a temporary folder of its own.
func (e *engine) environment(o Options, home, temp string) process.Environment {
	env := process.Environment{
		Home: home, Temp: temp, Extra: slices.Clone(o.Env),
		// Where PHP finds its php.ini and its libraries.
		Pass: []string{"PHPRC", "PHP_INI_SCAN_DIR", "LD_LIBRARY_PATH"},
	}
	if e.home {
		env.Home = ""
		env.Pass = append(env.Pass,
			"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY",
			"CONTAINER_HOST", "XDG_RUNTIME_DIR", "PHPENV_VERSION", "PHPENV_ROOT", "ASDF_DIR", "ASDF_DATA_DIR")
	}
	return env
}

// descriptorVariables tell the wrapper where its channels are.
func descriptorVariables() []string {
	return []string{
		fmt.Sprintf("SYNCPROOF_RESULT_FD=%d", process.ResultFD),
		fmt.Sprintf("SYNCPROOF_REQUEST_FD=%d", process.RequestFD),
	}
}
