package suites

import (
	"strconv"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// checkErrorOnFailure looks at every failure that was reported: without
// parameters, under faults, or for want of a server.
func checkErrorOnFailure(c *Case) {
	tested, seen := false, once{}
	for _, call := range listings(c.T) {
		answer, _ := phpvalue.Map(call.Value)
		if answer["success"] != false {
			continue
		}
		tested = true
		given := lookup(answer, "error")
		if raw, isBytes := phpvalue.Bytes(given); isBytes && len(raw) > 0 {
			continue // a text in another encoding; ERR-01 says so
		}
		if want := beFilledText(); seen.first(want.Got(given)) {
			c.ExpectIn(c.inFunction(call, callAt(call)+`["error"]`), given, want)
		}
	}
	c.refusalsAreJudged(tested)
}

// refusalsAreJudged closes a case without findings when no call said
// success => false.
func (c *Case) refusalsAreJudged(tested bool) {
	if tested {
		return
	}
	c.followGate(askAnswer(c.T))
	c.followGate(askCall(c.T, transcript.CallEmpty))
	c.followGate(notTestable("no call of ListAccounts() ended in success => false, not even the one without parameters",
		"let the module report a failure when it has no server to ask (PAR-07)"))
}

func checkNoAccountsOnFailure(c *Case) {
	tested := false
	for _, call := range listings(c.T) {
		answer, _ := returnedMap(c.T, call.ID)
		if answer["success"] != false {
			continue
		}
		tested = true
		place := c.inFunction(call, callAt(call)+`["accounts"]`)
		if call.Len() > 0 {
			place.Want, place.Got = "no accounts beside success => false", plural(int64(call.Len()), "account", "accounts")
			c.Fail(place)
			return
		}
		accounts := lookup(answer, "accounts")
		if phpvalue.KindOf(accounts) != phpvalue.KindAccounts && !c.ExpectIn(place, accounts, satisfy("no accounts beside success => false", isFalsy)) {
			return
		}
	}
	c.refusalsAreJudged(tested)
}

// listings are the calls of ListAccounts().
func listings(t *transcript.Transcript) []*transcript.Call {
	var calls []*transcript.Call
	for _, s := range t.Sessions {
		if s.Varied() {
			continue
		}
		for _, call := range s.Calls {
			if call.Function == "ListAccounts" {
				calls = append(calls, call)
			}
		}
	}
	return calls
}

// checkReturnsUnderFaults reports what ends PHP or is thrown while the panel
// fails, each place in the code once. A call that never ends is the failure of
// the rule its fault tests.
func (c *Case) checkReturnsUnderFaults() {
	seen := once{}
	if list := c.listCall(); list.Ending != transcript.EndReturned {
		seen.first(brokenAt(list)...)
	}
	report := func(call *transcript.Call, place contract.Finding) {
		switch call.Ending {
		case transcript.EndReturned, transcript.EndTimedOut, transcript.EndExited:
			return
		}
		if !seen.first(brokenAt(call)...) {
			return
		}
		place.Want, place.Got = "it returns, whatever the panel answers", "it "+endingWords(call)
		place.Note = endingNote(call)
		locate(&place, call)
		c.Fail(place)
	}
	for _, p := range usable(c.T, everyFault) {
		report(p.call, c.placeUnder(p))
	}
	for _, p := range points(c.T) {
		if p.made() {
			place := c.inFunction(p.call, p.at())
			place.Fault = p.choice()
			report(p.call, place)
		}
	}
	for _, f := range fleetsOf(c.T, append(plainFleets(), fleetStates, fleetFlags, transcript.FleetInstants, "duplicates", "case")...) {
		if f.made() {
			report(f.call, c.inFleet(f))
		}
	}
	c.returnsUnderChanges(report)
}

// returnsUnderChanges looks at the calls made while good answers were changed. A
// module that asks without end may run out of memory; FLT-14 says so.
func (c *Case) returnsUnderChanges(report func(*transcript.Call, contract.Finding)) {
	for _, x := range changes(c.T) {
		if x.made() {
			place := c.inFunction(x.call, x.at())
			place.Fault = x.choice()
			report(x.call, place)
		}
	}
	for _, p := range pageFaults(c.T, everyFault) {
		if p.made() && p.call.Ending != transcript.EndOutOfMemory {
			place := c.inFunction(p.call, p.at())
			place.Fault = p.choice()
			report(p.call, place)
		}
	}
}

// brokenAt tells places in the code apart where calls broke.
func brokenAt(call *transcript.Call) []string {
	var at contract.Finding
	locate(&at, call)
	what := call.Ending
	if call.Throwable != nil {
		what = call.Throwable.Class
	}
	return []string{what, at.File, strconv.Itoa(at.Line)}
}
