package cli

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"syncproof/fixtures"
	"syncproof/internal/config"
	"syncproof/internal/contract"
	"syncproof/internal/demo"
	"syncproof/internal/harness"
	"syncproof/internal/judge"
	"syncproof/internal/report"
	"syncproof/internal/stubpanel"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

func newDemo(system System) *cobra.Command {
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show a conformant and a broken module being judged, without any setup",
		Long: `Demo runs two modules that come with syncproof against a small control panel on
this machine: one written well, and one that calls a failure a success. Without
PHP it shows stored runs of both, and calls a small endpoint of its own.`,
		Example: "  syncproof demo",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return runDemo(system, c) },
	}
	reportFlags(c)
	return c
}

// demoCase is one thing to show, with the verdict it has to come to.
type demoCase struct {
	name, title string
	want        contract.Verdict
	record      func(context.Context, results) (*transcript.Transcript, error)
}

func runDemo(system System, c *cobra.Command) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cases := phpDemo()
	if _, err := exec.LookPath("php"); err != nil {
		fmt.Fprintln(system.Out, "PHP is not installed, so this shows stored runs of the two modules, and a live run of two\n"+
			"small endpoints. With PHP (on Debian: apt install php-cli php-curl) both modules are run.")
		cases = withoutPHPDemo()
	}
	base := flagText(c, "out")
	if base == "" {
		base = filepath.Join("syncproof-results", "demo")
	}
	code := ExitConformant
	for _, d := range cases {
		fmt.Fprintf(system.Out, "\n%s\n%s\n\n", d.title, strings.Repeat("=", len(d.title)))
		verdict, err := showDemo(ctx, system, c, d, results{dir: filepath.Join(base, d.name)})
		if err != nil {
			return err
		}
		if verdict != d.want {
			fmt.Fprintf(system.Err, "syncproof: the demo expected %s here\n", d.want)
			code = ExitNotDriven
		}
	}
	return exitWith(code)
}

func showDemo(ctx context.Context, system System, c *cobra.Command, d demoCase, out results) (contract.Verdict, error) {
	if err := out.create(); err != nil {
		return "", err
	}
	recorded, err := d.record(ctx, out)
	if err != nil {
		return "", notDriven("%w", err)
	}
	rules, err := selected(known(recorded.Header.Rules), nil)
	if err != nil {
		return "", err
	}
	j, err := judge.Run(recorded, rules, judge.Options{Tool: tool, Transcript: transcriptFile})
	if err != nil {
		return "", notDriven("%w", err)
	}
	if err := out.write(j); err != nil {
		return "", notDriven("%w", err)
	}
	return j.Verdict, show(system, c, j, report.TerminalOptions{Out: out.dir})
}

// Fixtures the demo shows.
const (
	goodFixture   = "reference"
	brokenFixture = "failure-called-success"
)

func phpDemo() []demoCase {
	return []demoCase{
		{goodFixture, "A module written well", contract.Conformant, runFixture(goodFixture)},
		{brokenFixture, "A module that calls a failure a success", contract.NotConformant, runFixture(brokenFixture)},
	}
}

// runFixture runs a module of the fixtures against the stub panel.
func runFixture(name string) func(context.Context, results) (*transcript.Transcript, error) {
	return func(ctx context.Context, out results) (*transcript.Transcript, error) {
		f, err := fixtures.Find(name)
		if err != nil {
			return nil, err
		}
		panel, err := stubpanel.Start(ctx, stubpanel.Options{Variant: f.Expect.Variant})
		if err != nil {
			return nil, err
		}
		defer panel.Close()
		// The module stays beside its reports, for whoever wants to read it.
		if err := os.RemoveAll(filepath.Join(out.dir, f.Module)); err != nil {
			return nil, fmt.Errorf("clearing the demo's folder: %w", err)
		}
		path, err := f.Extract(out.dir)
		if err != nil {
			return nil, err
		}
		cfg := config.Default()
		cfg.Target, cfg.Server.Hostname = path, panel.Host
		params := panel.Params()
		secrets := map[string]string{}
		for _, key := range []string{config.SecretPassword, config.SecretAccessHash} {
			secrets[key], _ = params[key].(string)
		}
		return recordDemo(ctx, cfg, params, secrets, out)
	}
}

func withoutPHPDemo() []demoCase {
	stored := func(name string) func(context.Context, results) (*transcript.Transcript, error) {
		return func(_ context.Context, out results) (*transcript.Transcript, error) {
			raw, err := fixtures.Transcript(name)
			if err != nil {
				return nil, err
			}
			if err := replaceFile(filepath.Join(out.dir, transcriptFile), raw); err != nil {
				return nil, err
			}
			return transcript.Read(strings.NewReader(string(raw)))
		}
	}
	return []demoCase{
		{goodFixture, "A module written well (stored run)", contract.Conformant, stored(goodFixture)},
		{brokenFixture, "A module that calls a failure a success (stored run)", contract.NotConformant, stored(brokenFixture)},
		{"endpoint", "An endpoint that answers well (live)", contract.Incomplete, callEndpoint(false)},
		{"endpoint-broken", "An endpoint that calls a failure a success (live)", contract.NotConformant, callEndpoint(true)},
	}
}

// callEndpoint calls the built-in endpoint over loopback.
func callEndpoint(broken bool) func(context.Context, results) (*transcript.Transcript, error) {
	return func(ctx context.Context, out results) (*transcript.Transcript, error) {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("opening a port for the demo's endpoint: %w", err)
		}
		server := &http.Server{Handler: demo.Endpoint(broken), ReadHeaderTimeout: 10 * time.Second}
		go func() { _ = server.Serve(listener) }()
		defer server.Close()
		cfg := config.Default()
		cfg.Target, cfg.Module = "http://"+listener.Addr().String()+"/", demo.Module
		cfg.Server.Hostname = "panel.example.test"
		params, secrets, err := cfg.Params(func(string) string { return "" })
		if err != nil {
			return nil, err
		}
		return recordDemo(ctx, cfg, params, secrets, out)
	}
}

func recordDemo(ctx context.Context, cfg config.Config, params map[string]any, secrets map[string]string, out results) (*transcript.Transcript, error) {
	opened, err := harness.Open(cfg, func(string) string { return "" }, func(string) {})
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	file, err := out.transcript()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return harness.Capture(ctx, harness.Options{
		Target: opened.Target, Rules: suites.Rules(), Params: params, Secrets: secrets,
		Live: true, Tool: tool, Out: file,
	})
}
