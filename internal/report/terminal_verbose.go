package report

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// allRules lists every rule with its outcome.
func (t *terminal) allRules() {
	if len(t.Results) == 0 {
		return
	}
	outcome, id := 0, 0
	for _, r := range t.Results {
		outcome = max(outcome, len(outcomeWords(r.Outcome)))
		id = max(id, ansi.StringWidth(r.Rule.ID))
	}
	t.blank()
	t.hang(t.styles.bold, "ALL RULES", "", 0, 0)
	for _, r := range t.Results {
		text := unwrap(r.Rule.Title)
		switch {
		case isFollowOn(r):
			text += " (because of " + r.Follows + ")"
		case r.Reason != "":
			text += " (" + oneLine(r.Reason, maxReason) + ")"
		}
		head := pad(outcomeWords(r.Outcome), outcome) + "  " + pad(r.Rule.ID, id) + "  " + pad(string(r.Rule.Level), len("SHOULD"))
		t.hang(t.styles.plain, head, text, 2, 2)
	}
}

// allCalls lists every recorded call with what it took.
func (t *terminal) allCalls() {
	if len(t.Calls) == 0 {
		return
	}
	t.blank()
	t.hang(t.styles.bold, "CALLS", fmt.Sprintf("%s in %s s", plural(len(t.Calls), "call", "calls"), seconds(t.Seconds)), 0, 2)
	id := 0
	for _, c := range t.Calls {
		id = max(id, ansi.StringWidth(oneLine(c.ID, maxPlace)))
	}
	for _, c := range t.Calls {
		parts := []string{oneLine(c.Function, maxPlace) + "()", oneLine(c.Ending, maxPlace), seconds(c.Seconds) + " s"}
		if c.Memory > 0 {
			parts = append(parts, fmt.Sprintf("%.1f MiB", float64(c.Memory)/(1<<20)))
		}
		if c.Accounts > 0 {
			parts = append(parts, plural(c.Accounts, "account", "accounts"))
		}
		text := strings.Join(parts, ", ")
		if c.Purpose != "" {
			text += ": " + oneLine(c.Purpose, maxReason)
		}
		t.hang(t.styles.plain, pad(oneLine(c.ID, maxPlace), id), text, 2, 2)
	}
}
