package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"syncproof/internal/contract"
)

// codeIssue is one entry of GitLab's Code Quality report. See
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
type codeIssue struct {
	Description string       `json:"description"`
	CheckName   string       `json:"check_name"`
	Fingerprint string       `json:"fingerprint"`
	Severity    string       `json:"severity"`
	Location    codeLocation `json:"location"`
}

type codeLocation struct {
	Path  string    `json:"path"`
	Lines codeLines `json:"lines"`
}

type codeLines struct {
	Begin int `json:"begin"`
}

// CodeQuality writes the broken places as GitLab's merge requests show them.
// GitLab wants a file and a line of each; those that have none stand at the
// beginning of the module's file.
func CodeQuality(w io.Writer, j contract.Judgement) error {
	v := newView(j)
	list := []codeIssue{}
	for _, x := range v.issues(v.brokenRules()) {
		file := x.path
		if file == "" {
			file = "module"
		}
		list = append(list, codeIssue{
			Description: x.result.Rule.ID + ": " + unwrap(x.result.Rule.Title) + ". " + x.text,
			CheckName:   x.result.Rule.ID, Fingerprint: x.print, Severity: severity(x.result),
			Location: codeLocation{visible(file), codeLines{max(1, x.line)}},
		})
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(list); err != nil {
		return fmt.Errorf("making the Code Quality report: %w", err)
	}
	if _, err := w.Write(escapeHidden(out.Bytes())); err != nil {
		return fmt.Errorf("writing the Code Quality report: %w", err)
	}
	return nil
}

// severity is how GitLab ranks a broken rule: blocker, critical, major, minor.
func severity(r contract.Result) string {
	switch {
	case r.Rule.Level == contract.Must && r.Rule.Hazard == contract.Terminate:
		return "blocker"
	case r.Rule.Level == contract.Must:
		return "critical"
	case r.Rule.Level == contract.Should:
		return "major"
	default:
		return "minor"
	}
}
