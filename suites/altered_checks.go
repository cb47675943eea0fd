package suites

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// checkLeaves wants every malformed record answered by a failure, or by a list
// that still has its account.
func checkLeaves(c *Case) {
	var broken []brokenPoint
	tested, of := false, map[string]string{}
	j := pointJudge{Case: c, good: c.T.Call(transcript.CallConversation), moving: movingFields(c.T), all: points(c.T)}
	for _, x := range changes(c.T) {
		if !x.judged || !x.made() || !x.met() {
			continue
		}
		tested = true
		if b, isBroken := j.judgeChange(x); isBroken {
			of[b.ID] = x.leaf.Kind
			broken = append(broken, b)
		}
	}
	// One place for each kind of value: its smallest change.
	c.failPoints(broken, func(a, b brokenPoint) bool { return a.Upstream.At == b.Upstream.At && of[a.ID] == of[b.ID] })
	c.failVanished(plainFleets()...)
	c.followGate(unmade(c.T, isChange))
	count := leafCount(c.T)
	switch {
	case tested:
	case count.Reason == "":
		c.followGate(notApplicable("the panel's replies hold no list, in JSON or XML, whose rows could be told to be the accounts"))
	case count.Tried == 0:
		c.followGate(notTestable("no value of the panel's replies was changed: "+count.Reason, tryAll))
	default:
		c.followGate(notTestable("none of the changes this rule looks at was tried: "+count.Reason, tryAll))
	}
	if count.KindsTried < count.Kinds {
		c.followGate(notTestable("nothing was found, but only values of "+strconv.Itoa(count.KindsTried)+" of "+
			plural(int64(count.Kinds), "kind", "kinds")+" were changed: "+count.Reason, tryAll))
	}
}

func isChange(session string) bool { return strings.HasPrefix(session, transcript.LeafPrefix) }

// asked is why something was not tried.
const asked = "only the faults that were asked for were tried"

func leafCount(t *transcript.Transcript) transcript.LeafCount {
	if t.Extension == nil || t.Extension.Leaves == nil {
		count := transcript.LeafCount{}
		if len(t.Header.Faults) > 0 {
			count.Reason = asked
		}
		return count
	}
	return *t.Extension.Leaves
}

// judgeChange says what is wrong with the answer to one change. What is thrown is
// ENV-09's concern.
func (j pointJudge) judgeChange(x change) (brokenPoint, bool) {
	switch x.call.Ending {
	case transcript.EndReturned, transcript.EndTimedOut, transcript.EndExited:
	default:
		return brokenPoint{}, false
	}
	answer, isMap := returnedAnswer(x.call)
	if isMap && answer["success"] == false || answeredList(x.call) && j.keeps(x) {
		return brokenPoint{}, false
	}
	b := brokenPoint{point: x.point, place: j.inFunction(x.call, x.at()), owner: j.swallowedAt(x)}
	b.place.Fault = x.choice()
	j.describe(&b)
	return b, true
}

// swallowedAt names the rule that is broken at the same request already, because
// whatever is wrong with its reply ends in the same list.
func (j pointJudge) swallowedAt(x change) string {
	for _, other := range j.all {
		if other.Upstream.At == x.Upstream.At && answeredList(x.call) && answeredList(other.call) && x.call.Len() == other.call.Len() && !j.right(other) {
			return other.rule
		}
	}
	return ""
}

// describe says what came of a point's call, and what was wanted.
func (j pointJudge) describe(b *brokenPoint) {
	accounts := plural(int64(j.good.Len()), "account", "accounts")
	b.place.Want = "success => false with an error, or all " + accounts + ", each once"
	j.outcome(b)
	if doubled := repeated(j.good, b.call); len(doubled) > 0 {
		b.place.Note = plural(int64(len(doubled)), "account is", "accounts are") + " listed more than once, such as " + shown(doubled[0])
	}
}

func shown(id string) string { return strconv.QuoteToGraphic(id) }

// keeps says that no account vanished and none came twice. The account whose
// record was changed may have another identifier now, or none; then there are as
// many rows as before.
func (j pointJudge) keeps(x change) bool {
	if len(repeated(j.good, x.call)) > 0 {
		return false
	}
	missing := vanished(j.good, x.call)
	if len(missing) == 0 {
		return x.call.Len() >= j.good.Len()
	}
	return len(missing) == 1 && missing[0] == identifierAt(j.good, x.owner) && x.call.Len() >= j.good.Len()
}

// identifiers counts how often a list has each.
func identifiers(call *transcript.Call) map[string]int {
	ids := map[string]int{}
	for a := range call.Accounts() {
		if id, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier]); id != "" {
			ids[id]++
		}
	}
	return ids
}

func identifierAt(call *transcript.Call, row int) string {
	for a := range call.Accounts() {
		if a.Row == row {
			id, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier])
			return id
		}
	}
	return ""
}

// vanished are the identifiers a list lacks, in no order.
func vanished(good, call *transcript.Call) []string {
	var ids []string
	now := identifiers(call)
	for id := range identifiers(good) {
		if now[id] == 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// repeated are the identifiers a list has more often than the good one.
func repeated(good, call *transcript.Call) []string {
	var ids []string
	before, now := identifiers(good), identifiers(call)
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if now[id] > max(1, before[id]) {
			ids = append(ids, id)
		}
	}
	return ids
}

// checkPages wants pages that do not fit together answered by a failure, or by
// the whole list.
func checkPages(c *Case, rule string) {
	j := pointJudge{Case: c, good: c.T.Call(transcript.CallConversation)}
	tested := false
	for _, p := range pageFaults(c.T, rule) {
		if !p.made() || !p.struck() {
			continue
		}
		tested = true
		answer, isMap := returnedAnswer(p.call)
		switch {
		case isMap && answer["success"] == false:
			continue
		case answeredList(p.call) && len(vanished(j.good, p.call))+len(repeated(j.good, p.call)) == 0:
			continue
		case p.endedOtherwise():
			continue
		}
		b := brokenPoint{point: p.point, place: j.inFunction(p.call, p.at())}
		b.place.Fault = p.choice()
		j.describe(&b)
		c.Fail(b.place)
	}
	c.closePages(rule, tested, "the module reads no list in several pages that are told apart by a parameter")
}

// endedOtherwise says that another rule is about how the call ended. A module
// that asks without end ends when its memory does.
func (p pageFault) endedOtherwise() bool {
	switch p.call.Ending {
	case transcript.EndReturned, transcript.EndTimedOut, transcript.EndOutOfMemory, transcript.EndExited:
		return false
	}
	return true
}

// closePages settles a rule whose sessions showed nothing wrong.
func (c *Case) closePages(rule string, tested bool, why string) {
	known := catalogue()
	c.followGate(unmade(c.T, func(session string) bool {
		id, _, _ := strings.Cut(strings.TrimPrefix(session, transcript.PagePrefix), "@")
		return known[id].Rule == rule
	}))
	switch {
	case tested:
	case len(c.T.Header.Faults) > 0:
		c.followGate(notTestable(asked, tryAll))
	default:
		c.followGate(notApplicable(why))
	}
}

// checkTotal wants a total that is larger than the list reported as a failure.
func checkTotal(c *Case) {
	good := c.T.Call(transcript.CallConversation)
	tested := false
	for _, p := range pageFaults(c.T, "FLT-13") {
		if !p.made() || !p.struck() {
			continue
		}
		tested = true
		if !answeredList(p.call) {
			continue // a failure; or ENV-09 says what is wrong
		}
		place := c.inFunction(p.call, p.at())
		place.Fault = p.choice()
		place.Want, place.Got = "success => false with an error", answerWords(p.call)
		place.Note = "the panel's answers say that there are " + strconv.Itoa(good.Len()+fault.More) + " accounts (" + p.Upstream.Paths[0] + ")"
		c.Fail(place)
	}
	c.closePages("FLT-13", tested, "no number in the panel's replies says how many accounts there are")
}
