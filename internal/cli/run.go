package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"syncproof/internal/harness"
	"syncproof/internal/scenario"
	"syncproof/internal/selector"
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

// missing reports whether a path does not exist.
func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}
