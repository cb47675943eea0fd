package suites_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// variedVerdicts are about the rules that vary what the module finds.
func variedVerdicts() []verdict {
	verdicts := slices.Concat(givenServerVerdicts(), serverFormVerdicts(), ipv6Verdicts(), superglobalVerdicts(), credentialVerdicts(), twoServerVerdicts())
	for _, rule := range []string{"PAR-02", "PAR-03", "PAR-04", "PAR-05", "PAR-06", "PAR-08"} {
		verdicts = append(verdicts,
			verdict{name: "conformant", rule: rule},
			verdict{name: "does not load", rule: rule, change: everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) }), follows: "LOAD-01"},
			verdict{name: "no ListAccounts", rule: rule, change: functions("acme_MetaData"), follows: "LOAD-01"},
			verdict{
				name: "cannot be played", rule: rule, change: eachVariant(func(s *transcripttest.Session) { s.Unplayable("no namespaces") }),
				outcome: contract.NotTestable, reason: "no namespaces",
			},
		)
	}
	return varied(verdicts)
}

// varied judges the verdicts on the run with the varied sessions.
func varied(verdicts []verdict) []verdict {
	for i := range verdicts {
		verdicts[i].from = transcripttest.Varied
	}
	return verdicts
}

func eachVariant(change func(*transcripttest.Session)) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		r.EachSession(func(s *transcripttest.Session) {
			if s.Info.Upstream != nil {
				change(s)
			}
		})
	}
}

// asksAs makes every request of the sessions go somewhere else.
func asksAs(change func(*transcripttest.Asks), ids ...string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		for _, id := range ids {
			s := r.Session(id)
			s.Exchanges = nil
			for i, c := range s.Calls {
				a := transcripttest.AskedBy(c.Info.Params.(map[string]any))
				change(&a)
				s.Ask(i, a)
			}
		}
	}
}

func asksNobody(ids ...string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		for _, id := range ids {
			r.Session(id).Exchanges = nil
		}
	}
}

func servers() []string {
	return []string{transcript.SessionServerTLS, transcript.SessionServerPlain, transcript.SessionServerIP}
}

const unseen = "the module made no request that syncproof could see for the servers it was given"

// inVariant is a finding in a call of a varied session.
func inVariant(id, at, want, got, note string) contract.Finding {
	return contract.Finding{Call: id, At: at, Want: want, Got: got, Note: note, File: "acme.php", Line: listLine}
}

func TestVariedRunIsConformant(t *testing.T) {
	results := judgeAll(t, transcripttest.Varied(t))
	for _, id := range outcomes(results, contract.Fail) {
		t.Errorf("%s: %+v", id, results[id].Findings)
	}
	for _, id := range []string{"PAR-02", "PAR-03", "PAR-04", "PAR-05", "PAR-06", "PAR-08", "LOG-03", "XCHK-02", "PERF-03"} {
		if results[id].Outcome != contract.Pass {
			t.Errorf("%s: %s, %s", id, results[id].Outcome, results[id].Reason)
		}
	}
}
