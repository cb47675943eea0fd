package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
)

const fleetIDs = "ids"

func uid06() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "UID-06", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Terminate,
			Title:  "ids with leading zeros, of many digits, or that look like numbers stay as they are",
			Source: sources(docServerSync, phpIntegers, phpJSONDecode),
			Why: "A cast to int makes 7 of 007 and 1000 of 1e3, and numbers of more than 15 digits lose their end as floating-point numbers. " +
				"The account then has another identifier than in WHMCS, or that of another account, and syncing the service it seems to lack terminates it.",
			Fix:   "Treat ids as text from end to end: json_decode() with JSON_BIGINT_AS_STRING, no (int), no ==, and a letter before ids that become keys of PHP arrays.",
			Good:  "json_decode($body, true, 512, JSON_BIGINT_AS_STRING);\n'uniqueIdentifier' => (string) $row['id'],",
			Bad:   "'uniqueIdentifier' => (string) (int) $row['id'],",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedFleet(fleetIDs)},
		Check: checkIDs,
	}
}

// checkIDs can tell only where the identifier is the panel's id: that of the
// ordinary accounts says so.
func checkIDs(c *Case) {
	byID := false
	for _, o := range oddLists(c.T, fleetIDs) {
		if !namesByID(o) {
			continue
		}
		byID = true
		for _, a := range o.rows {
			id := a.Fields[contract.FieldUniqueIdentifier]
			text, isText := scalarText(id)
			if isText && text == o.held.ID {
				continue
			}
			place := c.inFunction(o.call, rowPlace(a, contract.FieldUniqueIdentifier)+" of "+o.at())
			place.Want, place.Got = phpvalue.Quote(o.held.ID), phpvalue.Show(id)
			c.Fail(place)
		}
	}
	switch {
	case byID:
	case len(oddLists(c.T, fleetIDs)) > 0:
		c.NotApplicable("the identifier is not the panel's id of the account")
	default:
		c.NotApplicable("the module refuses every list in which an id is odd")
	}
}

// namesByID says that ordinary accounts of a list have the panel's id as their
// identifier.
func namesByID(o oddList) bool {
	p := pair(o.fleet.Accounts, o.call)
	found := false
	for row, of := range p.of {
		if of == nobody || of == len(p.held)-1 {
			continue
		}
		id, _ := scalarText(p.rows[row].Fields[contract.FieldUniqueIdentifier])
		if id != p.held[of].ID {
			return false
		}
		found = true
	}
	return found
}
