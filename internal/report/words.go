package report

import (
	"fmt"
	"strings"

	"syncproof/internal/contract"
)

// hazardLine says what n broken rules with that hazard can do to customers.
func hazardLine(h contract.Hazard, n int) string {
	if h == contract.NoHazard {
		return plural(n, "departure", "departures") + " from good practice, without known harm to customers"
	}
	return plural(n, "way", "ways") + " this module can " + hazardWords(h)
}

// hazardWords completes "this module can …".
func hazardWords(h contract.Hazard) string {
	switch h {
	case contract.Terminate:
		return "get customers terminated"
	case contract.Duplicate:
		return "create services, clients or products twice"
	case contract.Corrupt:
		return "write wrong data over good services"
	case contract.Crash:
		return "break the administrator's page"
	case contract.Leak:
		return "expose credentials or customer data"
	default:
		return "tell the administrator something untrue or useless"
	}
}

// hazardSentence is the consequence of one broken rule.
func hazardSentence(h contract.Hazard) string {
	if h == contract.NoHazard {
		return "No harm to customers is known to follow."
	}
	return "This module can " + hazardWords(h) + "."
}

// outcomeWords names an outcome for a reader.
func outcomeWords(o contract.Outcome) string {
	switch o {
	case contract.Pass:
		return "passed"
	case contract.Fail:
		return "failed"
	case contract.NotApplicable:
		return "not applicable"
	case contract.NotTestable:
		return "not tested"
	case contract.Waived:
		return "waived"
	case contract.StaleWaiver:
		return "stale waiver"
	case contract.HarnessError:
		return "syncproof error"
	default:
		return string(o)
	}
}

// summary says in one sentence why the verdict is what it is.
func (v *view) summary() string {
	switch v.Verdict {
	case contract.Conformant:
		if len(v.waived) > 0 {
			return "every other applicable " + v.counted() + " rule was tested and kept" + v.recommendations()
		}
		return "every applicable " + v.counted() + " rule was tested and kept" + v.recommendations()
	case contract.Incomplete:
		return v.incomplete() + v.recommendations()
	case contract.NotConformant:
		return v.broke()
	default:
		if len(v.Trouble) == 0 && len(v.broken) > 0 {
			return "syncproof itself could not decide " + plural(len(v.broken), "rule", "rules") + "; that is not the module's fault"
		}
		if contract.Count(v.Results).Pass > 0 {
			return "the module could not be driven through all calls, so there is no verdict on it"
		}
		return "the module could not be driven, so nothing is proven about it"
	}
}

// verdictWords is the verdict with the waivers it rests on beside it. A verdict
// that waivers took part in never stands alone.
func (v *view) verdictWords() string {
	text := string(v.Verdict)
	if n := len(v.waived); n > 0 && v.Verdict != contract.NotConformant && v.Verdict != contract.Error {
		text += " with " + plural(n, "waiver", "waivers") + " (" + strings.Join(ids(v.waived), ", ") + ")"
	}
	return text
}

// void counts waivers that no longer count and stand on a failing rule.
func (v *view) void() int {
	n := 0
	for _, r := range v.Results {
		n += len(r.Void)
	}
	return n
}

// counted names the levels that decide the verdict.
func (v *view) counted() string {
	if v.Strict {
		return "MUST and SHOULD"
	}
	return "MUST"
}

func (v *view) counts(level contract.Level) bool {
	return level == contract.Must || v.Strict && level == contract.Should
}

func (v *view) incomplete() string {
	untested := 0
	for _, r := range v.Results {
		if r.Outcome == contract.NotTestable && v.counts(r.Rule.Level) {
			untested++
		}
	}
	if untested == 0 && contract.Count(v.Results).Pass == 0 {
		return "no rule was tested, so nothing is proven about the module"
	}
	if untested == 0 {
		return fmt.Sprintf("no %s rule failed, but the run did not finish", v.counted())
	}
	return fmt.Sprintf("no %s rule failed, but %s could not be tested", v.counted(), plural(untested, "rule", "rules"))
}

// recommendations mentions broken rules that do not decide the verdict.
func (v *view) recommendations() string {
	n := 0
	for _, f := range v.failures() {
		if f.Outcome == contract.Fail {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return "; " + plural(n, "recommendation is", "recommendations are") + " not followed"
}

func (v *view) broke() string {
	var parts []string
	total, stale := 0, 0
	for _, level := range contract.Levels() {
		n := 0
		for _, f := range v.failures() {
			if f.Outcome == contract.Fail && f.Rule.Level == level {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, plural(n, string(level)+" rule", string(level)+" rules"))
		}
		total += n
	}
	for _, r := range v.Results {
		if r.Outcome == contract.StaleWaiver {
			stale++
		}
	}
	text := ""
	switch {
	case total == 1:
		text = list(parts) + " is broken"
	case total > 1:
		text = list(parts) + " are broken"
	}
	if n := v.followOns(); n > 0 {
		text = joined(text, ", and ", plural(n, "rule", "rules")+" could not be met because of another")
	}
	if stale > 0 {
		text = joined(text, "; ", plural(stale, "waiver is", "waivers are")+" stale")
	}
	if n := v.void(); n > 0 {
		text = joined(text, "; ", plural(n, "waiver no longer counts", "waivers no longer count"))
	}
	return text
}

func joined(a, between, b string) string {
	if a == "" {
		return b
	}
	return a + between + b
}

// exitWords says what exit code the verdict ends the command with, and why.
func (v *view) exitWords(opt TerminalOptions) string {
	if opt.Interrupted {
		return "exit code 130: the run was interrupted, so this report is partial"
	}
	switch v.Verdict {
	case contract.Conformant:
		return "exit code 0: " + v.summary()
	case contract.Incomplete:
		if opt.AllowIncomplete {
			return "exit code 0, as --allow-incomplete asks: " + v.summary()
		}
		return "exit code 4, or 0 with --allow-incomplete: " + v.summary()
	case contract.NotConformant:
		return "exit code 1: " + v.summary()
	default:
		return "exit code 3: " + v.summary()
	}
}

// countsLine counts every rule once, by outcome.
func countsLine(c contract.Counts, followOns int) string {
	fails := fmt.Sprintf("%d failed", c.Fail)
	if followOns > 0 {
		fails += fmt.Sprintf(" (%d of them only because of another)", followOns)
	}
	line := fmt.Sprintf("%s: %d passed, %s", plural(c.Total, "rule", "rules"), c.Pass, fails)
	for _, part := range []struct {
		n     int
		words string
	}{
		{c.StaleWaiver, plural(c.StaleWaiver, "stale waiver", "stale waivers")},
		{c.HarnessError, fmt.Sprintf("%d not decided by syncproof's own fault", c.HarnessError)},
		{c.NotTestable, fmt.Sprintf("%d not tested", c.NotTestable)},
		{c.Waived, fmt.Sprintf("%d waived", c.Waived)},
		{c.NotApplicable, fmt.Sprintf("%d not applicable", c.NotApplicable)},
	} {
		if part.n > 0 {
			line += ", " + part.words
		}
	}
	return line
}

// followWords names rules that could not be met because of another.
func followWords(n int) string {
	return plural(n, "rule that depends", "rules that depend") + " on it could not be met"
}
