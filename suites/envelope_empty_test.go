package suites_test

import (
	"slices"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestEmptyPanel(t *testing.T) {
	testVerdicts(t, emptyPanelVerdicts())

	run := transcripttest.WithEmptyPanel(t)
	run.Session(transcript.SessionEmptyPanel).Exchanges = nil
	if got := judgeOne(t, "ENV-11", run.Transcript()); got.Outcome != contract.NotTestable || !strings.Contains(got.Reason, "although a server without accounts was to be listed") {
		t.Errorf("without a request: %s, %q", got.Outcome, got.Reason)
	}
}

func emptyPanelVerdicts() []verdict {
	empty := func(change func(*transcripttest.Call)) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) { change(r.Call(transcript.CallEmptyPanel)) }
	}
	gives := func(value any) func(*transcripttest.Run) {
		return empty(func(c *transcripttest.Call) { c.Returns(value) })
	}
	finding := func(got string, more ...string) []contract.Finding {
		return []contract.Finding{{
			Call: transcript.CallEmptyPanel, At: "ListAccounts() of a server without accounts", File: "acme.php", Line: 50,
			Want: "success => true with an empty list", Got: got, Note: strings.Join(more, ""),
		}}
	}
	exchanges := func(change func([]transcript.Exchange) []transcript.Exchange) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			s := r.Session(transcript.SessionEmptyPanel)
			s.Exchanges = change(s.Exchanges)
		}
	}
	table := []verdict{
		{name: "an empty list"},
		{name: "a failure", change: gives(transcripttest.Failure("No accounts found.")), findings: finding(`success => false with the error "No accounts found." (string)`)},
		{name: "accounts", change: gives(transcripttest.Array{"success": true, "accounts": transcripttest.Accounts()["accounts"]}),
			findings: finding("3 accounts", "the recorded answers are those of a server without accounts, so these come from somewhere else")},
		{name: "no list", change: gives(transcripttest.Array{"success": true}), findings: finding(`no key "accounts"`)},
		{name: "null", change: gives(transcripttest.Array{"success": true, "accounts": nil}), findings: finding("accounts is null")},
		{name: "no success", change: gives(transcripttest.Array{"accounts": transcripttest.List{}}), findings: finding(`no key "success"`)},
		{name: "a bare list", change: gives(nil), findings: finding("null")},
		{name: "stopped", change: empty(func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) }), findings: finding("it did not answer in time and was stopped")},
		{
			name: "not recorded", from: transcripttest.Conformant, outcome: contract.NotApplicable,
			reason: "no server without accounts was recorded; to have this tested, record one (syncproof record MODULE --as empty) and name it with --empty-recording",
		},
		{name: "cut off", outcome: contract.NotTestable, reason: "the run ended before the call this rule looks at",
			change: func(r *transcripttest.Run) { r.Without(transcript.SessionEmptyPanel, true) }},
		{name: "not planned, but made", change: func(r *transcripttest.Run) {
			r.Header.Plan = slices.DeleteFunc(r.Header.Plan, func(id string) bool { return id == transcript.SessionEmptyPanel })
		}},
		{
			name: "another request", outcome: contract.NotTestable,
			change: exchanges(func(x []transcript.Exchange) []transcript.Exchange {
				x[0].Problem = "the recording has no answer to it"
				return x
			}),
			reason: "the recording of the server without accounts does not fit the module's requests: the recording has no answer to it",
		},
		{
			name: "an empty list beside", outcome: contract.NotTestable, change: func(r *transcripttest.Run) {
				r.List().Returns(transcripttest.Array{"success": true, "accounts": transcripttest.List{}})
			},
			reason: "the list was empty, so no account could be checked",
		},
	}
	for i := range table {
		table[i].rule = "ENV-11"
		if table[i].from == nil {
			table[i].from = transcripttest.WithEmptyPanel
		}
	}
	return table
}

// Nothing else is wrong with a module that lists an empty server.
func TestAnEmptyPanelIsNoFailureOfOtherRules(t *testing.T) {
	if failed := outcomes(judgeAll(t, transcripttest.WithEmptyPanel(t)), contract.Fail); len(failed) > 0 {
		t.Errorf("failed: %v", failed)
	}
}
