package suites_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

// blameless are the endings that say nothing about the module: it returned, the
// target could not be driven, or the transcript breaks off.
func blameless(ending string) bool {
	return ending == transcript.EndReturned || ending == transcript.EndNoAnswer || ending == transcript.EndOpen
}

// failedThemselves lists the MUST rules that fail by their own findings, and
// checks that every rule that fails as a consequence names one of them.
func failedThemselves(t *testing.T, results map[string]contract.Result) []string {
	t.Helper()
	var owners []string
	for id, r := range results {
		if r.Outcome != contract.Fail {
			continue
		}
		if r.Follows == "" {
			if r.Rule.Level == contract.Must {
				owners = append(owners, id)
			}
			continue
		}
		owner := results[r.Follows]
		if owner.Outcome != contract.Fail {
			t.Errorf("%s fails because of %s, which did not fail but is %q (%s)", id, r.Follows, owner.Outcome, owner.Reason)
		}
	}
	return owners
}

// Whatever way a call ends through the module's fault, a MUST rule says so
// itself, and no other rule passes the blame to a rule that does not fail.
func TestEveryBadEndingFailsAMust(t *testing.T) {
	for _, id := range []string{transcript.CallList, transcript.CallMetaData, transcript.CallMetaDataWeb, transcript.CallOptions, transcript.CallRepeat1, transcript.CallRepeat2} {
		for _, ending := range transcripttest.Endings() {
			t.Run(id+" "+ending, func(t *testing.T) {
				run := transcripttest.Conformant(t)
				if ending == transcript.EndReturned {
					run.Call(id).Returns(run.Call(id).Result.Value)
				} else {
					run.Call(id).Ends(ending)
				}
				owners := failedThemselves(t, judgeAll(t, run))
				if failed := len(owners) > 0; failed == blameless(ending) {
					t.Errorf("MUST rules that fail: %v", owners)
				}
			})
		}
	}
}

func TestEveryBadLoadFailsAMust(t *testing.T) {
	for name, b := range breaksAtLoad() {
		t.Run(name, func(t *testing.T) {
			run := transcripttest.Conformant(t)
			b.change(run)
			if owners := failedThemselves(t, judgeAll(t, run)); len(owners) == 0 {
				t.Error("no MUST rule fails")
			}
		})
	}
}

// A module that could not be driven in one session is judged on the others, and
// nothing that was not seen is passed or failed.
func TestTroubleIsNobodysFault(t *testing.T) {
	run := transcripttest.Conformant(t)
	run.EachSession(func(s *transcripttest.Session) {
		s.Boot, s.Load, s.Shutdown, s.Final, s.Exit = nil, nil, nil, false, nil
		for _, c := range s.Calls {
			c.Result, c.Unreached = transcripttest.Result{}, true
		}
		s.Troubles = []transcript.Trouble{{Kind: transcript.TroubleStart, Message: "PHP could not be started", Advice: "install PHP"}}
	})
	byFile := map[string]bool{"LOAD-02": true, "LOAD-08": true}
	for id, r := range judgeAll(t, run) {
		if byFile[id] {
			continue
		}
		asksPanel := ruleNamed(id).NeedsPanel()
		// Without a panel that is played a rule about its accounts says nothing.
		if r.Outcome != contract.NotTestable && (!asksPanel || r.Outcome != contract.NotApplicable) {
			t.Errorf("%s is %q, want not-testable: %v", id, r.Outcome, r.Findings)
		}
	}
}

func ruleNamed(id string) suites.Rule {
	rules := suites.Rules()
	return rules[slices.IndexFunc(rules, func(r suites.Rule) bool { return r.ID == id })]
}

// Endings seen through an endpoint are judged alike.
func TestEveryBadEndingBehindAnEndpointFailsAMust(t *testing.T) {
	for _, ending := range transcripttest.Endings() {
		t.Run(ending, func(t *testing.T) {
			run := transcripttest.Endpoint(t)
			if ending != transcript.EndReturned {
				run.List().Ends(ending)
			}
			if ending == transcript.EndNotReached {
				run.Session(transcript.SessionList).Load = nil
			}
			owners := failedThemselves(t, judgeAll(t, run))
			if failed := len(owners) > 0; failed == blameless(ending) {
				t.Errorf("MUST rules that fail: %v", owners)
			}
		})
	}
}
