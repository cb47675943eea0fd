package suites_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// firstName is the first session in which a value was changed.
const firstName = "leaf:null@1:accounts.0.name"

// inSecondReply makes one of the changes of the first reply one of the second,
// which has the same values.
func inSecondReply(r *transcripttest.Run) {
	talk := r.Session(transcript.SessionConversation).Exchanges
	talk[1].Leaves = &transcript.Leaves{Kinds: 1, List: talk[0].Leaves.List[2:], Rows: []transcript.LeafRow{
		{Path: "accounts.0", List: "accounts", Of: 1, Values: []transcript.LeafValue{{Name: "name", Value: "three"}}},
	}}
	const before, after = "leaf:long@1:accounts.0.name", "leaf:null@2:accounts.0.name"
	s := r.Session(before)
	s.ID, s.Calls[0].ID = after, after
	s.Info.Upstream.Fault, s.Info.Upstream.At = "leaf-null", 2
	s.Exchanges = transcripttest.Conversation()[:2]
	s.Exchanges[1].Fault = "leaf-null"
	r.Extension.Sessions[slices.Index(r.Extension.Sessions, before)] = after
}

// withoutExtension takes out everything the run went on to do once the
// conversation was known.
func withoutExtension(r *transcripttest.Run) {
	extendedBy()(r)
	r.Extension = nil
}

// extendedBy takes out everything but these sessions.
func extendedBy(ids ...string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		for _, id := range r.Extension.Sessions {
			if !slices.Contains(ids, id) {
				r.Without(id, false)
			}
		}
		r.Extension.Sessions, r.Extension.Leaves = ids, nil
	}
}

// What was not changed, or shows nothing.
func TestAlteredRulesWithoutEvidence(t *testing.T) {
	with := func(budget int, faults ...string) func(testing.TB) *transcripttest.Run {
		return func(tb testing.TB) *transcripttest.Run {
			tb.Helper()
			return transcripttest.TalkingWith(tb, budget, faults...)
		}
	}
	const (
		asked     = "only the faults that were asked for were tried"
		tryAll    = "run syncproof again without --fault, or with a larger --budget"
		noServer  = "no server was named, so it is not known how the module and a panel that works talk"
		noList    = "the panel's replies hold no list, in JSON or XML, whose rows could be told to be the accounts"
		noPages   = "the module reads no list in several pages that are told apart by a parameter"
		early     = "the run ended before the call this rule looks at"
		beforeAll = "the run ended before it was known which calls this rule looks at"
	)
	other := both(call(transcript.CallReplay, some), func(r *transcripttest.Run) { r.Session(firstName).Calls[0].Returns(nil) })
	verdicts := []verdict{
		{name: "no server", rule: "FLT-16", from: transcripttest.Calm, outcome: contract.NotTestable, reason: noServer},
		{name: "no server", rule: "FLT-14", from: transcripttest.Calm, outcome: contract.NotTestable, reason: noServer},
		{name: "one change", rule: "FLT-16", from: with(0, "leaf-null@1:accounts.0.name"), outcome: contract.NotTestable,
			reason: "nothing was found, but only values of 1 of 3 kinds were changed: " + asked, supply: tryAll},
		{name: "a fault of another rule", rule: "FLT-16", from: with(0, "html-login@2"), outcome: contract.NotTestable,
			reason: "no value of the panel's replies was changed: " + asked, supply: tryAll},
		{name: "values of no account", rule: "FLT-16", from: with(0, "leaf-null@1:total"), outcome: contract.NotTestable,
			reason: "none of the changes this rule looks at was tried: " + asked, supply: tryAll},
		{name: "nothing was added to the run", rule: "FLT-16", from: with(0, "html-login@2"), change: func(r *transcripttest.Run) { r.Extension = nil },
			outcome: contract.NotTestable, reason: "no value of the panel's replies was changed: " + asked},
		{name: "no values were counted", rule: "FLT-16", from: with(0, "html-login@2"), change: func(r *transcripttest.Run) { r.Extension.Leaves = nil },
			outcome: contract.NotTestable, reason: "no value of the panel's replies was changed: " + asked},
		{name: "a fault of another rule", rule: "FLT-14", from: with(0, "html-login@2"), outcome: contract.NotTestable, reason: asked, supply: tryAll},
		{name: "stopped on the way", rule: "FLT-16", outcome: contract.NotTestable, reason: early, change: func(r *transcripttest.Run) { r.Without(firstName, true) }},
		{name: "the only change was stopped", rule: "FLT-16", from: with(0, "leaf-null@1:accounts.0.name"), outcome: contract.NotTestable, reason: early,
			change: func(r *transcripttest.Run) { r.Without(firstName, true) }},
		{name: "stopped on the way", rule: "FLT-21", outcome: contract.NotTestable, reason: early, change: func(r *transcripttest.Run) { r.Without("page:page-shift@2", true) }},
		{name: "what another rule looks at was stopped", rule: "FLT-14", change: func(r *transcripttest.Run) { r.Without("page:page-shift@2", true) }},
		{name: "the conversation gave other accounts again", rule: "FLT-16", outcome: contract.NotTestable, change: other,
			reason: "the same recorded answers gave other accounts a second time (accounts[\"three.example\"]), so a list that lacks some cannot be told"},
		{name: "nothing could be changed", rule: "FLT-16", outcome: contract.NotApplicable, reason: noList, change: withoutExtension},
		{name: "nothing could be changed", rule: "FLT-14", outcome: contract.NotApplicable, reason: noPages, change: withoutExtension},
	}
	nothing := map[string]string{"FLT-16": noList, "FLT-14": noPages}
	for name, end := range map[string]func(*transcripttest.Run){
		"cut off":                      func(r *transcripttest.Run) { r.CutOff = true },
		"interrupted":                  func(r *transcripttest.Run) { r.End.Interrupted = true },
		"stopped at the first failure": func(r *transcripttest.Run) { r.End.Stopped = true },
	} {
		for rule := range nothing {
			verdicts = append(verdicts,
				verdict{name: name, rule: rule, change: end},
				verdict{name: name + " with nothing to change", rule: rule, outcome: contract.NotApplicable, reason: nothing[rule], change: both(extendedBy(transcript.SessionAfterFailure), end)},
				verdict{name: name + " after the conversation", rule: rule, outcome: contract.NotTestable, reason: beforeAll, change: both(withoutExtension, end)})
		}
	}
	testAltered(t, verdicts)
}

// A session that does not fit the conversation, as where a transcript was put
// together from several, shows nothing.
func TestChangesThatFitNothing(t *testing.T) {
	short := func(change func(*transcript.Upstream)) func(*transcripttest.Run) {
		return session(firstName, func(s *transcripttest.Session) {
			answering(secondID, thirdID)(s.Calls[0])
			change(s.Info.Upstream)
		})
	}
	verdicts := []verdict{
		{name: "no value", change: short(func(u *transcript.Upstream) { u.Paths = nil })},
		{name: "two values", change: short(func(u *transcript.Upstream) { u.Paths = append(u.Paths, "total") })},
		{name: "an unknown value", change: short(func(u *transcript.Upstream) { u.Paths[0] = "accounts.0.id" })},
		{name: "an unknown fault", change: short(func(u *transcript.Upstream) { u.Fault = "leaf-of-a-later-version" })},
		{name: "no request", change: short(func(u *transcript.Upstream) { u.At = 0 })},
		{name: "a reply without values", change: short(func(u *transcript.Upstream) { u.At = 2 })},
		{name: "a request that was not made", change: short(func(u *transcript.Upstream) { u.At = 4 })},
		{
			name: "whatever the order of the values", findings: []contract.Finding{
				inReply("null", "accounts.0.name", "a value is null", "success => true with 2 accounts", "", shows(2, []string{firstID}, nil)),
			},
			change: both(short(func(*transcript.Upstream) {}), session(transcript.SessionConversation, func(s *transcripttest.Session) { slices.Reverse(s.Exchanges[0].Leaves.List) })),
		},
	}
	for i := range verdicts {
		verdicts[i].rule = "FLT-16"
	}
	testAltered(t, verdicts)
}
