package scenario_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

func TestExtendWithFleets(t *testing.T) {
	sizes, dates := contract.NeedFleet(transcript.FleetAccounts), contract.NeedFleet("dates")
	fleets := scenario.Fleets{
		Own: scenario.Fleet{Name: transcript.FleetAccounts, Size: 3}, Sizes: []int{101, 1}, Borders: true,
		Odd: []scenario.Fleet{{Name: "dates-1", Kind: "dates", Title: "no creation date", Size: 4}, {Name: "mail-1", Kind: "mail", Size: 4}, {Name: "instants-1", Kind: "instants", Size: 4}},
	}
	fixed := fleets
	fixed.Borders = false
	tests := []struct {
		name    string
		needs   []contract.Need
		answers string
		fleets  scenario.Fleets
		pages   []int
		want    []string
	}{
		{"nothing is needed", nil, transcript.AnswersPanel, fleets, []int{100}, nil},
		{"no panel is played", []contract.Need{sizes, dates}, transcript.AnswersRecorded, fleets, []int{100}, nil},
		{"no pages", []contract.Need{sizes}, transcript.AnswersPanel, fleets, nil, []string{"fleet:1", "fleet:101"}},
		{"pages of a hundred", []contract.Need{sizes}, transcript.AnswersPanel, fleets, []int{100, 100},
			[]string{"fleet:1", "fleet:99", "fleet:100", "fleet:101", "fleet:200"}},
		{"pages of one, and of two", []contract.Need{sizes}, transcript.AnswersPanel, fleets, []int{1, 2},
			[]string{"fleet:1", "fleet:2", "fleet:3", "fleet:4", "fleet:101"}},
		{"chosen sizes", []contract.Need{sizes}, transcript.AnswersPanel, fixed, []int{100}, []string{"fleet:1", "fleet:101"}},
		{"one kind of odd accounts", []contract.Need{dates}, transcript.AnswersPanel, fleets, []int{100}, []string{"fleet:dates-1"}},
		{"instants, in another zone as well", []contract.Need{contract.NeedFleet(transcript.FleetInstants)}, transcript.AnswersPanel, fleets, nil,
			[]string{"fleet:instants-1", "fleet:instants-1@elsewhere"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			known := talk(t)
			s := known.Session(transcript.SessionConversation)
			for i := range s.Exchanges {
				if i < len(test.pages) {
					s.Exchanges[i].PageSize = test.pages[i]
				}
			}
			plan, _ := scenario.Extend(test.needs, scenario.Run{Answers: test.answers, Fleets: test.fleets}, known)
			if diff := cmp.Diff(test.want, ids(plan)); diff != "" {
				t.Errorf("plan differs (-want +got):\n%s", diff)
			}
			for _, planned := range plan {
				u := planned.Upstream
				if u.Answers != transcript.AnswersPanel || transcript.FleetID(u.Fleet, u.Size) != strings.TrimSuffix(planned.ID, transcript.InOtherZone) || planned.Steps[0].Call != planned.ID {
					t.Errorf("%s: %+v", planned.ID, *u)
				}
				if elsewhere := planned.Settings["date.timezone"] == transcript.OtherZone; elsewhere != strings.HasSuffix(planned.ID, transcript.InOtherZone) {
					t.Errorf("%s: %v", planned.ID, planned.Settings)
				}
			}
		})
	}
}

func ids(plan []scenario.Session) []string {
	if plan == nil {
		return nil
	}
	return scenario.IDs(plan)
}

func TestEveryAnswerOfAPanelSaysWhatItHolds(t *testing.T) {
	own := scenario.Fleet{Name: transcript.FleetAccounts, Size: 42}
	needs := []contract.Need{contract.NeedList, contract.NeedRepeat, contract.NeedConversation, contract.NeedSuperglobals, contract.NeedHelpers}
	seen := 0
	for _, s := range scenario.Plan(needs, scenario.Run{Answers: transcript.AnswersPanel, Fleets: scenario.Fleets{Own: own}}) {
		if s.Upstream == nil || s.Upstream.Answers != transcript.AnswersPanel {
			continue
		}
		seen++
		if s.Upstream.Fleet != own.Name || s.Upstream.Size != own.Size {
			t.Errorf("%s: %+v", s.ID, *s.Upstream)
		}
	}
	if seen < 5 {
		t.Errorf("only %d sessions are answered by the panel", seen)
	}
}
