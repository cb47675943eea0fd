package suites_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestAlteredRules(t *testing.T) {
	testAltered(t, slices.Concat(leafVerdicts(), pageVerdicts()))
}

// testAltered judges runs with a server.
func testAltered(t *testing.T, verdicts []verdict) {
	t.Helper()
	for i := range verdicts {
		if verdicts[i].from == nil {
			verdicts[i].from = transcripttest.Talking
		}
	}
	testVerdicts(t, verdicts)
}

// changed changes the call made while a value was changed, such as
// null@1:accounts.0.name.
func changed(choice string, change func(*transcripttest.Call)) func(*transcripttest.Run) {
	return session("leaf:"+choice, func(s *transcripttest.Session) { change(s.Calls[0]) })
}

func paged(choice string, change func(*transcripttest.Call)) func(*transcripttest.Run) {
	return session("page:"+choice, func(s *transcripttest.Session) { change(s.Calls[0]) })
}

// goodRow is a row as the good list has it, or one that it has not.
func goodRow(id string) any {
	switch id {
	case firstID:
		return transcripttest.Account(firstID, transcripttest.Array{"username": "one"})
	case secondID:
		return transcripttest.Account(secondID, transcripttest.Array{"username": "two", "product": "pro", "status": "Suspended", "primaryip": "192.0.2.11"})
	case thirdID:
		return transcripttest.Account(thirdID, transcripttest.Array{"username": "three", "created": "2021-12-31 23:59:59"})
	}
	return transcripttest.Account(id)
}

// unplanned takes a session out of the run that went beyond the first plan.
func unplanned(id string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		r.Without(id, false)
		r.Extension.Sessions = slices.DeleteFunc(r.Extension.Sessions, func(other string) bool { return other == id })
	}
}

func atLine(line int, findings []contract.Finding) []contract.Finding {
	for i := range findings {
		findings[i].Line = line
	}
	return findings
}

func answering(ids ...string) func(*transcripttest.Call) {
	return func(c *transcripttest.Call) {
		var rows []any
		for _, id := range ids {
			rows = append(rows, goodRow(id))
		}
		c.Returns(transcripttest.Success(rows...))
	}
}

// withoutSuccess answers with the whole list, but does not say that it is one.
func withoutSuccess(c *transcripttest.Call) {
	c.Returns(transcripttest.Array{"accounts": transcripttest.Accounts()["accounts"]})
}

const (
	firstID, secondID, thirdID = "one.example", "two.example", "three.example"
	wantEach                   = "success => false with an error, or all 3 accounts, each once"
)

func inReply(change, path, title, got, note string, preview *contract.Preview) contract.Finding {
	choice := change + "@1:" + path
	return contract.Finding{
		Call: "leaf:" + choice, At: "ListAccounts() with reply 1, GET /accounts?page=1, changed at " + path + ": " + title + " (leaf-" + choice + ")",
		Want: wantEach, Got: got, Note: note, File: "acme.php", Line: listLine, Fault: "leaf-" + choice, Preview: preview,
	}
}

// shows is the preview of a list that has so many rows.
func shows(listed int, missing, fresh []string, notes ...string) *contract.Preview {
	return &contract.Preview{
		Held: 3, Listed: listed, Missing: len(missing), MissingRows: missing, New: len(fresh), NewRows: fresh, Unclear: len(notes), Notes: notes,
	}
}

func leafVerdicts() []verdict {
	const (
		name = "null@1:accounts.0.name"
		null = "a value is null"
		path = "accounts.0.name"
	)
	dropped := func(note string) []contract.Finding {
		return []contract.Finding{inReply("null", path, null, "success => true with 2 accounts", note, shows(2, []string{firstID}, nil))}
	}
	return []verdict{
		{name: "failures", rule: "FLT-16"},
		{name: "the row is kept", rule: "FLT-16", change: changed(name, answering(firstID, secondID, thirdID))},
		{name: "the row is kept with another identifier", rule: "FLT-16", change: changed(name, answering("7", secondID, thirdID))},
		{name: "the row is kept without identifier", rule: "FLT-16", change: changed(name, answering("", secondID, thirdID))},
		{name: "the row is dropped", rule: "FLT-16", change: changed(name, answering(secondID, thirdID)), findings: dropped("")},
		{
			name: "by several changes", rule: "FLT-16", findings: also(dropped("the same under leaf-long")[0], "leaf-long@1:accounts.0.name"),
			change: both(changed("long@1:accounts.0.name", answering(secondID, thirdID)), changed(name, answering(secondID, thirdID))),
		},
		{name: "another account is exchanged", rule: "FLT-16", change: changed(name, answering(firstID, "7", thirdID)), findings: []contract.Finding{
			inReply("null", path, null, "success => true with 3 accounts", "", shows(3, []string{secondID}, []string{"7"})),
		}},
		{name: "a row comes twice", rule: "FLT-16", change: changed(name, answering(firstID, secondID, thirdID, secondID)), findings: []contract.Finding{
			inReply("null", path, null, "success => true with 4 accounts", `1 account is listed more than once, such as "two.example"`,
				shows(4, nil, nil, "1 row has the identifier of an earlier row; which of them WHMCS would use is not documented")),
		}},
		{name: "a list in another order loses an account", rule: "FLT-16", change: changed("order@1:accounts", answering("7", secondID, thirdID)), findings: []contract.Finding{
			inReply("order", "accounts", "the values in another order", "success => true with 3 accounts", "", shows(3, []string{firstID}, []string{"7"})),
		}},
		{name: "no answer", rule: "FLT-16", change: changed(name, func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) }), findings: []contract.Finding{
			inReply("null", path, null, "no answer within 60 seconds", "it had sent 1 request by then", nil),
		}},
		{name: "nothing", rule: "FLT-16", change: changed(name, func(c *transcripttest.Call) { c.Returns(nil) }), findings: []contract.Finding{
			inReply("null", path, null, "null", "", nil),
		}},
		{name: "the call was broken off", rule: "FLT-16", outcome: contract.NotTestable, reason: "the run was stopped during the call this rule looks at",
			change: session("leaf:"+name, func(s *transcripttest.Session) {
				answering(secondID, thirdID)(s.Calls[0])
				s.Exit.Interrupted = true
			})},
		{name: "an exit", rule: "FLT-16", change: changed(name, func(c *transcripttest.Call) { c.Ends(transcript.EndExited) }), findings: []contract.Finding{
			inReply("null", path, null, "it called exit or die", "", nil),
		}},
		{name: "success without a list", rule: "FLT-16", change: changed(name, func(c *transcripttest.Call) { c.Returns(transcripttest.Array{"success": true}) }), findings: []contract.Finding{
			inReply("null", path, null, "array with keys success", "", nil),
		}},
		{name: "accounts without success", rule: "FLT-16", change: changed(name, withoutSuccess), findings: []contract.Finding{
			inReply("null", path, null, "array with keys accounts", "", nil),
		}},
		{name: "a bare list that is short", rule: "FLT-16", change: changed(name, func(c *transcripttest.Call) { c.Returns(transcripttest.List{goodRow(secondID)}) }), findings: []contract.Finding{
			inReply("null", path, null, "a bare list with 1 entry", "", nil),
		}},
		{
			name: "values of two kinds", rule: "FLT-16", change: both(changed(name, answering(secondID, thirdID)), changed("order@1:accounts", answering(secondID, thirdID))),
			findings: []contract.Finding{
				dropped("")[0], inReply("order", "accounts", "the values in another order", "success => true with 2 accounts", "", shows(2, []string{firstID}, nil)),
			},
		},
		{name: "two accounts are exchanged", rule: "FLT-16", change: changed(name, answering("7", "8", thirdID)), findings: []contract.Finding{
			inReply("null", path, null, "success => true with 3 accounts", "", shows(3, []string{firstID, secondID}, []string{"7", "8"})),
		}},
		{name: "rows without identifiers", rule: "FLT-16", change: changed(name, answering("", "", secondID, thirdID))},
		{name: "two rows come twice", rule: "FLT-16", change: changed(name, answering(firstID, secondID, thirdID, thirdID, secondID, firstID)), findings: []contract.Finding{
			inReply("null", path, null, "success => true with 6 accounts", `3 accounts are listed more than once, such as "one.example"`,
				&contract.Preview{Held: 3, Listed: 6, Unclear: 3, Notes: []string{"3 rows have the identifier of an earlier row; which of them WHMCS would use is not documented"}}),
		}},
		{
			name: "another fault struck the reply", rule: "FLT-16",
			change: session("leaf:"+name, func(s *transcripttest.Session) {
				answering(secondID, thirdID)(s.Calls[0])
				s.Exchanges[0].Fault = "html-login"
			}),
		},
		{
			name: "swallowed with another list", rule: "FLT-16",
			change:   both(changed("bytes@1:accounts.0.name", answering(thirdID)), at("json-then-html@1", answering(secondID, thirdID))),
			findings: []contract.Finding{inReply("bytes", path, "a value with bytes that are not UTF-8", "success => true with 1 account", "", shows(1, []string{firstID, secondID}, nil))},
		},
		{
			name: "swallowed at another request", rule: "FLT-16",
			change:   both(changed("bytes@1:accounts.0.name", answering(thirdID)), at("json-then-html@2", answering(thirdID))),
			findings: []contract.Finding{inReply("bytes", path, "a value with bytes that are not UTF-8", "success => true with 1 account", "", shows(1, []string{firstID, secondID}, nil))},
		},
		{
			name: "exchanged where another fault gives the whole list", rule: "FLT-16", change: both(changed(name, answering("7", "8", thirdID)), at("json-then-html@1", whole)),
			findings: []contract.Finding{inReply("null", path, null, "success => true with 3 accounts", "", shows(3, []string{firstID, secondID}, []string{"7", "8"}))},
		},
		{
			name: "an empty list where another fault gives none", rule: "FLT-16",
			change:   both(changed(name, answering()), at("json-then-html@1", func(c *transcripttest.Call) { c.Ends(transcript.EndThrew) })),
			findings: []contract.Finding{inReply("null", path, null, "success => true with 0 accounts", "", shows(0, []string{firstID, secondID, thirdID}, nil))},
		},
		{
			name: "no answer where another fault gives an empty list", rule: "FLT-16",
			change:   both(changed(name, func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) }), at("json-then-html@1", answering())),
			findings: []contract.Finding{inReply("null", path, null, "no answer within 60 seconds", "it had sent 1 request by then", nil)},
		},
		{
			name: "the same in two replies", rule: "FLT-16", change: both(inSecondReply, changed(name, answering(secondID, thirdID)), changed("null@2:accounts.0.name", answering(firstID, secondID))),
			findings: []contract.Finding{dropped("")[0], {
				Call: "leaf:null@2:" + path, At: "ListAccounts() with reply 2, GET /accounts?page=2, changed at " + path + ": " + null + " (leaf-null@2:" + path + ")",
				Want: wantEach, Got: "success => true with 2 accounts", File: "acme.php", Line: listLine, Fault: "leaf-null@2:" + path, Preview: shows(2, []string{thirdID}, nil),
			}},
		},
		// What is outside of the rows can make a list shorter without anybody's fault.
		{name: "a value of no account", rule: "FLT-16", change: changed("null@1:total", answering(firstID))},
		{name: "a throwable", rule: "FLT-16", change: changed(name, func(c *transcripttest.Call) { c.Ends(transcript.EndThrew) })},
		{name: "another reply was changed", rule: "FLT-16", change: session("leaf:"+name, func(s *transcripttest.Session) {
			answering(secondID, thirdID)(s.Calls[0])
			s.Exchanges[0].URL = "https://panel.example:8443/accounts?page=2"
		})},
		{name: "a reply of another kind was changed", rule: "FLT-16", change: session("leaf:"+name, func(s *transcripttest.Session) {
			answering(secondID, thirdID)(s.Calls[0])
			s.Exchanges[0].URL = "https://panel.example:8443/resellers?page=1"
		})},
		{
			name: "a reply that cannot be read is swallowed anyway", rule: "FLT-16", follows: "FLT-10",
			change: both(changed("bytes@1:accounts.0.name", answering(thirdID)), at("json-then-html@1", answering(thirdID))),
		},
		{
			name: "rows of something else", rule: "FLT-16", outcome: contract.NotApplicable,
			change: session(transcript.SessionConversation, func(s *transcripttest.Session) { s.Exchanges[0].Leaves.Rows[0].Values[0].Value = "starter" }),
			reason: "the panel's replies hold no list, in JSON or XML, whose rows could be told to be the accounts",
		},
		{
			name: "a value that says which rows to list", rule: "FLT-16", outcome: contract.NotApplicable,
			change: func(r *transcripttest.Run) {
				r.Session(transcript.SessionConversation).Exchanges[0].Leaves.List[2].Path = "accounts.0.state"
				r.Without("leaf:order@1:accounts", false)
				r.Extension.Sessions = slices.DeleteFunc(r.Extension.Sessions, func(id string) bool { return id == "leaf:order@1:accounts" })
				r.EachSession(func(s *transcripttest.Session) {
					if u := s.Info.Upstream; u != nil && slices.Contains(u.Paths, path) {
						u.Paths[0] = "accounts.0.state"
						answering(secondID, thirdID)(s.Calls[0])
					}
				})
			},
			reason: "the panel's replies hold no list, in JSON or XML, whose rows could be told to be the accounts",
		},
	}
}

func pageVerdicts() []verdict {
	const (
		same  = "ListAccounts() with request 2, GET /accounts?page=2, answered so: the first page again and again (same-page@2)"
		shift = "ListAccounts() with request 2, GET /accounts?page=2, answered so: a page that begins with the last row of the page before (page-shift@2)"
		twice = `1 account is listed more than once, such as "two.example"`
		extra = "1 row has the identifier of an earlier row; which of them WHMCS would use is not documented"
	)
	in := func(choice, place, got, note string, preview *contract.Preview) []contract.Finding {
		return []contract.Finding{{
			Call: "page:" + choice, At: place, Want: wantEach, Got: got, Note: note, File: "acme.php", Line: listLine, Fault: choice, Preview: preview,
		}}
	}
	return []verdict{
		{name: "failures", rule: "FLT-14"},
		{name: "the whole list", rule: "FLT-14", change: paged("same-page@2", whole)},
		{name: "accounts without success", rule: "FLT-14", change: paged("same-page@2", withoutSuccess), findings: in("same-page@2", same, "array with keys accounts", "", nil)},
		{name: "rows twice and others missing", rule: "FLT-14", change: paged("same-page@2", answering(firstID, secondID, secondID)),
			findings: in("same-page@2", same, "success => true with 3 accounts", twice, shows(3, []string{thirdID}, nil, extra))},
		{name: "without end", rule: "FLT-14", change: paged("same-page@2", func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) }),
			findings: in("same-page@2", same, "no answer within 60 seconds", "it had sent 2 requests by then", nil)},
		{name: "a throwable", rule: "FLT-14", change: paged("same-page@2", func(c *transcripttest.Call) { c.Ends(transcript.EndThrew) })},
		{name: "broken off", rule: "FLT-14", outcome: contract.NotTestable, reason: "the run was stopped during the call this rule looks at",
			change: session("page:same-page@2", func(s *transcripttest.Session) {
				answering(firstID)(s.Calls[0])
				s.Exit.Interrupted = true
			})},
		{name: "no request met it", rule: "FLT-14", outcome: contract.NotApplicable, reason: "the module reads no list in several pages that are told apart by a parameter",
			change: session("page:same-page@2", func(s *transcripttest.Session) {
				answering(firstID)(s.Calls[0])
				s.Exchanges = s.Exchanges[:1]
			})},
		{name: "out of memory", rule: "FLT-14", change: paged("same-page@2", func(c *transcripttest.Call) { c.Ends(transcript.EndOutOfMemory) }),
			findings: atLine(51, in("same-page@2", same, "it ran out of memory", "", nil))},
		{name: "an exit", rule: "FLT-14", change: paged("same-page@2", func(c *transcripttest.Call) { c.Ends(transcript.EndExited) }),
			findings: in("same-page@2", same, "it called exit or die", "", nil)},
		{name: "no pages", rule: "FLT-14", outcome: contract.NotApplicable, reason: "the module reads no list in several pages that are told apart by a parameter",
			change: unplanned("page:same-page@2")},
		{name: "failures", rule: "FLT-21"},
		{name: "a row twice", rule: "FLT-21", change: paged("page-shift@2", answering(firstID, secondID, secondID, thirdID)),
			findings: in("page-shift@2", shift, "success => true with 4 accounts", twice, shows(4, nil, nil, extra))},
		{name: "each once", rule: "FLT-21", change: paged("page-shift@2", whole)},
		{name: "failures", rule: "FLT-13"},
		{name: "broken off", rule: "FLT-13", outcome: contract.NotTestable, reason: "the run was stopped during the call this rule looks at",
			change: session("page:total-more@all", func(s *transcripttest.Session) {
				whole(s.Calls[0])
				s.Exit.Interrupted = true
			})},
		{name: "no request met it", rule: "FLT-13", outcome: contract.NotApplicable, reason: "no number in the panel's replies says how many accounts there are",
			change: session("page:total-more@all", func(s *transcripttest.Session) {
				whole(s.Calls[0])
				s.Exchanges = nil
			})},
		{name: "no total", rule: "FLT-13", outcome: contract.NotApplicable, reason: "no number in the panel's replies says how many accounts there are",
			change: unplanned("page:total-more@all")},
		{name: "the list", rule: "FLT-13", change: paged("total-more@all", whole), findings: []contract.Finding{{
			Call: "page:total-more@all", At: "ListAccounts() while every answer holds a total larger than the list (total-more)",
			Want: "success => false with an error", Got: "success => true with 3 accounts", Note: "the panel's answers say that there are 8 accounts (total)",
			File: "acme.php", Line: listLine, Fault: "total-more",
		}}},
	}
}
