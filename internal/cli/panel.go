package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"syncproof/internal/panel"
	"syncproof/internal/phpvalue"
)

func newPanel(system System) *cobra.Command {
	c := &cobra.Command{
		Use:   "panel",
		Short: "Check, play and make panel profiles: descriptions of how a control panel's API answers",
		Long: `A panel profile is a YAML file that describes how a control panel's API answers,
as templates over a fleet of accounts. docs/panel-profiles.md says how to write one.`,
		Example: `  syncproof panel check acme.yaml
  syncproof panel serve acme.yaml --port 8080 --accounts 250
  syncproof panel infer acme.har --output acme.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	check, serve, infer := newPanelCheck(system), newPanelServe(system), newPanelInfer(system)
	describeArgs(check)
	describeArgs(serve)
	describeArgs(infer)
	c.AddCommand(check, serve, infer)
	return c
}

func newPanelCheck(system System) *cobra.Command {
	var strict bool
	c := &cobra.Command{
		Use:   "check FILE",
		Short: "Find what is wrong with a panel profile, and what it lacks",
		Long: `Check reads a profile, plays each of its routes and replies with a few ordinary and
with odd accounts, and holds what comes out against the type it says it has: JSON
has to be JSON, XML has to be well-formed. It also says what a real panel has and
the profile lacks.

Exit codes: 0 the profile can be played, 1 it cannot, or with --strict it lacks
something, 2 it cannot be read.`,
		Example: `  syncproof panel check acme.yaml`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return checkPanel(ctx, system, args[0], strict)
		},
	}
	c.Flags().BoolVar(&strict, "strict", false, "what is missing counts as wrong")
	return c
}

func checkPanel(ctx context.Context, system System, path string, strict bool) error {
	profile, err := panel.Load(ctx, path)
	if ctx.Err() != nil {
		return &exitError{code: ExitInterrupted}
	}
	if err != nil {
		return usage("%w", err)
	}
	findings := panel.Check(ctx, profile)
	if ctx.Err() != nil {
		return &exitError{code: ExitInterrupted}
	}
	wrong := 0
	for _, f := range findings {
		kind := "missing"
		if f.Wrong {
			kind = "wrong"
		}
		if f.Wrong || strict {
			wrong++
		}
		place := phpvalue.Printable(path)
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d", place, f.Line)
		}
		fmt.Fprintf(system.Out, "%-8s %s: %s\n", kind, place, phpvalue.Printable(f.Message))
	}
	if wrong > 0 {
		fmt.Fprintf(system.Out, "%s cannot be used as it is\n", phpvalue.Printable(path))
		return exitWith(ExitNotConformant)
	}
	fmt.Fprintf(system.Out, "%s can be played: %s, %s\n", phpvalue.Printable(path), phpvalue.Printable(profile.Name), counted(profile.Routes(), "route"))
	return nil
}

// counted is a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
