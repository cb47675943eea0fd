package suites_test

import (
	"slices"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// What differs by itself is no effect of a fault; what does not, is.
func TestPointsAgainstTheList(t *testing.T) {
	const place = secondAsked + loginPage + " (html-login@2)"
	moved := func(c *transcripttest.Call) { c.Returns(movedDates()) }
	testVerdicts(t, []verdict{
		{name: "another account", rule: "FLT-11", from: transcripttest.Talking, change: at("html-login@2", renamed), findings: []contract.Finding{func() contract.Finding {
			f := previewed(inPoint("html-login@2", place, "success => true with 3 accounts", "the accounts are all there, but not as the panel holds them"))
			f.Preview.Changed, f.Preview.ChangedRows = 1, []contract.PreviewChange{{ID: "three.example", Fields: []string{"username"}}}
			return f
		}()}},
		{name: "dates that move between calls", rule: "FLT-11", from: transcripttest.Talking, change: both(call(transcript.CallRepeat1, moved), at("html-login@2", moved))},
		{
			name: "accounts that come and go by themselves", rule: "FLT-11", from: transcripttest.Talking, change: both(call(transcript.CallRepeat1, some), at("html-login@2", some)),
			findings: []contract.Finding{lacking("html-login@2", secondAsked+loginPage, "")},
		},
		{name: "repeated, but not listed", rule: "FLT-11", from: transcripttest.Talking, change: func(r *transcripttest.Run) { r.Without(transcript.SessionList, false) }},
		{
			name: "nothing instead of a list without accounts", rule: "FLT-11", from: transcripttest.Talking,
			change: both(call(transcript.CallConversation, empty), call(transcript.CallReplay, empty), at("refused@2", func(c *transcripttest.Call) { c.Returns(nil) })),
			findings: []contract.Finding{func() contract.Finding {
				f := inPoint("refused@2", secondAsked+"connection refused (refused@2)", "null", "")
				f.Want = "success => false with an error, or all 0 accounts"
				return f
			}()},
		},
	})
}

// A conversation that is not known, or cannot be repeated, shows nothing.
func TestPointsNeedAConversation(t *testing.T) {
	conversation := func(change func(*transcripttest.Session)) func(*transcripttest.Run) {
		return session(transcript.SessionConversation, change)
	}
	refused := conversation(func(s *transcripttest.Session) { s.Calls[0].Returns(transcripttest.Failure("no")) })
	const through, unstruck = "with its requests passing through syncproof the module gave no list: ", "no request of the conversation was struck by a fault in this run"
	const again = "the recorded answers gave no list a second time: the call was not made"
	verdicts := []verdict{
		{name: "not planned, but made", rule: "FLT-11", change: func(r *transcripttest.Run) {
			r.Header.Plan = slices.DeleteFunc(r.Header.Plan, func(id string) bool { return id == transcript.SessionConversation })
		}},
		{name: "no list without faults either", rule: "FLT-11", follows: "ENV-08", change: both(refused, call(transcript.CallList, func(c *transcripttest.Call) { c.Returns(nil) }))},
		{name: "no list, and no other was asked for", rule: "FLT-11", outcome: contract.NotTestable, reason: through + `it reported "no" (string)`,
			change: both(refused, func(r *transcripttest.Run) { r.Without(transcript.SessionList, false) })},
		{name: "no call", rule: "FLT-11", outcome: contract.NotTestable, reason: through + "the call was not made",
			change: conversation(func(s *transcripttest.Session) { s.Calls = nil })},
		{name: "a throwable", rule: "FLT-11", outcome: contract.NotTestable, reason: through + `it threw RuntimeException: "boom"`,
			change: conversation(func(s *transcripttest.Session) { s.Calls[0].Ends(transcript.EndThrew) })},
		{name: "nothing was added", rule: "FLT-11", outcome: contract.NotTestable, reason: unstruck, change: func(r *transcripttest.Run) { r.Extension = nil }},
		{name: "no point was added", rule: "FLT-11", outcome: contract.NotTestable, reason: unstruck, change: func(r *transcripttest.Run) { r.Extension.Tried = 0 }},
		{name: "not repeated", rule: "FLT-11", outcome: contract.NotTestable, reason: again, change: session(transcript.SessionReplay, func(s *transcripttest.Session) { s.Calls = nil })},
		{name: "one fault cannot be played", rule: "FLT-11", change: func(r *transcripttest.Run) { r.Point("html-login@2").Unplayable("no namespaces") }},
		{name: "one fault went wrong", rule: "FLT-11", outcome: contract.NotTestable, reason: "no answer", change: func(r *transcripttest.Run) {
			s := r.Point("html-login@2")
			s.Unplayable("no answer")
			s.Troubles[0].Kind = transcript.TroubleAnswer
		}},
		{name: "stopped in another call", rule: "FLT-11", change: session(transcript.SessionLocale, func(s *transcripttest.Session) { s.Exit.Interrupted = true })},
	}
	for i := range verdicts {
		verdicts[i].from = transcripttest.Talking
	}
	testVerdicts(t, verdicts)
	got := judgeOne(t, "FLT-11", recordedOnce(t, verdict{}.run))
	if !strings.Contains(got.Supply, "--server-hostname") {
		t.Errorf("without a server it says: %s", got.Supply)
	}
}
