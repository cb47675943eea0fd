package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// Whatever the panel answers, and wherever in a conversation, the call returns:
// each place in the code that breaks is told once.
func TestReturnsUnderChanges(t *testing.T) {
	thrownAt := func(line int) func(*transcripttest.Call) {
		return func(c *transcripttest.Call) {
			c.Throws(transcript.Throwable{Class: "RuntimeException", Message: "boom", File: "lib/Rows.php", Line: line})
		}
	}
	const name = "null@1:accounts.0.name"
	found := func(call, at, fault, got, note string, line int) contract.Finding {
		return contract.Finding{
			Call: call, At: at, Want: "it returns, whatever the panel answers", Got: got, Note: note, File: "lib/Rows.php", Line: line, Fault: fault,
		}
	}
	const threw = `it threw RuntimeException: "boom"`
	point := found("point:html-login@2", "ListAccounts() with request 2, GET /accounts?page=2, answered so: 200 with an HTML login page (html-login@2)", "html-login@2", threw, "", 12)
	leaf := found("leaf:"+name, "ListAccounts() with reply 1, GET /accounts?page=1, changed at accounts.0.name: a value is null (leaf-"+name+")", "leaf-"+name, threw, "", 12)
	page := found("page:same-page@2", "ListAccounts() with request 2, GET /accounts?page=2, answered so: the first page again and again (same-page@2)", "same-page@2", threw, "", 12)
	memory := leaf
	memory.Got, memory.Note, memory.File, memory.Line = "it ran out of memory", "PHP cannot go on without memory, so no catch block sees it", "acme.php", 51
	elsewhere := leaf
	elsewhere.Line = 13
	other := leaf
	other.Got = `it threw LogicException: "boom"`
	stopped := func(s *transcripttest.Session) {
		thrownAt(12)(s.Calls[0])
		s.Exit.Interrupted = true
	}
	verdicts := []verdict{
		{name: "nothing", change: nil},
		{name: "at a request", change: at("html-login@2", thrownAt(12)), findings: []contract.Finding{point}},
		{name: "a value", change: changed(name, thrownAt(12)), findings: []contract.Finding{leaf}},
		{name: "pages", change: paged("same-page@2", thrownAt(12)), findings: []contract.Finding{page}},
		{name: "all in one place", change: both(at("html-login@2", thrownAt(12)), changed(name, thrownAt(12)), paged("same-page@2", thrownAt(12))), findings: []contract.Finding{point}},
		{name: "in two places", change: both(at("html-login@2", thrownAt(12)), changed(name, thrownAt(13))), findings: []contract.Finding{point, elsewhere}},
		{name: "of two kinds", findings: []contract.Finding{point, other}, change: both(at("html-login@2", thrownAt(12)), changed(name, func(c *transcripttest.Call) {
			c.Throws(transcript.Throwable{Class: "LogicException", Message: "boom", File: "lib/Rows.php", Line: 12})
		}))},
		{name: "a value that takes all memory", change: changed(name, func(c *transcripttest.Call) { c.Ends(transcript.EndOutOfMemory) }), findings: []contract.Finding{memory}},
		{name: "pages without end", change: paged("same-page@2", func(c *transcripttest.Call) { c.Ends(transcript.EndOutOfMemory) })},
		{name: "exits and no answers", change: both(changed(name, func(c *transcripttest.Call) { c.Ends(transcript.EndExited) }), paged("same-page@2", func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) }))},
		{name: "broken off", change: both(session("point:html-login@2", stopped), session("leaf:"+name, stopped), session("page:same-page@2", stopped))},
	}
	for i := range verdicts {
		verdicts[i].rule, verdicts[i].from = "ENV-09", transcripttest.Talking
	}
	testVerdicts(t, verdicts)
}

// What is told of a call that did not return, and what is not.
func TestNotesOfEndings(t *testing.T) {
	const want = "it returns, also when something goes wrong"
	none := inList("ListAccounts()", want, "it did not answer in time and was stopped", "")
	short := inList("ListAccounts()", want, none.Got, "it was stopped after 1 second")
	clock := inList("ListAccounts()", want, `it ended with a fatal error: "Cannot redeclare acme_call()"`, "PHP's own time limit was reached")
	clock.Line = 7
	bare := inList("ListAccounts()", want, `it threw Error: "boom"`, `Error is an error of PHP: catch (Exception $e) does not catch it, catch (\Throwable $e) does`)
	bare.Line = 3
	thrown := inList("ListAccounts()", want, `it threw RuntimeException: "boom"`, "")
	thrown.Line = 40
	one := transcripttest.Array{"success": true, "accounts": transcripttest.List{transcripttest.Account("one.example")}}
	ofEmpty := func(got, note string, line int) []contract.Finding {
		return []contract.Finding{{
			Call: transcript.CallEmptyPanel, At: "ListAccounts() of a server without accounts", File: "acme.php", Line: line,
			Want: "success => true with an empty list", Got: got, Note: note,
		}}
	}
	testVerdicts(t, []verdict{
		{name: "no limit is known", rule: "ENV-09", findings: []contract.Finding{none}, change: both(ends(transcript.CallList, transcript.EndTimedOut), session(transcript.SessionList, func(s *transcripttest.Session) {
			s.Exit.Limit = 0
		}))},
		{name: "a limit of a second", rule: "ENV-09", findings: []contract.Finding{short}, change: both(ends(transcript.CallList, transcript.EndTimedOut), session(transcript.SessionList, func(s *transcripttest.Session) {
			s.Exit.Limit = 1
		}))},
		{name: "PHP's time", rule: "ENV-09", findings: []contract.Finding{clock}, change: both(ends(transcript.CallList, transcript.EndFatal), session(transcript.SessionList, func(s *transcripttest.Session) {
			s.Shutdown.Fatal.Time = true
		}))},
		{name: "an Error itself", rule: "ENV-09", findings: []contract.Finding{bare}, change: call(transcript.CallList, func(c *transcripttest.Call) {
			c.Throws(transcript.Throwable{Class: "Error", Message: "boom", File: "acme.php", Line: 3})
		})},
		{name: "and PHP ends badly as well", rule: "ENV-09", findings: []contract.Finding{thrown}, change: both(ends(transcript.CallList, transcript.EndThrew), session(transcript.SessionList, func(s *transcripttest.Session) {
			s.Exit.Status = 255
		}))},
		{name: "an abbreviation", rule: "ENV-01", change: returns(transcripttest.Array{"succ": true, "accounts": transcripttest.List{}}),
			findings: []contract.Finding{inList(`ListAccounts()["success"]`, `the key "success"`, "no such key", "")}},
		{name: "an empty error alone", rule: "ENV-07", change: returns(transcripttest.Array{"error": ""})},
		{name: "one account of an empty server", rule: "ENV-11", from: transcripttest.WithEmptyPanel, change: gives(transcript.CallEmptyPanel, one),
			findings: ofEmpty("1 account", "the recorded answers are those of a server without accounts, so these come from somewhere else", listLine)},
		{name: "an empty server throws", rule: "ENV-11", from: transcripttest.WithEmptyPanel, change: ends(transcript.CallEmptyPanel, transcript.EndThrew),
			findings: ofEmpty(`it threw RuntimeException: "boom"`, "", 40)},
		{name: "failures of other functions", rule: "ENV-04", change: gives(transcript.CallOptions, transcripttest.Array{"success": false})},
		{name: "failures of what was changed", rule: "ENV-04", from: transcripttest.Talking, change: gives(firstName, transcripttest.Array{"success": false})},
		{name: "no conversation", rule: "ENV-09", from: transcripttest.Talking, change: func(r *transcripttest.Run) { r.Without(transcript.SessionConversation, false) }},
	})
}

// However it is spelled, a total is one; what is no number of accounts is none.
func TestSpellingsOfUserCount(t *testing.T) {
	var verdicts []verdict
	for _, key := range []string{"TotalAccounts", "account_total", "total", "account-count", "user_count", "totalUsers", "count"} {
		verdicts = append(verdicts, verdict{
			name: key, rule: "XCHK-01", change: gives(transcript.CallUserCount, transcripttest.Array{key: 2}),
			findings: []contract.Finding{{Call: transcript.CallUserCount, At: `GetUserCount()["` + key + `"]`, Want: "3, as many as the panel has", Got: "2", File: "acme.php", Line: 160}},
		})
	}
	not := "GetUserCount() gave no number that is plainly the accounts': it "
	verdicts = append(verdicts,
		verdict{name: "a failure with a number", rule: "XCHK-01", change: gives(transcript.CallUserCount, transcripttest.Array{"success": false, "total": 2}), outcome: contract.NotApplicable,
			reason: not + "reported null"},
		verdict{name: "a total that is text", rule: "XCHK-01", change: gives(transcript.CallUserCount, transcripttest.Array{"total": "2"}), outcome: contract.NotApplicable,
			reason: not + "returned array with keys total"},
		verdict{name: "another number", rule: "XCHK-01", change: gives(transcript.CallUserCount, transcripttest.Array{"quota": 2}), outcome: contract.NotApplicable,
			reason: not + "returned array with keys quota"},
		verdict{name: "throws", rule: "XCHK-01", change: ends(transcript.CallUserCount, transcript.EndThrew), outcome: contract.NotApplicable,
			reason: not + `threw RuntimeException: "boom"`},
		verdict{name: "none, as the list that was refused", rule: "XCHK-01",
			change:   both(gives(transcript.CallUserCount, 0), gives(transcript.CallUserCountOf, transcripttest.Failure("No."))),
			findings: []contract.Finding{{Call: transcript.CallUserCount, At: "GetUserCount()", Want: "3, as many as the panel has", Got: "0", File: "acme.php", Line: 160}}},
		verdict{name: "a panel of which nothing is known", rule: "XCHK-01", outcome: contract.NotTestable,
			change: both(gives(transcript.CallUserCount, 2), func(r *transcripttest.Run) { r.Fleets = nil }),
			reason: "it is not known how many accounts the panel held"},
		verdict{name: "right beside a list that is short", rule: "XCHK-01",
			change: gives(transcript.CallUserCountOf, transcripttest.Success(transcripttest.Account("one.example")))},
		verdict{name: "a total in words and one in figures", rule: "XCHK-01",
			change:   gives(transcript.CallUserCount, transcripttest.Array{"account_count": "two", "total": 2}),
			findings: []contract.Finding{{Call: transcript.CallUserCount, At: `GetUserCount()["total"]`, Want: "3, as many as the panel has", Got: "2", File: "acme.php", Line: 160}}},
		verdict{name: "a session with another call", rule: "XCHK-01", outcome: contract.NotApplicable, reason: not + "was not called",
			change: session(transcript.SessionUserCount, func(s *transcripttest.Session) { s.Calls[0].ID = "other" })},
	)
	testVerdicts(t, onPlayed(verdicts))
}
