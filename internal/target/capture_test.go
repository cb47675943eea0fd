package target_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// fake runs sessions by calling run.
type fake struct {
	run func(context.Context, scenario.Session) error
}

func (f fake) Describe(context.Context) (target.Description, error) {
	return target.Description{}, nil
}

func (f fake) Run(ctx context.Context, s scenario.Session, _ target.Sink) error {
	return f.run(ctx, s)
}

func sink() target.Sink { return transcript.NewRecorder(io.Discard, nil) }

func TestCaptureKeepsOrderAndWaitsForTheClock(t *testing.T) {
	var mu sync.Mutex
	var order []string
	begun := map[string]time.Time{}
	ended := map[string]time.Time{}
	f := fake{func(_ context.Context, s scenario.Session) error {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, s.ID)
		begun[s.ID] = time.Now()
		ended[s.ID] = time.Now()
		return nil
	}}
	plan := []scenario.Session{{ID: "repeat", After: "list", Tick: true}, {ID: "list"}, {ID: "alone", After: "not planned"}}
	if err := target.Capture(t.Context(), f, plan, sink(), target.CaptureOptions{Parallel: 4}); err != nil {
		t.Fatal(err)
	}
	if len(order) != 3 || slices.Index(order, "repeat") < slices.Index(order, "list") {
		t.Fatalf("order = %v", order)
	}
	if !begun["repeat"].Truncate(time.Second).After(ended["list"].Truncate(time.Second)) {
		t.Errorf("repeat began at %v, in the same second as list ended, %v", begun["repeat"], ended["list"])
	}
}

func TestCaptureBoundsWhatRunsAtOnce(t *testing.T) {
	var mu sync.Mutex
	running, most := 0, 0
	bothIn := make(chan struct{})
	f := fake{func(ctx context.Context, _ scenario.Session) error {
		mu.Lock()
		running++
		most = max(most, running)
		if running == 2 {
			select {
			case <-bothIn:
			default:
				close(bothIn)
			}
		}
		mu.Unlock()
		// Nobody leaves before two are in, so that a third would be seen.
		select {
		case <-bothIn:
		case <-ctx.Done():
		}
		mu.Lock()
		running--
		mu.Unlock()
		return nil
	}}
	plan := []scenario.Session{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}
	if err := target.Capture(t.Context(), f, plan, sink(), target.CaptureOptions{Parallel: 2}); err != nil {
		t.Fatal(err)
	}
	if most != 2 {
		t.Errorf("%d sessions ran at once, want 2", most)
	}
}

func TestCaptureStopsEverythingOnTheFirstFailure(t *testing.T) {
	broken := errors.New("the sink is gone")
	f := fake{func(ctx context.Context, s scenario.Session) error {
		if s.ID == "bad" {
			return broken
		}
		<-ctx.Done()
		return ctx.Err()
	}}
	plan := []scenario.Session{{ID: "waits"}, {ID: "bad"}, {ID: "later", After: "waits"}}
	err := target.Capture(t.Context(), f, plan, sink(), target.CaptureOptions{Parallel: 3})
	if !errors.Is(err, broken) || err.Error() != `session "bad": the sink is gone` {
		t.Errorf("error = %v", err)
	}
}

func TestCaptureEndsWhenTheUserStopsIt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := fake{func(ctx context.Context, _ scenario.Session) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}}
	plan := []scenario.Session{{ID: "a"}, {ID: "b", After: "a", Tick: true}}
	if err := target.Capture(ctx, f, plan, sink(), target.CaptureOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
}

// What a session leads to begins while others still wait.
func TestCaptureGoesOnBesideThoseThatWait(t *testing.T) {
	followed := make(chan struct{})
	f := fake{func(ctx context.Context, s scenario.Session) error {
		switch s.ID {
		case "waits":
			// It ends only after the session that the other one led to.
			select {
			case <-followed:
			case <-ctx.Done():
				return ctx.Err()
			}
		case "led to":
			close(followed)
		}
		return nil
	}}
	var over []string
	options := target.CaptureOptions{Parallel: 2, Then: func(s scenario.Session) ([]scenario.Session, error) {
		over = append(over, s.ID)
		if s.ID != "leads" {
			return nil, nil
		}
		return []scenario.Session{{ID: "led to"}}, nil
	}}
	if err := target.Capture(t.Context(), f, []scenario.Session{{ID: "waits", Waits: true}, {ID: "leads"}}, sink(), options); err != nil {
		t.Fatal(err)
	}
	if want := []string{"leads", "led to", "waits"}; !slices.Equal(over, want) {
		t.Errorf("the sessions ended as %v, want %v", over, want)
	}
}

// One at a time means those that wait as well: the target may serve nobody beside.
func TestCaptureMakesOneAtATime(t *testing.T) {
	var mu sync.Mutex
	running, most, made := 0, 0, 0
	f := fake{func(context.Context, scenario.Session) error {
		mu.Lock()
		running++
		most = max(most, running)
		mu.Unlock()
		runtime.Gosched()
		mu.Lock()
		running--
		made++
		mu.Unlock()
		return nil
	}}
	var plan []scenario.Session
	for i := range 20 {
		plan = append(plan, scenario.Session{ID: string(rune('a' + i)), Waits: i%2 == 0})
	}
	if err := target.Capture(t.Context(), f, plan, sink(), target.CaptureOptions{Parallel: 1}); err != nil {
		t.Fatal(err)
	}
	if made != len(plan) || most != 1 {
		t.Errorf("%d of %d sessions were made, up to %d at a time", made, len(plan), most)
	}
}

func TestCaptureEndsWhenNothingCanFollow(t *testing.T) {
	broken := errors.New("the disk is full")
	f := fake{func(context.Context, scenario.Session) error { return nil }}
	options := target.CaptureOptions{Then: func(scenario.Session) ([]scenario.Session, error) { return nil, broken }}
	plan := []scenario.Session{{ID: "a"}, {ID: "b", After: "a"}}
	if err := target.Capture(t.Context(), f, plan, sink(), options); !errors.Is(err, broken) {
		t.Errorf("error = %v", err)
	}
}

// The gravest begin first, in whatever order they were planned.
func TestCaptureBeginsWithTheMostUrgent(t *testing.T) {
	var order []string
	f := fake{func(_ context.Context, s scenario.Session) error {
		order = append(order, s.ID)
		return nil
	}}
	grave, ok := fault.Find("html-login")
	if !ok {
		t.Fatal("no such fault")
	}
	plan := []scenario.Session{
		{ID: "locale"}, {ID: "grave", Upstream: &scenario.Upstream{Fault: grave}},
		{ID: "long", Upstream: &scenario.Upstream{Size: 5001}}, {ID: transcript.SessionList},
	}
	if err := target.Capture(t.Context(), f, plan, sink(), target.CaptureOptions{Parallel: 1}); err != nil {
		t.Fatal(err)
	}
	if want := []string{transcript.SessionList, "grave", "long", "locale"}; !slices.Equal(order, want) {
		t.Errorf("the order is %v, want %v", order, want)
	}
}

// Those that will wait start a few at a time, but need not have got anywhere: one
// that records nothing keeps no other from starting.
func TestCaptureStartsAllThatWait(t *testing.T) {
	const many = 6
	var mu sync.Mutex
	begun := 0
	all := make(chan struct{})
	calls := transcript.NewRecorder(io.Discard, nil)
	f := fake{func(ctx context.Context, _ scenario.Session) error {
		mu.Lock()
		if begun++; begun == many {
			close(all)
		}
		mu.Unlock()
		select {
		case <-all:
		case <-ctx.Done():
		}
		return ctx.Err()
	}}
	var plan []scenario.Session
	for i := range many {
		plan = append(plan, scenario.Session{ID: string(rune('a' + i)), Waits: true})
	}
	if err := target.Capture(t.Context(), f, plan, calls, target.CaptureOptions{Parallel: 2}); err != nil {
		t.Fatal(err)
	}
}
