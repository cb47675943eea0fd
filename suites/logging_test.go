package suites_test

import (
	"fmt"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/internal/upstream/fault"
)

func TestLoggingRules(t *testing.T) { testVerdicts(t, loggingVerdicts()) }

func loggingVerdicts() []verdict {
	var verdicts []verdict
	for _, rule := range []string{"LOG-01", "LOG-02"} {
		verdicts = append(verdicts,
			verdict{name: "conformant", rule: rule, faults: true},
			verdict{
				name: "no faults played", rule: rule, outcome: contract.NotTestable,
				reason: "no control panel was played in this run, so how the module answers its failures is not known",
			},
			verdict{
				name: "endpoint", rule: rule, endpoint: true, outcome: contract.NotTestable,
				reason: "the requests of an endpoint cannot be caught",
			},
		)
	}
	bare := func(r *transcripttest.Run) {
		r.EachSession(func(s *transcripttest.Session) { s.Info.Sees.Load = false })
	}
	silent := func(r *transcripttest.Run) {
		r.EachSession(func(s *transcripttest.Session) {
			for _, c := range s.Calls {
				c.Records = nil
			}
		})
	}
	for _, rule := range []string{"LOG-01", "LOG-02"} {
		verdicts = append(verdicts,
			verdict{
				name: "nothing but values", rule: rule, faults: true, change: both(bare, silent), outcome: contract.NotTestable,
				reason: "a php target that answers with the bare return value does not show what the module logs",
			},
			verdict{name: "envelopes", rule: rule, faults: true, change: bare})
	}
	verdicts = append(verdicts, verdict{name: "nothing is logged", rule: "LOG-02", faults: true, change: silent})
	for _, more := range [][]verdict{loggedVerdicts(), scrubbedVerdicts()} {
		for _, v := range more {
			v.faults = true
			verdicts = append(verdicts, v)
		}
	}
	return append(verdicts, helperVerdicts()...)
}

// log replaces what the module logs under a fault.
func log(id string, records ...transcript.Record) func(*transcripttest.Run) {
	return under(id, func(c *transcripttest.Call) { c.Records = records })
}

func loggedVerdicts() []verdict {
	answers := 0
	for _, f := range fault.All() {
		if f.Blind() && (f.Layer == fault.Status || f.Layer == fault.Body) {
			answers++
		}
	}
	silent := contract.Finding{
		Call: "fault:http-401:https", At: "ListAccounts() under the fault http-401: 401 Unauthorized (https)",
		Want: "a call of logModuleCall() for each request", Got: "none, although the panel was asked and had answered",
		Note: fmt.Sprintf("so in 2 of %d calls with an answer of the panel", 2*answers), File: "acme.php", Line: listLine,
	}
	once := []contract.Finding{silent}
	once[0].Note = fmt.Sprintf("so in 1 of %d calls with an answer of the panel", 2*answers)
	unlogged := func(id string, change func(*transcripttest.Session)) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			for _, scheme := range []string{"https", "http"} {
				s := r.Fault(id, scheme)
				s.Calls[0].Records = nil
				change(s)
			}
		}
	}
	return []verdict{
		{name: "not under one fault", rule: "LOG-01", change: log("http-401"), findings: []contract.Finding{silent}},
		{
			name: "elsewhere", rule: "LOG-01",
			change:   log("http-401", transcript.Record{Function: "logActivity", Args: transcripttest.List{"asked"}}),
			findings: []contract.Finding{silent},
		},
		{name: "not over one scheme", rule: "LOG-01", change: func(r *transcripttest.Run) { r.Fault("http-401", "https").Calls[0].Records = nil }, findings: once},
		{name: "not where nothing was asked", rule: "LOG-01", change: unlogged("http-401", func(s *transcripttest.Session) { s.Exchanges = nil })},
		{name: "not where nothing was answered", rule: "LOG-01", change: unlogged("http-401", func(s *transcripttest.Session) { s.Exchanges[0].Status = 0 })},
		{name: "not where a later answer was lost", rule: "LOG-01", change: unlogged("reset-in-body", func(s *transcripttest.Session) { s.Exchanges[0].Status = 200 })},
		{name: "in other letters", rule: "LOG-01", change: log("http-401", transcript.Record{Function: "LogModuleCall"})},
		{name: "not without an answer", rule: "LOG-01", change: both(log("refused"), log("silent-request"), log("reset-in-body"), log("tls-expired"))},
		{name: "not by a call that broke", rule: "LOG-01", change: both(log("http-401"), under("http-401", func(c *transcripttest.Call) { c.Ends(transcript.EndThrew) }))},
		{
			name: "every call breaks", rule: "LOG-01",
			change: func(r *transcripttest.Run) {
				r.EachFault(func(s *transcripttest.Session) { s.Calls[0].Ends(transcript.EndThrew) })
			},
			outcome: contract.NotTestable, reason: "no call that asked the panel came to its end, so what it logs is not known",
		},
	}
}

func scrubbedVerdicts() []verdict {
	logged := func(request any, replace ...any) transcript.Record {
		r := transcripttest.Logged(request, "answer")
		r.Args = append(r.Args.(transcripttest.List)[:5:5], replace...)
		return r
	}
	shows := func(got, note string) []contract.Finding {
		return []contract.Finding{{
			Call: "fault:http-401:https", At: "ListAccounts() under the fault http-401 (https)", Want: "no secret of the server in a log",
			Got: got, Note: note, File: "acme.php", Line: 66,
		}}
	}
	const other, none = "the replace list does not have it in this form", "no replace list was given"
	params := transcripttest.Array{"serverpassword": "[redacted:serverpassword]"}
	basic := "Authorization: Basic cm9vdDp[redacted:serverpassword base64]=="
	list := func(texts ...any) any { return texts }
	return []verdict{
		{name: "covered", rule: "LOG-02", change: log("http-401", logged(params, list("[redacted:serverpassword]")))},
		{name: "covered within a text", rule: "LOG-02", change: log("http-401", logged(basic, list("cm9vdDp[redacted:serverpassword base64]==")))},
		{name: "covered by an entry behind a part of it", rule: "LOG-02", change: log("http-401", logged("Bearer [redacted:serverpassword]", list("Bearer", "Bearer [redacted:serverpassword]")))},
		{name: "covered by a list with keys", rule: "LOG-02", change: log("http-401", logged(params, transcripttest.Array{"password": "[redacted:serverpassword]"}))},
		{
			name: "no list", rule: "LOG-02", change: log("http-401", logged(params)),
			findings: shows("argument 3 of logModuleCall() shows serverpassword", none),
		},
		{
			name: "another encoding", rule: "LOG-02", change: log("http-401", logged(basic, list("", "[redacted:serverpassword]"))),
			findings: shows("argument 3 of logModuleCall() shows serverpassword (base64)", other),
		},
		{
			name: "another secret", rule: "LOG-02",
			change:   log("http-401", logged("key=[redacted:serveraccesshash]&p=[redacted:serverpassword]", list("[redacted:serverpassword]"))),
			findings: shows("argument 3 of logModuleCall() shows serveraccesshash", other),
		},
		{
			name: "empty list", rule: "LOG-02", change: log("http-401", logged(params, list())),
			findings: shows("argument 3 of logModuleCall() shows serverpassword", other),
		},
		{
			name: "activity log", rule: "LOG-02",
			change: log("http-401", transcript.Record{
				Function: "logActivity", Args: transcripttest.List{"asked with [redacted:serverpassword]"}, File: "acme.php", Line: 66,
			}),
			findings: shows("argument 1 of logActivity() shows serverpassword", ""),
		},
		{name: "another function", rule: "LOG-02", change: log("http-401", transcript.Record{Function: "decrypt", Args: transcripttest.List{"[redacted:serverpassword]"}})},
		{
			name: "from one line under every fault", rule: "LOG-02", change: both(log("http-401", logged(params)), log("http-403", logged(params))),
			findings: shows("argument 3 of logModuleCall() shows serverpassword", none),
		},
		{
			name: "found without faults", rule: "LOG-02",
			change: both(call(transcript.CallList, func(c *transcripttest.Call) { c.Records = []transcript.Record{logged(params)} }),
				func(r *transcripttest.Run) {
					r.EachFault(func(s *transcripttest.Session) { s.Unplayable("no namespaces") })
				}),
			findings: []contract.Finding{{
				Call: "list", At: "ListAccounts()", Want: "no secret of the server in a log",
				Got: "argument 3 of logModuleCall() shows serverpassword", Note: none, File: "acme.php", Line: 66,
			}},
		},
	}
}
