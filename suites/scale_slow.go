package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

func perf04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PERF-04", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Misleading,
			Title:  "the time of a whole call is limited, not only that of each request",
			Source: sources(curlTimeout, guzzleOptions),
			Why:    "A panel that is slow but never silent makes every request take as long as its limit allows. Over all pages and retries that adds up to minutes, while the administrator's page waits and the web server ends it in the middle.",
			Fix:    "Note when the call began, and give each request only what is left of the time for all of them.",
			Good:   "curl_setopt($ch, CURLOPT_TIMEOUT_MS, max(1, (int) (1000 * ($deadline - microtime(true)))));",
			Bad:    "curl_setopt($ch, CURLOPT_TIMEOUT, 30); // for each of twenty pages",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedConversation, contract.NeedSlow},
		Check: checkSlow,
	}
}

// checkSlow wants a call to end in time while every request is answered just
// before the module would give up on it.
func checkSlow(c *Case) {
	s := c.T.Session(transcript.SessionSlow)
	if s == nil && !c.T.Planned(transcript.SessionSlow) {
		c.noLimitToStretch()
		return
	}
	if g := askSession(c.T, transcript.SessionSlow); !g.open {
		c.followGate(g)
		return
	}
	call := c.T.Call(transcript.CallSlow)
	if call == nil {
		c.NotTestable("the module did not get as far as the call this rule looks at", "run syncproof again")
		return
	}
	if call.Ending != transcript.EndTimedOut {
		return
	}
	place := c.inFunction(call, "ListAccounts() while every request is answered just in time")
	place.Want, place.Got = "an answer within "+seconds(s.Upstream.Budget), "none"
	place.Note = plural(int64(len(s.Exchanges)), "request", "requests") + " were answered by then, each within the module's own limit"
	c.Fail(place)
}

// noLimitToStretch closes the case where the module's limit on one request is
// not known, above all because it has none.
func (c *Case) noLimitToStretch() {
	for _, p := range usable(c.T, "FLT-02") {
		if p.struck && p.call.Ending == transcript.EndTimedOut {
			c.followGate(following("FLT-02", "a single request can take longer than the whole call may"))
			return
		}
	}
	c.NotTestable("how long the module waits for an answer is not known, so no panel could be played that is just quick enough",
		"run syncproof with the area faults selected as well")
}
