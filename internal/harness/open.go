package harness

import (
	"context"
	"errors"
	"strings"

	"syncproof/internal/config"
	"syncproof/internal/target"
	"syncproof/internal/target/command"
	"syncproof/internal/target/endpoint"
	"syncproof/internal/target/php"
)

// Opened is a target that is ready to be called. Close frees what it holds.
type Opened struct {
	Target target.Target
	// Secrets are those the target knows besides the configuration's, by name.
	Secrets map[string]string
	// Params are the parameters to call the module with where a recording says
	// so, and EmptyParams those of a server without accounts; nil otherwise.
	Params, EmptyParams map[string]any
	// Panel is the panel that is played, nil for none.
	Panel *Panel
	close func() error
}

// Close frees what the target holds.
func (o Opened) Close() error {
	if o.close == nil {
		return nil
	}
	return o.close()
}

// Open makes the target the configuration names. getenv returns a variable's
// value, "" when it is not set. note is told what had to be done differently
// than usual. The error is the vendor's to fix.
func Open(ctx context.Context, cfg config.Config, getenv func(string) string, note func(string)) (Opened, error) {
	isPHP := len(cfg.Command) == 0 && !IsAddress(cfg.Target)
	switch {
	case isPHP && (cfg.Panel.Listen != "" || cfg.Panel.Host != "" || cfg.Panel.Authority != ""):
		return Opened{}, errNoStand
	case !isPHP && (cfg.WHMCSRoot != "" || cfg.Bootstrap != ""):
		return Opened{}, errNoSurroundings
	case !isPHP:
		return openOutside(ctx, cfg, getenv, note)
	default:
		return openPHP(ctx, cfg, getenv, note)
	}
}

var errNoStand = errors.New("panel.listen, panel.host and panel.authority are for an address or a command; " +
	"the requests of a module that syncproof runs itself are led to the panel, wherever they are meant to go. Leave them out")

var errNoSurroundings = errors.New("a bootstrap file and the libraries of a WHMCS installation are for a module that syncproof runs itself; " +
	"name the module's folder or .php file, or leave them out")

// IsAddress tells an endpoint's address from a path.
func IsAddress(ref string) bool {
	lower := strings.ToLower(ref)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

func openCommand(cfg config.Config) (Opened, error) {
	t, err := command.New(command.Options{
		Command: cfg.Command, Module: cfg.Module, Dir: cfg.CommandDir,
		Timeout: cfg.Timeout, Pass: cfg.Env,
	})
	return Opened{Target: t}, err
}

func openEndpoint(cfg config.Config, getenv func(string) string) (Opened, error) {
	token, err := cfg.Token(getenv)
	if err != nil {
		return Opened{}, err
	}
	t, err := endpoint.New(endpoint.Options{
		URL: cfg.Target, Module: cfg.Module, Token: token, Timeout: cfg.Timeout, CAFile: cfg.Endpoint.CAFile,
		MaxAnswer: cfg.Limits.Answer,
	})
	if err != nil {
		return Opened{}, err
	}
	return Opened{Target: t, Secrets: t.Secrets()}, nil
}

func openPHP(ctx context.Context, cfg config.Config, getenv func(string) string, note func(string)) (Opened, error) {
	options := ModuleOptions(cfg, getenv, note)
	var o Opened
	if err := o.recordings(cfg, &options); err != nil {
		return Opened{}, err
	}
	if err := o.panel(ctx, cfg, getenv, &options); err != nil {
		return Opened{}, err
	}
	t, err := php.New(options)
	if err != nil {
		return Opened{}, err
	}
	o.Target, o.close = t, t.Close
	return o, nil
}

// ModuleOptions say how the configured module is to be run.
func ModuleOptions(cfg config.Config, getenv func(string) string, note func(string)) php.Options {
	return php.Options{
		Path: cfg.Target, PHP: cfg.PHP, Timeout: cfg.Timeout,
		MaxMemory: cfg.Limits.Memory, MaxOutput: int(cfg.Limits.Output), Live: cfg.Server.Live(),
		MaxFile: cfg.Limits.FileSize, MaxDisk: cfg.Limits.Disk, MaxFiles: cfg.Limits.Files, MaxProcesses: cfg.Limits.Processes,
		MaxCPU: cfg.Limits.CPU, Sandbox: cfg.Sandbox,
		Intercept: cfg.Intercept, Isolation: cfg.Isolation, WHMCSRoot: cfg.WHMCSRoot, Bootstrap: cfg.Bootstrap,
		Env: passed(cfg.Env, getenv), Note: note,
	}
}

func passed(names []string, getenv func(string) string) []string {
	var env []string
	for _, name := range names {
		if value := getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}
