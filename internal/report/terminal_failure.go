package report

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncproof/internal/contract"
)

// placeColumn is the widest place that still stands beside its values; a wider
// one gets a line of its own.
const placeColumn = 34

// shownRows is how many rows of each kind the terminal names in a preview.
const shownRows = 3

func (t *terminal) area(a area) {
	t.blank()
	t.hang(t.styles.bold, oneLine(a.name, maxPlace), "("+plural(len(a.failures), "failure", "failures")+")", 0, 1)
	for i, f := range a.failures {
		if i > 0 {
			t.blank()
		}
		t.failure(f)
	}
}

func (t *terminal) failure(f failure) {
	t.failLine(f.Result)
	shown := f.Findings[:min(len(f.Findings), shownFindings)]
	t.findings(shown)
	if more := f.Count - len(shown); more > 0 {
		t.hang(t.styles.plain, "", fmt.Sprintf("… and %d more", more), 6, 0)
	}
	if f.follows > 0 {
		t.hang(t.styles.bold, "", "… and "+followWords(f.follows)+" because of "+f.Rule.ID, 6, 0)
	}
	if f.Reason != "" {
		t.labelled("reason", f.Reason, 6)
	}
	t.voidWaivers(f.Result)
	if f.Outcome == contract.Fail {
		t.labelled("why", unwrap(f.Rule.Why), 6)
		t.labelled("fix", unwrap(f.Rule.Fix), 6)
		t.source(f.Rule)
	}
	t.again(f.Rule.ID + faultFlags(shown))
	for _, id := range callsOf(shown) {
		if t.Transcript != "" {
			t.rawLabelled("evidence", evidencePath(t.opt.Out, t.Transcript)+"#"+id)
		}
	}
}

// voidWaivers says which waivers no longer count.
func (t *terminal) voidWaivers(r contract.Result) {
	for _, text := range r.Void {
		t.labelled("waiver", text, 6)
	}
}

// failLine is a failure in one line.
func (t *terminal) failLine(r contract.Result) {
	word := "FAIL"
	if r.Outcome == contract.StaleWaiver {
		word = "STALE WAIVER"
	}
	t.ruleLine(t.styles.bad, word, r.Rule)
}

func (t *terminal) errorLine(r contract.Result) { t.ruleLine(t.styles.bad, "SYNCPROOF ERROR", r.Rule) }

func (t *terminal) ruleLine(style ansi.Style, word string, r contract.Rule) {
	t.hang(style, word+"  "+r.ID+"  "+string(r.Level), unwrap(r.Title), 0, 2)
}

// findings prints places, wanted and found values in aligned columns.
func (t *terminal) findings(findings []contract.Finding) {
	column := 0
	for _, f := range findings {
		column = max(column, ansi.StringWidth(oneLine(f.At, maxPlace)))
	}
	beside := column <= min(placeColumn, t.width/3)
	for _, f := range findings {
		place, indent := oneLine(f.At, maxPlace), 6+column+2
		if !beside {
			t.hang(t.styles.bold, "", place, 6, 0)
			place, indent = "", 8
		}
		for _, row := range findingRows(f) {
			t.columns(place, indent, row[0], row[1])
			place = ""
		}
		if place != "" {
			t.hang(t.styles.bold, "", place, 6, 0)
		}
	}
}

// findingRows are the labelled lines of one finding.
func findingRows(f contract.Finding) [][2]string {
	var rows [][2]string
	add := func(label, text string) {
		if text != "" {
			rows = append(rows, [2]string{label, oneLine(text, maxValue)})
		}
	}
	add("want", f.Want)
	add("got", f.Got)
	add("note", f.Note)
	if f.Preview != nil {
		rows = append(rows, [2]string{"sync", oneLine(previewWords(f.Preview, shownRows), maxReason)})
	}
	add("code", codePlace(f))
	return rows
}

// codePlace is file:line, or "" where PHP could not tell.
func codePlace(f contract.Finding) string {
	if f.File == "" {
		return ""
	}
	if f.Line <= 0 {
		return f.File
	}
	return fmt.Sprintf("%s:%d", f.File, f.Line)
}

// source shows what the rule rests on. An address is never broken.
func (t *terminal) source(r contract.Rule) {
	label := "source"
	for _, line := range strings.Split(r.Source, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			t.rawLabelled(label, line)
			label = ""
		}
	}
	if r.Quote != "" {
		t.labelled(label, `"`+unwrap(r.Quote)+`"`, 6)
	}
}

// again is the command that runs just this rule.
func (t *terminal) again(rule string) {
	if t.Rerun != "" {
		t.rawLabelled("again", t.Rerun+" --only "+rule)
	}
}

// orphaned prints failures that follow from a rule that did not itself fail in
// this run.
func (t *terminal) orphaned() {
	for _, c := range t.orphans {
		t.blank()
		t.orphanLine(c)
		for _, note := range notes(c.rules) {
			t.labelled("reason", note, 6)
		}
		t.labelled("rules", strings.Join(ids(c.rules), ", "), 6)
		t.again(c.id)
	}
}

func (t *terminal) orphanLine(c cause) {
	standing := "not part of this run"
	if c.outcome != "" {
		standing = outcomeWords(c.outcome)
	}
	t.hang(t.styles.bad, "FAIL", fmt.Sprintf("%s could not be met because of %s (%s)",
		plural(len(c.rules), "rule", "rules"), c.id, standing), 0, 2)
}

// notes are the different notes of follow-on failures, in order.
func notes(results []contract.Result) []string {
	var out []string
	seen := map[string]bool{}
	for _, r := range results {
		for _, f := range r.Findings {
			if f.Note != "" && !seen[f.Note] {
				seen[f.Note] = true
				out = append(out, f.Note)
			}
		}
	}
	return out
}

func ids(results []contract.Result) []string {
	out := make([]string, 0, len(results))
	for _, r := range results {
		out = append(out, r.Rule.ID)
	}
	return out
}

// evidencePath is where the transcript lies, seen from where the command ran.
func evidencePath(out, transcript string) string {
	if out == "" {
		return transcript
	}
	return strings.TrimRight(out, `/\`) + "/" + transcript
}
