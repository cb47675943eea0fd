package suites

import (
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// checkFaults wants every fault of a rule reported as a failure. A call that
// did not even return breaks another rule first and is that one's failure.
func (c *Case) checkFaults(rule string) {
	clean := !c.failed()
	var broken []brokenFault
	crashed, owner := 0, ""
	for _, p := range usable(c.T, rule) {
		place, own, isBroken := c.judgeFault(p)
		if !isBroken {
			continue
		}
		broken = append(broken, brokenFault{p, place})
		if !own {
			crashed++
			owner = worse(owner, endingOwner(p.call.Ending))
		}
	}
	c.failFaults(broken)
	if clean && crashed > 0 && crashed == len(broken) {
		c.result.Follows = owner
	}
	c.failFirstRequests(rule)
	c.followGate(unusable(c.T, rule))
	c.followChoice()
}

// followChoice keeps a rule from passing when not all faults were played.
func (c *Case) followChoice() {
	if chosen := c.T.Header.Faults; len(chosen) > 0 {
		c.followGate(notTestable("nothing was found, but only the faults that were asked for were played: "+strings.Join(chosen, ", "), tryAll))
	}
}

// failFirstRequests adds the points at the first request of a conversation,
// where these could be tried.
func (c *Case) failFirstRequests(rule string) {
	if askPoints(c.T).open {
		c.judgePoints(rule)
	}
}

// worse picks one of the rules that calls break by how they end: what was
// thrown tells more than an exit does.
func worse(a, b string) string {
	if a == "ENV-09" {
		return a
	}
	return b
}

// judgeFault says what is wrong with the answer to one fault, and whether that
// is this rule's own concern.
func (c *Case) judgeFault(p played) (place contract.Finding, own, broken bool) {
	place = c.placeUnder(p)
	place.Want = "success => false with an error"
	answer, isMap := p.answer()
	switch {
	case isMap && answer["success"] == false:
		return place, true, false
	case isMap && answer["success"] == true:
		place.Got = "success => true with " + plural(int64(p.call.Len()), "account", "accounts")
		place.Note = "a service that is not in this list looks as if it did not exist on the server"
		return place, true, true
	case !p.struck:
		// Without a request the answer says nothing about the fault.
		return place, true, false
	case p.call.Ending == transcript.EndReturned:
		place.Got = showAnswer(p.call.Value)
		return place, true, true
	case p.call.Ending == transcript.EndTimedOut:
		place.Got, place.Note = "no answer within "+seconds(p.Upstream.Budget), missingLimit(p)
		return place, true, true
	default:
		place.Got = "it " + endingWords(p.call)
		locate(&place, p.call)
		return place, false, true
	}
}

// brokenFault is a fault that was not reported as a failure.
type brokenFault struct {
	played
	place contract.Finding
}

// failFaults notes what is broken, once where http and https break alike.
func (c *Case) failFaults(broken []brokenFault) {
	for i, b := range broken {
		if slices.ContainsFunc(broken[:i], b.like) {
			continue
		}
		schemes := []string{b.Upstream.Scheme}
		for _, later := range broken[i+1:] {
			if later.like(b) {
				schemes = append(schemes, later.Upstream.Scheme)
			}
		}
		b.place.At = b.at(schemes...)
		c.Fail(b.place)
	}
}

// like holds for the same fault, broken in the same way over another scheme.
func (b brokenFault) like(other brokenFault) bool {
	x, y := b.place, other.place
	return b.fault.ID == other.fault.ID && x.Got == y.Got && x.Note == y.Note && x.File == y.File && x.Line == y.Line
}
