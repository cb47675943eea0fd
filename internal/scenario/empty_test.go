package scenario_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// A server without accounts is listed where there is a recording of one, with
// its own parameters, whatever answers the other calls.
func TestPlanListsAnEmptyPanelWhereThereIsOne(t *testing.T) {
	needs := []contract.Need{contract.NeedRows, contract.NeedEmptyPanel}
	isEmpty := func(s scenario.Session) bool { return s.ID == transcript.SessionEmptyPanel }
	for _, answers := range []string{transcript.AnswersNone, transcript.AnswersLive, transcript.AnswersRecorded} {
		run := scenario.Run{Answers: answers, Params: map[string]any{"serverhostname": "full"}}
		if slices.ContainsFunc(scenario.Plan(needs, run), isEmpty) {
			t.Errorf("%q: an empty panel is listed though there is none", answers)
		}
		run.EmptyParams = map[string]any{"serverhostname": "empty", "serversecure": false}
		plan := scenario.Plan(needs, run)
		at := slices.IndexFunc(plan, isEmpty)
		if at < 0 {
			t.Fatalf("%q: the plan is %v", answers, scenario.IDs(plan))
		}
		s := plan[at]
		if s.Upstream.Answers != transcript.AnswersEmpty || s.Upstream.Scheme != scenario.HTTP || s.Steps[0].Params["serverhostname"] != "empty" {
			t.Errorf("%q: got %+v by %+v", answers, s.Upstream, s.Steps)
		}
	}
}
