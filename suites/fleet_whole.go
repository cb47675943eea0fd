package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

func flt12() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "FLT-12", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Terminate,
			Title:  "the list is complete however many accounts and pages there are",
			Quote:  missingRows,
			Source: sources(docSync, docServerSync),
			Why: "A list that ends with the first page, or with the page some limit allows, lacks customers as soon as the server has more of them. " +
				"That happens years after the module was written and tested.",
			Fix: "Ask for pages until the panel says that there are no more, and compare the number of rows with the panel's total. " +
				"Where a limit is reached, return a failure.",
			Good:  "do {\n    $page = $api->get('/accounts', ['page' => $number++, 'per_page' => 100]);\n    $rows = array_merge($rows, $page['data']);\n} while ($number <= $page['pages']);",
			Bad:   "$rows = $api->get('/accounts', ['per_page' => 100])['data']; // the first hundred",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedCall, contract.NeedFleet(transcript.FleetAccounts)},
		Check: checkSizes,
	}
}

// checkSizes wants every account of panels of all sizes. A list that was not
// given at all, for lack of time or memory, is PERF-01's concern.
func checkSizes(c *Case) {
	listed := false
	for _, f := range fleetCalls(c.T, transcript.FleetAccounts) {
		if !f.made() || exhausted(f.call) {
			continue
		}
		listed = true
		place := c.inFleet(f)
		place.Want = "success => true with all " + plural(int64(len(f.fleet.Accounts)), "account", "accounts")
		place.Got = answerWords(f.call)
		if answeredList(f.call) {
			p := pair(f.fleet.Accounts, f.call)
			// Rows too many are ACC-08's concern.
			if len(p.missing()) == 0 {
				continue
			}
			place.Preview, place.Note = p.preview(), p.wrong()
		}
		c.Fail(place)
	}
	if !listed {
		c.followGate(notTestable("no list was given within the limits on time and memory", "see PERF-01, or set other numbers under panel.sizes in syncproof.yaml"))
	}
}

// exhausted says that a call ran out of time or memory.
func exhausted(call *transcript.Call) bool {
	return call.Ending == transcript.EndTimedOut || call.Ending == transcript.EndOutOfMemory || call.Fatal != nil && call.Fatal.Time
}

func acc08() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ACC-08", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Duplicate,
			Title:  "every account of the panel is listed once, and nothing else is",
			Source: sources(docSync, docServerSync),
			Why: "A row that is no account, such as an alias, a reseller or a total, is imported as a service with a customer of its own. " +
				"An account with two rows is imported twice.",
			Fix:   "Make one row of each account, and of nothing else the panel lists.",
			Good:  "foreach ($accounts as $account) {\n    $rows[] = self::row($account);\n}",
			Bad:   "foreach ($account['domains'] as $domain) {\n    $rows[] = self::row($account, $domain); // one for each alias\n}",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedFleet(transcript.FleetAccounts)},
		Wants: fleetNeeds(plainFleets()),
		Check: checkEachOnce,
	}
}

// plainFleets are the odd accounts of which each is an account like any other:
// none of them is listed twice, or in a state that need not be listed.
func plainFleets() []string {
	return []string{"ids", "users", "addresses", "mail", "domains", "text", "plans", "dates"}
}

func fleetNeeds(names []string) []contract.Need {
	needs := make([]contract.Need, 0, len(names))
	for _, name := range names {
		needs = append(needs, contract.NeedFleet(name))
	}
	return needs
}

// checkEachOnce looks for rows too many. Those that are missing are FLT-12's
// concern, of odd accounts FLT-16's.
func checkEachOnce(c *Case) {
	for _, f := range fleetsOf(c.T, append([]string{transcript.FleetAccounts}, plainFleets()...)...) {
		if !f.made() || !answeredList(f.call) {
			continue
		}
		p := pair(f.fleet.Accounts, f.call)
		if len(p.doubled())+len(p.invented()) == 0 {
			continue
		}
		place := c.inFleet(f)
		place.Want = "one row for each of " + plural(int64(len(f.fleet.Accounts)), "account", "accounts")
		place.Got = plural(int64(f.call.Len()), "row", "rows")
		place.Note = p.wrong()
		c.Fail(place)
	}
}

// failVanished fails the rule where odd accounts among good ones are missing from
// a list that says it is whole.
func (c *Case) failVanished(fleets ...string) {
	for _, f := range fleetsOf(c.T, fleets...) {
		if !f.made() || !answeredList(f.call) {
			continue
		}
		p := pair(f.fleet.Accounts, f.call)
		if len(p.missing()) == 0 {
			continue
		}
		place := c.inFleet(f)
		place.Want = "success => false with an error, or all " + plural(int64(len(f.fleet.Accounts)), "account", "accounts")
		place.Got, place.Preview = answerWords(f.call), p.preview()
		place.Note = p.wrong()
		c.Fail(place)
	}
}
