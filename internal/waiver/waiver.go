// Package waiver lays a vendor's waivers over the results of a run. A waiver
// accepts a failure that was looked at and is known; it never makes a pass of
// it. What it was not made for stays a failure: another place, another message,
// a day after the last one. A waiver that has nothing left to accept is a failure
// itself, so that none is forgotten.
package waiver

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// Apply lays the waivers over results judged from the transcript. today is any
// moment of the day, in UTC, on which they are to count.
//
// Waivers of rules that were not judged, or not tested, are left alone. Whether a
// waiver is stale can only be told from a run that came to its end, of which no
// part is missing, and that was not limited to some rules or faults.
func Apply(results []contract.Result, t *transcript.Transcript, waivers []contract.Waiver, today time.Time) {
	a := applied{t: t, day: today.UTC().Format(time.DateOnly), whole: Partial(t) == ""}
	for i := range results {
		var own []contract.Waiver
		for _, w := range waivers {
			if w.Rule == results[i].Rule.ID && (w.Module == "" || w.Module == t.Header.Target.Module) {
				own = append(own, w)
			}
		}
		if len(own) > 0 {
			a.result(&results[i], own)
		}
	}
}

// Partial says in what way a transcript holds less than a whole run, "" when it
// does not. The text continues a sentence that begins with "the run".
func Partial(t *transcript.Transcript) string {
	switch {
	case t.End == nil:
		return "broke off before its end"
	case t.End.Interrupted:
		return "was interrupted"
	case t.End.Stopped:
		return "stopped at the first failure (--fail-fast)"
	case len(t.Missing()) > 0:
		return "is only a part of one (--shard)"
	case len(t.Header.Rules) > 0:
		return "tested only some of the rules (--only or --skip)"
	case len(t.Header.Faults) > 0:
		return "played only some of the faults (--fault)"
	}
	troubles := slices.Clone(t.Troubles)
	for _, s := range t.Sessions {
		troubles = append(troubles, s.Troubles...)
	}
	for _, x := range troubles {
		if x.Kind != transcript.TroubleUnsupported {
			return "could not make all its calls (" + x.Message + ")"
		}
	}
	return ""
}

type applied struct {
	t   *transcript.Transcript
	day string
	// whole says that nothing was left out, so that what did not fail passes.
	whole bool
}

func (a applied) result(r *contract.Result, own []contract.Waiver) {
	switch r.Outcome {
	case contract.Fail:
		a.failure(r, own)
	case contract.Pass:
		a.pass(r, own)
	default:
		// What was not tested can neither be waived nor be stale.
	}
}

// pass makes a stale waiver of a rule that is kept.
func (a applied) pass(r *contract.Result, own []contract.Waiver) {
	var stale []string
	for _, w := range own {
		if a.whole && looked(w.Scope, a.t) {
			stale = append(stale, fmt.Sprintf("waived until %s%s by %s, but %s now; take the waiver out",
				w.Expires, within(w.Scope), w.Owner, passes(w)))
		}
	}
	if len(stale) > 0 {
		r.Outcome, r.Reason = contract.StaleWaiver, strings.Join(stale, "; ")
	}
}

func passes(w contract.Waiver) string {
	if w.Scope == contract.ScopeRule {
		return "the rule passes"
	}
	return "the rule passes there as everywhere else"
}

// failure takes away the places that waivers cover.
func (a applied) failure(r *contract.Result, own []contract.Waiver) {
	used := make([]bool, len(own))
	var left []contract.Finding
	for _, f := range r.Findings {
		if by := a.covering(f, own); len(by) == 0 {
			left = append(left, f)
		} else {
			for _, i := range by {
				used[i] = true
			}
		}
	}
	unkept := max(0, r.Count-len(r.Findings))
	if i := a.blanket(own); i >= 0 {
		used[i] = true
		unkept = 0
	}
	r.Waived = r.Count - len(left) - unkept
	var because []string
	for i, w := range own {
		if used[i] {
			r.Waivers = append(r.Waivers, w)
			because = append(because, Words(w))
		} else if why := a.void(w, r, unkept); why != "" {
			r.Void = append(r.Void, why)
		}
	}
	if len(because) == 0 {
		return
	}
	if len(left)+unkept == 0 {
		r.Outcome, r.Reason = contract.Waived, strings.Join(because, "; ")
		if len(r.Void) > 0 {
			r.Outcome, r.Reason = contract.StaleWaiver, "waived "+r.Reason+"; but "+strings.Join(r.Void, "; ")
			r.Void = nil
		}
		return
	}
	r.Reason = fmt.Sprintf("%d of %d places are waived (%s)", r.Waived, r.Count, strings.Join(because, "; "))
	if unkept > 0 {
		r.Reason += fmt.Sprintf(". %d places are beyond the first %d, which are all that is kept, so that a message or a scope "+
			"cannot be held against them; only a waiver without either covers them", unkept, len(r.Findings))
	}
	r.Findings, r.Count = left, len(left)+unkept
}

// covering are the waivers that together cover everything a finding stands for,
// by position; none when something is not covered.
func (a applied) covering(f contract.Finding, own []contract.Waiver) []int {
	var by []int
	for _, s := range spots(f, a.t) {
		covered := false
		for i, w := range own {
			if a.valid(w) && holds(w.Scope, s) && pinned(w, f) {
				covered = true
				by = append(by, i)
			}
		}
		if !covered {
			return nil
		}
	}
	return by
}

// blanket is the waiver that covers whatever the rule finds, -1 for none.
func (a applied) blanket(own []contract.Waiver) int {
	for i, w := range own {
		if a.valid(w) && w.Scope == contract.ScopeRule && len(w.Messages) == 0 {
			return i
		}
	}
	return -1
}

// valid holds up to the end of the waiver's last day. Dates in this form sort as
// text.
func (a applied) valid(w contract.Waiver) bool { return a.day <= w.Expires }

// void says why a waiver covers nothing of a failing rule, "" when this run does
// not tell.
func (a applied) void(w contract.Waiver, r *contract.Result, unkept int) string {
	who := fmt.Sprintf("the waiver%s of %s ", within(w.Scope), w.Owner)
	switch {
	case !a.valid(w):
		return who + "expired on " + w.Expires + "; correct the module, or agree on another day"
	case !a.whole || unkept > 0 || !looked(w.Scope, a.t):
		return ""
	}
	for _, f := range r.Findings {
		for _, s := range spots(f, a.t) {
			switch {
			case !holds(w.Scope, s):
			case !pinned(w, f):
				return who + "was made for another failure: the message is now " + phpvalue.Quote(message(f))
			case len(f.Also) > 0:
				return who + "covers only part of a failure that is the same under other faults; waive those as well, or the whole rule"
			}
		}
	}
	return who + "matches nothing: the rule fails elsewhere only; take the waiver out"
}

// pinned reports whether the finding reads as it did when the waiver was made.
func pinned(w contract.Waiver, f contract.Finding) bool {
	if len(w.Messages) == 0 {
		return true
	}
	text := message(f)
	for _, m := range w.Messages {
		if like(spaced(m), text) {
			return true
		}
	}
	return false
}

// message is the finding's in one line of characters that show.
func message(f contract.Finding) string { return spaced(phpvalue.Printable(f.Message())) }

func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// like matches text against a pattern in which * stands for any characters.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, last)
}

// Words says until when, by whom and why something is waived.
func Words(w contract.Waiver) string {
	return fmt.Sprintf("until %s%s by %s: %s", w.Expires, within(w.Scope), w.Owner, w.Reason)
}

// within is the scope in brackets, "" for the whole rule.
func within(scope string) string {
	if scope == contract.ScopeRule {
		return ""
	}
	return " (" + scope + ")"
}
