package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"syncproof/internal/contract"
)

// TerminalOptions says how the terminal report is written. The report never
// looks at the environment: whether colour is wanted (a terminal, NO_COLOR) and
// how wide the terminal is, the caller finds out.
type TerminalOptions struct {
	Color bool
	// Width is the line width in columns; 0 means 100, and less than 40 counts
	// as 40. Commands and addresses are never broken, so that they can be copied.
	Width int
	// Verbose adds every rule with its outcome and every call with its time.
	Verbose bool
	// Quiet leaves one line for the verdict and one for each failure.
	Quiet bool
	// Out is the folder of the reports, "" when none were written.
	Out string
	// AllowIncomplete and Interrupted say what else decides the exit code, which
	// the last line explains.
	AllowIncomplete bool
	Interrupted     bool
}

// How much of one text the terminal shows, in characters.
const (
	maxPlace  = 200
	maxValue  = 400
	maxReason = 1200
)

// shownFindings is how many places of one failure the terminal shows.
const shownFindings = 3

// Terminal writes the report for a person at a terminal: the verdict and what
// the module can do to customers first, then failures by area, then what was
// not tested, and the verdict again where the eye rests last.
func Terminal(w io.Writer, j contract.Judgement, opt TerminalOptions) error {
	t := &terminal{view: newView(j), opt: opt, printer: newPrinter(opt)}
	if opt.Quiet {
		t.quiet()
	} else {
		t.full()
	}
	if _, err := w.Write(t.out.Bytes()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

type terminal struct {
	*view
	*printer
	opt TerminalOptions
}

func (t *terminal) full() {
	t.verdict(t.summary())
	t.trouble()
	t.hazards()
	t.about()
	for _, a := range t.areas {
		t.area(a)
	}
	t.orphaned()
	t.rest()
	if t.opt.Verbose {
		t.allRules()
		t.allCalls()
	}
	t.blank()
	t.totals()
	t.blank()
	t.verdict(t.exitWords(t.opt))
}

// quiet keeps what a log needs: the verdict, why it could not be had, and one
// line a failure.
func (t *terminal) quiet() {
	t.verdict(t.summary())
	for _, s := range t.Trouble {
		t.hang(t.styles.bad, "TROUBLE", oneLine(s, maxReason), 0, 2)
	}
	for _, f := range t.failures() {
		t.failLine(f.Result)
		if f.follows > 0 {
			t.hang(t.styles.plain, "", "… and "+followWords(f.follows)+" because of "+f.Rule.ID, 6, 0)
		}
	}
	for _, c := range t.orphans {
		t.orphanLine(c)
	}
	for _, r := range t.broken {
		t.errorLine(r)
	}
}

func (t *terminal) verdict(why string) {
	head := t.verdictWords()
	if m := t.Target.Module; m != "" {
		head += "  " + oneLine(m, maxPlace)
	}
	t.hang(t.styles.verdict(t.Verdict), head, why, 0, 2)
}

func (t *terminal) trouble() {
	if len(t.Trouble) == 0 {
		return
	}
	t.blank()
	for _, s := range t.Trouble {
		t.hang(t.styles.bad, "TROUBLE", oneLine(s, maxReason), 2, 2)
	}
}

// hazards leads with what breaking the rules does to customers, worst first.
func (t *terminal) hazards() {
	first := true
	for _, h := range contract.Hazards() {
		ids := t.byHazard(h)
		if len(ids) == 0 {
			continue
		}
		if first {
			t.blank()
			first = false
		}
		style := t.styles.bold
		if h == contract.Terminate {
			style = t.styles.bad
		}
		t.hang(style, hazardLine(h, len(ids))+":", strings.Join(ids, ", "), 2, 1)
	}
}

// about says what was judged and what this judgement covers.
func (t *terminal) about() {
	t.blank()
	t.labelled("target", strings.TrimSpace(t.Target.Kind+"  "+t.Target.Ref), 2)
	if len(t.Environment) > 0 {
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(t.Environment)) {
			parts = append(parts, k+": "+t.Environment[k])
		}
		t.labelled("ran on", strings.Join(parts, "; "), 2)
	}
	for i, s := range t.Scope {
		label := ""
		if i == 0 {
			label = "scope"
		}
		t.labelled(label, s, 2)
	}
	for i, s := range requestLines(t.Upstream) {
		label := ""
		if i == 0 {
			label = "requests"
		}
		t.labelled(label, s, 2)
	}
	if t.Strict {
		t.labelled("strict", "SHOULD rules count as well", 2)
	}
}

// rest is everything that is neither a failure nor a verdict.
func (t *terminal) rest() {
	t.untestedRules()
	for _, r := range t.waived {
		t.blank()
		t.ruleLine(t.styles.warn, "WAIVED", r.Rule)
		t.labelled("reason", r.Reason, 6)
		t.labelled("means", hazardSentence(r.Rule.Hazard), 6)
	}
	for _, r := range t.broken {
		t.blank()
		t.errorLine(r)
		t.labelled("reason", r.Reason, 6)
		t.again(r.Rule.ID)
	}
}

func (t *terminal) untestedRules() {
	if len(t.untested) == 0 {
		return
	}
	n := 0
	for _, g := range t.untested {
		n += len(g.ids)
	}
	t.blank()
	t.hang(t.styles.warn, "NOT TESTED", plural(n, "rule", "rules")+"; that is not the same as passed", 0, 2)
	for _, g := range t.untested {
		t.hang(t.styles.bold, plural(len(g.ids), "rule:", "rules:"), oneLine(g.reason, maxReason), 6, 1)
		if g.supply != "" {
			t.labelled("supply", g.supply, 8)
		}
		t.labelled("rules", strings.Join(g.ids, ", "), 8)
	}
}

// totals ends the report with counts that add up.
func (t *terminal) totals() {
	c := contract.Count(t.Results)
	if c.NotApplicable > 0 {
		t.hang(t.styles.bold, "NOT APPLICABLE",
			plural(c.NotApplicable, "rule", "rules")+" about features the module does not declare", 0, 2)
	}
	if c.Pass > 0 {
		t.hang(t.styles.bold, "PASSED", plural(c.Pass, "rule", "rules"), 0, 2)
	}
	t.hang(t.styles.bold, "TOTAL", countsLine(c, t.followOns()), 0, 2)
	if t.Transcript != "" {
		t.raw(0, "EVIDENCE", evidencePath(t.opt.Out, t.Transcript))
	}
}
