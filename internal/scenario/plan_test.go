package scenario_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

func TestPlanMakesOnlyTheCallsThatAreNeeded(t *testing.T) {
	cases := map[string]struct {
		needs []contract.Need
		want  []string
	}{
		"nothing":       {nil, []string{}},
		"files":         {[]contract.Need{contract.NeedFile}, []string{}},
		"metadata":      {[]contract.Need{contract.NeedMetaData}, []string{"metadata"}},
		"rows":          {[]contract.Need{contract.NeedRows}, []string{"metadata", "list"}},
		"order is kept": {[]contract.Need{contract.NeedRepeat, contract.NeedDirect}, []string{"direct", "metadata", "list", "repeat"}},
		"options":       {[]contract.Need{contract.NeedOptions}, []string{"metadata", "options"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, scenario.IDs(scenario.Plan(c.needs, scenario.Run{}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every kind of evidence a rule asks for is provided by some session, or needs
// none: a rule whose need nobody provides could never be tested.
func TestEveryNeedIsProvided(t *testing.T) {
	static := map[contract.Need]bool{contract.NeedFile: true}
	for _, n := range suites.Needs(suites.Rules()) {
		if len(scenario.Plan([]contract.Need{n}, scenario.Run{Answers: answersFor(n)})) == 0 && !static[n] {
			t.Errorf("no session provides %q", n)
		}
	}
}

// answersFor is where answers have to come from for a need to be met.
func answersFor(n contract.Need) string {
	if _, isFleet := n.Fleet(); isFleet {
		return transcript.AnswersPanel
	}
	return transcript.AnswersLive
}

func TestPlanGivesEachCallItsOwnParameters(t *testing.T) {
	params := map[string]any{"serverport": "2087"}
	plan := scenario.Plan([]contract.Need{contract.NeedRepeat}, scenario.Run{Params: params})
	for _, s := range plan {
		for _, step := range s.Steps {
			if step.Function != "ListAccounts" {
				continue
			}
			if step.Params["serverport"] != "2087" {
				t.Errorf("%s/%s has params %v", s.ID, step.Call, step.Params)
			}
			step.Params["serverport"] = "changed"
		}
	}
	if params["serverport"] != "2087" {
		t.Error("a call's parameters are the caller's map")
	}
}

func TestTickWait(t *testing.T) {
	at := func(ms int) time.Time { return time.Unix(100, int64(ms)*int64(time.Millisecond)) }
	cases := []struct {
		ended, now time.Time
		want       time.Duration
	}{
		{at(0), at(0), time.Second},
		{at(300), at(300), 700 * time.Millisecond},
		{at(300), at(900), 100 * time.Millisecond},
		{at(300), at(1000), 0},
		{at(300), at(5000), 0},
	}
	for _, c := range cases {
		if got := scenario.TickWait(c.ended, c.now); got != c.want {
			t.Errorf("TickWait(%v, %v) = %v, want %v", c.ended, c.now, got, c.want)
		}
	}
}
