package cli

import (
	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/judge"
	"syncproof/internal/progress"
	"syncproof/internal/report"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

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
