package suites_test

import (
	"slices"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// What is one defect is told once, and by the rule that it breaks first.
func TestPointsAreTheirOwnRules(t *testing.T) {
	verdicts := slices.Concat(ownedVerdicts(), salvagedVerdicts(), alikeVerdicts())
	for i := range verdicts {
		if verdicts[i].from == nil {
			verdicts[i].from = transcripttest.Talking
		}
	}
	testVerdicts(t, verdicts)
}

const (
	firstAsked  = "ListAccounts() with request 1, GET /accounts?page=1, answered so: "
	secondAsked = "ListAccounts() with request 2, GET /accounts?page=2, answered so: "
	loginPage   = "200 with an HTML login page"
	oneAccount  = "success => true with 1 account"
)

// lacking is a list of only the first account under a fault.
func lacking(point, place, note string) contract.Finding {
	return previewed(inPoint(point, place+" ("+point+")", oneAccount, note), "two.example", "three.example")
}

// none is an empty list under a fault.
func none(point, place string) contract.Finding {
	return previewed(inPoint(point, place+" ("+point+")", "success => true with 0 accounts", ""), "one.example", "two.example", "three.example")
}

func throwsAt(file string, line int) func(*transcripttest.Call) {
	return func(c *transcripttest.Call) {
		c.Throws(transcript.Throwable{Class: "TypeError", Message: "null", File: file, Line: line})
	}
}

// renamed are as many accounts as there are, one of them changed.
func renamed(c *transcripttest.Call) {
	c.Returns(transcripttest.Success(
		transcripttest.Account("one.example", transcripttest.Array{"username": "one"}),
		transcripttest.Account("two.example", transcripttest.Array{"username": "two", "product": "pro", "status": "Suspended", "primaryip": "192.0.2.11"}),
		transcripttest.Account("three.example", transcripttest.Array{"username": "another", "created": "2021-12-31 23:59:59"}),
	))
}

// A fault that every request met explains the same fault at one of them, and no other.
func ownedVerdicts() []verdict {
	swallowed := []contract.Finding{lacking("html-login@2", secondAsked+loginPage, "")}
	blindly := under("html-login", empty)
	return []verdict{
		{name: "another fault of the rule is swallowed", rule: "FLT-11", change: both(under("html-maintenance", empty), at("html-login@2", some)), findings: swallowed},
		{name: "a list although nothing was asked", rule: "FLT-11", findings: swallowed, change: both(at("html-login@2", some), func(r *transcripttest.Run) {
			r.FaultsOf("FLT-05", func(s *transcripttest.Session) {
				if s.Info.Upstream.Fault == "html-login" {
					empty(s.Calls[0])
					s.Exchanges = nil
				}
			})
		})},
		{
			name: "a fault of its own, and one that is swallowed", rule: "FLT-11", change: both(blindly, at("http-500@2", some), at("html-login@2", some)),
			findings: []contract.Finding{lacking("http-500@2", secondAsked+"500 Internal Server Error", ""), lacking("html-login@2", secondAsked+loginPage, "")},
		},
		{
			name: "swallowed, and thrown at the first request", rule: "FLT-05", change: both(blindly, at("html-login@1", throwsAt("", 0))),
			findings: []contract.Finding{
				inFault("html-login", "https", "ListAccounts() under the fault html-login: 200 with an HTML login page (https and http)", "success => true with 0 accounts", missing),
				inPoint("html-login@1", firstAsked+loginPage+" (html-login@1)", `it threw TypeError: "null"`, ""),
			},
		},
		{name: "stopped", rule: "FLT-11", outcome: contract.NotTestable, reason: "the run was stopped during the call this rule looks at", change: func(r *transcripttest.Run) {
			s := r.Point("html-login@2")
			some(s.Calls[0])
			s.Exit.Interrupted = true
		}},
	}
}

// What a rule saves out of a page that is lost anyway is no defect of its own.
func salvagedVerdicts() []verdict {
	const salvaged = "json-then-html@2"
	const place = secondAsked + "valid JSON followed by HTML"
	own := func(f contract.Finding) []contract.Finding { return []contract.Finding{f} }
	return []verdict{
		{name: "another request is swallowed", rule: "FLT-10", change: both(at(salvaged, some), at("html-login@3", some)), findings: own(lacking(salvaged, place, ""))},
		{name: "the page gives another list", rule: "FLT-10", change: both(at(salvaged, some), at("html-login@2", empty)), findings: own(lacking(salvaged, place, ""))},
		{
			name: "the page gives nothing", rule: "FLT-10", change: both(at(salvaged, empty), at("html-login@2", func(c *transcripttest.Call) { c.Returns(nil) })),
			findings: own(none(salvaged, place)),
		},
		{
			name: "nothing, and the page gives a list", rule: "FLT-10", change: both(at(salvaged, func(c *transcripttest.Call) { c.Returns(nil) }), at("html-login@2", empty)),
			findings: own(inPoint(salvaged, place+" (json-then-html@2)", "null", "")),
		},
		{name: "the page is fetched again", rule: "FLT-10", change: both(at(salvaged, renamed), at("html-login@2", whole)), findings: own(func() contract.Finding {
			f := previewed(inPoint(salvaged, place+" (json-then-html@2)", "success => true with 3 accounts", "the accounts are all there, but not as the panel holds them"))
			f.Preview.Changed, f.Preview.ChangedRows = 1, []contract.PreviewChange{{ID: "three.example", Fields: []string{"username"}}}
			return f
		}())},
	}
}

// Only what is the same at the same request is told together.
func alikeVerdicts() []verdict {
	const status = "500 Internal Server Error"
	return []verdict{
		{name: "lists of different lengths", rule: "FLT-11", change: both(at("http-500@2", some), at("html-login@2", empty)), findings: []contract.Finding{
			lacking("http-500@2", secondAsked+status, ""), none("html-login@2", secondAsked+loginPage),
		}},
		{name: "different requests", rule: "FLT-10", change: both(at("json-then-html@1", some), at("json-then-html@2", some)), findings: []contract.Finding{
			lacking("json-then-html@1", firstAsked+"valid JSON followed by HTML", ""), lacking("json-then-html@2", secondAsked+"valid JSON followed by HTML", ""),
		}},
		{
			name: "thrown at different places", rule: "FLT-11",
			change: both(at("http-500@2", some), at("html-login@2", throwsAt("acme.php", 40)), at("html-maintenance@2", throwsAt("client.php", 40)),
				at("empty@2", throwsAt("acme.php", 41)), at("null@2", throwsAt("acme.php", 40))),
			findings: []contract.Finding{
				lacking("http-500@2", secondAsked+status, ""),
				also(thrownAt("html-login@2", loginPage, "acme.php", 40, "the same under null"), "null@2")[0],
				thrownAt("html-maintenance@2", "200 with a maintenance page", "client.php", 40, ""),
				thrownAt("empty@2", "200 with an empty body", "acme.php", 41, ""),
			},
		},
	}
}

func thrownAt(point, title, file string, line int, note string) contract.Finding {
	f := inPoint(point, secondAsked+title+" ("+point+")", `it threw TypeError: "null"`, note)
	f.File, f.Line = file, line
	return f
}

// What was not tried, or shows nothing, is neither passed nor said not to exist.
func TestPointsThatWereNotTried(t *testing.T) {
	with := func(faults ...string) func(testing.TB) *transcripttest.Run {
		return func(tb testing.TB) *transcripttest.Run {
			tb.Helper()
			return transcripttest.TalkingWith(tb, 0, faults...)
		}
	}
	requests := func(n int) func(*transcripttest.Run) {
		return session(transcript.SessionConversation, func(s *transcripttest.Session) { s.Exchanges = s.Exchanges[:n] })
	}
	// eachSalvaged changes every session in which a good answer had HTML behind it.
	eachSalvaged := func(change func(*transcripttest.Run, *transcripttest.Session)) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			for _, s := range slices.Clone(r.Sessions) {
				if strings.HasPrefix(s.ID, transcript.PointPrefix+"json-then-html@") {
					change(r, s)
				}
			}
		}
	}
	const untried = "none of the combinations of a fault and a request that this rule looks at was tried: only the faults that were asked for were tried"
	verdicts := []verdict{
		{name: "another rule's fault of a single request", rule: "FLT-10", from: with("html-login@1"), change: requests(1), outcome: contract.NotTestable, reason: untried},
		{name: "only the first of several requests", rule: "FLT-11", from: with("json-then-html@1"), outcome: contract.NotTestable, reason: untried},
		{name: "another rule's fault of requests for pages", rule: "FLT-10", from: with("html-login@2"), change: requests(2), outcome: contract.NotTestable, reason: untried},
		{name: "requests about accounts, but not those", rule: "FLT-15", from: with("html-login@2"), outcome: contract.NotTestable, reason: untried},
		{name: "no fault makes sense", rule: "FLT-10", from: transcripttest.Talking, outcome: contract.NotApplicable,
			reason: "none of the faults this rule looks at makes sense for an answer of this panel",
			change: eachSalvaged(func(r *transcripttest.Run, s *transcripttest.Session) { without(r, s.ID, false) })},
		{name: "stopped before all of them", rule: "FLT-10", from: transcripttest.Talking, outcome: contract.NotTestable,
			reason: "the run ended before the call this rule looks at",
			change: eachSalvaged(func(r *transcripttest.Run, s *transcripttest.Session) { without(r, s.ID, true) })},
		{name: "none could be played", rule: "FLT-10", from: transcripttest.Talking, outcome: contract.NotTestable, reason: "no namespaces",
			change: eachSalvaged(func(_ *transcripttest.Run, s *transcripttest.Session) { s.Unplayable("no namespaces") })},
		{name: "none met its request", rule: "FLT-10", from: transcripttest.Talking, outcome: contract.NotTestable,
			reason: "none of the faults this rule looks at met its request when the conversation was repeated",
			change: eachSalvaged(func(_ *transcripttest.Run, s *transcripttest.Session) { s.Exchanges = nil })},
	}
	testVerdicts(t, verdicts)
	for _, name := range []string{"html-login@2", "json-then-html@1"} {
		v := verdict{name: name, from: with(name)}
		got := judgeOne(t, "FLT-11", recordedOnce(t, v.run))
		if !strings.Contains(got.Supply, "--fault") {
			t.Errorf("%s: it does not say how every combination is tried: %s", name, got.Supply)
		}
		recorded.Delete(t.Name())
	}
}

// without takes a session out, and out of what was added to the plan.
func without(r *transcripttest.Run, id string, planned bool) {
	r.Without(id, planned)
	if !planned {
		r.Extension.Sessions = slices.DeleteFunc(r.Extension.Sessions, func(s string) bool { return s == id })
	}
}

// Only a call that failed shows what follows a failure.
func TestRecoveryNeedsAFailure(t *testing.T) {
	const broken = "the transcript breaks off before the calls this rule looks at"
	after := func(change func(*transcripttest.Session)) func(*transcripttest.Run) {
		return session(transcript.SessionAfterFailure, change)
	}
	testVerdicts(t, []verdict{
		{name: "not part of the run", rule: "FLT-20", from: transcripttest.Talking, outcome: contract.NotTestable, reason: "the run ended before the call this rule looks at",
			change: func(r *transcripttest.Run) { r.Without(transcript.SessionAfterFailure, true) }},
		{name: "stopped", rule: "FLT-20", from: transcripttest.Talking, outcome: contract.NotTestable, reason: "the run was stopped during the call this rule looks at",
			change: after(func(s *transcripttest.Session) {
				empty(s.Calls[1])
				s.Exit.Interrupted = true
			})},
		{name: "no call", rule: "FLT-20", from: transcripttest.Talking, outcome: contract.NotTestable, reason: broken,
			change: after(func(s *transcripttest.Session) { s.Calls = nil })},
		{name: "no second call", rule: "FLT-20", from: transcripttest.Talking, outcome: contract.NotTestable, reason: broken,
			change: after(func(s *transcripttest.Session) { s.Calls = s.Calls[:1] })},
		{name: "no first call", rule: "FLT-20", from: transcripttest.Talking, outcome: contract.NotTestable, reason: broken,
			change: after(func(s *transcripttest.Session) { s.Calls = s.Calls[1:] })},
		{name: "the second call never began", rule: "FLT-20", from: transcripttest.Talking, outcome: contract.NotTestable, reason: "the call that follows a failure was not made",
			change: after(func(s *transcripttest.Session) {
				s.Calls[1].Result, s.Calls[1].Unreached = transcripttest.Result{}, true
			})},
		{name: "the first call ended PHP", rule: "FLT-20", from: transcripttest.Talking, follows: "OUT-04", change: ends(transcript.CallFailing, transcript.EndExited)},
		{name: "the first call threw", rule: "FLT-20", from: transcripttest.Talking, outcome: contract.NotTestable, change: ends(transcript.CallFailing, transcript.EndThrew),
			reason: `the call that was to fail did not: it threw RuntimeException: "boom", so it is not known what follows a failure`},
		{name: "the first call gave nothing", rule: "FLT-20", from: transcripttest.Talking, outcome: contract.NotTestable,
			change: call(transcript.CallFailing, func(c *transcripttest.Call) { c.Returns(nil) }),
			reason: "the call that was to fail did not: null, so it is not known what follows a failure"},
	})
}
