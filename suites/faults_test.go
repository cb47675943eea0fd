package suites_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/internal/upstream/fault"
	"syncproof/suites"
)

func TestFaultRules(t *testing.T) { testVerdicts(t, faultVerdicts()) }

func faultVerdicts() []verdict {
	verdicts := slices.Concat(
		swallowVerdicts(), crashVerdicts(), hangVerdicts(), unstruckVerdicts(), unplayedVerdicts(), redirectVerdicts(), certificateVerdicts(), schemeVerdicts(),
	)
	for _, rule := range faultRules() {
		verdicts = append(verdicts, verdict{name: "conformant", rule: rule}, swallowed(rule))
	}
	for i := range verdicts {
		verdicts[i].faults = !verdicts[i].endpoint
	}
	return verdicts
}

// faultRules are the rules that faults are played for.
func faultRules() []string {
	var ids []string
	for _, r := range suites.Rules() {
		if r.Area == "faults" {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// under changes the call made under a fault, over https and http.
func under(id string, change func(*transcripttest.Call)) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		r.EachFault(func(s *transcripttest.Session) {
			if s.Info.Upstream.Fault == id {
				change(s.Calls[0])
			}
		})
	}
}

// ofRule changes every call made under a fault that tests the rule.
func ofRule(rule string, change func(*transcripttest.Call)) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		r.FaultsOf(rule, func(s *transcripttest.Session) { change(s.Calls[0]) })
	}
}

// inFault is a finding in the call made under a fault.
func inFault(id, scheme, at, got, note string) contract.Finding {
	return contract.Finding{
		Call: "fault:" + id + ":" + scheme, At: at, Want: "success => false with an error", Got: got, Note: note,
		File: "acme.php", Line: listLine,
	}
}

const missing = "a service that is not in this list looks as if it did not exist on the server"

func empty(c *transcripttest.Call) { c.Returns(transcripttest.Success()) }

// swallowed makes every fault of a rule an empty list.
func swallowed(rule string) verdict {
	v := verdict{name: "an empty list under every fault", rule: rule, change: ofRule(rule, empty)}
	for _, f := range fault.All() {
		if f.Rule != rule || !f.Blind() {
			continue
		}
		schemes := "https and http"
		if f.NeedsTLS() {
			schemes = "https"
		}
		v.findings = append(v.findings, inFault(f.ID, "https",
			"ListAccounts() under the fault "+f.ID+": "+f.Title+" ("+schemes+")", "success => true with 0 accounts", missing))
	}
	return v
}

func swallowVerdicts() []verdict {
	const at = "ListAccounts() under the fault html-login: 200 with an HTML login page (https and http)"
	one := func(got, note string) []contract.Finding {
		return []contract.Finding{inFault("html-login", "https", at, got, note)}
	}
	returning := func(value any) func(*transcripttest.Run) {
		return under("html-login", func(c *transcripttest.Call) { c.Returns(value) })
	}
	return []verdict{
		{name: "part of the list", rule: "FLT-05", change: returning(transcripttest.Accounts()), findings: one("success => true with 3 accounts", missing)},
		{name: "null", rule: "FLT-05", change: returning(nil), findings: one("null", "")},
		{name: "bare list", rule: "FLT-05", change: returning(transcripttest.List{"x"}), findings: one("a bare list with 1 entry", "")},
		{name: "nothing", rule: "FLT-05", change: returning(transcripttest.List{}), findings: one("[] (array)", "")},
		{name: "a failure without an error", rule: "FLT-05", change: returning(transcripttest.Array{"success": false})},
		{
			name: "over http only", rule: "FLT-05",
			change: func(r *transcripttest.Run) { empty(r.Fault("html-login", "http").Calls[0]) },
			findings: []contract.Finding{inFault("html-login", "http",
				"ListAccounts() under the fault html-login: 200 with an HTML login page (http)", "success => true with 0 accounts", missing)},
		},
		{
			name: "otherwise over http", rule: "FLT-05",
			change: func(r *transcripttest.Run) {
				empty(r.Fault("html-login", "https").Calls[0])
				r.Fault("html-login", "http").Calls[0].Returns(nil)
			},
			findings: []contract.Finding{
				inFault("html-login", "https", "ListAccounts() under the fault html-login: 200 with an HTML login page (https)", "success => true with 0 accounts", missing),
				inFault("html-login", "http", "ListAccounts() under the fault html-login: 200 with an HTML login page (http)", "null", ""),
			},
		},
		{name: "another rule's fault", rule: "FLT-06", change: returning(transcripttest.Success())},
		{name: "slow, but in time", rule: "FLT-02", change: ofRule("FLT-02", func(c *transcripttest.Call) { c.Effects.Seconds = transcripttest.FaultBudget - 1 })},
		{name: "no ListAccounts", rule: "FLT-05", change: functions("acme_MetaData"), follows: "LOAD-01"},
	}
}

func crashVerdicts() []verdict {
	throws := func(c *transcripttest.Call) { c.Ends(transcript.EndThrew) }
	exits := func(c *transcripttest.Call) { c.Ends(transcript.EndExited) }
	return []verdict{
		{name: "throws", rule: "FLT-06", change: ofRule("FLT-06", throws), follows: "ENV-09"},
		{name: "exits", rule: "FLT-06", change: ofRule("FLT-06", exits), follows: "OUT-04"},
		{name: "throws and exits", rule: "FLT-06", change: both(ofRule("FLT-06", exits), under("empty", throws)), follows: "ENV-09"},
		{name: "throws at one, over https only", rule: "FLT-06", follows: "ENV-09", change: func(r *transcripttest.Run) { throws(r.Fault("empty", "https").Calls[0]) }},
		{name: "throws at one", rule: "FLT-06", change: under("empty", throws), follows: "ENV-09"},
		{
			name: "throws at one, swallows another", rule: "FLT-06", change: both(under("empty", throws), under("http-204", empty)),
			findings: []contract.Finding{
				inFault("http-204", "https", "ListAccounts() under the fault http-204: 204 No Content (https and http)", "success => true with 0 accounts", missing),
				{
					Call: "fault:empty:https", At: "ListAccounts() under the fault empty: 200 with an empty body (https and http)",
					Want: "success => false with an error", Got: `it threw RuntimeException: "boom"`, File: "acme.php", Line: 40,
				},
			},
		},
		{name: "does not load", rule: "FLT-06", change: everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) }), follows: "LOAD-01"},
		{
			name: "is encoded and does not load", rule: "FLT-06",
			change: both(everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) }),
				func(r *transcripttest.Run) { r.Subject.Encoder = "ionCube" }),
			outcome: contract.NotTestable,
			reason:  "the module's file is encoded with ionCube and did not load, so whether it defines ListAccounts cannot be seen",
		},
	}
}

func hangVerdicts() []verdict {
	hangs := func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) }
	hanging := func(id, scheme, at, note string) contract.Finding {
		return inFault(id, scheme, at, "no answer within 60 seconds", note)
	}
	const whole = "the limit on the whole request is missing or too long"
	return []verdict{
		{name: "no limit at all", rule: "FLT-02", change: ofRule("FLT-02", hangs), findings: []contract.Finding{
			hanging("connect-hang", "https", "ListAccounts() under the fault connect-hang: the connection attempt hangs (https and http)",
				"the limit on connecting is missing or too long"),
			hanging("silent-accept", "https", "ListAccounts() under the fault silent-accept: accepts and says nothing (https and http)",
				whole+", and the one on connecting does not cover it"),
			hanging("tls-silent", "https", "ListAccounts() under the fault tls-silent: hangs in the TLS handshake (https)",
				whole+", and the one on connecting does not cover it"),
			hanging("silent-request", "https", "ListAccounts() under the fault silent-request: reads the request and never answers (https and http)", whole),
			hanging("silent-body", "https", "ListAccounts() under the fault silent-body: sends headers and stops (https and http)", whole),
			hanging("drip", "https", "ListAccounts() under the fault drip: drips the answer byte by byte (https and http)",
				whole+": data trickles in, so a limit on silence does not help"),
		}},
		{
			name: "tries again for ever", rule: "FLT-04",
			change: both(under("http-503", hangs), func(r *transcripttest.Run) {
				for _, scheme := range []string{"https", "http"} {
					s := r.Fault("http-503", scheme)
					s.Exchanges = append(s.Exchanges, s.Exchanges[0])
				}
			}),
			findings: []contract.Finding{hanging("http-503", "https", "ListAccounts() under the fault http-503: 503 Service Unavailable (https and http)",
				"it had sent 2 requests by then: limit how often it tries again, and for how long")},
		},
		{
			name: "is slow by itself", rule: "FLT-04", change: under("http-503", hangs),
			findings: []contract.Finding{hanging("http-503", "https", "ListAccounts() under the fault http-503: 503 Service Unavailable (https and http)",
				"the panel did not keep it waiting; limit how long the whole call may take")},
		},
	}
}

// unstruckVerdicts are about faults that met no request of the module.
func unstruckVerdicts() []verdict {
	asksNobody := func(r *transcripttest.Run) {
		r.EachFault(func(s *transcripttest.Session) { s.Exchanges = nil })
	}
	overHTTP := func(change func(*transcripttest.Session)) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			r.EachFault(func(s *transcripttest.Session) {
				if s.Info.Upstream.Scheme == "http" {
					change(s)
				}
			})
		}
	}
	const unasked = "the module made no request to a control panel that syncproof could see (interception level namespace), so no fault reached it"
	unreached := func(rule string) verdict {
		return verdict{name: "no request", rule: rule, change: asksNobody, outcome: contract.NotTestable, reason: unasked}
	}
	stub := swallowed("FLT-06")
	stub.name, stub.change = "a list without any request", both(asksNobody, stub.change)
	return []verdict{
		{
			name: "a port nobody listens at", rule: "FLT-06", change: both(asksNobody, func(r *transcripttest.Run) {
				r.EachFault(func(s *transcripttest.Session) { s.Exit.Unheard = []string{"panel.example:4711", "panel.example:4712"} })
			}),
			outcome: contract.NotTestable,
			reason:  "the module tried panel.example:4711 and panel.example:4712, which are not among the ports syncproof listens on, so no fault reached it",
		},
		{
			name: "a client that may have gone past", rule: "FLT-06", change: both(asksNobody, func(r *transcripttest.Run) {
				r.EachFault(func(s *transcripttest.Session) { s.Info.Upstream.Level = transcript.InterceptProxy })
			}),
			outcome: contract.NotTestable,
			reason:  "the module made no request to a control panel that syncproof could see (interception level proxy), so no fault reached it",
		},
		unreached("FLT-01"), unreached("FLT-02"), unreached("FLT-05"), unreached("FLT-17"), unreached("FLT-18"), unreached("FLT-19"), stub,
		{
			name: "throws without any request", rule: "FLT-06",
			change:  both(asksNobody, ofRule("FLT-06", func(c *transcripttest.Call) { c.Ends(transcript.EndThrew) })),
			outcome: contract.NotTestable, reason: unasked,
		},
		{
			name: "refuses plain http", rule: "FLT-06",
			change: overHTTP(func(s *transcripttest.Session) {
				s.Exchanges = nil
				s.Calls[0].Returns(transcripttest.Failure("The server is set to plain http."))
			}),
		},
		{
			name: "throws at plain http, without a request", rule: "FLT-06",
			change: overHTTP(func(s *transcripttest.Session) {
				s.Exchanges = nil
				s.Calls[0].Ends(transcript.EndThrew)
			}),
		},
		{
			name: "no request under one fault of several", rule: "FLT-06",
			change: func(r *transcripttest.Run) { r.Fault("empty", "https").Exchanges = nil },
		},
		{
			name: "unreachable, where nothing shows that it asks", rule: "FLT-01",
			change: func(r *transcripttest.Run) {
				r.EachFault(func(s *transcripttest.Session) {
					if s.Info.Upstream.Fault != "tls-garbage" {
						s.Exchanges = nil
					}
				})
			},
		},
		{
			name: "never uses TLS", rule: "FLT-18",
			change: func(r *transcripttest.Run) {
				r.FaultsOf("FLT-18", func(s *transcripttest.Session) {
					s.Exchanges[0].Fault, s.Exchanges[0].Method = "", "GET"
				})
			},
			outcome: contract.NotTestable,
			reason:  "the module asked without TLS although the server is set to https, so no certificate was shown to it",
		},
	}
}

// unplayedVerdicts are about runs in which faults could not be played.
func unplayedVerdicts() []verdict {
	const unplayed = "no control panel was played in this run, so how the module answers its failures is not known"
	without := func(r *transcripttest.Run, planned bool, ids ...string) {
		for _, id := range ids {
			r.Without("fault:"+id, planned)
		}
	}
	interrupted := func(s *transcripttest.Session) {
		s.Calls[0].Ends(transcript.EndLost)
		s.Exit = &transcript.Exit{Interrupted: true}
	}
	return []verdict{
		{name: "not part of the run", rule: "FLT-06", change: func(r *transcripttest.Run) {
			without(r, false, "empty:https", "empty:http", "spaces:https", "spaces:http", "http-204:https", "http-204:http")
		}, outcome: contract.NotTestable, reason: unplayed},
		{
			name: "cut off before", rule: "FLT-06", change: func(r *transcripttest.Run) { without(r, true, "spaces:http") },
			outcome: contract.NotTestable, reason: "the run ended before every fault was played",
		},
		{
			name: "no namespaces", rule: "FLT-06",
			change: func(r *transcripttest.Run) {
				r.EachFault(func(s *transcripttest.Session) { s.Unplayable("no namespaces") })
			},
			outcome: contract.NotTestable, reason: "no namespaces",
		},
		{
			name: "interrupted", rule: "FLT-06", change: func(r *transcripttest.Run) { interrupted(r.Fault("spaces", "http")) },
			outcome: contract.NotTestable, reason: "the run was stopped during the call this rule looks at",
		},
		{
			name: "interrupted, but found before", rule: "FLT-06",
			change: func(r *transcripttest.Run) {
				interrupted(r.Fault("spaces", "http"))
				empty(r.Fault("empty", "https").Calls[0])
			},
			findings: []contract.Finding{inFault("empty", "https",
				"ListAccounts() under the fault empty: 200 with an empty body (https)", "success => true with 0 accounts", missing)},
		},
		{
			name: "endpoint", rule: "FLT-06", endpoint: true,
			outcome: contract.NotTestable, reason: "the requests of an endpoint cannot be caught",
		},
		{
			name: "fault of a later version", rule: "FLT-06",
			change: func(r *transcripttest.Run) {
				s := r.Fault("spaces", "http")
				s.Info.Upstream.Fault = "of-tomorrow"
				empty(s.Calls[0])
			},
		},
	}
}

// Whatever way the calls under faults end, the blame lands on a MUST rule that
// fails itself.
func TestEveryBadEndingUnderFaultsFailsAMust(t *testing.T) {
	for _, ending := range transcripttest.Endings() {
		// A file that loads alike defines the same functions.
		if blameless(ending) || ending == transcript.EndMissing {
			continue
		}
		t.Run(ending, func(t *testing.T) {
			run := transcripttest.Conformant(t)
			run.EachFault(func(s *transcripttest.Session) { s.Calls[0].Ends(ending) })
			if owners := failedThemselves(t, judgeAll(t, run)); len(owners) == 0 {
				t.Error("no MUST rule fails")
			}
		})
	}
}

// What is thrown under other faults does not make a rule follow another one that
// has a finding of its own.
func TestAThrowableHidesNoFinding(t *testing.T) {
	run := transcripttest.Conformant(t)
	certificateVerdicts()[0].change(run)
	ofRule("FLT-18", func(c *transcripttest.Call) { c.Ends(transcript.EndThrew) })(run)
	got := judgeOne(t, "FLT-18", run.Transcript())
	if got.Outcome != contract.Fail || got.Follows != "" || got.Findings[0].Want != "the connection refused" {
		t.Errorf("%s following %q: %+v", got.Outcome, got.Follows, got.Findings)
	}
}
