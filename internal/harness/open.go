package harness

import (
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
	close   func() error
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
func Open(cfg config.Config, getenv func(string) string, note func(string)) (Opened, error) {
	switch {
	case len(cfg.Command) > 0:
		return openCommand(cfg)
	case IsAddress(cfg.Target):
		return openEndpoint(cfg, getenv)
	default:
		return openPHP(cfg, getenv, note)
	}
}

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
	})
	if err != nil {
		return Opened{}, err
	}
	return Opened{Target: t, Secrets: t.Secrets()}, nil
}

func openPHP(cfg config.Config, getenv func(string) string, note func(string)) (Opened, error) {
	t, err := php.New(php.Options{
		Path: cfg.Target, PHP: cfg.PHP, Timeout: cfg.Timeout,
		MaxMemory: cfg.Limits.Memory, MaxOutput: int(cfg.Limits.Output), Live: cfg.Server.Live(),
		Env: passed(cfg.Env, getenv), Note: note,
	})
	if err != nil {
		return Opened{}, err
	}
	return Opened{Target: t, close: t.Close}, nil
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
