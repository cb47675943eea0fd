package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// onListener makes the panels of a run ones that the module is led to by name.
func onListener(r *transcripttest.Run) {
	r.EachFault(func(s *transcripttest.Session) { s.Info.Upstream.Level = transcript.InterceptListener })
}

func distrusted(id, scheme string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) { r.Fault(id, scheme).Unplayable("the certificate is not trusted") }
}

func interrupted(id, scheme string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) { r.Fault(id, scheme).Exit.Interrupted = true }
}

// One fault that shows nothing keeps its rule from passing, unless the same one was
// played over the other scheme.
func TestFaultsThatShowNothing(t *testing.T) {
	const stopped, cert = "the run was stopped during the call this rule looks at", "the certificate is not trusted"
	verdicts := []verdict{
		{name: "played over http instead", rule: "FLT-05", change: both(onListener, distrusted("html-login", "https"))},
		{name: "where both can be played", rule: "FLT-05", change: distrusted("html-login", "https"), outcome: contract.NotTestable, reason: cert},
		{name: "stopped over https", rule: "FLT-05", change: both(onListener, interrupted("html-login", "https")), outcome: contract.NotTestable, reason: stopped},
		{name: "over neither", rule: "FLT-05", change: both(onListener, distrusted("html-login", "https"), distrusted("html-login", "http")), outcome: contract.NotTestable, reason: cert},
		{name: "stopped over http", rule: "FLT-05", change: both(onListener, distrusted("html-login", "https"), interrupted("html-login", "http")), outcome: contract.NotTestable, reason: cert},
		{name: "not asked over http", rule: "FLT-05", outcome: contract.NotTestable, reason: cert, change: both(onListener, distrusted("html-login", "https"), func(r *transcripttest.Run) {
			r.Fault("html-login", "http").Exchanges = nil
		})},
		{name: "it needs TLS", rule: "FLT-18", change: both(onListener, distrusted("tls-expired", "https")), outcome: contract.NotTestable, reason: cert},
		{name: "the file did not load", rule: "FLT-05", change: under("html-login", func(c *transcripttest.Call) { c.Ends(transcript.EndNotReached) }), follows: "LOAD-01"},
		{name: "no call", rule: "FLT-05", change: func(r *transcripttest.Run) { r.Fault("html-login", "http").Calls = nil },
			outcome: contract.NotTestable, reason: "the transcript breaks off before the call this rule looks at"},
		{name: "the function was not there", rule: "FLT-05", change: under("html-login", func(c *transcripttest.Call) { c.Missing() }), follows: "LOAD-01"},
		{name: "another rule's fault is missing", rule: "FLT-05", change: func(r *transcripttest.Run) { r.Without("fault:null:https", true) }},
		{name: "a fault is missing", rule: "ERR-01", change: func(r *transcripttest.Run) { r.Without("fault:null:https", true) },
			outcome: contract.NotTestable, reason: "the run ended before every fault was played"},
		{name: "a fault of a later version is missing", rule: "ERR-01", change: func(r *transcripttest.Run) {
			r.Header.Plan = append(r.Header.Plan, "fault:of-a-later-version:https")
		}},
		{name: "a session that is called like one is missing", rule: "FLT-06", change: func(r *transcripttest.Run) {
			r.Without("empty", true)
		}},
	}
	for i := range verdicts {
		verdicts[i].faults = true
	}
	testVerdicts(t, verdicts)
}
