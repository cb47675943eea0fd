package report

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"syncproof/internal/contract"
)

// How much of one text the JUnit file shows, in characters: GitLab refuses files
// over 30 MB.
const (
	maxMessage = 400
	maxText    = 4000
)

func (d *junit) testcase(r contract.Result) testcase {
	c := testcase{name: r.Rule.ID + " " + unwrap(r.Rule.Title), level: r.Rule.Level, calls: callsOf(r.Findings)}
	switch r.Outcome {
	case contract.Pass:
	case contract.Fail:
		c.child, c.kind = "failure", string(r.Rule.Hazard)
		c.message, c.text = d.failMessage(r), d.failText(r)
		c.place = placed(r.Findings)
	case contract.StaleWaiver:
		c.child, c.kind = "failure", typeStaleWaiver
		c.message = reasoned("the waiver for this rule is stale", r.Reason)
		c.text = d.plainText(r)
	case contract.NotApplicable, contract.NotTestable, contract.Waived:
		c.child = "skipped"
		c.message = reasoned(outcomeWords(r.Outcome), r.Reason)
		c.text = d.plainText(r)
	default:
		c.child, c.kind = "error", typeHarnessError
		c.message = reasoned("syncproof could not decide this rule", r.Reason)
		c.text = d.plainText(r)
	}
	return c
}

func reasoned(what, reason string) string {
	if reason == "" {
		return what
	}
	return what + ": " + oneLine(reason, maxMessage)
}

// placed is the first finding that knows its file.
func placed(findings []contract.Finding) *contract.Finding {
	i := slices.IndexFunc(findings, func(f contract.Finding) bool { return f.File != "" })
	if i < 0 {
		return nil
	}
	return &findings[i]
}

// failMessage is the failure in one line.
func (d *junit) failMessage(r contract.Result) string {
	if isFollowOn(r) {
		return reasoned("could not be met because of "+r.Follows, strings.Join(notes([]contract.Result{r}), "; "))
	}
	if len(r.Findings) == 0 {
		return reasoned("the rule is broken", r.Reason)
	}
	f := r.Findings[0]
	text := oneLine(f.At, maxMessage)
	for _, part := range []struct{ between, words string }{
		{": want ", f.Want}, {", got ", f.Got}, {": ", f.Note},
	} {
		// The note is for failures without a pair of values.
		if part.words != "" && (part.between != ": " || f.Want+f.Got == "") {
			text += part.between + oneLine(part.words, maxMessage)
		}
	}
	if more := r.Count - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// failText is everything about a failure. The places in the code come last:
// one consumer takes the last line that names the module's file.
func (d *junit) failText(r contract.Result) string {
	var b block
	b.line("%s, %s", r.Rule.Level, r.Rule.Basis)
	b.line("%s", hazardSentence(r.Rule.Hazard))
	if len(r.OnlyUnder) > 0 {
		b.line("fails only under %s", strings.Join(r.OnlyUnder, " and "))
	}
	for _, f := range r.Findings {
		b.line("")
		b.line("%s", oneLine(f.At, maxText))
		for _, row := range [][2]string{{"want", f.Want}, {"got ", f.Got}, {"note", f.Note}} {
			if row[1] != "" {
				b.line("  %s  %s", row[0], oneLine(row[1], maxText))
			}
		}
		if f.Preview != nil {
			b.line("  sync  %s", oneLine(previewWords(f.Preview, contract.MaxPreviewRows), maxText))
		}
	}
	if more := r.Count - len(r.Findings); more > 0 {
		b.line("… and %d more", more)
	}
	b.line("")
	if isFollowOn(r) {
		b.labelled("follows", "from "+r.Follows)
	}
	b.labelled("why", unwrap(r.Rule.Why))
	b.labelled("fix", unwrap(r.Rule.Fix))
	for _, line := range strings.Split(r.Rule.Source, "\n") {
		b.labelled("source", strings.TrimSpace(line))
	}
	b.labelled("quote", unwrap(r.Rule.Quote))
	b.labelled("reason", r.Reason)
	for _, text := range r.Void {
		b.labelled("waiver", text)
	}
	d.origin(&b, r)
	d.locations(&b, r.Findings)
	return b.String()
}

// plainText is for outcomes that are no failure of the rule.
func (d *junit) plainText(r contract.Result) string {
	var b block
	b.labelled("reason", r.Reason)
	b.labelled("supply", r.Supply)
	d.origin(&b, r)
	return b.String()
}

// origin says how to see it again and where the evidence lies.
func (d *junit) origin(b *block, r contract.Result) {
	if d.Rerun != "" && r.Outcome != contract.NotApplicable {
		b.labelled("again", d.Rerun+" --only "+r.Rule.ID+faultFlags(r.Findings))
	}
	for _, id := range callsOf(r.Findings) {
		if d.Transcript != "" {
			b.labelled("evidence", d.Transcript+"#"+id)
		}
	}
}

// locations writes each place in the two forms consumers look for, at the very
// start of a line and after a space: a stack-trace line whose dotted parts are
// the file's folders, and a path. The module's main file comes last, because the
// other consumer takes the last line that names it.
func (d *junit) locations(b *block, findings []contract.Finding) {
	var main, other []string
	for _, f := range findings {
		if f.File == "" || f.Line <= 0 {
			continue
		}
		lines := d.location(f)
		into := &other
		if slashed(f.File) == d.Target.Module+".php" {
			into = &main
		}
		if !slices.Contains(*into, lines) {
			*into = append(*into, lines)
		}
	}
	for _, lines := range append(other, main...) {
		b.line("")
		b.line("%s", lines)
	}
}

func (d *junit) location(f contract.Finding) string {
	file := slashed(f.File)
	folders := []string{d.Target.Module}
	if dir := path.Dir(file); dir != "." {
		folders = append(folders, strings.Split(dir, "/")...)
	}
	// The consumer reads dotted parts up to the first capital as folders, so
	// what stands for the function must begin with one.
	function := "Module"
	if c := call(d.Judgement, f.Call); c != nil && c.Function != "" && c.Function[0] >= 'A' && c.Function[0] <= 'Z' {
		function = c.Function
	}
	dotted := oneLine(strings.Join(folders, "."), maxMessage) + "." + oneLine(function, maxMessage)
	where := fmt.Sprintf("(%s:%d)", oneLine(path.Base(file), maxMessage), f.Line)
	return "at modules.servers." + dotted + where + "\n" +
		"at " + dotted + where + "\n" +
		fmt.Sprintf(" %s:%d", oneLine(d.path(file), maxMessage), f.Line)
}

// path is a file of the module as seen from the repository.
func (d *junit) path(file string) string {
	if file = slashed(file); d.opt.Folder != "" {
		return path.Join(slashed(d.opt.Folder), file)
	}
	return file
}

func slashed(file string) string { return strings.ReplaceAll(file, `\`, "/") }

// visibleAll makes each line safe before lines are joined by real line breaks.
func visibleAll(lines []string) []string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, oneLine(l, maxText))
	}
	return out
}

// block collects lines. What is not ours must be made visible before it gets
// here, so that its line breaks cannot pass for ours.
type block struct{ strings.Builder }

func (b *block) line(format string, args ...any) {
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b.Builder, format, args...)
}

func (b *block) labelled(label, text string) {
	if text != "" {
		b.line("%-8s  %s", label, oneLine(text, maxText))
	}
}
