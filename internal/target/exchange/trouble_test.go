package exchange_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/exchange"
	"syncproof/internal/target/exchange/exchangetest"
	"syncproof/internal/transcript"
)

func TestTroubleEndsASession(t *testing.T) {
	failed := &exchange.NoAnswerError{
		Trouble: transcript.Trouble{Kind: transcript.TroubleAnswer, Message: "no", Advice: "do"},
		Exit:    &transcript.Exit{Status: 404},
	}
	f := &fake{answer: func(context.Context, asked) (exchange.Reply, error) { return exchange.Reply{}, failed }}
	got := exchangetest.Run(t.Context(), t, conductor(f), exchangetest.Session(t, transcript.SessionRepeat))
	want := []string{
		`{"event":"session","session":"repeat","purpose":"list the accounts again, twice in one process","network":"open","sees":` + none + `}`,
		`{"event":"call","session":"repeat","call":"repeat-1","function":"ListAccounts","params":{"serverhostname":"panel.example"}}`,
		`{"event":"trouble","session":"repeat","kind":"answer","message":"no","advice":"do"}`,
		`{"event":"unreached","session":"repeat","call":"repeat-2","function":"ListAccounts","params":{"serverhostname":"panel.example"}}`,
		`{"event":"exit","session":"repeat","status":404,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0}`,
	}
	if diff := cmp.Diff(want, got.Lines); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	for _, call := range []string{transcript.CallRepeat1, transcript.CallRepeat2} {
		if ending := got.Transcript.Call(call).Ending; ending != transcript.EndNoAnswer {
			t.Errorf("%s ended as %q, want %q", call, ending, transcript.EndNoAnswer)
		}
	}
	if len(f.asked) != 1 {
		t.Errorf("%d requests were sent, want 1", len(f.asked))
	}
}

func TestDoubtOnlySparesEnvelopes(t *testing.T) {
	doubt := transcript.Trouble{Kind: transcript.TroubleAnswer, Message: "failed", Advice: "look"}
	tests := []struct{ name, body, ending string }{
		{"a bare value", `{"success":true,"accounts":[]}`, transcript.EndNoAnswer},
		{"nothing", ``, transcript.EndNoAnswer},
		{"a missing function", `{"syncproof":1,"missing":true}`, transcript.EndNoAnswer},
		{"an envelope", envelope("", "C"), transcript.EndReturned},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{answer: func(context.Context, asked) (exchange.Reply, error) {
				return exchange.Reply{Body: []byte(tt.body), Exit: transcript.Exit{Status: 500}, Doubt: &doubt}, nil
			}}
			got := exchangetest.Run(t.Context(), t, conductor(f), exchangetest.Session(t, transcript.SessionList)).Transcript
			if ending := got.Call(transcript.CallList).Ending; ending != tt.ending {
				t.Errorf("the call ended as %q, want %q", ending, tt.ending)
			}
			var want []transcript.Trouble
			if tt.ending == transcript.EndNoAnswer {
				want = []transcript.Trouble{doubt}
			}
			s := got.Session(transcript.SessionList)
			if diff := cmp.Diff(want, s.Troubles); diff != "" {
				t.Errorf("trouble (-want +got):\n%s", diff)
			}
			if s.Exit == nil || s.Exit.Status != 500 {
				t.Errorf("exit %+v, want status 500", s.Exit)
			}
		})
	}
}

// However many sessions need to know the form of the answers, one question is
// asked, and its trouble is theirs.
func TestOneQuestionIsEnough(t *testing.T) {
	failed := &exchange.NoAnswerError{Trouble: transcript.Trouble{Kind: transcript.TroubleTimeout, Message: "late", Advice: "wait"}}
	tests := []struct {
		name   string
		answer func(context.Context, asked) (exchange.Reply, error)
		kind   string
	}{
		{"bare values", body(`{}`), transcript.TroubleUnsupported},
		{"trouble", func(context.Context, asked) (exchange.Reply, error) { return exchange.Reply{}, failed }, transcript.TroubleTimeout},
		{"nothing readable", body("<html>"), transcript.TroubleAnswer},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{answer: tt.answer}
			c := conductor(f)
			var wg sync.WaitGroup
			for _, id := range []string{transcript.SessionDirect, transcript.SessionLocale, transcript.SessionMetaDataWeb} {
				wg.Go(func() {
					got, err := exchangetest.Try(t.Context(), c, exchangetest.Session(t, id))
					if err != nil {
						t.Errorf("session %q: %v", id, err)
						return
					}
					troubles := got.Transcript.Session(id).Troubles
					if len(troubles) != 1 || troubles[0].Kind != tt.kind {
						t.Errorf("session %q: trouble %+v, want one of kind %q", id, troubles, tt.kind)
					}
				})
			}
			wg.Wait()
			if len(f.asked) != 1 {
				t.Errorf("%d requests were sent, want 1", len(f.asked))
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := &fake{answer: func(ctx context.Context, _ asked) (exchange.Reply, error) {
		cancel()
		return exchange.Reply{}, ctx.Err()
	}}
	got, err := exchangetest.Try(ctx, conductor(f), exchangetest.Session(t, transcript.SessionList))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	want := []string{
		`{"event":"session","session":"list","purpose":"list the accounts","network":"open","sees":` + none + `}`,
		`{"event":"call","session":"list","call":"list","function":"ListAccounts","params":{"serverhostname":"panel.example"}}`,
		`{"event":"exit","session":"list","status":0,"interrupted":true,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0}`,
	}
	if diff := cmp.Diff(want, got.Lines); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	if ending := got.Transcript.Call(transcript.CallList).Ending; ending != transcript.EndOpen {
		t.Errorf("the call ended as %q, want %q", ending, transcript.EndOpen)
	}
}

func TestInterruptedQuestion(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := &fake{answer: func(ctx context.Context, _ asked) (exchange.Reply, error) {
		cancel()
		return exchange.Reply{}, ctx.Err()
	}}
	got, err := exchangetest.Try(ctx, conductor(f), exchangetest.Session(t, transcript.SessionDirect))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	s := got.Transcript.Session(transcript.SessionDirect)
	if len(s.Troubles) > 0 || s.Exit != nil {
		t.Errorf("trouble %+v, exit %+v; stopping is neither", s.Troubles, s.Exit)
	}
}

// fullDisk is a sink that takes nothing.
type fullDisk struct{}

var errFull = errors.New("full")

func (fullDisk) Record(transcript.Event) error { return errFull }

func TestASinkThatFails(t *testing.T) {
	err := conductor(&fake{answer: body("null")}).Run(t.Context(), exchangetest.Session(t, transcript.SessionList), fullDisk{})
	if !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}
