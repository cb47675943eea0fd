package suites_test

import (
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func otherErrorVerdicts() []verdict {
	return slices.Concat(refusalVerdicts(), replyVerdicts(), unplayedErrorVerdicts(), otherDifferenceVerdicts(), otherSecretVerdicts())
}

// refusalVerdicts are about what is an error at all.
func refusalVerdicts() []verdict {
	beside := func(success any) func(*transcripttest.Call) {
		return func(c *transcripttest.Call) {
			c.Returns(transcripttest.Array{"success": success, "accounts": transcripttest.List{}, "error": "401"})
		}
	}
	return []verdict{
		{name: "a number beside success", rule: "ERR-01", change: under("http-401", beside(true))},
		{name: "a number beside no flag", rule: "ERR-01", change: under("http-401", beside(0))},
		{name: "a single error", rule: "ERR-01", change: func(r *transcripttest.Run) {
			r.EachFault(func(s *transcripttest.Session) { empty(s.Calls[0]) })
		}},
		{name: "not loaded under a fault", rule: "ERR-01", follows: "LOAD-01", change: under("http-401", func(c *transcripttest.Call) { c.Ends(transcript.EndNotReached) })},
		{name: "not there under a fault", rule: "ERR-01", follows: "LOAD-01", change: under("http-401", func(c *transcripttest.Call) { c.Missing() })},
		{name: "nothing but white space", rule: "ERR-01", change: says("http-401", " \n")},
	}
}

// replyVerdicts are about errors that hold what the panel answered.
func replyVerdicts() []verdict {
	answered := func(reply, text string) func(*transcripttest.Run) {
		return both(says("html-login", text), func(r *transcripttest.Run) {
			r.EachFault(func(s *transcripttest.Session) {
				if s.Info.Upstream.Fault == "html-login" {
					s.Exchanges[0].ReplyBody = transcripttest.Printed(reply)
				}
			})
		})
	}
	const twenty = "Access denied for 10"
	return []verdict{
		{
			name: "an answer with white space around it", rule: "ERR-03", change: answered("\n"+twenty+"\n", "Panel: "+twenty),
			findings: []contract.Finding{inError("html-login", "the module's own words", `"Panel: `+twenty+`"`, "it holds the panel's whole answer")},
		},
		{name: "an answer of a few words", rule: "ERR-03", change: answered("\n"+twenty[1:]+"\n", "Panel: "+twenty)},
	}
}

// A rule about all errors is not passed where some faults could not be played.
func unplayedErrorVerdicts() []verdict {
	var verdicts []verdict
	for _, rule := range []string{"ERR-01", "ERR-02", "ERR-03", "ERR-04"} {
		verdicts = append(verdicts, verdict{
			name: "one fault could not be played", rule: rule, outcome: contract.NotTestable, reason: "no namespaces",
			change: func(r *transcripttest.Run) {
				r.EachFault(func(s *transcripttest.Session) {
					if s.Info.Upstream.Fault == "http-403" {
						s.Unplayable("no namespaces")
					}
				})
			},
		})
	}
	return verdicts
}

func otherDifferenceVerdicts() []verdict {
	const text = "An error occurred."
	finding := func(id, title, other, otherTitle string) contract.Finding {
		return contract.Finding{
			Call: "fault:" + id + ":http", At: "ListAccounts() under the fault " + id + ": " + title + " (http)",
			Want: "another error than under the fault " + other + " (" + otherTitle + ")", Got: `"` + text + `"`, File: "acme.php", Line: listLine,
		}
	}
	alike := both(says("refused", text), says("http-401", text))
	return []verdict{
		{name: "alike over http", rule: "ERR-04", findings: []contract.Finding{finding("http-401", "401 Unauthorized", "refused", "connection refused")},
			change: both(alike, func(r *transcripttest.Run) {
				r.EachFault(func(s *transcripttest.Session) {
					if s.Info.Upstream.Scheme == "https" {
						s.Exchanges = nil
					}
				})
			})},
		{name: "one of the three gives a list", rule: "ERR-04", change: under("html-login", empty)},
		{name: "two of the three give lists", rule: "ERR-04", change: both(under("http-401", empty), under("html-login", empty)), outcome: contract.NotTestable,
			reason: "the module did not report at least two of the faults refused, http-401 and html-login as failures, so there was nothing to compare"},
	}
}

func otherSecretVerdicts() []verdict {
	const mark, echo = "[redacted:serverpassword]", "echo-200"
	found := func(what string) []contract.Finding {
		return []contract.Finding{{
			Call: "fault:echo-200:https", At: "ListAccounts() under the fault echo-200 (https)", Want: "no secret of the server",
			Got: what + " shows serverpassword", File: "acme.php", Line: listLine,
		}}
	}
	returning := func(value any) func(*transcripttest.Run) {
		return under(echo, func(c *transcripttest.Call) { c.Returns(value) })
	}
	return []verdict{
		{name: "in a text instead of an answer", rule: "ERR-02", change: returning("Denied: " + mark), findings: found("the answer")},
		{name: "in an array beside the error", rule: "ERR-02", findings: found("the answer"),
			change: returning(transcripttest.Array{"success": false, "error": "Denied.", "debug": transcripttest.Array{"key": mark}})},
		{name: "in a list given under a fault", rule: "ERR-02", findings: found("an account"),
			change: returning(transcripttest.Success(transcripttest.Account("a.example", transcripttest.Array{"username": mark})))},
		{name: "printed as PHP ends", rule: "ERR-02", findings: found("output"), change: func(r *transcripttest.Run) {
			r.EachFault(func(s *transcripttest.Session) {
				if s.Info.Upstream.Fault == echo {
					s.Exit.Stdout = transcripttest.Printed(mark)
				}
			})
		}},
		{name: "in another function", rule: "ERR-02", change: call(transcript.CallMetaData, func(c *transcripttest.Call) {
			c.Returns(transcripttest.MetaData(transcripttest.Array{"DisplayName": mark}))
		})},
	}
}
