package suites_test

import (
	"slices"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestCrosscheckRules(t *testing.T) {
	refused := transcript.TestConnectionPrefix + "refused"
	login := transcript.TestConnectionPrefix + "html-login"
	succeeds := func(ids ...string) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			for _, id := range ids {
				r.Call(id + "#test").Returns(transcripttest.Array{"success": true, "error": ""})
			}
		}
	}
	finding := contract.Finding{
		Call: login + "#test", At: "TestConnection() under the fault html-login: 200 with an HTML login page",
		Want: "success => false with an error, as ListAccounts() answers", Got: "success => true",
		Note: `ListAccounts(): it reported "The panel did not answer with a list of accounts." (string)`, File: "acme.php", Line: 5,
	}
	noRequests := eachVariant(func(s *transcripttest.Session) { s.Exchanges = nil })
	testVerdicts(t, varied([]verdict{
		{name: "agree", rule: "XCHK-02"},
		{name: "test succeeds", rule: "XCHK-02", change: succeeds(login), findings: []contract.Finding{finding}},
		{
			name: "both succeed", rule: "XCHK-02",
			change: both(succeeds(login), call(login, func(c *transcripttest.Call) { c.Returns(transcripttest.Accounts()) })),
		},
		{name: "test throws", rule: "XCHK-02", change: ends(refused+"#test", transcript.EndThrew)},
		{name: "asks nobody", rule: "XCHK-02", change: both(noRequests, succeeds(login)), outcome: contract.NotTestable, reason: unseen},
		{
			name: "not defined", rule: "XCHK-02", change: functions("acme_ListAccounts"),
			outcome: contract.NotApplicable, reason: "the module does not define TestConnection()",
		},
		{
			name: "not called", rule: "XCHK-02", outcome: contract.NotTestable, reason: "TestConnection() was not called in this run",
			change: func(r *transcripttest.Run) {
				for _, fault := range []string{"refused", "http-401", "html-login"} {
					r.Without(transcript.TestConnectionPrefix+fault, false)
				}
			},
		},
	}))
}

func TestLimitRules(t *testing.T) {
	const id = transcript.SessionSocketTimeout
	waits := func(usual, varied float64) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			r.Fault("silent-request", "https").Exchanges[0].GaveUp = true
			r.Fault("silent-request", "https").Exchanges[0].Seconds = usual
			r.Session(id).Exchanges[0].Seconds = varied
		}
	}
	hangs := func(faults ...string) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			for _, f := range faults {
				r.Fault(f, "https").Calls[0].Ends(transcript.EndTimedOut)
			}
		}
	}
	asPHPSays := func(varied, usual string) []contract.Finding {
		return []contract.Finding{inVariant(id, "ListAccounts() while the panel is silent, with default_socket_timeout = 8",
			"a limit of the module's own", "it waits for "+varied+", and for "+usual+" without this setting",
			"what ends the wait is PHP's setting default_socket_timeout, which is 60 seconds by default and differs from machine to machine")}
	}
	testVerdicts(t, varied([]verdict{
		{name: "no difference", rule: "PERF-03", change: waits(3.01, 3)},
		{
			name: "waits as PHP says", rule: "PERF-03", change: waits(59.9, 8.1),
			findings: asPHPSays("8 seconds", "60 seconds"),
		},
		{name: "waits a second less", rule: "PERF-03", change: waits(60, 7), findings: asPHPSays("7 seconds", "60 seconds")},
		{name: "waits two seconds more", rule: "PERF-03", change: waits(14, 10), findings: asPHPSays("10 seconds", "14 seconds")},
		{name: "waits less than four seconds longer", rule: "PERF-03", change: waits(11.9, 8)},
		{name: "waits for less", rule: "PERF-03", change: waits(60, 6.5)},
		{name: "waits for a quarter of the difference more", rule: "PERF-03", change: waits(60, 21), findings: asPHPSays("21 seconds", "60 seconds")},
		{
			name: "waits for longer", rule: "PERF-03", change: waits(60, 21.5), outcome: contract.NotTestable,
			reason: "the module waited for 22 seconds with default_socket_timeout = 8, and for 60 seconds without: the machine was too busy to tell which limit ended the wait",
		},
		{
			name: "waits two seconds and a half more", rule: "PERF-03", change: waits(15, 10.5), outcome: contract.NotTestable,
			reason: "the module waited for 11 seconds with default_socket_timeout = 8, and for 15 seconds without: the machine was too busy to tell which limit ended the wait",
		},
		{name: "never gave up without the setting", rule: "PERF-03", change: both(waits(60, 8), session(transcript.FaultPrefix+"silent-request:https", func(s *transcripttest.Session) {
			s.Exchanges[0].GaveUp = false
		}))},
		{name: "never gave up with it", rule: "PERF-03", change: both(waits(60, 8), session(id, func(s *transcripttest.Session) { s.Exchanges[0].GaveUp = false }))},
		{name: "gave up at the second request", rule: "PERF-03", change: both(waits(60, 3), session(id, func(s *transcripttest.Session) {
			s.Exchanges = append(s.Exchanges, s.Exchanges[0])
			s.Exchanges[0].GaveUp, s.Exchanges[1].Seconds = false, 8
		})), findings: asPHPSays("8 seconds", "60 seconds")},
		{name: "a setting that is no number", rule: "PERF-03", change: both(waits(60, 0), session(id, func(s *transcripttest.Session) {
			s.Info.Settings = map[string]string{"default_socket_timeout": "soon"}
		}))},
		{name: "another fault", rule: "PERF-03", change: both(waits(60, 8), session(id, func(s *transcripttest.Session) { s.Info.Upstream.Fault = "connect-hang" }))},
		{name: "no limits at all", rule: "PERF-03", change: hangs("silent-request", "connect-hang"), follows: "FLT-02"},
		{name: "a call that hung without a fault", rule: "PERF-03", change: both(hangs("silent-request"), session(transcript.FaultPrefix+"silent-request:https", func(s *transcripttest.Session) {
			s.Exchanges = nil
		}))},
		{name: "a limit near the setting", rule: "PERF-03", change: waits(10.2, 10.1)},
		{name: "a busy machine", rule: "PERF-03", change: waits(8.1, 11)},
		{name: "shorter than the setting", rule: "PERF-03", change: waits(10, 5)},
		{name: "no limit on the whole request", rule: "PERF-03", change: hangs("silent-request"), follows: "FLT-02"},
		{name: "no limit on connecting", rule: "PERF-03", change: hangs("connect-hang"), follows: "FLT-02"},
		{
			name: "nothing to compare with", rule: "PERF-03", outcome: contract.NotTestable,
			reason: "no control panel was played in this run, so how the module answers its failures is not known",
			change: func(r *transcripttest.Run) {
				for _, s := range slices.Clone(r.Sessions) {
					if strings.HasPrefix(s.ID, transcript.FaultPrefix) {
						r.Without(s.ID, false)
					}
				}
			},
		},
		{
			name: "one fault that could not be played", rule: "PERF-03", outcome: contract.NotTestable, reason: "no namespaces",
			change: session(transcript.FaultPrefix+"connect-hang:https", func(s *transcripttest.Session) { s.Unplayable("no namespaces") }),
		},
		{
			name: "not played", rule: "PERF-03", outcome: contract.NotTestable, reason: "no namespaces",
			change: session(id, func(s *transcripttest.Session) { s.Unplayable("no namespaces") }),
		},
	}))
}
