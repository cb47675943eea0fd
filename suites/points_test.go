package suites_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestPointRules(t *testing.T) {
	verdicts := slices.Concat(pointVerdicts(), otherPointVerdicts(), untalkedVerdicts(), cutVerdicts(), recoveryVerdicts(), slowVerdicts())
	for i := range verdicts {
		if verdicts[i].from == nil {
			verdicts[i].from = transcripttest.Talking
		}
	}
	testVerdicts(t, verdicts)
}

// at changes the call made while one request met a fault.
func at(point string, change func(*transcripttest.Call)) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) { change(r.Point(point).Calls[0]) }
}

func some(c *transcripttest.Call) {
	c.Returns(transcripttest.Success(transcripttest.Account("one.example", transcripttest.Array{"username": "one"})))
}

func whole(c *transcripttest.Call) { c.Returns(transcripttest.Accounts()) }

// inPoint is a finding in the call made under a point's fault, without the
// preview, which package syncplan's tests look at.
func inPoint(point, place, got, note string) contract.Finding {
	return contract.Finding{
		Call: "point:" + point, At: place, Want: "success => false with an error, or all 3 accounts", Got: got, Note: note,
		File: "acme.php", Line: listLine, Fault: point,
	}
}

// previewed gives a finding the preview of a list that lacks accounts.
func previewed(f contract.Finding, missing ...string) contract.Finding {
	f.Preview = &contract.Preview{Held: 3, Listed: 3 - len(missing), Missing: len(missing), MissingRows: missing}
	return f
}

func pointVerdicts() []verdict {
	const second = "ListAccounts() with request 2, GET /accounts?page=2, answered so: "
	return []verdict{
		{name: "failures", rule: "FLT-11"},
		{name: "part of the list", rule: "FLT-11", change: at("html-login@2", some), findings: []contract.Finding{
			previewed(inPoint("html-login@2", second+"200 with an HTML login page (html-login@2)", "success => true with 1 account", ""), "two.example", "three.example"),
		}},
		{name: "the whole list after a retry", rule: "FLT-11", change: at("html-login@2", whole)},
		{name: "nothing", rule: "FLT-11", change: at("refused@2", func(c *transcripttest.Call) { c.Returns(nil) }), findings: []contract.Finding{
			inPoint("refused@2", second+"connection refused (refused@2)", "null", ""),
		}},
		{
			name: "the same under several faults", rule: "FLT-11", change: both(at("html-login@2", some), at("http-500@2", some), at("html-login@1", some)),
			findings: also(previewed(inPoint("http-500@2", second+"500 Internal Server Error (http-500@2)", "success => true with 1 account",
				"the same under html-login"), "two.example", "three.example"), "html-login@2"),
		},
		{
			name: "a fault that is swallowed everywhere", rule: "FLT-11", follows: "FLT-05",
			change: both(under("html-login", empty), at("html-login@2", some)),
		},
		{name: "a throwable", rule: "FLT-11", change: at("html-login@2", func(c *transcripttest.Call) { c.Throws(transcript.Throwable{Class: "TypeError", Message: "null"}) }), follows: "ENV-09"},
		{name: "the fault met no request", rule: "FLT-11", change: func(r *transcripttest.Run) {
			s := r.Point("html-login@2")
			some(s.Calls[0])
			s.Exchanges = s.Exchanges[:1]
		}},
		{name: "fields that move by themselves", rule: "FLT-11", change: func(r *transcripttest.Run) {
			r.Call(transcript.CallReplay).Returns(movedDates())
			r.Point("html-login@2").Calls[0].Returns(movedDates())
		}},
		{
			name: "no answer", rule: "FLT-11", change: at("http-500@2", func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) }),
			findings: []contract.Finding{inPoint("http-500@2", second+"500 Internal Server Error (http-500@2)", "no answer within 60 seconds", "it had sent 2 requests by then")},
		},
	}
}

// movedDates are the accounts with another date in one of them.
func movedDates() transcripttest.Array {
	return transcripttest.Success(
		transcripttest.Account("one.example", transcripttest.Array{"username": "one", "created": "2026-01-01 00:00:00"}),
		transcripttest.Account("two.example", transcripttest.Array{"username": "two", "product": "pro", "status": "Suspended", "primaryip": "192.0.2.11"}),
		transcripttest.Account("three.example", transcripttest.Array{"username": "three", "created": "2021-12-31 23:59:59"}),
	)
}

func otherPointVerdicts() []verdict {
	const third = "ListAccounts() with request 3, GET /accounts/one.example, answered so: "
	return []verdict{
		{name: "failures", rule: "FLT-10"},
		{name: "salvaged", rule: "FLT-10", change: at("json-then-html@1", some), findings: []contract.Finding{
			previewed(inPoint("json-then-html@1", "ListAccounts() with request 1, GET /accounts?page=1, answered so: valid JSON followed by HTML (json-then-html@1)",
				"success => true with 1 account", ""), "two.example", "three.example"),
		}},
		{name: "a page that is swallowed anyway", rule: "FLT-10", change: both(at("json-then-html@2", some), at("html-login@2", some)), follows: "FLT-11"},
		{name: "failures", rule: "FLT-15"},
		{name: "an account left out", rule: "FLT-15", change: at("html-login@3", some), findings: []contract.Finding{
			previewed(inPoint("html-login@3", third+"200 with an HTML login page (html-login@3)", "success => true with 1 account", ""), "two.example", "three.example"),
		}},
		{name: "another rule's request", rule: "FLT-11", change: at("html-login@3", some)},
		{name: "the first request is judged with its fault", rule: "FLT-05", change: at("html-login@1", some), findings: []contract.Finding{
			previewed(inPoint("html-login@1", "ListAccounts() with request 1, GET /accounts?page=1, answered so: 200 with an HTML login page (html-login@1)",
				"success => true with 1 account", ""), "two.example", "three.example"),
		}},
		{name: "failures", rule: "FLT-22"},
		{name: "an empty list", rule: "FLT-22", change: at("bom-json@all", empty), findings: []contract.Finding{
			previewed(inPoint("bom-json@all", "ListAccounts() with every request answered so: a byte order mark before the answer (bom-json@all)",
				"success => true with 0 accounts", ""), "one.example", "two.example", "three.example"),
		}},
		{
			name: "a throwable in the middle", rule: "ENV-09", change: at("html-login@2", func(c *transcripttest.Call) { c.Throws(transcript.Throwable{Class: "TypeError", Message: "null"}) }),
			findings: []contract.Finding{{
				Call: "point:html-login@2", At: "ListAccounts() with request 2, GET /accounts?page=2, answered so: 200 with an HTML login page (html-login@2)",
				Want: "it returns, whatever the panel answers", Got: `it threw TypeError: "null"`, Note: "", File: "acme.php", Line: listLine, Fault: "html-login@2",
			}},
		},
	}
}

func untalkedVerdicts() []verdict {
	const noServer = "no server was named, so it is not known how the module and a panel that works talk"
	replay := func(change func(*transcripttest.Session)) func(*transcripttest.Run) {
		return session(transcript.SessionReplay, change)
	}
	return []verdict{
		{name: "no server", rule: "FLT-11", from: transcripttest.Calm, outcome: contract.NotTestable, reason: noServer},
		{name: "no server", rule: "FLT-20", from: transcripttest.Calm, outcome: contract.NotTestable, reason: noServer},
		{name: "no request was seen", rule: "FLT-11", outcome: contract.NotTestable,
			change: session(transcript.SessionConversation, func(s *transcripttest.Session) { s.Exchanges = nil }),
			reason: "the module made no request to a control panel that syncproof could see (interception level namespace), although it listed the accounts"},
		{name: "no list through the proxy", rule: "FLT-15", outcome: contract.NotTestable,
			change: session(transcript.SessionConversation, func(s *transcripttest.Session) {
				s.Calls[0].Returns(transcripttest.Failure("The certificate is another one."))
				s.Exchanges[0].Problem = "the module ended the TLS handshake"
			}),
			reason: `with its requests passing through syncproof the module gave no list: it reported "The certificate is another one." (string) (request 1: the module ended the TLS handshake)`},
		{name: "the recording does not fit", rule: "FLT-22", outcome: contract.NotTestable,
			change: replay(func(s *transcripttest.Session) {
				s.Calls[0].Returns(transcripttest.Failure("The panel answered with HTTP status 502."))
				s.Exchanges[1].Problem = "the recording has no request like it"
			}),
			reason: `the recorded answers gave no list a second time: it reported "The panel answered with HTTP status 502." (string) (request 2: the recording has no request like it)`},
		{name: "other accounts from the same answers", rule: "FLT-10", outcome: contract.NotTestable,
			change: replay(func(s *transcripttest.Session) { some(s.Calls[0]) }),
			reason: `the same recorded answers gave other accounts a second time (accounts["three.example"]), so a list that lacks some cannot be told`},
		{name: "a single request", rule: "FLT-11", outcome: contract.NotApplicable,
			change: session(transcript.SessionConversation, func(s *transcripttest.Session) { s.Exchanges = s.Exchanges[:1] }),
			reason: "the module lists the accounts with a single request; failures of that one are judged by FLT-01 to FLT-09"},
		{name: "no request about an account", rule: "FLT-15", outcome: contract.NotApplicable,
			change: session(transcript.SessionConversation, func(s *transcripttest.Session) { s.Exchanges = s.Exchanges[:2] }),
			reason: "no request of the module is about a single account"},
		{name: "stopped on the way", rule: "FLT-11", outcome: contract.NotTestable,
			change: func(r *transcripttest.Run) { r.Without("point:html-login@2", true) },
			reason: "the run ended before the call this rule looks at"},
	}
}

// What was left out is never passed.
func cutVerdicts() []verdict {
	with := func(budget int, faults ...string) func(testing.TB) *transcripttest.Run {
		return func(tb testing.TB) *transcripttest.Run {
			tb.Helper()
			return transcripttest.TalkingWith(tb, budget, faults...)
		}
	}
	const asked = "only the faults that were asked for were tried"
	return []verdict{
		{name: "one fault at one request", rule: "FLT-11", from: with(0, "html-login@2"), outcome: contract.NotTestable,
			reason: "nothing was found, but only 1 of 189 combinations of a fault and a request were tried: " + asked},
		{name: "a fault of another rule", rule: "FLT-10", from: with(0, "html-login@2"), outcome: contract.NotTestable,
			reason: "none of the combinations of a fault and a request that this rule looks at was tried: " + asked},
		{name: "one fault, and it is swallowed", rule: "FLT-11", from: with(0, "html-login@2"), change: at("html-login@2", some), findings: []contract.Finding{
			previewed(inPoint("html-login@2", "ListAccounts() with request 2, GET /accounts?page=2, answered so: 200 with an HTML login page (html-login@2)",
				"success => true with 1 account", ""), "two.example", "three.example"),
		}},
		{name: "one fault played blindly", rule: "FLT-05", from: with(0, "html-login"), outcome: contract.NotTestable,
			reason: "nothing was found, but only the faults that were asked for were played: html-login"},
		{name: "not every fault played blindly", rule: "FLT-05", from: with(0, "html-login", "http-500"), outcome: contract.NotTestable,
			reason: "nothing was found, but only the faults that were asked for were played: html-login, http-500",
			supply: "run syncproof again without --fault, or with a larger --budget"},
		{name: "a small budget", rule: "FLT-11", from: with(60), outcome: contract.NotTestable,
			reason: "nothing was found, but only 60 of 189 combinations of a fault and a request were tried: the budget of 60 ended there; --budget sets another"},
		{name: "a large budget", rule: "FLT-11", from: with(10000)},
	}
}

func recoveryVerdicts() []verdict {
	const place = "ListAccounts() after a call that failed because the panel answered with status 500"
	finding := func(got string) contract.Finding {
		return contract.Finding{Call: transcript.CallRecovered, At: place, Want: "all 3 accounts", Got: got, File: "acme.php", Line: listLine}
	}
	return []verdict{
		{name: "recovered", rule: "FLT-20"},
		{name: "still failing", rule: "FLT-20", change: call(transcript.CallRecovered, func(c *transcripttest.Call) {
			c.Returns(transcripttest.Failure("The client is broken."))
		}), findings: []contract.Finding{finding(`success => false with the error "The client is broken." (string)`)}},
		{name: "an empty list", rule: "FLT-20", change: call(transcript.CallRecovered, empty), findings: []contract.Finding{
			previewed(finding("success => true with 0 accounts"), "one.example", "two.example", "three.example"),
		}},
		{name: "crashed", rule: "FLT-20", change: call(transcript.CallRecovered, func(c *transcripttest.Call) { c.Throws(transcript.Throwable{Class: "TypeError", Message: "null"}) }),
			findings: []contract.Finding{finding(`it threw TypeError: "null"`)}},
		{name: "nothing failed", rule: "FLT-20", change: call(transcript.CallFailing, whole), outcome: contract.NotTestable,
			reason: "the call that was to fail did not: success => true with 3 accounts, so it is not known what follows a failure"},
		{name: "the failure was swallowed", rule: "FLT-20", change: both(under("http-500", empty), call(transcript.CallFailing, empty)), follows: "FLT-04"},
	}
}

// withoutSlow is a run in which nothing was learnt about the module's limit.
func withoutSlow(r *transcripttest.Run) {
	r.Without(transcript.SessionSlow, false)
	r.Extension.Sessions = slices.DeleteFunc(r.Extension.Sessions, func(id string) bool { return id == transcript.SessionSlow })
}

func slowVerdicts() []verdict {
	const unknownLimit = "how long the module waits for an answer is not known, so no panel could be played that is just quick enough"
	return []verdict{
		{name: "in time", rule: "PERF-04"},
		{name: "too slow", rule: "PERF-04", change: call(transcript.CallSlow, func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) }),
			findings: []contract.Finding{{
				Call: transcript.CallSlow, At: "ListAccounts() while every request is answered just in time",
				Want: "an answer within 60 seconds", Got: "none", Note: "1 request were answered by then, each within the module's own limit", File: "acme.php", Line: listLine,
			}}},
		{name: "the run ended before", rule: "PERF-04", change: func(r *transcripttest.Run) { r.Without(transcript.SessionSlow, true) },
			outcome: contract.NotTestable, reason: "the run ended before the call this rule looks at"},
		{name: "interrupted", rule: "PERF-04", change: session(transcript.SessionSlow, func(s *transcripttest.Session) { s.Exit.Interrupted = true }),
			outcome: contract.NotTestable, reason: "the run was stopped during the call this rule looks at"},
		{name: "no call", rule: "PERF-04", change: session(transcript.SessionSlow, func(s *transcripttest.Session) { s.Calls = nil }),
			outcome: contract.NotTestable, reason: "the module did not get as far as the call this rule looks at"},
		{name: "a limit that nobody saw", rule: "PERF-04", change: withoutSlow,
			outcome: contract.NotTestable, reason: unknownLimit},
		{name: "a limit that was not asked for", rule: "PERF-04", outcome: contract.NotTestable, reason: unknownLimit, change: func(r *transcripttest.Run) {
			withoutSlow(r)
			under("silent-request", func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) })(r)
			r.FaultsOf("FLT-02", func(s *transcripttest.Session) { s.Exchanges = nil })
		}},
		{name: "no limit at all", rule: "PERF-04", follows: "FLT-02", from: func(tb testing.TB) *transcripttest.Run {
			tb.Helper()
			r := transcripttest.Conformant(tb)
			r.Header.Live = true
			talk := transcripttest.Talking(tb).Session(transcript.SessionConversation)
			r.Sessions, r.Header.Plan = append(r.Sessions, talk), append(r.Header.Plan, talk.ID)
			under("silent-request", func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) })(r)
			return r
		}},
	}
}

// also is a finding that stands for further faults as well.
func also(f contract.Finding, faults ...string) []contract.Finding {
	f.Also = faults
	return []contract.Finding{f}
}
