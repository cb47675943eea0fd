package suites

import (
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

const (
	fleetStates = "states"
	fleetFlags  = "flags"
)

func stat02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "STAT-02", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Terminate,
			Title:  "an account in any state of the panel has a documented status, or the list fails",
			Quote:  `The remote accounts status. (WHMCS\Service\Status::ACTIVE or WHMCS\Service\Status::SUSPENDED)`,
			Source: sources(docServerSync, docSync),
			Why: "Panels have states the module's author never met. An account that is left out of the list because of its state looks as if it did not exist on the server, " +
				"and syncing its service terminates it; the panel's own word or null in place of the status may change the service to a state nobody chose.",
			Fix: "Map every state to one of the two constants, and return a failure for one the module does not know. Where accounts in a state are left out on purpose, " +
				"declare it in syncproof.yaml: policies: {omitted_states: [...]}.",
			Good:  "$status = $map[$row['state']] ?? throw new RuntimeException(\"unknown state {$row['state']}\");",
			Bad:   "if (!isset($map[$row['state']])) {\n    continue; // the customer's service is terminated\n}",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedFleet(fleetStates)},
		Check: checkEveryState,
	}
}

func stat03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "STAT-03", Level: contract.Should, Basis: contract.Inferred, Hazard: contract.Corrupt,
			Title:  "Suspended means that the account is suspended, not that it is stopped, busy or over a limit",
			Quote:  `The remote accounts status. (WHMCS\Service\Status::ACTIVE or WHMCS\Service\Status::SUSPENDED)`,
			Source: sources(docServerSync, docSync),
			Why:    "Syncing writes the status to the service. A customer who only switched a machine off then has a suspended service, and one whose account is suspended gets it back.",
			Fix:    "Return Status::SUSPENDED for the states in which the provider has locked the account, and Status::ACTIVE for all others in which it exists.",
			Good:   "$map = ['running' => Status::ACTIVE, 'stopped' => Status::ACTIVE, 'suspended' => Status::SUSPENDED];",
			Bad:    "$status = $row['state'] === 'running' ? Status::ACTIVE : Status::SUSPENDED;",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedFleet(fleetStates)},
		Check: checkMeaningOfStates,
	}
}

func stat04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "STAT-04", Level: contract.Must, Basis: contract.Evidence, Hazard: contract.Corrupt,
			Title:  "a flag is read as what it says, however the panel writes it",
			Source: sources(docSync, phpBooleans),
			Why: "Panels and their versions write flags as 0, \"0\", false, \"no\" or null, and as 1, \"1\", true or \"yes\". To PHP \"no\" and \"false\" are true, and only one of 1, \"1\" and true " +
				"equals the one a module compares with. Read wrongly, the flag suspends every paying customer, or gives every suspended one the service back.",
			Fix:   "Name the values that mean yes and those that mean no, and return a failure for any other.",
			Good:  "if (in_array($flag, [1, '1', true, 'yes'], true)) {\n    $status = Status::SUSPENDED;\n} elseif (in_array($flag, [0, '0', false, 'no'], true)) {\n    $status = Status::ACTIVE;\n} else {\n    throw new RuntimeException('unreadable flag');\n}",
			Bad:   "$status = $row['suspended'] ? Status::SUSPENDED : Status::ACTIVE; // \"no\" is true",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedFleet(fleetFlags)},
		Check: checkFlags,
	}
}

func stat05() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "STAT-05", Level: contract.Should, Basis: contract.Documented, Hazard: contract.Corrupt,
			Title:  "accounts that are deleted, terminated or not set up yet are not listed as active or suspended",
			Quote:  `The remote accounts status. (WHMCS\Service\Status::ACTIVE or WHMCS\Service\Status::SUSPENDED)`,
			Source: sources(docServerSync, docSync),
			Why:    "Neither of the two statuses is true of such an account. Syncing it brings a terminated service back to life, or imports a customer who has left.",
			Fix:    "Leave accounts out that the panel only keeps as deleted, or return a failure.",
			Good:   "if ($row['state'] === 'deleted') {\n    continue;\n}",
			Bad:    "$status = $row['state'] === 'live' ? Status::ACTIVE : Status::SUSPENDED; // deleted ones too",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedFleet(fleetStates)},
		Check: checkGoneStates,
	}
}

// oddList is a list with one odd account, which is the last one held, and the
// rows it has there.
type oddList struct {
	fleetCall
	held transcript.Held
	rows []contract.Account
}

// oddLists are the lists of a fleet that were given.
func oddLists(t *transcript.Transcript, name string) []oddList {
	var lists []oddList
	for _, f := range fleetCalls(t, name) {
		if !f.made() || !answeredList(f.call) || len(f.fleet.Accounts) == 0 {
			continue
		}
		p := pair(f.fleet.Accounts, f.call)
		last := len(p.held) - 1
		o := oddList{fleetCall: f, held: p.held[last]}
		for _, row := range p.by[last] {
			o.rows = append(o.rows, p.rows[row])
		}
		lists = append(lists, o)
	}
	return lists
}

func isStatus(v any) bool { return v == string(contract.Active) || v == string(contract.Suspended) }

// isListed says that the profile leaves it open, or declares, that accounts in the
// state are listed.
func isListed(h transcript.Held) bool { return h.Status == "" || isStatus(h.Status) }

func checkEveryState(c *Case) {
	for _, o := range oddLists(c.T, fleetStates) {
		f, h, rows := o.fleetCall, o.held, o.rows
		place := c.inFleet(f)
		place.Want = "one of the two documented statuses, or success => false with an error"
		if len(rows) == 0 {
			if isListed(h) && !c.mayOmit(h) {
				place.Got = "a list without the account"
				place.Note = "to leave out accounts in this state on purpose, declare it: policies: {omitted_states: [" + stateName(h) + "]}"
				place.Preview = pair(f.fleet.Accounts, f.call).preview()
				c.Fail(place)
			}
		}
		for _, a := range rows {
			if status := a.Fields[contract.FieldStatus]; !isStatus(status) {
				place.At, place.Got = rowPlace(a, contract.FieldStatus)+" of "+f.at(), phpvalue.Show(status)
				c.Fail(place)
			}
		}
	}
}

// stateName is how the policy on omitted states calls an account's state.
func stateName(h transcript.Held) string {
	if h.Word == h.State && h.Status == "" {
		return contract.StateUnknown
	}
	return h.State
}

func (c *Case) mayOmit(h transcript.Held) bool {
	omitted := c.T.Header.Policies.OmittedStates
	return slices.Contains(omitted, h.State) || slices.Contains(omitted, stateName(h))
}

// checkMeaningOfStates looks at the states whose status the profile declares.
func checkMeaningOfStates(c *Case) {
	for _, o := range oddLists(c.T, fleetStates) {
		f, h, rows := o.fleetCall, o.held, o.rows
		for _, a := range rows {
			if status := a.Fields[contract.FieldStatus]; isStatus(h.Status) && isStatus(status) && status != h.Status {
				c.failStatus(f, a, h)
			}
		}
	}
}

func checkGoneStates(c *Case) {
	for _, o := range oddLists(c.T, fleetStates) {
		f, h, rows := o.fleetCall, o.held, o.rows
		for _, a := range rows {
			if isStatus(a.Fields[contract.FieldStatus]) && !isListed(h) {
				place := c.inFunction(f.call, rowPlace(a, contract.FieldStatus)+" of "+f.at())
				place.Want, place.Got = "no row for the account, or success => false with an error", phpvalue.Show(a.Fields[contract.FieldStatus])
				place.Note = "the panel profile declares that accounts in this state are " + h.Status
				c.Fail(place)
			}
		}
	}
}

// checkFlags looks at all rows, since the ordinary accounts' flags are written the
// same way.
func checkFlags(c *Case) {
	for _, f := range fleetCalls(c.T, fleetFlags) {
		if !f.made() || !answeredList(f.call) {
			continue
		}
		p := pair(f.fleet.Accounts, f.call)
		for row, of := range p.of {
			if of == nobody || !isStatus(p.held[of].Status) {
				continue
			}
			if status := p.rows[row].Fields[contract.FieldStatus]; isStatus(status) && status != p.held[of].Status {
				c.failStatus(f, p.rows[row], p.held[of])
			}
		}
	}
}

func (c *Case) failStatus(f fleetCall, a contract.Account, h transcript.Held) {
	place := c.inFunction(f.call, rowPlace(a, contract.FieldStatus)+" of "+f.at())
	place.Want, place.Got = phpvalue.Quote(h.Status), phpvalue.Show(a.Fields[contract.FieldStatus])
	place.Note = "the account's state on the panel is " + phpvalue.Quote(h.State)
	c.Fail(place)
}
