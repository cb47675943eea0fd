package report

import (
	"fmt"
	"io"
	"strings"

	"syncproof/internal/contract"
)

// MaxMarkdown bounds the Markdown report in bytes. GitHub refuses a job summary
// of more than 1 MiB, and several steps may write to one page.
const MaxMarkdown = 512 << 10

// Markdown writes a summary for the page of a CI job. Whatever comes from the
// module stands in code spans, in which nothing acts.
func Markdown(w io.Writer, j contract.Judgement) error {
	m := &markdown{view: newView(j)}
	m.head()
	for i, f := range m.failures() {
		before := m.Len()
		m.failure(f)
		if m.Len() > MaxMarkdown/2 {
			kept := m.String()[:before]
			m.Reset()
			m.WriteString(kept)
			m.line("… and %s, which the other reports hold.", plural(len(m.failures())-i, "more failure", "more failures"))
			break
		}
	}
	m.rest()
	if _, err := io.WriteString(w, m.String()); err != nil {
		return fmt.Errorf("writing the Markdown report: %w", err)
	}
	return nil
}

type markdown struct {
	*view
	strings.Builder
}

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(&m.Builder, format+"\n\n", args...) }

func (m *markdown) head() {
	m.line("## %s %s %s", verdictSign(m.Verdict), m.Verdict, code(m.Target.Module, maxPlace))
	m.line("%s", plain(sentence(m.summary())))
	for _, t := range m.Trouble[:min(len(m.Trouble), shownFindings)] {
		m.line("> %s", code(t, maxReason))
	}
	any := false
	for _, h := range contract.Hazards() {
		if ids := m.byHazard(h); len(ids) > 0 {
			fmt.Fprintf(&m.Builder, "- **%s**: %s\n", plain(hazardLine(h, len(ids))), plain(strings.Join(ids, ", ")))
			any = true
		}
	}
	if any {
		m.WriteString("\n")
	}
}

func (m *markdown) failure(f failure) {
	sign := "FAIL"
	if f.Outcome == contract.StaleWaiver {
		sign = "STALE WAIVER"
	}
	m.line("### %s %s %s: %s", sign, plain(f.Rule.ID), f.Rule.Level, plain(unwrap(f.Rule.Title)))
	if f.Reason != "" {
		m.line("%s", code(f.Reason, maxReason))
	}
	shown := f.Findings[:min(len(f.Findings), shownFindings)]
	for _, x := range shown {
		fmt.Fprintf(&m.Builder, "- %s\n", code(x.At, maxPlace))
		for _, row := range findingRows(x) {
			fmt.Fprintf(&m.Builder, "  - %s: %s\n", row[0], code(row[1], maxReason))
		}
	}
	if len(shown) > 0 {
		m.WriteString("\n")
	}
	if more := f.Count - len(shown); more > 0 {
		m.line("… and %d more.", more)
	}
	if f.follows > 0 {
		m.line("%s because of this.", followWords(f.follows))
	}
	if f.Outcome == contract.Fail {
		m.line("**Why:** %s", plain(unwrap(f.Rule.Why)))
		m.line("**Fix:** %s", plain(unwrap(f.Rule.Fix)))
	}
	if m.Rerun != "" {
		m.line("**Again:** %s", code(m.Rerun+" --only "+f.Rule.ID+faultFlags(shown), maxReason))
	}
}

// rest is what is no failure: what was not tested, waived, and seen.
func (m *markdown) rest() {
	const most = 20
	if len(m.untested) > 0 {
		m.line("### Not tested")
		for _, g := range m.untested[:min(len(m.untested), most)] {
			fmt.Fprintf(&m.Builder, "- %s: %s\n", plain(strings.Join(g.ids[:min(len(g.ids), maxIDs)], ", ")), code(g.reason, maxReason))
			if g.supply != "" {
				fmt.Fprintf(&m.Builder, "  - to have it tested: %s\n", code(g.supply, maxReason))
			}
		}
		m.WriteString("\n")
	}
	if len(m.waived) > 0 {
		m.line("### Waived")
		for _, r := range m.waived[:min(len(m.waived), maxIDs)] {
			fmt.Fprintf(&m.Builder, "- %s: %s\n", plain(r.Rule.ID), code(r.Reason, maxReason))
		}
		m.WriteString("\n")
	}
	m.line("%s", plain(countsLine(m.Counts, m.followOns())))
	for _, s := range m.Scope[:min(len(m.Scope), most)] {
		fmt.Fprintf(&m.Builder, "- %s\n", code(s, maxReason))
	}
}

// maxIDs is how many rules a line names.
const maxIDs = 200

func verdictSign(v contract.Verdict) string {
	switch v {
	case contract.Conformant:
		return "✅"
	case contract.NotConformant:
		return "❌"
	default:
		return "⚠️"
	}
}

// plain is text of ours without a meaning in Markdown.
func plain(s string) string {
	var b strings.Builder
	for _, r := range visible(s) {
		if strings.ContainsRune("\\`*_{}[]<>()#+!|~&$@", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code is foreign text in a code span, which only a run of as many backticks as
// it began with can end.
func code(s string, n int) string {
	s = oneLine(s, n)
	if s == "" {
		return ""
	}
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	return fence + " " + s + " " + fence
}

// ruleMarkdown explains a rule, of whose texts all are ours.
func ruleMarkdown(r contract.Rule) string {
	text := "**" + plain(hazardSentence(r.Hazard)) + "**\n\n**Why:** " + plain(unwrap(r.Why)) + "\n\n**Fix:** " + plain(unwrap(r.Fix))
	for _, example := range [][2]string{{"Right", r.Good}, {"Wrong", r.Bad}} {
		if example[1] != "" {
			text += "\n\n" + example[0] + ":\n\n```php\n" + example[1] + "\n```"
		}
	}
	for _, line := range strings.Fields(r.Source) {
		if strings.HasPrefix(line, "https://") {
			text += "\n\n<" + line + ">"
		}
	}
	return text
}
