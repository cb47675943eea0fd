package suites

import (
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func par06() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PAR-06", Level: contract.Must, Basis: contract.Evidence, Hazard: contract.Terminate,
			Title:  "two servers in one PHP process each give their own list",
			Source: sources(phpStatic, docSync),
			Why:    "What a module keeps in a static variable outlives the call. When the next call is about another server, and the list of the first one comes back for it, all services of the second server look as if they did not exist there, and syncing them terminates them.",
			Fix:    "Keep nothing between calls: make the client anew from $params each time, or keep one for each server.",
			Good:   "$api = new AcmeApi($params);",
			Bad:    "static $api;\n$api = $api ?? new AcmeApi($params); // every later call asks the first server",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedTwoServers},
		Check: checkTwoServers,
	}
}

// checkTwoServers looks at a call for one server, one for another, and one for
// the first again.
func checkTwoServers(c *Case) {
	c.checkTwoLists()
	if c.failed() {
		return
	}
	v, _ := variantOf(c.T, transcript.SessionTwoServers)
	if !slices.ContainsFunc(requestsIn(v.call), serverOf(v.call).has) {
		c.followGate(unasked())
		return
	}
	for i, call := range v.Calls[1:] {
		before := v.Calls[i]
		if before.Ending != transcript.EndReturned || call.Ending != transcript.EndReturned {
			// How calls end is judged where they are made one at a time.
			return
		}
		requests := requestsIn(call)
		if c.checkOwnServer(call, requests, serverOf(call), serverOf(before)) {
			c.checkOwnCredentials(call, requests, before)
		}
	}
}

// requestsIn are the requests that arrived during a call.
func requestsIn(call *transcript.Call) []transcript.Exchange {
	return slices.DeleteFunc(exchangesIn(call), func(x transcript.Exchange) bool { return x.Method == "" })
}

// checkOwnServer wants the requests of a call to go to its own server.
func (c *Case) checkOwnServer(call *transcript.Call, requests []transcript.Exchange, own, other givenServer) bool {
	place := c.inFunction(call, "ListAccounts() for the server "+own.name()+", after a call for "+other.name())
	place.Want = "requests to " + own.name() + " only"
	astray := slices.IndexFunc(requests, other.has)
	switch {
	case astray >= 0:
		place.Got = "a request to " + placesOf(requests[astray:astray+1])
	case own.host != firstOf(call.Session).host && !slices.ContainsFunc(requests, own.has):
		// For the server that was asked before, nothing may be left to ask.
		place.Got = "no request there; " + outcomeWords(call)
	default:
		return true
	}
	place.Note = "what the module kept of the other server decides what is listed for this one"
	c.Fail(place)
	return false
}

func firstOf(s *transcript.Session) givenServer { return serverOf(s.Calls[0]) }

// checkOwnCredentials wants no credential of the other server in the requests of
// a call.
func (c *Case) checkOwnCredentials(call *transcript.Call, requests []transcript.Exchange, other *transcript.Call) {
	params, _ := phpvalue.Map(other.Params)
	for _, key := range []string{"serverpassword", "serveraccesshash"} {
		secret, _ := params[key].(string)
		if secret == "" {
			continue
		}
		if found := carriers(requests, secret); len(found) > 0 {
			place := c.inFunction(call, "ListAccounts() for the server "+serverOf(call).name()+", after a call for "+serverOf(other).name())
			place.Want = "the credentials of this server"
			place.Got = "the " + credentialName(key) + " of the other server in the " + found[0].place
			c.Fail(place)
			return
		}
	}
}

// checkTwoLists looks at the same three calls where the first server works and
// the second refuses. A refusal that is taken for an empty list is judged where
// faults are, and so is a module that cannot list after a failure.
func (c *Case) checkTwoLists() {
	v, g := variantOf(c.T, transcript.SessionTwoLists)
	if !g.open || len(v.Calls) != 3 || !answeredList(v.call) {
		return
	}
	other, again := v.Calls[1], v.Calls[2]
	if shared := sharedAccounts(v.call, other); answeredList(other) && shared > 0 {
		place := c.inFunction(other, "ListAccounts() for a server that refuses, after the list of another one")
		place.Want, place.Got = "success => false with an error", outcomeWords(other)
		place.Note = plural(int64(shared), "of them is an account", "of them are accounts") + " of the other server"
		c.Fail(place)
	}
	if !answeredList(again) {
		return
	}
	if gone := missingFrom(v.call, again); len(gone) > 0 {
		place := c.inFunction(again, "ListAccounts() for the first server, after a call for one that refuses")
		place.Want = "all " + plural(int64(v.call.Len()), "account", "accounts") + " of the first call"
		place.Got = outcomeWords(again)
		place.Note = "missing: " + strings.Join(gone[:min(3, len(gone))], ", ") + more(len(gone)-3)
		c.Fail(place)
	}
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return " and " + strconv.Itoa(n) + " more"
}

// sharedAccounts counts the identifiers that two lists have in common.
func sharedAccounts(a, b *transcript.Call) int { return len(common(order(a), order(b))) }

// missingFrom lists the identifiers that the second list lacks. Where the module
// makes them up anew each time, other rules say so.
func missingFrom(first, again *transcript.Call) []string {
	known := map[string]bool{}
	for _, id := range order(again) {
		known[id] = true
	}
	ids := order(first)
	gone := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return known[id] })
	if len(gone) == len(ids) && again.Len() == first.Len() {
		return nil
	}
	for i, id := range gone {
		gone[i] = phpvalue.Quote(id)
	}
	return gone
}
