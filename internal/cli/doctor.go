package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/contract"
	"syncproof/internal/harness"
	"syncproof/internal/phpvalue"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// doctorTime bounds each of doctor's two steps, so that it answers within two
// seconds whatever the target does.
const doctorTime = 900 * time.Millisecond

func newDoctor(system System) *cobra.Command {
	c := &cobra.Command{
		Use:   "doctor [TARGET]",
		Short: "Find out whether a target can be tested at all, within two seconds",
		Long: `Doctor starts PHP, looks for the module and loads it, or asks the endpoint one
question, and says what works and what to do about what does not. It lists no
accounts and judges nothing.`,
		Example: `  syncproof doctor modules/servers/acme
  syncproof doctor https://dev.example.com/bridge.php --module acme --endpoint-token-env BRIDGE_TOKEN`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return doctor(system, c, args) },
	}
	targetFlags(c)
	return c
}

func doctor(system System, c *cobra.Command, args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cfg, err := settings(ctx, c, args)
	if err != nil {
		return err
	}
	if cfg.Target == "" && len(cfg.Command) == 0 {
		return usage("nothing to look at was named; give a module's folder, an address or --command, as in\n  syncproof doctor modules/servers/acme")
	}
	cfg.Timeout = min(cfg.Timeout, doctorTime)
	opened, err := harness.Open(ctx, cfg, system.getenv, func(note string) { tell(system.Err, "%s", note) })
	if err != nil {
		return usage("%w", err)
	}
	defer opened.Close()
	d := &diagnosis{out: system.Out}
	if t, ok := opened.Target.(*php.Target); ok && !d.php(ctx, t) {
		return exitWith(ExitNotDriven)
	}
	return d.target(ctx, cfg, opened, system)
}

// diagnosis prints one line for each thing that was looked at.
type diagnosis struct{ out io.Writer }

func (d *diagnosis) ok(what, format string, args ...any) { d.line("ok", what, format, args...) }

func (d *diagnosis) bad(what, format string, args ...any) { d.line("FAIL", what, format, args...) }

func (d *diagnosis) note(what, format string, args ...any) { d.line("note", what, format, args...) }

func (d *diagnosis) line(state, what, format string, args ...any) {
	fmt.Fprintf(d.out, "%-5s %-10s %s\n", state, what, phpvalue.Printable(fmt.Sprintf(format, args...)))
}

// php looks at PHP itself. It reports whether going on makes sense.
func (d *diagnosis) php(ctx context.Context, t *php.Target) bool {
	probe, trouble, err := t.Probe(ctx)
	switch {
	case err != nil:
		d.bad("php", "%v", err)
		return false
	case trouble != nil:
		d.bad("php", "%s; %s", trouble.Message, trouble.Advice)
		return false
	}
	d.ok("php", "PHP %s starts in %.2f s (%s)", probe.PHP, probe.Took.Seconds(), strings.Join(probe.Command, " "))
	d.ok("extensions", "%s", strings.Join(probe.Extensions, " "))
	for _, name := range []string{"curl", "mbstring", "simplexml"} {
		if !has(probe.Extensions, name) {
			d.note("extensions", "%s is missing; most modules need it (on Debian: apt install php-%s)", name, strings.TrimPrefix(name, "simple"))
		}
	}
	switch probe.Network {
	case transcript.NetworkNone:
		d.ok("network", "calls that need no server can be kept off the network entirely")
	default:
		d.note("network", "this machine does not let syncproof cut a module off the network; only a dead proxy can be set")
	}
	d.sandbox(probe)
	return true
}

// sandbox says what the module is kept from besides the network.
func (d *diagnosis) sandbox(p php.Probe) {
	switch {
	case p.Unsandboxed == "":
		d.ok("sandbox", "the module sees its own files, its own /tmp and its own processes, and changes nothing else")
	case len(p.Sandbox) > 0:
		d.note("sandbox", "the module sees its own /tmp and its own processes, but every file you may read: %s", p.Unsandboxed)
	default:
		d.note("sandbox", "the module sees and may change every file that you may: %s", p.Unsandboxed)
	}
}

func has(list []string, name string) bool {
	for _, x := range list {
		if strings.EqualFold(x, name) {
			return true
		}
	}
	return false
}

// target finds the module and makes the one call that shows whether it can be
// driven: its metadata.
func (d *diagnosis) target(ctx context.Context, cfg config.Config, opened harness.Opened, system System) error {
	params, secrets, err := cfg.Params(system.getenv)
	if err != nil {
		return usage("%w", err)
	}
	maps.Copy(secrets, opened.Secrets)
	recorded, err := harness.Capture(ctx, harness.Options{
		Target: opened.Target, Rules: needing(contract.NeedMetaDataCall), Selected: true, Params: params, Secrets: secrets,
		Live: cfg.Server.Live(), Tool: tool, Out: io.Discard,
	})
	if recorded == nil {
		d.bad("module", "%v", err)
		return exitWith(ExitUsage)
	}
	if err != nil {
		return notDriven("%w", err)
	}
	if s := recorded.Subject; s != nil {
		d.ok("module", "%s in %s", recorded.Header.Target.Module, s.File)
		if s.Encoder != "" {
			d.note("module", "the file is encoded with %s and needs its loader in this PHP", s.Encoder)
		}
	}
	if t, ok := opened.Target.(*php.Target); ok {
		d.interception(ctx, t)
	}
	if !d.session(recorded) {
		return exitWith(ExitNotDriven)
	}
	d.outside(ctx, opened)
	return nil
}

// interception says by which levels a control panel could be played. It stops
// at the one that is chosen: what holds less is of no interest then.
func (d *diagnosis) interception(ctx context.Context, t *php.Target) {
	ctx, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	levels, err := t.Interception(ctx)
	if err != nil {
		d.note("panel", "whether failures of a control panel can be played could not be found out: %v", err)
		return
	}
	for _, l := range levels {
		switch {
		case l.Problem == "" && l.Chosen:
			d.ok("panel", "failures of a control panel can be played (interception level %s)", l.Name)
			return
		case l.Problem == "":
			d.note("panel", "--intercept %s works here as well", l.Name)
		case l.Chosen:
			d.note("panel", "failures of a control panel cannot be played at the interception level %s: %s; %s", l.Name, l.Problem, l.Advice)
		}
	}
}

// needing returns the rules that look at one kind of evidence.
func needing(need contract.Need) []suites.Rule {
	var rules []suites.Rule
	for _, r := range suites.Rules() {
		if len(r.Needs) == 1 && r.Needs[0] == need {
			rules = append(rules, r)
		}
	}
	return rules
}

func (d *diagnosis) session(t *transcript.Transcript) bool {
	s := t.Session(transcript.SessionMetaData)
	if s == nil {
		d.bad("call", "MetaData() was not called")
		return false
	}
	for _, trouble := range s.Troubles {
		d.bad("answer", "%s; %s", trouble.Message, trouble.Advice)
	}
	if len(s.Troubles) > 0 {
		return false
	}
	if s.Load != nil && !d.load(t, s) {
		return false
	}
	c := t.Call(transcript.CallMetaData)
	if c == nil {
		d.bad("call", "MetaData() was not called")
		return false
	}
	switch c.Ending {
	case transcript.EndReturned:
		d.ok("call", "MetaData() returned %s in %.3f s", phpvalue.Show(c.Value), c.Seconds)
	case transcript.EndMissing:
		d.note("call", "the module has no MetaData()")
	default:
		d.bad("call", "MetaData() did not return (%s)", c.Ending)
	}
	if c.Output.Bytes > 0 {
		d.note("output", "%d bytes were printed besides the answer", c.Output.Bytes)
	}
	return true
}

func (d *diagnosis) load(t *transcript.Transcript, s *transcript.Session) bool {
	if !s.Load.OK {
		d.bad("loads", "the module's file does not load: %s", loadProblem(s))
		return false
	}
	module := t.Header.Target.Module
	d.ok("loads", "%d functions", len(s.Load.Functions))
	if f := s.Function(module, "ListAccounts"); f != nil {
		d.ok("function", "%s() at %s:%d", f.Name, f.File, f.Line)
	} else {
		d.bad("function", "%s_ListAccounts() is not defined", module)
	}
	return true
}

func loadProblem(s *transcript.Session) string {
	switch {
	case s.Load.Throwable != nil:
		x := s.Load.Throwable
		return fmt.Sprintf("%s: %s at %s:%d", x.Class, x.Message, x.File, x.Line)
	case s.Shutdown != nil && s.Shutdown.Fatal != nil:
		return s.Shutdown.Fatal.Message
	default:
		return "it ends PHP with exit or die"
	}
}
