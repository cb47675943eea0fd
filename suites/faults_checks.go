package suites

import (
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// played is one session in which a fault was played, with the call made in it.
type played struct {
	*transcript.Session
	fault fault.Fault
	call  *transcript.Call
}

// faultsPlayed are the sessions that test a rule, "*" for every one.
func faultsPlayed(t *transcript.Transcript, rule string) []played {
	var list []played
	for _, s := range t.Sessions {
		if s.Upstream == nil || s.Upstream.Fault == "" {
			continue
		}
		f, known := fault.Find(s.Upstream.Fault)
		if !known || rule != "*" && f.Rule != rule || len(s.Calls) == 0 {
			continue
		}
		list = append(list, played{s, f, s.Calls[0]})
	}
	return list
}

// askFaults is met when the faults that test a rule reached the module.
func askFaults(rule string, t *transcript.Transcript) gate {
	const supply = "point syncproof at the module's folder on a Linux machine that allows user namespaces"
	list := faultsPlayed(t, rule)
	if len(list) == 0 {
		return notTestable("no control panel was played in this run, so how the module answers its failures is not known", supply)
	}
	for _, p := range list {
		if g := askSession(t, p.ID); !g.open {
			return g
		}
		if p.call.Ending == transcript.EndNotReached {
			return following("LOAD-01", "the module's file did not load, so ListAccounts() could not be called")
		}
	}
	if !reached(t) && !claimsSuccess(list) {
		return notTestable("the module made no request to a control panel that syncproof could see, so no fault reached it",
			"check that the module asks the server named by serverhostname and serverport")
	}
	return opened()
}

// reached says that some request of the module was seen while a panel was
// played. Faults that strike before a connection exists leave no trace.
func reached(t *transcript.Transcript) bool {
	for _, p := range faultsPlayed(t, "*") {
		if len(p.Exchanges) > 0 {
			return true
		}
	}
	return false
}

// claimsSuccess says that the module reported a list although no panel
// answered: a defect whether or not it asked.
func claimsSuccess(list []played) bool {
	for _, p := range list {
		if answer, ok := p.answer(); ok && answer["success"] == true {
			return true
		}
	}
	return false
}

func (p played) answer() (map[string]any, bool) {
	if p.call.Ending != transcript.EndReturned {
		return nil, false
	}
	return phpvalue.Map(p.call.Value)
}

// at names the fault the way a reader meets it.
func (p played) at() string {
	return "ListAccounts() while the panel answers so: " + p.fault.Title + " (" + p.Upstream.Scheme + ")"
}

// checkFaults wants every fault of a rule reported as a failure. A call that
// did not even return breaks another rule first and is that one's failure.
func (c *Case) checkFaults(rule string) {
	crashed, owner := 0, ""
	for _, p := range faultsPlayed(c.T, rule) {
		place := c.inFunction(p.call, p.at())
		place.Want = "success => false with an error"
		switch p.call.Ending {
		case transcript.EndReturned:
			c.checkFailureReported(p, place)
		case transcript.EndTimedOut:
			place.Got, place.Note = "no answer within "+budget(p.Upstream.Budget), missingLimit(p.fault)
			c.Fail(place)
		default:
			place.Got = "it " + endingWords(p.call)
			locate(&place, p.call)
			c.Fail(place)
			crashed, owner = crashed+1, endingOwner(p.call.Ending)
		}
	}
	if crashed > 0 && crashed == c.result.Count {
		c.result.Follows = owner
	}
}

func (c *Case) checkFailureReported(p played, place contract.Finding) {
	answer, isMap := p.answer()
	if isMap && answer["success"] == false {
		return
	}
	place.Got = showAnswer(p.call.Value)
	if answer["success"] == true {
		place.Got = "success => true with " + plural(int64(p.call.Len()), "account", "accounts")
		place.Note = "syncing against this list would list every other service as missing"
	}
	c.Fail(place)
}

func budget(s float64) string { return plural(int64(s), "second", "seconds") }

// missingLimit names the time limit whose absence a hanging fault shows.
func missingLimit(f fault.Fault) string {
	switch f.ID {
	case "silent-accept", "tls-silent":
		return "the limit on the whole request is missing, and the one on connecting does not cover it"
	case "drip":
		return "the limit on the whole request is missing: data trickles in, so a limit on silence does not help"
	default:
		return "the limit on the whole request is missing"
	}
}

// checkStrangers wants no credential sent to the host a redirect points to.
func (c *Case) checkStrangers() {
	for _, p := range faultsPlayed(c.T, "FLT-17") {
		for _, x := range p.Exchanges {
			if !strings.Contains(x.URL, "://"+fault.ElsewhereHost) {
				continue
			}
			if where := credentialIn(x); where != "" {
				place := c.inFunction(p.call, p.at())
				place.Want, place.Got = "no credentials sent to another host", "the server's secret in "+where+" of the request to "+fault.ElsewhereHost
				c.Fail(place)
			}
		}
	}
}

// credentialIn names the part of a request that holds a secret, which the
// transcript shows as a mark.
func credentialIn(x transcript.Exchange) string {
	const mark = "[redacted:"
	if strings.Contains(x.URL, mark) {
		return "the address"
	}
	for name, values := range x.RequestHeaders {
		for _, v := range values {
			if strings.Contains(v, mark) {
				return "the header " + name
			}
		}
	}
	if text, _ := x.RequestBody.Text.(string); strings.Contains(text, mark) {
		return "the body"
	}
	return ""
}

// checkCertificates wants no request sent over a connection whose certificate
// is bad, and the refusal reported.
func (c *Case) checkCertificates() {
	list := faultsPlayed(c.T, "FLT-18")
	for _, p := range list {
		for _, x := range p.Exchanges {
			if x.Fault == p.fault.ID && x.Method != "" {
				place := c.inFunction(p.call, p.at())
				place.Want, place.Got = "the connection refused", "a request sent over it: "+x.Method+" "+x.URL
				c.Fail(place)
			}
		}
	}
	c.checkFaults("FLT-18")
}
