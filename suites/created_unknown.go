package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
)

const fleetDates = "dates"

func date06() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DATE-06", Level: contract.Should, Basis: contract.Undocumented, Hazard: contract.Corrupt,
			Title:  "an account whose creation date the panel does not know is treated as the vendor declares",
			Source: docServerSync,
			Why: "What WHMCS does with an empty date is not documented, and module authors report an error page. Whether the list fails or the date is empty is the vendor's decision; " +
				"a date that somebody made up is neither.",
			Fix:   "Decide, and declare it in syncproof.yaml: policies: {unknown_date: fail} or {unknown_date: empty}.",
			Good:  "if (empty($row['created_at'])) {\n    throw new RuntimeException(\"account {$row['id']} has no creation date\");\n}",
			Bad:   "'created' => $row['created_at'] ?? '2000-01-01 00:00:00',",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedFleet(fleetDates)},
		Check: checkUnknownDate,
	}
}

// unlistedDate is what a module makes of an unknown date.
type unlistedDate struct {
	fleetCall
	policy string
	place  string
	got    string
}

// unknownDates are the lists with an account whose date the panel does not know.
func unknownDates(c *Case) []unlistedDate {
	var all []unlistedDate
	for _, f := range fleetCalls(c.T, fleetDates) {
		if !f.made() || len(f.fleet.Accounts) == 0 || f.fleet.Accounts[len(f.fleet.Accounts)-1].Created != "" {
			continue
		}
		if refusedClearly(f.call) {
			all = append(all, unlistedDate{f, contract.PolicyFail, f.at(), answerWords(f.call)})
		}
	}
	for _, o := range oddLists(c.T, fleetDates) {
		if o.held.Created != "" {
			continue
		}
		for _, a := range o.rows {
			created := a.Fields[contract.FieldCreated]
			policy := ""
			if created == "" {
				policy = contract.PolicyEmpty
			}
			all = append(all, unlistedDate{o.fleetCall, policy, rowPlace(a, contract.FieldCreated) + " of " + o.at(), phpvalue.Show(created)})
		}
	}
	return all
}

func checkUnknownDate(c *Case) {
	declared := c.T.Header.Policies.UnknownDate
	seen := unknownDates(c)
	for _, u := range seen {
		if declared == "" {
			c.NotApplicable("syncproof.yaml declares nothing under policies.unknown_date; what was seen: " + u.got)
			return
		}
		if u.policy == declared {
			continue
		}
		place := c.inFunction(u.call, u.place)
		place.Want, place.Got = policyWords(declared), u.got
		place.Note = "syncproof.yaml declares policies: {unknown_date: " + declared + "}"
		c.Fail(place)
	}
	if len(seen) == 0 {
		c.NotApplicable("no list was given, or refused with a reason, in which an account has no creation date")
	}
}

func policyWords(policy string) string {
	if policy == contract.PolicyFail {
		return "success => false with an error"
	}
	return `""`
}
