package cli

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/contract"
	"syncproof/internal/harness"
	"syncproof/internal/report"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// outcome is what a run came to.
type outcome struct {
	judgement contract.Judgement
	code      int
	// out and page are where its reports went and what its page shows, for a run
	// that is one of several.
	out  results
	page report.HTMLOptions
}

// recordedInstead leaves the server out where a recording answers in its place.
func recordedInstead(system System, cfg config.Config) config.Config {
	if cfg.Recording == "" {
		return cfg
	}
	if cfg.Server.Live() {
		tell(system.Err, "%s answers in place of the server; nothing is sent to it", cfg.Recording)
	}
	return cfg.WithoutServer()
}

// sayHowToGoOn with a run that broke off. With any other nobody has to.
func sayHowToGoOn(system System, dir string, brokeOff bool) {
	if !brokeOff {
		forgetMadeWith(dir)
		return
	}
	tell(system.Err, "to go on with this run: the same command line and --resume %s", quote(dir))
}

// handedOn are the parameters the module gets. The secrets gain those of the server
// that is played.
func handedOn(system System, opened harness.Opened, params map[string]any, secrets map[string]string) map[string]any {
	maps.Copy(secrets, opened.Secrets)
	warnOfWeak(system.Err, secrets)
	if opened.Params != nil {
		return opened.Params
	}
	return params
}

// capture makes a live run: calls, transcript, judgement, reports.
func capture(ctx context.Context, system System, c *cobra.Command, cfg config.Config, rules []suites.Rule, args []string) (outcome, error) {
	// Judging an earlier one of several runs has switched signals off.
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	cfg = recordedInstead(system, cfg)
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
	params = handedOn(system, opened, params, secrets)
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
		Reads: cfg.Reads, Policies: cfg.Policies, Faults: faults, Budget: cfg.Run.Budget, Parallel: cfg.Run.Parallel,
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
	sayHowToGoOn(system, out.dir, err != nil || interrupted)
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
