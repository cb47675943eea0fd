package suites_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

// judgeAll closes every rule on a run and returns the results by id.
func judgeAll(t *testing.T, run *transcripttest.Run) map[string]contract.Result {
	t.Helper()
	return judgeTranscript(t, run.Transcript())
}

func judgeTranscript(t *testing.T, tr *transcript.Transcript) map[string]contract.Result {
	t.Helper()
	rules := suites.Rules()
	judge, err := suites.NewJudge(rules, tr)
	if err != nil {
		t.Fatal(err)
	}
	results := make(map[string]contract.Result, len(rules))
	for i := range judge.Len() {
		r := judge.Close(i)
		results[r.Rule.ID] = r
	}
	return results
}

// outcomes groups rule ids by what became of them.
func outcomes(results map[string]contract.Result, outcome contract.Outcome) []string {
	var ids []string
	for _, r := range suites.Rules() {
		if results[r.ID].Outcome == outcome {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func TestNothingIsWrongWithAConformantRun(t *testing.T) {
	results := judgeAll(t, transcripttest.Conformant(t))
	if diff := cmp.Diff([]string(nil), outcomes(results, contract.Fail)); diff != "" {
		t.Errorf("failed (-want +got):\n%s", diff)
	}
	for _, id := range outcomes(results, contract.Fail) {
		t.Logf("%s: %+v", id, results[id].Findings)
	}
	for _, o := range []contract.Outcome{contract.NotTestable, contract.NotApplicable} {
		for _, id := range outcomes(results, o) {
			t.Logf("%s %s: %s", o, id, results[id].Reason)
		}
	}
}
