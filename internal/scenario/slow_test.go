package scenario_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// Answers are held back until just before the module gives up, unless three such
// requests could not even take half of the time a call has.
func TestHowLateAnswersAre(t *testing.T) {
	tests := []struct {
		name                     string
		patience, budget, itself float64
		gaveUp, timedOut         bool
		want                     float64
	}{
		{name: "all pages together take too long", patience: 30, budget: 60, gaveUp: true, want: 24},
		{name: "they take just half", patience: 12.5, budget: 60, gaveUp: true, want: 10},
		{name: "they take less", patience: 10, budget: 60, gaveUp: true, want: 0.5},
		{name: "they take less, but the module takes long itself", patience: 10, budget: 60, itself: 6, gaveUp: true, want: 8},
		{name: "less patience than that", patience: 0.5, budget: 60, gaveUp: true, want: 0.4},
		{name: "nobody knows how long a call has", patience: 10, gaveUp: true, want: 8},
		{name: "the module did not give up itself", patience: 60, budget: 60},
		{name: "it was ended", patience: 60, budget: 60, gaveUp: true, timedOut: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			known := talk(t)
			conversation := known.Conversation()
			if len(conversation.Exchanges) != 3 {
				t.Fatalf("the conversation has %d requests", len(conversation.Exchanges))
			}
			for _, c := range conversation.Calls {
				c.Seconds = test.itself
			}
			blind := known.Session(scenario.FaultID("silent-request", scenario.HTTPS))
			if blind == nil {
				t.Fatal("no session shows how long the module waits")
			}
			blind.Upstream.Budget = test.budget
			blind.Exchanges = []transcript.Exchange{{N: 1, GaveUp: test.gaveUp, Seconds: test.patience}}
			blind.Exit = &transcript.Exit{TimedOut: test.timedOut}
			sessions, _ := scenario.Extend([]contract.Need{contract.NeedSlow}, scenario.Run{Answers: transcript.AnswersRecorded}, known)
			got := 0.0
			if at := slices.IndexFunc(sessions, func(s scenario.Session) bool { return s.ID == transcript.SessionSlow }); at >= 0 {
				got = sessions[at].Upstream.Delay
			}
			if got != test.want {
				t.Errorf("the answers are %v seconds late, want %v", got, test.want)
			}
		})
	}
}
