package suites

import (
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/syncplan"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// checkPoints wants every point of a rule answered by a failure or by the whole
// list.
func (c *Case) checkPoints(rule string) {
	if !c.judgePoints(rule) {
		c.closeUntested(rule)
	}
	c.followGate(untried(c.T))
	if e := c.T.Extension; e.Cut() {
		c.followGate(notTestable("nothing was found, but only "+strconv.Itoa(e.Tried)+" of "+
			plural(int64(e.Points), "combination", "combinations")+" of a fault and a request were tried: "+e.Reason, tryAll))
	}
}

// tryAll is how every combination comes to be tried.
const tryAll = "run syncproof again without --fault, or with a larger --budget"

// closeUntested says why a rule had no point to judge.
func (c *Case) closeUntested(rule string) {
	talk := c.T.Conversation()
	switch {
	case rule == "FLT-11" && len(talk.Exchanges) == 1:
		c.NotApplicable("the module lists the accounts with a single request; failures of that one are judged by FLT-01 to FLT-09")
	case rule == "FLT-15" && len(aboutSingleAccounts(talk)) == 0:
		c.NotApplicable("no request of the module is about a single account")
	default:
		// What was planned and shows nothing is no proof that nothing could be tried.
		c.followGate(untried(c.T))
		c.followGate(c.unmet(rule))
	}
}

// unmet is the gate of a rule of whose points none shows anything.
func (c *Case) unmet(rule string) gate {
	for _, p := range points(c.T) {
		if p.rule != rule {
			continue
		}
		if g := askSession(c.T, p.ID); !g.open {
			return g
		}
		return notTestable("none of the faults this rule looks at met its request when the conversation was repeated",
			"see the evidence of those calls: a module that can be tested sends the same requests whenever the panel answers the same")
	}
	if reason := c.T.Extension.Reason; reason != "" {
		return notTestable("none of the combinations of a fault and a request that this rule looks at was tried: "+reason, tryAll)
	}
	return notApplicable("none of the faults this rule looks at makes sense for an answer of this panel")
}

// judgePoints reports broken points, those at one request that broke in the
// same way together. tested says that there were points that met their request.
func (c *Case) judgePoints(rule string) (tested bool) {
	j := pointJudge{Case: c, good: c.T.Call(transcript.CallConversation), moving: movingFields(c.T), all: points(c.T)}
	var broken []brokenPoint
	for _, p := range j.all {
		if p.rule != rule || !p.made() || !p.struck() {
			continue
		}
		tested = true
		if b, isBroken := j.judge(p); isBroken {
			broken = append(broken, b)
		}
	}
	c.failPoints(broken, brokenPoint.like)
	return tested
}

type pointJudge struct {
	*Case
	good   *transcript.Call
	moving map[string]bool
	all    []point
}

// brokenPoint is a point that was answered neither by a failure nor by the
// whole list.
type brokenPoint struct {
	point
	place contract.Finding
	// owner is the rule that the answer breaks first, "" when it is this one.
	owner string
}

func (j pointJudge) judge(p point) (brokenPoint, bool) {
	if j.right(p) {
		return brokenPoint{}, false
	}
	b := brokenPoint{point: p, place: j.inFunction(p.call, p.at()), owner: j.ownerOf(p)}
	b.place.Want = "success => false with an error, or all " + plural(int64(j.good.Len()), "account", "accounts")
	b.place.Fault = p.choice()
	j.outcome(&b)
	if b.place.Preview != nil {
		b.place.Note = whatIsWrong(b.place.Preview)
	}
	return b, true
}

// outcome says what came of a point's call, with the preview of a list.
func (j pointJudge) outcome(b *brokenPoint) {
	b.place.Got = answerWords(b.call)
	switch {
	case answeredList(b.call):
		b.place.Preview = syncplan.Compare(j.good.Accounts(), b.call.Accounts())
	case b.call.Ending == transcript.EndTimedOut:
		b.place.Got = "no answer within " + seconds(b.Upstream.Budget)
		b.place.Note = "it had sent " + plural(int64(len(b.Exchanges)), "request", "requests") + " by then"
	default:
		locate(&b.place, b.call)
	}
}

// right says that a point was answered by a failure or by the whole list.
func (j pointJudge) right(p point) bool {
	answer, _ := returnedAnswer(p.call)
	return answer["success"] == false || wholeList(j.good, p.call, j.moving)
}

// ownerOf names the rule that is broken already when every request meets the
// same fault, or by how the call ended.
func (j pointJudge) ownerOf(p point) string {
	switch p.call.Ending {
	case transcript.EndReturned, transcript.EndTimedOut:
	default:
		return endingOwner(p.call.Ending)
	}
	if p.rule == p.fault.Rule {
		return j.swallowing(p)
	}
	if j.brokenBlindly(p.fault) {
		return p.fault.Rule
	}
	return ""
}

// brokenBlindly says that a fault is not reported as a failure when it strikes
// every request.
func (c *Case) brokenBlindly(f fault.Fault) bool {
	return slices.ContainsFunc(usable(c.T, f.Rule), func(p played) bool {
		if p.fault.ID != f.ID || !p.struck {
			return false
		}
		_, _, isBroken := c.judgeFault(p)
		return isBroken
	})
}

// swallowing names the rule that is broken at the same request already, because
// whatever is wrong with it ends in the same list.
func (j pointJudge) swallowing(p point) string {
	for _, other := range j.all {
		same := other.Upstream.At == p.Upstream.At && other.rule != other.fault.Rule
		if same && answeredList(p.call) && answeredList(other.call) && p.call.Len() == other.call.Len() && !j.right(other) {
			return other.rule
		}
	}
	return ""
}

// whatIsWrong says in what way a list is not the whole one, when not by what it
// lacks.
func whatIsWrong(p *contract.Preview) string {
	if p == nil || p.Missing > 0 {
		return ""
	}
	if p.Changed > 0 {
		return "the accounts are all there, but not as the panel holds them"
	}
	return "no account is missing, but the list is not the panel's"
}

// failPoints notes what is broken, one place for all that are the same.
func (c *Case) failPoints(broken []brokenPoint, same func(a, b brokenPoint) bool) {
	clean, owner, own := !c.failed(), "", false
	for i, b := range broken {
		own = own || b.owner == ""
		owner = worse(owner, b.owner)
		if slices.ContainsFunc(broken[:i], func(earlier brokenPoint) bool { return same(b, earlier) }) {
			continue
		}
		var others []string
		for _, later := range broken[i+1:] {
			if same(b, later) {
				others = append(others, later.fault.ID)
				b.place.Also = append(b.place.Also, later.place.Fault)
			}
		}
		b.place.Note = join(b.place.Note, alsoUnder(slices.Compact(others)))
		c.Fail(b.place)
	}
	if clean && !own {
		c.result.Follows = owner
	}
}

// like holds for the same effect at the same request.
func (b brokenPoint) like(other brokenPoint) bool {
	return b.Upstream.At == other.Upstream.At && b.place.Got == other.place.Got && b.place.File == other.place.File &&
		b.place.Line == other.place.Line && (b.owner == "") == (other.owner == "")
}

// alsoUnder names further faults with the same effect.
func alsoUnder(ids []string) string {
	const most = 6
	switch n := len(ids); {
	case n == 0:
		return ""
	case n <= most:
		return "the same under " + strings.Join(ids, ", ")
	default:
		return "the same under " + strings.Join(ids[:most], ", ") + " and " + plural(int64(n-most), "other fault", "other faults")
	}
}

// checkRecovery wants the whole list from a call that follows a failed one.
func checkRecovery(c *Case) {
	if g := askSession(c.T, transcript.SessionAfterFailure); !g.open {
		c.followGate(g)
		return
	}
	failing, again := c.T.Call(transcript.CallFailing), c.T.Call(transcript.CallRecovered)
	switch answer, _ := returnedAnswer(failing); {
	case failing == nil || again == nil:
		c.followGate(notTestable("the transcript breaks off before the calls this rule looks at", "run syncproof again"))
		return
	case again.Ending == transcript.EndNotReached && failing.Ending == transcript.EndReturned:
		c.followGate(notTestable("the call that follows a failure was not made", "run syncproof again"))
		return
	case again.Ending == transcript.EndNotReached:
		c.followGate(following(endingOwner(failing.Ending), "the call that was to fail "+endingWords(failing)))
		return
	case answer["success"] != false:
		c.failedCallDidNot(failing)
		return
	}
	j := pointJudge{Case: c, good: c.T.Call(transcript.CallConversation), moving: movingFields(c.T)}
	if wholeList(j.good, again, j.moving) {
		return
	}
	place := c.inFunction(again, "ListAccounts() after a call that failed because the panel answered with status 500")
	place.Want = "all " + plural(int64(j.good.Len()), "account", "accounts")
	place.Got = answerWords(again)
	if answeredList(again) {
		place.Preview = syncplan.Compare(j.good.Accounts(), again.Accounts())
	}
	c.Fail(place)
}

// failedCallDidNot closes the case where there was no failure to recover from.
func (c *Case) failedCallDidNot(failing *transcript.Call) {
	f, _ := fault.Find(failing.Session.Upstream.Fault)
	if c.brokenBlindly(f) {
		c.followGate(following(f.Rule, "the call that was to fail did not report a failure"))
	}
	c.followGate(notTestable("the call that was to fail did not: "+answerWords(failing)+", so it is not known what follows a failure",
		"see FLT-04 for how the module answers status 500"))
}

// answerWords tells what a call answered, as briefly as it can be told.
func answerWords(call *transcript.Call) string {
	answer, _ := returnedAnswer(call)
	switch {
	case call.Ending != transcript.EndReturned:
		return "it " + endingWords(call)
	case answeredList(call):
		return "success => true with " + plural(int64(call.Len()), "account", "accounts")
	case answer["success"] == false:
		return "success => false with the error " + phpvalue.Show(answer["error"])
	}
	return showAnswer(call.Value)
}

// returnedAnswer is the array a call returned.
func returnedAnswer(call *transcript.Call) (map[string]any, bool) {
	if call == nil || call.Ending != transcript.EndReturned {
		return nil, false
	}
	return phpvalue.Map(call.Value)
}
