// Package compare tells what changed between two judgements, rule by rule, and
// writes that as text, JSON and Markdown.
package compare

import (
	"slices"

	"syncproof/internal/contract"
)

// Change says what became of a rule.
type Change string

// The changes. Rules that ended alike are in none of them.
const (
	// New: the rule fails, and did not before.
	New Change = "new"
	// Changed: the rule fails as before, and reads differently.
	Changed Change = "changed"
	// Untested: the rule was tested before, and is not any more.
	Untested Change = "untested"
	// Waived: the rule's failure is accepted now.
	Waived Change = "waived"
	// Fixed: the rule failed, and does not any more.
	Fixed Change = "fixed"
	// Tested: the rule does not fail, and was not tested before.
	Tested Change = "tested"
)

// Changes lists every change in the order it is told.
func Changes() []Change { return []Change{New, Changed, Untested, Waived, Fixed, Tested} }

// Entry is one rule that did not end alike.
type Entry struct {
	Change Change          `json:"change"`
	Rule   string          `json:"rule"`
	Level  contract.Level  `json:"level"`
	Hazard contract.Hazard `json:"hazard"`
	Title  string          `json:"title"`
	// Old and New are the outcomes, "" where the rule had no part in a run.
	Old contract.Outcome `json:"old"`
	New contract.Outcome `json:"new"`
	// Gone and Come are the messages of failures that only one of the runs has,
	// or why a rule was not tested.
	Gone []string `json:"gone,omitempty"`
	Come []string `json:"come,omitempty"`
	// More is by how many the places changed that are counted and not kept.
	More int `json:"more,omitempty"`
}

// Side is one of the two runs.
type Side struct {
	Name    string           `json:"name"`
	Module  string           `json:"module"`
	Verdict contract.Verdict `json:"verdict"`
	Started string           `json:"started"`
	Tool    string           `json:"tool"`
}

// Difference is everything that changed between two runs.
type Difference struct {
	Version int            `json:"version"`
	Old     Side           `json:"old"`
	New     Side           `json:"new"`
	Counts  map[Change]int `json:"counts"`
	Entries []Entry        `json:"entries"`
}

// Of compares two judgements. The names are what the user called them. Entries
// come by change, and in the order of the rules.
func Of(oldName string, before contract.Judgement, newName string, after contract.Judgement) Difference {
	d := Difference{Version: 1, Old: side(oldName, before), New: side(newName, after), Counts: map[Change]int{}, Entries: []Entry{}}
	var all []Entry
	for _, now := range after.Results {
		was := find(before, now.Rule.ID)
		if e := entry(was, now); e.Change != "" {
			all = append(all, e)
		}
	}
	for _, was := range before.Results {
		if find(after, was.Rule.ID).Rule.ID == "" {
			gone := contract.Result{Rule: was.Rule, Reason: "the rule had no part in the run"}
			if e := entry(was, gone); e.Change != "" {
				all = append(all, e)
			}
		}
	}
	for _, change := range Changes() {
		d.Counts[change] = 0
		for _, e := range all {
			if e.Change == change {
				d.Counts[change]++
				d.Entries = append(d.Entries, e)
			}
		}
	}
	return d
}

func side(name string, j contract.Judgement) Side {
	return Side{Name: name, Module: j.Target.Module, Verdict: j.Verdict, Started: j.Started, Tool: j.Tool}
}

func find(j contract.Judgement, id string) contract.Result {
	i := slices.IndexFunc(j.Results, func(r contract.Result) bool { return r.Rule.ID == id })
	if i < 0 {
		return contract.Result{}
	}
	return j.Results[i]
}

func entry(was, now contract.Result) Entry {
	e := Entry{
		Rule: now.Rule.ID, Level: now.Rule.Level, Hazard: now.Rule.Hazard, Title: now.Rule.Title,
		Old: was.Outcome, New: now.Outcome,
	}
	e.Gone, e.Come = only(was, now), only(now, was)
	e.More = unkept(now) - unkept(was)
	e.Change = change(was, now, len(e.Gone)+len(e.Come) > 0 || e.More != 0)
	return e
}

// change sorts a rule by how it ended. differs says that the failures do not read
// alike.
func change(was, now contract.Result, differs bool) Change {
	switch {
	case fails(now) && !fails(was):
		return New
	case fails(now) && differs:
		return Changed
	case fails(now):
		return ""
	case !tested(now) && tested(was):
		return Untested
	case !tested(now):
		return ""
	case now.Outcome == contract.Waived && was.Outcome != contract.Waived:
		return Waived
	case now.Outcome == contract.Waived && differs:
		return Changed
	case now.Outcome == contract.Waived:
		return ""
	case fails(was) || was.Outcome == contract.Waived:
		return Fixed
	case !tested(was):
		return Tested
	}
	return ""
}

func fails(r contract.Result) bool {
	return r.Outcome == contract.Fail || r.Outcome == contract.StaleWaiver
}

// tested holds for every outcome that says something about the module.
func tested(r contract.Result) bool {
	return r.Outcome != "" && r.Outcome != contract.NotTestable && r.Outcome != contract.HarnessError
}

// only are the messages of a result that the other one lacks, each once.
func only(r, other contract.Result) []string {
	var list []string
	theirs := messages(other)
	for _, m := range messages(r) {
		if !slices.Contains(theirs, m) && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// messages are those of the failures; without any, why the rule ended as it did.
func messages(r contract.Result) []string {
	var list []string
	for _, f := range r.Findings {
		list = append(list, f.Message())
	}
	if r.Outcome == contract.StaleWaiver || len(list) == 0 && r.Reason != "" {
		list = append(list, r.Reason)
	}
	return append(list, r.Void...)
}

func unkept(r contract.Result) int { return max(0, r.Count-len(r.Findings)) }
