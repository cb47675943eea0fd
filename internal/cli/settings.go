package cli

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"syncproof/internal/config"
	"syncproof/internal/harness"
)

// flagKeys maps each flag to the setting it stands for in syncproof.yaml.
func flagKeys() map[string]string {
	return map[string]string{
		"module": "module", "php": "php", "command": "command", "timeout": "timeout", "intercept": "intercept", "isolation": "isolation",
		"max-memory": "limits.memory", "max-output": "limits.output", "max-file-size": "limits.file_size", "max-disk": "limits.disk",
		"max-transcript": "limits.transcript", "max-answer": "limits.answer", "max-files": "limits.files", "max-processes": "limits.processes", "max-cpu": "limits.cpu", "sandbox": "sandbox", "pass-env": "env",
		"server-hostname": "server.hostname", "server-ip": "server.ip", "server-port": "server.port",
		"server-secure": "server.secure", "server-httpprefix": "server.httpprefix",
		"server-username": "server.username", "server-password-env": "server.password_env",
		"server-accesshash-env": "server.accesshash_env", "server-id": "server.id",
		"recording": "recording", "empty-recording": "empty_recording",
		"whmcs-root": "whmcs_root", "bootstrap": "bootstrap",
		"endpoint-token-env": "endpoint.token_env", "endpoint-ca-file": "endpoint.ca_file",
		"only": "run.only", "skip": "run.skip", "strict": "run.strict", "allow-incomplete": "run.allow_incomplete",
		"panel": "panel.profile", "accounts": "panel.accounts", "seed": "panel.seed", "fleet": "panel.fleet",
		"panel-faults": "panel.faults", "panel-listen": "panel.listen", "panel-host": "panel.host", "panel-authority": "panel.authority",
		"budget": "run.budget", "parallel": "run.parallel",
		"out": "out", "junit": "junit", "json": "json",
		"html": "html", "markdown": "markdown", "sarif": "sarif", "annotations": "annotations",
		"code-quality": "code_quality", "tap": "tap", "badge": "badge",
	}
}

// targetFlags declare what to call and with which parameters.
func targetFlags(c *cobra.Command) {
	f := c.Flags()
	f.String("config", "", "configuration file (default: "+config.FileName+" in this folder, when there is one)")
	f.String("module", "", "module name, the prefix of its functions (default: from the file name)")
	f.StringArray("php", nil, "command that starts PHP, such as php8.3 or \"docker run …\" (default php); given several times, each is tried")
	f.String("command", "", "test this command instead of a path or address: one JSON request on stdin, one answer on stdout")
	f.String("timeout", "", "how long one session may take (default 30s)")
	f.String("intercept", "", "how requests are caught where the panel is played: auto, namespace, prepend or proxy (default auto)")
	f.String("isolation", "", "auto, fork or process: whether the many sessions alike may share the start of PHP (default auto)")
	f.String("whmcs-root", "", "a WHMCS installation whose Guzzle, Carbon and Illuminate the module finds")
	f.String("bootstrap", "", "PHP file to load before the module, with what it needs of WHMCS and syncproof does not have")
	f.String("max-memory", "", "memory the module may use (default 512MiB)")
	f.String("max-answer", "", "how large an answer of an address may be; accounts are read as they arrive (default 1GiB)")
	f.String("max-output", "", "how much of what the module prints is kept (default 8MiB)")
	f.String("max-transcript", "", "disk space the transcript may take (default 4GiB)")
	f.String("max-file-size", "", "how large a file the module may write (default 1GiB)")
	f.String("max-disk", "", "how much the module may write in all, in one session (default 2GiB)")
	f.Int("max-files", 0, "how many files the module may have open at a time (default 1024)")
	f.Int("max-processes", 0, "how many processes the module may start (default 256)")
	f.String("max-cpu", "", "processor time a process of the module may use (default: the timeout and 10s)")
	f.String("sandbox", "", "auto, on or off: whether the module is kept from files and processes that are not its own (default auto)")
	f.StringSlice("pass-env", nil, "environment variables to pass on to the module")
	f.String("server-hostname", "", "server to list, as entered in WHMCS; without one the module is kept off the network")
	f.String("server-ip", "", "the server's IP address")
	f.String("server-port", "", "the server's port")
	f.Bool("server-secure", true, "whether the server is reached over https")
	f.String("server-httpprefix", "", "http or https")
	f.String("server-username", "", "the server's user name")
	f.String("server-password-env", "", "environment variable that holds the server's password")
	f.String("server-accesshash-env", "", "environment variable that holds the server's access hash or API token")
	f.Int("server-id", 1, "the server's id")
	f.String("endpoint-token-env", "", "environment variable that holds the endpoint's token")
	f.String("endpoint-ca-file", "", "PEM file of certificates to trust besides the system's")
	for name, instead := range secretFlags() {
		f.String(name, "", "")
		_ = f.MarkHidden(name)
		f.Lookup(name).Annotations = map[string][]string{secretInstead: {instead}}
	}
}

// secretInstead is the annotation of a flag that would take a secret.
const secretInstead = "secret-instead"

// secretFlags are refused: other users see a command line in the process list,
// shells and CI systems store it.
func secretFlags() map[string]string {
	return map[string]string{
		"server-password":   "server-password-env",
		"server-accesshash": "server-accesshash-env",
		"endpoint-token":    "endpoint-token-env",
	}
}

// runFlags declare which rules to test and where reports go.
func runFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringArray("only", nil, "rules to test: ids, areas, levels or hazards (META-02, account, must, terminate)")
	f.StringArray("skip", nil, "rules to leave out, named as for --only")
	f.StringArray("fault", nil, "play only this fault, or only at that request: html-login, truncated-json@3 (repeatable)")
	f.Int("budget", 0, "how many combinations of a fault and a request to try at the most, 0 for all (default 2000)")
	f.Int("parallel", 0, "how many sessions to make at a time (default: as many as there are processors, at least 2)")
	f.Bool("strict", false, "let SHOULD rules decide the verdict as well")
	f.Bool("allow-incomplete", false, "exit with 0 when nothing failed but some rules could not be tested")
	reportFlags(c)
	f.String("html", "", "also write the HTML report to this file")
	f.String("markdown", "", "write a Markdown summary to this file, such as $GITHUB_STEP_SUMMARY")
	f.String("sarif", "", "write SARIF 2.1.0 to this file, for code scanning")
	f.String("annotations", "", "write GitHub's annotations to this file, - for standard output")
	f.String("code-quality", "", "write GitLab's Code Quality report to this file")
	f.String("tap", "", "write TAP 14 to this file, - for standard output")
	f.String("badge", "", "write a badge with the verdict to this file, as SVG")
}

// recordingFlags declare where the control panel's answers come from.
func recordingFlags(c *cobra.Command) {
	f := c.Flags()
	f.String("recording", "", "answer the module's requests from this file, which syncproof record wrote, and talk to no server")
	f.String("empty-recording", "", "a recording of a server without accounts (syncproof record --as empty)")
}

func reportFlags(c *cobra.Command) {
	f := c.Flags()
	f.String("out", "", "folder for the transcript and the reports (default syncproof-results)")
	f.String("junit", "", "also write the JUnit report to this file")
	f.String("json", "", "also write the JSON report to this file")
	f.String("format", formatText, "what to print: text for a person, json or junit for a program, and then nothing else")
	f.BoolP("quiet", "q", false, "print the verdict and one line for each failure")
	f.BoolP("verbose", "v", false, "also print every rule and every call")
	f.Bool("no-color", false, "no colours (also: set NO_COLOR)")
	f.Bool("no-progress", false, "do not show on standard error how far the run is")
	c.MarkFlagsMutuallyExclusive("quiet", "verbose")
}

// settings reads the configuration file and lays flags and argument over it.
func settings(ctx context.Context, c *cobra.Command, args []string) (config.Config, error) {
	if err := refuseSecrets(c, args); err != nil {
		return config.Config{}, err
	}
	if n := len(phpCommands(c)); n > 1 && c.Name() != "run" {
		return config.Config{}, usage("--php was given %d times; only syncproof run tries several", n)
	}
	cfg, err := fromFile(ctx, c)
	if err != nil {
		return cfg, usage("%w", err)
	}
	if cfg, err = cfg.With(overrides(c, args)); err != nil {
		return cfg, usage("%w", err)
	}
	if err := cfg.CheckWaivers(ruleIDs()); err != nil {
		return cfg, usage("%w", err)
	}
	return cfg, nil
}

func fromFile(ctx context.Context, c *cobra.Command) (config.Config, error) {
	path := flagText(c, "config")
	if path != "" {
		return config.Load(ctx, path)
	}
	if _, err := os.Stat(config.FileName); errors.Is(err, fs.ErrNotExist) {
		return config.Default(), nil
	}
	return config.Load(ctx, config.FileName)
}

func overrides(c *cobra.Command, args []string) []config.Override {
	var list []config.Override
	keys := flagKeys()
	c.Flags().Visit(func(f *pflag.Flag) {
		if key, ok := keys[f.Name]; ok {
			values := flagValues(f)
			if f.Name == "php" {
				// Each of several is a run of its own; see matrix.
				values = values[:1]
			}
			list = append(list, config.Override{Key: key, Flag: "--" + f.Name, Values: values})
		}
	})
	if len(args) > 0 {
		list = append(list, config.Override{Key: "target", Flag: "TARGET", Values: args[:1]})
	}
	return list
}

func flagValues(f *pflag.Flag) []string {
	if slice, ok := f.Value.(pflag.SliceValue); ok {
		return slice.GetSlice()
	}
	return []string{f.Value.String()}
}

// refuseSecrets ends a run that was given a secret where others can read it.
func refuseSecrets(c *cobra.Command, args []string) error {
	var refused error
	c.Flags().Visit(func(f *pflag.Flag) {
		if instead := f.Annotations[secretInstead]; len(instead) > 0 {
			refused = usage("a secret on the command line can be read by other users of this machine and stays in shell and CI logs; "+
				"put it into an environment variable and name that: --%s NAME", instead[0])
		}
	})
	if refused != nil {
		return refused
	}
	for _, a := range args {
		if u, err := url.Parse(a); err == nil && u.User != nil && harness.IsAddress(a) {
			if _, has := u.User.Password(); has {
				return usage("the address holds a password, which other users of this machine can read; " +
					"take it out and name an environment variable instead: --endpoint-token-env NAME")
			}
		}
	}
	return nil
}

func flagText(c *cobra.Command, name string) string {
	text, _ := c.Flags().GetString(name)
	return text
}

func flagBool(c *cobra.Command, name string) bool {
	set, _ := c.Flags().GetBool(name)
	return set
}
