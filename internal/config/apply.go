package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"syncproof/internal/yamlfile"
)

// Bounds of what can be set.
const (
	minTimeout, maxTimeout = 100 * time.Millisecond, time.Hour
	minMemory, maxMemory   = 16 << 20, 64 << 30
	minOutput, maxOutput   = 64 << 10, 1 << 30
	minStored, maxStored   = 64 << 10, 1 << 40
	// The kernel counts whole seconds.
	minCPU                 = time.Second
	minWritten, maxWritten = 1 << 20, 1 << 40
)

// apply lays one layer, a file or the command line, over the settings. dir is
// the folder relative paths start at, empty for the current one.
func (c Config) apply(root *node, dir string) (Config, error) {
	problems, err := check(root)
	if err != nil {
		return Config{}, err
	}
	if err := yamlfile.Join(problems); err != nil {
		return Config{}, err
	}
	c = c.clone()
	a := applier{config: &c, dir: dir, setters: setters(), given: map[string]place{}}
	a.section("", root)
	a.settle()
	if err := yamlfile.Join(a.problems); err != nil {
		return Config{}, err
	}
	return c, nil
}

type applier struct {
	config   *Config
	dir      string
	setters  map[string]setter
	given    map[string]place
	problems []*Error
}

// section applies every setting of a valid mapping.
func (a *applier) section(prefix string, n *node) {
	for _, e := range n.Keys {
		name := prefix + e.Name
		if e.Node.Keys != nil {
			a.section(name+".", e.Node)
			continue
		}
		a.given[name] = e.Node.Place
		a.config.places[name] = e.Node.Place
		if err := a.setters[name](a, e.Node); err != nil {
			at := e.Node.Place
			a.problems = append(a.problems, at.ProblemWithin(shown(e.Node), "%s %s", at.Subject(name), err))
		}
	}
}

// settle decides between settings that exclude each other: in one layer that is
// a mistake, of two layers the later one counts.
func (a *applier) settle() {
	c := a.config
	target, hasTarget := a.given["target"]
	command, hasCommand := a.given["command"]
	switch {
	case hasTarget && hasCommand:
		a.problems = append(a.problems, command.Problem("%s and %s exclude each other; keep one of them",
			command.Subject("command"), target.Subject("target")))
	case hasTarget:
		c.Command, c.CommandDir = nil, ""
	case hasCommand:
		c.Target = ""
	}
	_, hasSecure := a.given["server.secure"]
	prefix, hasPrefix := a.given["server.httpprefix"]
	switch {
	case hasSecure && hasPrefix && *c.Server.Secure != (c.Server.HTTPPrefix == "https"):
		a.problems = append(a.problems, prefix.Problem("%s contradicts %s: https goes with true and http with false; remove one of them",
			prefix.Subject("server.httpprefix"), a.given["server.secure"].Subject("server.secure")))
	case hasSecure && !hasPrefix:
		c.Server.HTTPPrefix = ""
	case hasPrefix && !hasSecure:
		c.Server.Secure = nil
	}
}

// setter stores one valid value. Its error continues a sentence that begins
// with the setting's name.
type setter func(*applier, *node) error

// setters are those of all settings, by dotted name.
func setters() map[string]setter {
	all := runSetters()
	maps.Copy(all, furtherSetters())
	return all
}

// runSetters are about what is run, and with what.
func runSetters() map[string]setter {
	return map[string]setter{
		"target":                setTarget,
		"module":                asText(func(c *Config) *string { return &c.Module }),
		"php":                   setPHP,
		"command":               setCommand,
		"intercept":             setIntercept,
		"timeout":               setTimeout,
		"limits.memory":         setSize(minMemory, maxMemory, "16MiB to 64GiB", func(c *Config) *int64 { return &c.Limits.Memory }),
		"limits.output":         setSize(minOutput, maxOutput, "64KiB to 1GiB", func(c *Config) *int64 { return &c.Limits.Output }),
		"limits.answer":         setSize(minStored, maxStored, "64KiB to 1024GiB", func(c *Config) *int64 { return &c.Limits.Answer }),
		"limits.transcript":     setSize(minStored, maxStored, "64KiB to 1024GiB", func(c *Config) *int64 { return &c.Limits.Transcript }),
		"limits.file_size":      setSize(minWritten, maxWritten, "1MiB to 1024GiB", func(c *Config) *int64 { return &c.Limits.FileSize }),
		"limits.disk":           setSize(minWritten, maxWritten, "1MiB to 1024GiB", func(c *Config) *int64 { return &c.Limits.Disk }),
		"limits.files":          asNumber(func(c *Config) *int { return &c.Limits.Files }),
		"limits.processes":      asNumber(func(c *Config) *int { return &c.Limits.Processes }),
		"limits.cpu":            setCPU,
		"sandbox":               asText(func(c *Config) *string { return &c.Sandbox }),
		"server.hostname":       asText(func(c *Config) *string { return &c.Server.Hostname }),
		"server.ip":             asText(func(c *Config) *string { return &c.Server.IP }),
		"server.port":           setPort,
		"server.secure":         setSecure,
		"server.httpprefix":     asText(func(c *Config) *string { return &c.Server.HTTPPrefix }),
		"server.username":       asText(func(c *Config) *string { return &c.Server.Username }),
		"server.password_env":   asText(func(c *Config) *string { return &c.Server.PasswordEnv }),
		"server.accesshash_env": asText(func(c *Config) *string { return &c.Server.AccessHashEnv }),
		"server.id":             setID,
		"endpoint.token_env":    asText(func(c *Config) *string { return &c.Endpoint.TokenEnv }),
		"endpoint.ca_file":      asPath(func(c *Config) *string { return &c.Endpoint.CAFile }),
		"recording":             asPath(func(c *Config) *string { return &c.Recording }),
		"empty_recording":       asPath(func(c *Config) *string { return &c.EmptyRecording }),
		"whmcs_root":            asPath(func(c *Config) *string { return &c.WHMCSRoot }),
		"bootstrap":             asPath(func(c *Config) *string { return &c.Bootstrap }),
		"env":                   asList(func(c *Config) *[]string { return &c.Env }),
		"reads":                 asList(func(c *Config) *[]string { return &c.Reads }),
		"run.only":              asList(func(c *Config) *[]string { return &c.Run.Only }),
		"run.skip":              asList(func(c *Config) *[]string { return &c.Run.Skip }),
		"run.strict":            asFlag(func(c *Config) *bool { return &c.Run.Strict }),
		"run.allow_incomplete":  asFlag(func(c *Config) *bool { return &c.Run.AllowIncomplete }),
		"run.budget":            setBudget,
		"run.parallel":          setParallel,
		"waivers":               setWaivers,
		"isolation":             setIsolation,
	}
}

// furtherSetters are about the panel that is played, what the vendor declares, and
// where results go.
func furtherSetters() map[string]setter {
	return map[string]setter{
		"panel.profile":           asPath(func(c *Config) *string { return &c.Panel.Path }),
		"panel.accounts":          setAccounts,
		"panel.seed":              setSeed,
		"panel.fleet":             asText(func(c *Config) *string { return &c.Panel.Fleet }),
		"panel.sizes":             setSizes,
		"panel.skip_fleets":       asList(func(c *Config) *[]string { return &c.Panel.SkipFleets }),
		"panel.faults":            asFlag(func(c *Config) *bool { return &c.Panel.Faults }),
		"panel.listen":            setListen,
		"panel.host":              setHost,
		"panel.authority":         asPath(func(c *Config) *string { return &c.Panel.Authority }),
		"policies.unknown_date":   asText(func(c *Config) *string { return &c.Policies.UnknownDate }),
		"policies.empty_email":    asText(func(c *Config) *string { return &c.Policies.EmptyEmail }),
		"policies.no_plan":        asText(func(c *Config) *string { return &c.Policies.NoPlan }),
		"policies.omitted_states": asList(func(c *Config) *[]string { return &c.Policies.OmittedStates }),
		"out":                     asPath(func(c *Config) *string { return &c.Out }),
		"junit":                   asPath(func(c *Config) *string { return &c.JUnit }),
		"json":                    asPath(func(c *Config) *string { return &c.JSON }),
		"html":                    asPath(func(c *Config) *string { return &c.Reports.HTML }),
		"markdown":                asPath(func(c *Config) *string { return &c.Reports.Markdown }),
		"sarif":                   asPath(func(c *Config) *string { return &c.Reports.SARIF }),
		"annotations":             asPath(func(c *Config) *string { return &c.Reports.Annotations }),
		"code_quality":            asPath(func(c *Config) *string { return &c.Reports.CodeQuality }),
		"tap":                     asPath(func(c *Config) *string { return &c.Reports.TAP }),
		"badge":                   asPath(func(c *Config) *string { return &c.Reports.Badge }),
	}
}

// asText stores a text.
func asText(to func(*Config) *string) setter {
	return func(a *applier, n *node) error {
		*to(a.config) = fmt.Sprint(n.Value)
		return nil
	}
}

// asPath stores a path, which starts at the folder of the file it stands in.
func asPath(to func(*Config) *string) setter {
	return func(a *applier, n *node) error {
		*to(a.config) = within(a.dir, fmt.Sprint(n.Value))
		return nil
	}
}

// asList stores texts.
func asList(to func(*Config) *[]string) setter {
	return func(a *applier, n *node) error {
		*to(a.config) = n.Texts()
		return nil
	}
}

// asFlag stores true or false.
func asFlag(to func(*Config) *bool) setter {
	return func(a *applier, n *node) error {
		*to(a.config) = n.Value == true
		return nil
	}
}

// asNumber stores a whole number.
func asNumber(to func(*Config) *int) setter {
	return func(a *applier, n *node) (err error) {
		*to(a.config), err = strconv.Atoi(fmt.Sprint(n.Value))
		return err
	}
}

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)

func setTarget(a *applier, n *node) error {
	target := fmt.Sprint(n.Value)
	if !scheme.MatchString(target) {
		a.config.Target = within(a.dir, target)
		return nil
	}
	address, err := url.Parse(target)
	switch {
	case err != nil || address.Host == "":
		return errors.New("is not a complete address; write it like https://dev.example.com/bridge.php")
	case address.Scheme != "http" && address.Scheme != "https":
		return errors.New("is an address that cannot be called; only http and https addresses can")
	case address.User != nil:
		return errors.New("holds a user name or password, which would end up in logs and reports; " +
			"leave them out, and give a token with endpoint.token_env")
	}
	a.config.Target = target
	return nil
}

func setPHP(a *applier, n *node) error {
	words, err := commandWords(n)
	if err != nil {
		return err
	}
	a.config.PHP = words
	if strings.HasPrefix(words[0], "./") || strings.HasPrefix(words[0], "../") {
		a.config.PHP[0] = within(a.dir, words[0])
	}
	return nil
}

func setCommand(a *applier, n *node) (err error) {
	a.config.Command, err = commandWords(n)
	a.config.CommandDir = a.dir
	return err
}

// setIntercept keeps auto as no choice at all.
func setIntercept(a *applier, n *node) error {
	a.config.Intercept = fmt.Sprint(n.Value)
	if a.config.Intercept == "auto" {
		a.config.Intercept = ""
	}
	return nil
}

// setIsolation keeps auto as no choice at all.
func setIsolation(a *applier, n *node) error {
	a.config.Isolation = fmt.Sprint(n.Value)
	if a.config.Isolation == "auto" {
		a.config.Isolation = ""
	}
	return nil
}

func setCPU(a *applier, n *node) error {
	d, err := time.ParseDuration(fmt.Sprint(n.Value))
	if err != nil || d < minCPU || d > maxTimeout {
		return fmt.Errorf("must be from 1s to 1h; got %s", show(n))
	}
	a.config.Limits.CPU = d
	return nil
}

func setTimeout(a *applier, n *node) error {
	d, err := time.ParseDuration(fmt.Sprint(n.Value))
	if err != nil || d < minTimeout || d > maxTimeout {
		return fmt.Errorf("must be from 100ms to 1h; got %s", show(n))
	}
	a.config.Timeout = d
	return nil
}

func setSize(least, most int64, words string, to func(*Config) *int64) setter {
	return func(a *applier, n *node) error {
		size, ok := parseSize(fmt.Sprint(n.Value))
		if !ok || size < least || size > most {
			return fmt.Errorf("must be from %s; got %s", words, show(n))
		}
		*to(a.config) = size
		return nil
	}
}

func setPort(a *applier, n *node) error {
	// Text reaches here by its pattern alone, which cannot say "up to 65535".
	port := fmt.Sprint(n.Value)
	if number, err := strconv.Atoi(port); err != nil || number > 65535 {
		return fmt.Errorf("takes a port number from 1 to 65535; got %s", show(n))
	}
	a.config.Server.Port = port
	return nil
}

func setSecure(a *applier, n *node) error {
	secure := n.Value == true
	a.config.Server.Secure = &secure
	return nil
}

func setBudget(a *applier, n *node) (err error) {
	a.config.Run.Budget, err = strconv.Atoi(fmt.Sprint(n.Value))
	return err
}

func setParallel(a *applier, n *node) (err error) {
	a.config.Run.Parallel, err = strconv.Atoi(fmt.Sprint(n.Value))
	return err
}

func setAccounts(a *applier, n *node) (err error) {
	a.config.Panel.Accounts, err = strconv.Atoi(fmt.Sprint(n.Value))
	return err
}

func setSeed(a *applier, n *node) (err error) {
	a.config.Panel.Seed, err = strconv.ParseUint(fmt.Sprint(n.Value), 10, 64)
	return err
}

func setSizes(a *applier, n *node) error {
	a.config.Panel.Sizes = []int{}
	for _, item := range n.Items {
		size, err := strconv.Atoi(fmt.Sprint(item.Value))
		if err != nil {
			return err
		}
		a.config.Panel.Sizes = append(a.config.Panel.Sizes, size)
	}
	return nil
}

func setID(a *applier, n *node) (err error) {
	a.config.Server.ID, err = strconv.Atoi(fmt.Sprint(n.Value))
	return err
}

// within makes a relative path start at dir. A path that would not change its
// meaning stays as it was written.
func within(dir, path string) string {
	if dir == "" || dir == "." || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
