package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"syncproof/internal/contract"
)

// SARIF writes the broken and the waived rules as SARIF 2.1.0, for code scanning.
// Addresses of files are relative to the repository's root.
func SARIF(w io.Writer, j contract.Judgement) error {
	v := newView(j)
	index := map[string]int{}
	for i, r := range j.Results {
		index[r.Rule.ID] = i
	}
	results := []sarifResult{}
	for _, x := range v.issues(append(v.brokenRules(), v.waived...)) {
		results = append(results, x.sarif(index[x.result.Rule.ID]))
	}
	log := sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs: []sarifRun{{
			Tool: sarifTool{v.driver()}, Invocations: []sarifInvocation{v.invocation()}, ColumnKind: "utf16CodeUnits", Results: results,
		}},
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(log); err != nil {
		return fmt.Errorf("making the SARIF report: %w", err)
	}
	if _, err := w.Write(escapeHidden(out.Bytes())); err != nil {
		return fmt.Errorf("writing the SARIF report: %w", err)
	}
	return nil
}

func (v *view) driver() sarifDriver {
	name, version, _ := strings.Cut(oneLine(v.Tool, maxPlace), " ")
	d := sarifDriver{Name: name, Version: version, Rules: []sarifRule{}}
	for _, r := range v.Results {
		d.Rules = append(d.Rules, sarifRuleOf(r.Rule))
	}
	return d
}

func sarifRuleOf(r contract.Rule) sarifRule {
	title := unwrap(r.Title)
	rule := sarifRule{
		ID: r.ID, ShortDescription: sarifText{Text: title},
		FullDescription: sarifText{Text: strings.TrimSpace(title + ". " + hazardSentence(r.Hazard) + " " + unwrap(r.Why))},
		Help:            sarifText{Text: "Why: " + unwrap(r.Why) + "\n\nFix: " + unwrap(r.Fix), Markdown: ruleMarkdown(r)},
		// A level of the rule alone; each result has its own as well.
		DefaultConfiguration: sarifLevel{scanLevel(r.Level)},
		Properties:           sarifProperties{[]string{r.Area, "hazard:" + string(r.Hazard), "basis:" + string(r.Basis)}},
	}
	for _, line := range strings.Fields(r.Source) {
		if strings.HasPrefix(line, "https://") {
			rule.HelpURI = line
			break
		}
	}
	return rule
}

// scanLevel is a level in SARIF's words.
func scanLevel(l contract.Level) string {
	switch l {
	case contract.Must:
		return "error"
	case contract.Should:
		return "warning"
	default:
		return "note"
	}
}

func (x issue) sarif(index int) sarifResult {
	rule := x.result.Rule
	result := sarifResult{
		RuleID: rule.ID, RuleIndex: index, Level: scanLevel(rule.Level), Message: sarifText{Text: unwrap(rule.Title) + ". " + x.text},
		PartialFingerprints: map[string]string{"syncproof/v1": x.print},
	}
	if x.path != "" {
		place := sarifPhysical{Artifact: sarifArtifact{URI: relativeURI(x.path), URIBaseID: "%SRCROOT%"}}
		if x.line > 0 {
			place.Region = &sarifRegion{x.line}
		}
		result.Locations = []sarifLocation{{place}}
	}
	if x.result.Outcome == contract.Waived {
		result.Suppressions = []sarifSuppression{{"external", "accepted", oneLine(x.result.Reason, maxReason)}}
	}
	return result
}

// invocation says whether there is a verdict at all.
func (v *view) invocation() sarifInvocation {
	call := sarifInvocation{Successful: v.Verdict != contract.Error}
	note := func(text string) {
		call.Notifications = append(call.Notifications, sarifNotification{"error", sarifText{Text: text}})
	}
	for _, t := range v.Trouble {
		note(oneLine(t, maxReason))
	}
	for _, r := range v.broken {
		note(r.Rule.ID + ": " + reasoned("syncproof could not decide this rule", r.Reason))
	}
	return call
}
