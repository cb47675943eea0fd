package scenario_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// Each session is in exactly one part, those all parts need in each, and the
// parts are about equally long.
func TestShards(t *testing.T) {
	run := scenario.Run{Answers: transcript.AnswersPanel, Params: map[string]any{"serversecure": true}}
	plan := scenario.Plan([]contract.Need{
		contract.NeedEveryFault, contract.NeedRepeat, contract.NeedLocale, contract.NeedPoints, contract.NeedRecovery, contract.NeedSlow,
	}, run)
	for _, of := range []int{1, 2, 3, 7} {
		times, sizes := map[string]int{}, []int{}
		for part := 1; part <= of; part++ {
			mine := scenario.Shard{Part: part, Of: of}.Sessions(plan, run.Params)
			sizes = append(sizes, len(mine))
			for i, s := range mine {
				times[s.ID]++
				if s.After != "" && !slices.ContainsFunc(mine[:i], func(b scenario.Session) bool { return b.ID == s.After }) {
					t.Errorf("part %d of %d: %s without %s before it", part, of, s.ID, s.After)
				}
			}
		}
		for _, s := range plan {
			want := 1
			if scenario.Common(s.ID, run.Params) {
				want = of
			}
			if times[s.ID] != want {
				t.Errorf("%d parts: %s is in %d of them, want %d", of, s.ID, times[s.ID], want)
			}
		}
		if slices.Max(sizes) > slices.Min(sizes)*3/2 {
			t.Errorf("%d parts: their sizes are %d", of, sizes)
		}
	}
	if whole := (scenario.Shard{}).Sessions(plan, run.Params); len(whole) != len(plan) {
		t.Error("a plan that is not divided is not whole")
	}
}

func TestParseShard(t *testing.T) {
	for text, want := range map[string]scenario.Shard{
		"1/1": {Part: 1, Of: 1}, "2/4": {Part: 2, Of: 4}, "0/4": {}, "5/4": {}, "1": {}, "a/b": {}, "1/4/4": {}, "1/99999": {}, "": {},
	} {
		got, err := scenario.ParseShard(text)
		if got != want || (err == nil) != (want.Of > 0) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

// What shows most is made first, and nothing is lost.
func TestByUrgency(t *testing.T) {
	plan := scenario.Plan([]contract.Need{contract.NeedEveryFault, contract.NeedRepeat}, scenario.Run{Params: map[string]any{}})
	ordered := scenario.ByUrgency(plan)
	ids := scenario.IDs(ordered)
	if len(ordered) != len(plan) || !slices.Contains(ids[:2], transcript.SessionList) {
		t.Fatalf("%d of %d sessions, beginning with %q", len(ordered), len(plan), ids[:2])
	}
	html := slices.Index(ids, scenario.FaultID("html-login", scenario.HTTPS))
	if html < 0 || html > 20 {
		t.Errorf("html-login comes at place %d of %q", html, ids)
	}
	if last := ordered[len(ordered)-1]; !last.Waits && !last.Tick {
		t.Errorf("%q comes last, which does not wait", last.ID)
	}
}
