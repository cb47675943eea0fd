package harness_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"syncproof/internal/harness"
	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// patient is a module that waits for a silent panel until a fault was played in the
// middle of its conversation, or the run is stopped then.
type patient struct {
	*quick
	struck chan struct{}
	once   sync.Once
	stop   context.CancelFunc
}

func (p *patient) Run(ctx context.Context, s scenario.Session, sink target.Sink) error {
	if s.ID == scenario.FaultID("silent-request", scenario.HTTPS) {
		select {
		case <-p.struck:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := p.quick.Run(ctx, s, sink)
	if strings.HasPrefix(s.ID, transcript.PointPrefix) {
		if p.stop != nil {
			p.stop()
		} else {
			p.once.Do(func() { close(p.struck) })
		}
	}
	return err
}

func ofPatient(t *testing.T, p *patient) harness.Options {
	o := ofQuick(t, p.quick)
	o.Target = p
	o.Rules = append(o.Rules, slices.DeleteFunc(suites.Rules(), func(r suites.Rule) bool { return r.ID != "PERF-04" })...)
	return o
}

func newPatient() *patient { return &patient{quick: newQuick(), struck: make(chan struct{})} }

// What follows from the conversation begins while the module still waits for a
// panel that is silent. In the end the transcript is as if one came after the other.
func TestWhatFollowsDoesNotWaitForASilentPanel(t *testing.T) {
	got, err := run(t, t.TempDir(), ofPatient(t, newPatient()), false)
	if err != nil {
		t.Fatal(err)
	}
	if got.Extension == nil || got.Extension.Tried == 0 || !got.Finished() {
		t.Fatalf("the second plan is %+v", got.Extension)
	}
	var made []string
	for _, s := range got.Sessions {
		made = append(made, s.ID)
	}
	if !slices.Equal(made, got.Header.Plan) {
		t.Errorf("the sessions are %v, want the plan's %v", made, got.Header.Plan)
	}
}

// A run that is stopped while the module waits says what was planned by then, so
// that it can be judged, and goes on to the same end as one that was not stopped.
func TestStoppedWhileASilentPanelIsWaitedFor(t *testing.T) {
	whole, err := run(t, t.TempDir(), ofPatient(t, newPatient()), false)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	p := newPatient()
	p.stop = stop
	o := ofPatient(t, p)
	file, err := transcript.Create(dir, transcript.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	o.Out = file
	cut, err := harness.Capture(ctx, o)
	if !errors.Is(err, context.Canceled) || cut.Extension == nil {
		t.Fatalf("the second plan is %+v; %v", cut.Extension, err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := run(t, dir, ofPatient(t, newPatient()), true)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Header.Plan, whole.Header.Plan) || len(got.Sessions) != len(whole.Sessions) {
		t.Errorf("it went on with %d sessions of %v, want %d of %v", len(got.Sessions), got.Header.Plan, len(whole.Sessions), whole.Header.Plan)
	}
}
