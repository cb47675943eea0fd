package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/contract"
	"syncproof/internal/judge"
	"syncproof/internal/nearest"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
	"syncproof/internal/waiver"
	"syncproof/suites"
)

func newWaive(system System) *cobra.Command {
	c := &cobra.Command{
		Use:   "waive RULE",
		Short: "Accept a rule's failure until a date, in syncproof.yaml",
		Long: `Waive looks at the last run and adds a waiver of the rule to syncproof.yaml, which
it otherwise leaves as it is. The waiver is pinned to the failure's message: should
the rule fail in another way, it fails again.

Only a failure of a whole run can be waived: not one of a run with --only, --skip or
--fault, nor of one that did not come to its end.

Exit codes: 0 the waiver was written, 2 it was refused; the message says why.`,
		Example: `  syncproof waive MAIL-01 --reason "the panel has no e-mail" --owner jane@example.com --expires 2027-01-31
  syncproof waive FLT-11 --scope point:html-login@2 --reason "fixed in 2.4" --owner jane@example.com --expires 2027-01-31`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return waive(system, c, args[0]) },
	}
	f := c.Flags()
	f.String("reason", "", "why the failure is accepted (required)")
	f.String("owner", "", "who answers for it, such as an e-mail address (required)")
	f.String("expires", "", "the last day on which the waiver counts, such as 2027-01-31 (required)")
	f.String("scope", contract.ScopeRule, "what of the failure: rule, session:NAME, fault:NAME or point:FAULT@REQUEST")
	f.Bool("any-message", false, "waive whatever the rule finds in that scope, in place of the failure as it is now")
	f.String("run", "", "folder or transcript of the run to look at (default: the folder of the last run)")
	f.String("config", "", "configuration file to add to (default: "+config.FileName+" in this folder)")
	return c
}

func waive(system System, c *cobra.Command, id string) error {
	cfg, err := settings(context.Background(), c, nil)
	if err != nil {
		return err
	}
	w, err := asked(system, c, id)
	if err != nil {
		return err
	}
	run, path, err := lastRun(cmp.Or(flagText(c, "run"), cfg.Out))
	if err != nil {
		return err
	}
	defer run.Close()
	recorded := run.Transcript
	if why := waiver.Partial(recorded); why != "" {
		return usage("%s is refused: the run in %s %s, so it does not show all that the rule finds; waive from a whole run", w.Rule, path, why)
	}
	rules, err := selected([]string{w.Rule}, nil)
	if err != nil {
		return err
	}
	judged, err := judge.Run(recorded, rules, judge.Options{Tool: tool, Waivers: cfg.Accepted(), Today: dayOf(recorded, system)})
	if err != nil {
		return notDriven("%w", err)
	}
	w.Module = recorded.Header.Target.Module
	w, err = waiver.Propose(w, judged.Results[0], recorded, flagBool(c, "any-message"))
	if err != nil {
		return usage("%w", err)
	}
	file := cmp.Or(flagText(c, "config"), config.FileName)
	if err := amend(file, w); err != nil {
		return err
	}
	what := w.Rule + " is"
	if w.Scope != contract.ScopeRule {
		what = "What " + w.Rule + " finds within " + w.Scope + " is"
	}
	fmt.Fprintf(system.Out, "Added to %s:\n\n%s\n\n%s shown as waived from now on, never as passed. From the day after %s it fails again.\n",
		file, phpvalue.Printable(strings.Join(config.WaiverLines(w, 2), "\n")), what, w.Expires)
	return nil
}

// asked is the waiver the command line describes.
func asked(system System, c *cobra.Command, id string) (contract.Waiver, error) {
	clean := func(name string) string {
		return strings.Join(strings.Fields(phpvalue.Printable(flagText(c, name))), " ")
	}
	w := contract.Waiver{
		Rule: strings.ToUpper(id), Scope: flagText(c, "scope"),
		Owner: clean("owner"), Reason: clean("reason"), Expires: flagText(c, "expires"),
	}
	day, err := time.Parse(time.DateOnly, w.Expires)
	switch {
	case !slices.Contains(ruleIDs(), w.Rule):
		end := nearest.Question(nearest.Words(w.Rule, ruleIDs(), 3))
		return w, usage("there is no rule %s%s", phpvalue.Quote(id), end)
	case w.Reason == "":
		return w, usage("a waiver needs a reason that its reader understands: --reason \"…\"")
	case w.Owner == "":
		return w, usage("a waiver needs someone who answers for it: --owner jane@example.com")
	case w.Expires == "":
		return w, usage("a waiver needs a last day, so that it is looked at again: --expires 2027-01-31")
	case err != nil:
		return w, usage("--expires takes a day that exists, such as 2027-01-31; got %s", phpvalue.Quote(w.Expires))
	case w.Expires < system.now().UTC().Format(time.DateOnly):
		return w, usage("--expires %s is in the past; the waiver would never count", day.Format(time.DateOnly))
	}
	if err := waiver.CheckScope(w.Scope); err != nil {
		return w, usage("--scope %w", err)
	}
	return w, nil
}

// amend adds the waiver to the file, which keeps its permissions.
func amend(file string, w contract.Waiver) error {
	mode := fs.FileMode(0o644)
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	}
	raw, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usage("reading the configuration: %w", err)
	}
	if info, err := os.Stat(file); err == nil {
		mode = info.Mode().Perm()
	}
	amended, err := config.AddWaiver(file, raw, w)
	if errors.Is(err, config.ErrForm) {
		return usage("%s was not changed: %w. Add this below waivers:\n\n%s", file, err, strings.Join(config.WaiverLines(w, 2), "\n"))
	}
	if err != nil {
		return usage("%w", err)
	}
	if err := replaceFile(file, amended); err != nil {
		return usage("writing the configuration: %w", err)
	}
	if err := os.Chmod(file, mode); err != nil {
		return usage("writing the configuration: %w", err)
	}
	return nil
}

// lastRun reads the transcript in a folder, or the transcript itself.
func lastRun(path string) (transcript.Opened, string, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = storedIn(path)
	}
	recorded, err := transcript.Open(path)
	var denied *fs.PathError
	switch {
	case errors.As(err, &denied):
		return recorded, path, usage("there is no run to look at: %w; make one with syncproof run, or name its folder with --run", err)
	case err != nil:
		return recorded, path, usage("%s: %w", path, err)
	}
	return recorded, path, nil
}

// dayOf is the day on which waivers are to count: that of the run, so that a
// stored transcript is always judged the same.
func dayOf(t *transcript.Transcript, system System) time.Time {
	if started, err := time.Parse(time.RFC3339, t.Header.Started); err == nil {
		return started
	}
	return system.now()
}

func ruleIDs() []string {
	var ids []string
	for _, r := range suites.Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}
