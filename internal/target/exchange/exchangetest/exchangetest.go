// Package exchangetest makes sessions for tests and shows what was recorded.
package exchangetest

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
)

// Maker makes sessions, as a target does.
type Maker interface {
	Run(ctx context.Context, session scenario.Session, sink target.Sink) error
}

// Session returns a session of the plan. ListAccounts is called with one
// parameter.
func Session(tb testing.TB, id string) scenario.Session {
	tb.Helper()
	needs := []contract.Need{
		contract.NeedDirect, contract.NeedMetaDataWeb, contract.NeedOptions, contract.NeedCall, contract.NeedRepeat,
		contract.NeedLocale, contract.NeedEmpty,
	}
	for _, s := range scenario.Plan(needs, scenario.Run{Params: map[string]any{"serverhostname": "panel.example"}}) {
		if s.ID == id {
			return s
		}
	}
	tb.Fatalf("the plan has no session %q", id)
	return scenario.Session{}
}

// Recorded is what a session left behind.
type Recorded struct {
	// Lines are the stored events, with times set to 0.
	Lines []string
	// Transcript is what they fold into.
	Transcript *transcript.Transcript
}

// Run makes a session and fails the test when the run could not go on.
func Run(ctx context.Context, tb testing.TB, m Maker, s scenario.Session) Recorded {
	tb.Helper()
	recorded, err := Try(ctx, m, s)
	if err != nil {
		tb.Fatalf("session %q: %v", s.ID, err)
	}
	return recorded
}

// Try makes a session.
func Try(ctx context.Context, m Maker, s scenario.Session) (Recorded, error) {
	var out bytes.Buffer
	r := transcript.NewRecorder(&out, nil)
	err := m.Run(ctx, s, r)
	return Recorded{Lines: lines(out.String()), Transcript: r.Transcript()}, err
}

func lines(stored string) []string {
	stored = regexp.MustCompile(`"seconds":[0-9.e+-]+`).ReplaceAllString(stored, `"seconds":0`)
	stored = regexp.MustCompile(`,"at":"[0-9]{4}-[^"]*Z"`).ReplaceAllString(stored, "")
	return strings.Split(strings.TrimSuffix(stored, "\n"), "\n")
}
