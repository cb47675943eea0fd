package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"syncproof/internal/contract"
)

// TAP writes version 14 of the Test Anything Protocol: a test point a rule, what
// was not tested as skipped, what is waived as to be done, and details of
// failures in YAML. See https://testanything.org/tap-version-14-specification.html
func TAP(w io.Writer, j contract.Judgement) error {
	v := newView(j)
	points := j.Results
	undriven := len(j.Trouble) > 0 || j.Verdict == contract.Error && len(v.broken) == 0
	total := len(points)
	if undriven || total == 0 {
		total++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "TAP version 14\n1..%d\n", total)
	for i, r := range points {
		v.tapPoint(&b, i+1, r)
	}
	if total > len(points) {
		text := v.summary()
		fmt.Fprintf(&b, "not ok %d - syncproof could not drive the module\n", total)
		diagnose(&b, [][2]string{{"message", text}, {"reason", strings.Join(visibleAll(j.Trouble), "; ")}})
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the TAP report: %w", err)
	}
	return nil
}

func (v *view) tapPoint(b *strings.Builder, n int, r contract.Result) {
	status, directive := "ok", ""
	switch r.Outcome {
	case contract.Pass:
	case contract.NotApplicable, contract.NotTestable:
		directive = " # SKIP " + tapText(reasoned(outcomeWords(r.Outcome), r.Reason))
	case contract.Waived:
		status, directive = "not ok", " # TODO "+tapText(reasoned("waived", r.Reason))
	default:
		status = "not ok"
	}
	fmt.Fprintf(b, "%s %d - %s%s\n", status, n, tapText(r.Rule.ID+" "+unwrap(r.Rule.Title)), directive)
	if status == "ok" {
		return
	}
	x := v.placedIssue(r)
	rows := [][2]string{
		{"message", x.text}, {"level", string(r.Rule.Level)}, {"hazard", string(r.Rule.Hazard)}, {"outcome", string(r.Outcome)},
		{"reason", r.Reason}, {"follows", r.Follows}, {"fix", unwrap(r.Rule.Fix)},
	}
	if x.path != "" && x.line > 0 {
		rows = append(rows, [2]string{"file", x.path}, [2]string{"line", itoa(x.line)})
	}
	if v.Rerun != "" {
		rows = append(rows, [2]string{"again", v.Rerun + " --only " + r.Rule.ID + faultFlags(r.Findings)})
	}
	diagnose(b, rows)
}

// tapText is text within a line of TAP, where # begins a directive.
func tapText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(oneLine(s, maxMessage))
}

// diagnose writes a block of YAML. A string in JSON is one in YAML as well.
func diagnose(b *strings.Builder, rows [][2]string) {
	b.WriteString("  ---\n")
	for _, row := range rows {
		if row[1] == "" {
			continue
		}
		quoted, err := json.Marshal(oneLine(row[1], maxReason))
		if err != nil {
			continue
		}
		b.WriteString("  " + row[0] + ": " + string(quoted) + "\n")
	}
	b.WriteString("  ...\n")
}
