package report

import (
	"slices"

	"syncproof/internal/contract"
)

// view is a judgement sorted the way readers take it in: failures with what
// follows from them, then what was not tested and why.
type view struct {
	contract.Judgement
	areas []area
	// orphans are follow-on failures whose cause is not itself a failure of this
	// run: it was not selected, or it is waived.
	orphans []cause
	// untested groups the not-testable rules by reason.
	untested []group
	waived   []contract.Result
	broken   []contract.Result
}

// area is the failures of one area, in the order of the rules.
type area struct {
	name     string
	failures []failure
}

// failure is a rule the module breaks, with the number of rules that could not
// be met because of it.
type failure struct {
	contract.Result
	follows int
}

// cause is a rule others follow from although it did not fail here.
type cause struct {
	id string
	// outcome is what became of the rule in this run, "" when it had no part.
	outcome contract.Outcome
	rules   []contract.Result
}

// group is the rules that share a reason.
type group struct {
	reason, supply string
	ids            []string
}

func newView(j contract.Judgement) *view {
	v := &view{Judgement: j}
	byID := make(map[string]contract.Result, len(j.Results))
	for _, r := range j.Results {
		byID[r.Rule.ID] = r
	}
	follows := map[string]int{}
	for _, r := range j.Results {
		switch {
		case isFollowOn(r):
			id := root(r, byID)
			if owner := byID[id]; owner.Outcome == contract.Fail && !isFollowOn(owner) {
				follows[id]++
			} else {
				v.addOrphan(id, owner.Outcome, r)
			}
		case r.Outcome == contract.NotTestable:
			v.addUntested(r)
		case r.Outcome == contract.Waived:
			v.waived = append(v.waived, r)
		case r.Outcome == contract.HarnessError:
			v.broken = append(v.broken, r)
		}
	}
	for _, r := range j.Results {
		if failed(r) && !isFollowOn(r) {
			v.addFailure(failure{Result: r, follows: follows[r.Rule.ID]})
		}
	}
	return v
}

// failed reports whether a result counts as a failure.
func failed(r contract.Result) bool {
	return r.Outcome == contract.Fail || r.Outcome == contract.StaleWaiver
}

func isFollowOn(r contract.Result) bool {
	return r.Outcome == contract.Fail && r.Follows != "" && r.Follows != r.Rule.ID
}

// root walks from a follow-on failure to the rule it all began with. A rule can
// follow one that follows another; a circle ends where it was entered.
func root(r contract.Result, byID map[string]contract.Result) string {
	seen := map[string]bool{r.Rule.ID: true}
	id := r.Follows
	for isFollowOn(byID[id]) && !seen[byID[id].Follows] {
		seen[id] = true
		id = byID[id].Follows
	}
	return id
}

func (v *view) addFailure(f failure) {
	i := slices.IndexFunc(v.areas, func(a area) bool { return a.name == f.Rule.Area })
	if i < 0 {
		v.areas = append(v.areas, area{name: f.Rule.Area})
		i = len(v.areas) - 1
	}
	v.areas[i].failures = append(v.areas[i].failures, f)
}

func (v *view) addOrphan(id string, outcome contract.Outcome, r contract.Result) {
	i := slices.IndexFunc(v.orphans, func(c cause) bool { return c.id == id })
	if i < 0 {
		v.orphans = append(v.orphans, cause{id: id, outcome: outcome})
		i = len(v.orphans) - 1
	}
	v.orphans[i].rules = append(v.orphans[i].rules, r)
}

func (v *view) addUntested(r contract.Result) {
	i := slices.IndexFunc(v.untested, func(g group) bool { return g.reason == r.Reason && g.supply == r.Supply })
	if i < 0 {
		v.untested = append(v.untested, group{reason: r.Reason, supply: r.Supply})
		i = len(v.untested) - 1
	}
	v.untested[i].ids = append(v.untested[i].ids, r.Rule.ID)
}

// failures returns every failure that is not a follow-on, in report order.
func (v *view) failures() []failure {
	var all []failure
	for _, a := range v.areas {
		all = append(all, a.failures...)
	}
	return all
}

// followOns counts the failures that only follow from another rule.
func (v *view) followOns() int {
	n := 0
	for _, r := range v.Results {
		if isFollowOn(r) {
			n++
		}
	}
	return n
}

// byHazard returns the ids of broken rules with that hazard. Stale waivers are
// failures of the configuration, not ways to harm a customer.
func (v *view) byHazard(h contract.Hazard) []string {
	var ids []string
	for _, f := range v.failures() {
		if f.Outcome == contract.Fail && f.Rule.Hazard == h {
			ids = append(ids, f.Rule.ID)
		}
	}
	return ids
}

// call returns the recorded call with that id, or nil.
func call(j contract.Judgement, id string) *contract.CallRef {
	for i := range j.Calls {
		if j.Calls[i].ID == id {
			return &j.Calls[i]
		}
	}
	return nil
}

// callsOf lists the calls findings were seen in, each once.
func callsOf(findings []contract.Finding) []string {
	var ids []string
	for _, f := range findings {
		if f.Call != "" && !slices.Contains(ids, f.Call) {
			ids = append(ids, f.Call)
		}
	}
	return ids
}
