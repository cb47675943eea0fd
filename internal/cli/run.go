package cli

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/contract"
	"syncproof/internal/harness"
	"syncproof/internal/judge"
	"syncproof/internal/progress"
	"syncproof/internal/report"
	"syncproof/internal/scenario"
	"syncproof/internal/selector"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

func newRun(system System) *cobra.Command {
	c := &cobra.Command{
		Use:   "run [TARGET]...",
		Short: "Test a module: call it, judge what comes back, write reports",
		Long: `Run calls the module, records everything that comes back and judges it.

TARGET is a module's folder or .php file, an http(s) address that speaks the
endpoint protocol (see "syncproof bridge"), or a stored transcript. Instead of a
TARGET, --command names a program that speaks the same protocol.

Several folders or files are tested one after the other, each with a folder of its
own under that of the results, and a table at the end. What does not take part in
Server Sync is skipped. --junit then names one file for all of them. The worst
exit code counts: 130, then 1, 3, 4 and 0.

Without --server-hostname the module is kept off the network: loading, metadata
and error handling are tested, and the rules about accounts say what they lack.

A run that broke off, however that came, goes on with the same command line and
--resume and the folder of its results. What was over is not called again.

Exit codes: 0 conformant, 1 not conformant, 2 usage or configuration, 3 the
target could not be driven, or the results not be written, 4 incomplete (0 with
--allow-incomplete), 130 interrupted.`,
		Example: `  syncproof run modules/servers/acme
  syncproof run modules/servers/acme --server-hostname panel.example.com --server-username api --server-password-env PANEL_PASSWORD
  syncproof run modules/servers/acme --only terminate --junit results/junit.xml
  syncproof run modules/servers/* --junit junit.xml
  syncproof run modules/servers/acme --rerun-failed
  syncproof run modules/servers/acme --resume syncproof-results
  syncproof run https://dev.example.com/bridge.php --module acme --endpoint-token-env BRIDGE_TOKEN
  syncproof run --command "docker run --rm -i acme-module" --module acme`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return run(system, c, args) },
	}
	targetFlags(c)
	recordingFlags(c)
	runFlags(c)
	panelFlags(c)
	rerunFailedFlag(c)
	resumeFlag(c)
	c.Flags().String("shard", "", "carry out one of several equal parts of the run, such as 2/4, for syncproof merge to join")
	c.Flags().Bool("fail-fast", false, "stop at the first failure of a MUST rule, the gravest tried first")
	return c
}

func run(system System, c *cobra.Command, args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	args, lastResults := resultsArg(c, expand(args))
	cfg, err := settings(ctx, c, args)
	if err != nil {
		return err
	}
	if err := checkResume(c, &cfg, args); err != nil {
		return err
	}
	failed, err := onlyFailed(system, c, &cfg, args, lastResults)
	if err != nil {
		return err
	}
	if cfg.Target == "" && len(cfg.Command) == 0 {
		return usage("nothing to test was named; give a module's folder, an address or --command, as in\n  syncproof run modules/servers/acme")
	}
	rules, err := selected(cfg.Run.Only, cfg.Run.Skip)
	if err != nil {
		return err
	}
	if err := checkPanelFlags(c, cfg); err != nil {
		return err
	}
	if err := checkFormat(c, max(len(args), len(phpCommands(c)))); err != nil {
		return err
	}
	if len(args) > 1 {
		return several(ctx, system, c, cfg, rules, args)
	}
	if isTranscript(cfg.Target) {
		return judgeFile(system, c, cfg, cfg.Target)
	}
	if commands := phpCommands(c); len(commands) > 1 {
		return matrix(ctx, system, c, cfg, rules, args, commands)
	}
	failed.announce(system)
	done, err := capture(ctx, system, c, cfg, rules, args)
	if err != nil {
		return err
	}
	failed.remind(system)
	return exitWith(done.code)
}

// chosenFaults are those named with --fault.
func chosenFaults(c *cobra.Command) ([]scenario.Choice, error) {
	named, _ := c.Flags().GetStringArray("fault")
	var chosen []scenario.Choice
	for _, text := range named {
		choice, err := scenario.ParseChoice(text)
		if err != nil {
			return nil, usage("--fault: %w", err)
		}
		chosen = append(chosen, choice)
	}
	return chosen, nil
}

// selected applies --only and --skip to the rule table.
func selected(only, skip []string) ([]suites.Rule, error) {
	published, err := selector.Select(harness.Published(suites.Rules()), only, skip)
	if err != nil {
		return nil, usage("%w", err)
	}
	wanted := map[string]bool{}
	for _, r := range published {
		wanted[r.ID] = true
	}
	var rules []suites.Rule
	for _, r := range suites.Rules() {
		if wanted[r.ID] {
			rules = append(rules, r)
		}
	}
	return rules, nil
}

// outcome is what a run came to.
type outcome struct {
	judgement contract.Judgement
	code      int
	// out and page are where its reports went and what its page shows, for a run
	// that is one of several.
	out  results
	page report.HTMLOptions
}

// capture makes a live run: calls, transcript, judgement, reports.
func capture(ctx context.Context, system System, c *cobra.Command, cfg config.Config, rules []suites.Rule, args []string) (outcome, error) {
	// Judging an earlier one of several runs has switched signals off.
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if cfg.Recording != "" {
		if cfg.Server.Live() {
			tell(system.Err, "%s answers in place of the server; nothing is sent to it", cfg.Recording)
		}
		cfg = cfg.WithoutServer()
	}
	params, secrets, err := cfg.Params(system.getenv)
	if err != nil {
		return outcome{}, usage("%w", err)
	}
	faults, err := chosenFaults(c)
	if err != nil {
		return outcome{}, err
	}
	shard, err := chosenShard(c)
	if err != nil {
		return outcome{}, err
	}
	opened, err := harness.Open(ctx, cfg, system.getenv, func(note string) { tell(system.Err, "%s", note) })
	if err != nil {
		return outcome{}, usage("%w", err)
	}
	defer opened.Close()
	maps.Copy(secrets, opened.Secrets)
	warnOfWeak(system.Err, secrets)
	if opened.Params != nil {
		params = opened.Params
	}
	out, err := resultsOf(cfg)
	if err != nil {
		return outcome{}, err
	}
	with := madeWithOf(cfg)
	earlier, err := resumed(c, cfg, with, func(note string) { tell(system.Err, "%s", note) })
	if err != nil {
		return outcome{}, err
	}
	defer earlier.close()
	out.dir = cfg.Out
	file, err := earlier.begin(out, cfg.Limits.Transcript)
	if err != nil {
		return outcome{}, err
	}
	defer file.Close()
	if err := with.store(out.dir); err != nil {
		return outcome{}, err
	}
	meter := progressOf(system, c)
	defer meter.Stop()
	recorded, err := harness.Capture(ctx, harness.Options{
		Target: opened.Target, Rules: rules, Selected: len(rules) < len(suites.Rules()),
		Params: params, Secrets: secrets, Live: cfg.Server.Live(), Tool: tool, Rerun: rerun(c, args, cfg.PHP), Out: file,
		Recording: cfg.Recording, Profile: cfg.Panel.Path, Panel: opened.Panel, EmptyParams: opened.EmptyParams,
		Reads: cfg.Reads, Policies: cfg.Policies, Faults: faults, Budget: cfg.Run.Budget,
		Planned: meter.Planned, Begun: meter.Begun, Ended: meter.Ended, Wrong: meter.Wrong,
		Shard: shard, FailFast: flagBool(c, "fail-fast"),
		Resume: earlier.of(file, func(note string) { tell(system.Err, "%s", note) }),
	})
	if recorded == nil {
		if earlier == nil {
			_ = os.Remove(file.Name())
			forgetMadeWith(out.dir)
		}
		return outcome{}, describeError(err)
	}
	meter.Phase("judging the answers")
	interrupted := ctx.Err() != nil
	if err != nil && !interrupted {
		meter.Stop()
		tell(system.Err, "%v", err)
	}
	if err != nil || interrupted {
		tell(system.Err, "to go on with this run: the same command line and --resume %s", quote(out.dir))
	} else {
		forgetMadeWith(out.dir)
	}
	x := conclusion{
		cfg: cfg, rules: rules, recorded: recorded, stored: filepath.Base(file.Name()), out: out, interrupted: interrupted, incomplete: err, meter: meter,
	}
	return concludeStored(system, c, x, file, shard)
}

// concludeStored concludes from what the file holds, or leaves that to merge.
func concludeStored(system System, c *cobra.Command, x conclusion, file *transcript.File, shard scenario.Shard) (outcome, error) {
	if errors.Is(x.incomplete, transcript.ErrBudget) {
		// What was not stored must not count: judging the file later gives the same.
		stored, err := reopened(file)
		if err != nil {
			return outcome{}, notDriven("reading what was captured: %w", err)
		}
		defer stored.Close()
		x.recorded = stored.Transcript
	}
	if shard.Of > 0 {
		return shardDone(system, c, x)
	}
	return conclude(system, c, x)
}

// chosenShard is the part of the run named with --shard.
func chosenShard(c *cobra.Command) (scenario.Shard, error) {
	text := flagText(c, "shard")
	if text == "" {
		return scenario.Shard{}, nil
	}
	shard, err := scenario.ParseShard(text)
	switch {
	case err != nil:
		return shard, usage("--shard %w", err)
	case flagBool(c, "fail-fast"):
		return shard, usage("--fail-fast judges while it runs, and a part of a run is not judged; leave one of --shard and --fail-fast out")
	}
	return shard, nil
}

// reopened reads a transcript that could not grow any more.
func reopened(file *transcript.File) (transcript.Opened, error) {
	if err := file.Close(); err != nil {
		return transcript.Opened{}, err
	}
	return transcript.Open(file.Name())
}

// describeError tells what the vendor named wrongly from what does not work.
func describeError(err error) error {
	if errors.Is(err, context.Canceled) {
		return &exitError{code: ExitInterrupted}
	}
	if errors.Is(err, transcript.ErrNotTaken) {
		return notDriven("%w", err)
	}
	return usage("%w", err)
}

// conclusion is what is left to do once the evidence is there.
type conclusion struct {
	cfg      config.Config
	rules    []suites.Rule
	recorded *transcript.Transcript
	// stored is the name of the file that holds it.
	stored      string
	out         results
	interrupted bool
	// incomplete is why the capture did not come to its end, nil when it did.
	incomplete error
	// meter shows that judging goes on, nil where nothing is shown.
	meter *progress.Meter
}

// conclude judges, writes and prints the reports, and derives the exit code.
func conclude(system System, c *cobra.Command, x conclusion) (outcome, error) {
	j, err := judge.Run(x.recorded, x.rules, judge.Options{
		Tool: tool, Strict: x.cfg.Run.Strict, Transcript: x.stored,
		Waivers: x.cfg.Accepted(), Today: dayOf(x.recorded, system),
	})
	if err != nil {
		return outcome{}, notDriven("%w", err)
	}
	var page report.HTMLOptions
	if x.out.dir != "" || x.out.more.HTML != "" {
		page = pageOf(x.recorded, j)
	}
	x.meter.Stop()
	if err := x.out.write(system.Out, j, page); err != nil {
		tell(system.Err, "%v", err)
		if x.incomplete == nil {
			x.incomplete = err
		}
	}
	if x.out.onStdout() > 0 {
		// What a program reads is never mixed with what a person reads.
		system.Out = system.Err
	}
	allow := x.cfg.Run.AllowIncomplete && len(x.recorded.Missing()) == 0
	opts := report.TerminalOptions{Out: x.out.dir, AllowIncomplete: allow, Interrupted: x.interrupted}
	if err := show(system, c, j, opts); err != nil {
		return outcome{}, err
	}
	code := verdictCode(j.Verdict, allow)
	switch {
	case x.interrupted:
		code = ExitInterrupted
	case x.incomplete != nil && code != ExitNotConformant:
		code = ExitNotDriven
	}
	return outcome{j, code, x.out, page}, nil
}

// missing reports whether a path does not exist.
func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}
