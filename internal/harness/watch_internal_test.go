package harness

import (
	"testing"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

func TestWhatLooksWrongWhileARunGoesOn(t *testing.T) {
	good := map[string]any{"success": true}
	bad := map[string]any{"success": false, "error": "The panel did not answer."}
	tests := []struct {
		name    string
		fault   string
		answers string
		rows    int
		body    any
		want    bool
	}{
		{"a failure is a failure", "http-500", transcript.AnswersNone, 0, transcript.Returned{Value: bad}, false},
		{"a panel that only fails is no success", "http-500", transcript.AnswersNone, 0, &transcript.Returned{Value: good}, true},
		{"part of the list", "http-500", transcript.AnswersRecorded, 2, transcript.Returned{Value: good}, true},
		{"the whole list after a retry", "http-500", transcript.AnswersRecorded, 3, transcript.Returned{Value: good}, false},
		{"changed values may shorten a list", "leaf-null", transcript.AnswersRecorded, 2, transcript.Returned{Value: good}, false},
		{"an exception", "http-500", transcript.AnswersNone, 0, transcript.Threw{}, true},
		{"an ordinary list", "", transcript.AnswersNone, 1, transcript.Returned{Value: good}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wrong := 0
			w := watch(nil, func() { wrong++ })
			record := func(session string, body any) {
				w.looksWrong(transcript.Event{Envelope: transcript.Envelope{Session: session, Call: "c"}, Body: body})
			}
			for range 3 {
				record(transcript.SessionConversation, transcript.AccountLine{})
			}
			record(transcript.SessionConversation, transcript.Returned{Value: good})
			struck := scenario.Session{ID: "struck"}
			if test.fault != "" {
				f, ok := fault.Find(test.fault)
				if !ok {
					t.Fatalf("no fault %s", test.fault)
				}
				struck.Upstream = &scenario.Upstream{Fault: f, Answers: test.answers}
			}
			w.planned([]scenario.Session{struck})
			for range test.rows {
				record("struck", &transcript.AccountLine{})
			}
			got := w.looksWrong(transcript.Event{Envelope: transcript.Envelope{Session: "struck", Call: "c"}, Body: test.body})
			if got != test.want {
				t.Errorf("looks wrong: %v, want %v", got, test.want)
			}
		})
	}
}
