package suites

import (
	"fmt"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

func perf01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PERF-01", Level: contract.Should, Basis: contract.Undocumented, Hazard: contract.Crash,
			Title:  "thousands of accounts are listed within PHP's usual limits",
			Source: sources(docSync, phpLimits),
			Why: "The administrator's page waits for one call, and PHP's own defaults give it 30 seconds and 128 MB. What is documented for Server Sync is no limit at all, " +
				"so a module that needs more works on some servers, until they grow.",
			Fix:   "Ask for large pages, keep of each row only what is listed, and do not ask for each account.",
			Good:  "foreach ($page['data'] as $row) {\n    $accounts[] = self::account($row); // eight texts, not the whole record\n}",
			Bad:   "$all = array_merge($all, $page); // every record of every page, with all it holds",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedCall, contract.NeedFleet(transcript.FleetAccounts)},
		Check: checkUsualLimits,
	}
}

// PHP's own defaults: max_execution_time of web requests, and memory_limit.
const (
	usualSeconds = 30
	usualMemory  = 128 << 20
)

func checkUsualLimits(c *Case) {
	for _, f := range fleetCalls(c.T, transcript.FleetAccounts) {
		if !f.made() {
			continue
		}
		place := c.inFleet(f)
		place.Want = fmt.Sprintf("an answer within %d seconds and %d MB", usualSeconds, usualMemory>>20)
		switch {
		case exhausted(f.call):
			place.Got = "it " + endingWords(f.call)
		case f.call.Memory > usualMemory:
			place.Got = fmt.Sprintf("it took %d MB", f.call.Memory>>20)
		case f.call.Seconds > usualSeconds:
			place.Got = fmt.Sprintf("it took %.0f seconds", f.call.Seconds)
		default:
			continue
		}
		place.Note = plural(int64(len(f.Exchanges)), "request was", "requests were") + " made"
		c.Fail(place)
	}
}
