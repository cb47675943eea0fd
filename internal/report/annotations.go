package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"syncproof/internal/contract"
)

// maxAnnotations is how many annotations of each level GitHub shows of a step.
const maxAnnotations = 10

// Annotations writes GitHub's workflow commands, one a broken rule: errors for
// MUST, warnings for SHOULD, notices for MAY. What harms customers most comes
// first, since GitHub shows ten of each level; the tenth counts the rest.
func Annotations(w io.Writer, j contract.Judgement) error {
	v := newView(j)
	var b strings.Builder
	if v.Verdict == contract.Error {
		text := sentence(v.summary())
		for _, t := range v.Trouble {
			text += "\n" + oneLine(t, maxReason)
		}
		annotate(&b, "error", issue{}, "syncproof: "+string(v.Verdict), text)
	}
	for _, level := range contract.Levels() {
		v.annotations(&b, level, strings.Count(b.String(), "::error "))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the annotations: %w", err)
	}
	return nil
}

func (v *view) annotations(b *strings.Builder, level contract.Level, taken int) {
	var rules []contract.Result
	for _, h := range contract.Hazards() {
		for _, r := range v.brokenRules() {
			if r.Rule.Level == level && r.Rule.Hazard == h {
				rules = append(rules, r)
			}
		}
	}
	if level != contract.Must {
		taken = 0
	}
	most := maxAnnotations - taken
	word := map[contract.Level]string{contract.Must: "error", contract.Should: "warning", contract.May: "notice"}[level]
	for i, r := range rules {
		if i == most-1 && len(rules) > most {
			annotate(b, word, issue{}, "syncproof", fmt.Sprintf("%d more %s rules are broken; the reports name them.", len(rules)-i, level))
			return
		}
		x := v.placedIssue(r)
		text := x.text
		if r.Outcome == contract.Fail {
			text = hazardSentence(r.Rule.Hazard) + "\n" + text + "\nFix: " + unwrap(r.Rule.Fix)
		}
		annotate(b, word, x, r.Rule.ID+" "+unwrap(r.Rule.Title), text)
	}
}

// placedIssue is a rule's first place that is known to the line, or its first.
func (v *view) placedIssue(r contract.Result) issue {
	all := v.issues([]contract.Result{r})
	if i := slices.IndexFunc(all, func(x issue) bool { return x.line > 0 }); i >= 0 {
		return all[i]
	}
	return all[0]
}

// annotate writes one command. Its properties end at colons and commas, and all
// of it at the line's end; % is how those are written. See
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
func annotate(b *strings.Builder, level string, x issue, title, text string) {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	b.WriteString("::" + level + " ")
	if x.path != "" {
		b.WriteString("file=" + property.Replace(visible(x.path)) + ",")
		if x.line > 0 {
			b.WriteString("line=" + itoa(x.line) + ",")
		}
	}
	b.WriteString("title=" + property.Replace(visible(title)) + "::" + data.Replace(visibleLines(text)) + "\n")
}
