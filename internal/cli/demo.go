package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
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
	"syncproof/internal/target/netns"
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
	// recorded is what record gave.
	recorded *transcript.Transcript
}

func runDemo(system System, c *cobra.Command) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cases := demoCases(ctx, system)
	base := flagText(c, "out")
	if base == "" {
		base = filepath.Join("syncproof-results", "demo")
	}
	code := ExitConformant
	if err := captureDemos(ctx, cases, base); err != nil {
		return err
	}
	for _, d := range cases {
		fmt.Fprintf(system.Out, "\n%s\n%s\n\n", d.title, strings.Repeat("=", len(d.title)))
		verdict, err := showDemo(system, c, d, d.results(base))
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

// captureDemos runs all cases at once: most of their time they wait for modules to
// give up on a silent panel.
func captureDemos(ctx context.Context, cases []demoCase, base string) error {
	errs := make([]error, len(cases))
	var wg sync.WaitGroup
	for i := range cases {
		wg.Go(func() {
			d := &cases[i]
			if errs[i] = d.results(base).create(); errs[i] == nil {
				d.recorded, errs[i] = d.record(ctx, d.results(base))
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return notDriven("%w", err)
	}
	return nil
}

func (d demoCase) results(base string) results { return results{dir: filepath.Join(base, d.name)} }

func showDemo(system System, c *cobra.Command, d demoCase, out results) (contract.Verdict, error) {
	rules, err := selected(known(d.recorded.Header.Rules), nil)
	if err != nil {
		return "", err
	}
	j, err := judge.Run(d.recorded, rules, judge.Options{Tool: tool, Transcript: transcript.FileName})
	if err != nil {
		return "", notDriven("%w", err)
	}
	if err := out.write(system.Out, j, pageOf(d.recorded, j)); err != nil {
		return "", notDriven("%w", err)
	}
	return j.Verdict, show(system, c, j, report.TerminalOptions{Out: out.dir})
}

// Fixtures the demo shows.
const (
	goodFixture   = "reference"
	brokenFixture = "swallowed-second-page"
	// storedFixture is the broken one where nothing can be played.
	storedFixture = "failure-called-success"
)

// demoCases are what this machine can show.
func demoCases(ctx context.Context, system System) []demoCase {
	if _, err := exec.LookPath("php"); err != nil {
		fmt.Fprintln(system.Out, "PHP is not installed, so this shows stored runs of the two modules, and a live run of two\n"+
			"small endpoints. With PHP (on Debian: apt install php-cli php-curl) both modules are run.")
		return withoutPHPDemo()
	}
	good := demoCase{name: goodFixture, title: "A module written well", want: contract.Conformant, record: runFixture(goodFixture)}
	if err := netns.Check(ctx); err != nil {
		fmt.Fprintf(system.Out, "Failures of a control panel cannot be played here: %v.\nSo the good module cannot be tested as a whole, and the bad one is one that shows without them.\n", err)
		good.want = contract.Incomplete
		return []demoCase{good, {
			name: storedFixture, title: "A module that calls a failure a success",
			want: contract.NotConformant, record: runFixture(storedFixture),
		}}
	}
	fmt.Fprintln(system.Out, "Running two modules while their control panel fails in every way; that takes about half a minute.")
	return []demoCase{good, {
		name: brokenFixture, title: "A module that ends its list quietly when the second page fails",
		want: contract.NotConformant, record: runFixture(brokenFixture),
	}}
}

// runFixture runs a module of the fixtures against the stub panel.
func runFixture(name string) func(context.Context, results) (*transcript.Transcript, error) {
	return func(ctx context.Context, out results) (*transcript.Transcript, error) {
		f, err := fixtures.Shown(name)
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
			if err := replaceFile(filepath.Join(out.dir, transcript.FileName), raw); err != nil {
				return nil, err
			}
			return transcript.Read(strings.NewReader(string(raw)))
		}
	}
	return []demoCase{
		{name: goodFixture, title: "A module written well (stored run)", want: contract.Conformant, record: stored(goodFixture)},
		{
			name: storedFixture, title: "A module that calls a failure a success (stored run)",
			want: contract.NotConformant, record: stored(storedFixture),
		},
		{name: "endpoint", title: "An endpoint that answers well (live)", want: contract.Incomplete, record: callEndpoint(false)},
		{
			name: "endpoint-broken", title: "An endpoint that calls a failure a success (live)",
			want: contract.NotConformant, record: callEndpoint(true),
		},
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
	opened, err := harness.Open(ctx, cfg, func(string) string { return "" }, func(string) {})
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	file, err := out.transcript(0)
	if err != nil {
		return nil, err
	}
	_, err = harness.Capture(ctx, harness.Options{
		Target: opened.Target, Rules: suites.Rules(), Params: params, Secrets: secrets,
		Live: true, Tool: tool, Out: file,
	})
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(file.Name())
	if err != nil {
		return nil, err
	}
	return transcript.Read(bytes.NewReader(raw))
}
