// Package harness puts the pipeline together: describe the target, plan the
// calls the rules need, capture them into a transcript. Judging is a step of
// its own, so that a stored transcript takes the same path as a live run.
package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/secret"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// Options describe one capture.
type Options struct {
	Target target.Target
	// Rules decide which calls are made. Selected says that they are not all of
	// them, so that the transcript remembers which ones it can serve.
	Rules    []suites.Rule
	Selected bool
	// Params are the server parameters the module is called with, and Secrets
	// those of them, and others, that must never be written, by name.
	Params  map[string]any
	Secrets map[string]string
	// Live says that the vendor named a server the module may talk to.
	Live bool
	// Reads are requests the vendor declares as reading; see transcript.Header.
	Reads []string
	// Policies are what the vendor declares; see transcript.Header.
	Policies contract.Policies
	// Recording names the recording whose answers the target gives, "" for none.
	Recording string
	// EmptyParams are the parameters of a server without accounts of which the
	// target has a recording, nil for none.
	EmptyParams map[string]any
	// Profile names the profile of the panel that the target plays, "" for none,
	// and Panel is that panel.
	Profile string
	Panel   *Panel
	// Faults restricts the faults that are played, Budget how many of them are
	// tried at single requests; see scenario.Run.
	Faults []scenario.Choice
	Budget int
	// Shard is the part of the plan to carry out; the zero value is all of it.
	Shard scenario.Shard
	// Resume is the run that is to go on, nil to begin one.
	Resume *Resume
	// kept is what was taken over from it.
	kept kept
	// FailFast ends the run after the first failure of a MUST rule.
	FailFast bool
	// Parallel is how many sessions run at once; 0 means as many as there are
	// processors, and at least 2.
	Parallel int
	// Tool is syncproof's version and Rerun the command to run this again.
	Tool, Rerun string
	// Out takes the transcript as it grows.
	Out io.Writer
	// Planned is told of the sessions that will be made, twice when what the first
	// ones showed asks for more, and Begun and Ended of each of them; see
	// target.Capture. Wrong is told of each answer that is plainly wrong. All are
	// for progress, may be nil, and are called from several goroutines.
	Planned      func([]scenario.Session)
	Begun, Ended func(scenario.Session)
	Wrong        func()
}

// Capture makes the calls and returns the evidence. When the context is
// cancelled it returns what was captured until then together with the
// context's error. An error without a transcript means that there is nothing to
// test: target.Describe says what the vendor has to change.
func Capture(ctx context.Context, opts Options) (*transcript.Transcript, error) {
	started := time.Now()
	described, err := opts.Target.Describe(ctx)
	if err != nil {
		return nil, err
	}
	if err := opts.Panel.settle(ctx, opts); err != nil {
		return nil, err
	}
	plan := scenario.Plan(suites.Needs(opts.Rules), opts.run())
	recorder := transcript.NewRecorder(opts.Out, secret.New(opts.Secrets).Line)
	if err := begin(recorder, described, plan, opts, started); err != nil {
		return nil, err
	}
	told := map[string]int{}
	if err := opts.Panel.tell(recorder, plan, told); err != nil {
		return nil, err
	}
	if opts.kept, err = opts.Resume.takeOver(ctx, described, plan, recorder, opts); err != nil {
		return nil, err
	}
	watcher := watch(recorder, opts.Wrong)
	captureErr := carryOut(ctx, plan, watcher, told, opts)
	stopped := errors.Is(captureErr, errFailed)
	if captureErr != nil && !stopped && ctx.Err() == nil {
		return recorder.Transcript(), fmt.Errorf("capturing the module's answers: %w", captureErr)
	}
	end := transcript.End{Interrupted: ctx.Err() != nil, Stopped: stopped, Seconds: opts.kept.seconds + time.Since(started).Seconds()}
	err = recorder.Record(transcript.Event{Envelope: transcript.Envelope{Event: transcript.EventEnd}, Body: end})
	return recorder.Transcript(), errors.Join(ctx.Err(), err, recorder.Err())
}

// run is what the plan depends on.
func (o Options) run() scenario.Run {
	r := scenario.Run{Fleets: o.Panel.fleets(), Params: o.Params, EmptyParams: o.EmptyParams, Faults: o.Faults, Budget: o.Budget}
	switch {
	case o.Profile != "":
		r.Answers = transcript.AnswersPanel
	case o.Recording != "":
		r.Answers = transcript.AnswersRecorded
	case o.Live:
		r.Answers = transcript.AnswersLive
	}
	return r
}

func begin(recorder *transcript.Recorder, d target.Description, plan []scenario.Session, opts Options, started time.Time) error {
	header := transcript.Header{
		Version: transcript.FormatVersion,
		Tool:    opts.Tool,
		Started: started.UTC().Format(time.RFC3339),
		Target:  d.Target,
		Plan:    scenario.IDs(plan),
		Params:  opts.Params,
		Live:    opts.Live || opts.Recording != "" || opts.Profile != "",

		Reads:     opts.Reads,
		Policies:  opts.Policies,
		Recording: opts.Recording,
		Panel:     opts.Profile,
		Rerun:     opts.Rerun,
	}
	if opts.Resume != nil {
		header.Started = opts.Resume.From.Header.Started
	}
	for _, f := range opts.Faults {
		header.Faults = append(header.Faults, f.String())
	}
	if opts.Shard.Of > 0 {
		header.Shard = &transcript.Shard{Of: opts.Shard.Of, Parts: []int{opts.Shard.Part}}
	}
	if opts.Selected {
		header.Rules = ids(opts.Rules)
	}
	err := recorder.Record(transcript.Event{Envelope: transcript.Envelope{Event: transcript.EventRun}, Body: header})
	if err == nil && d.Subject != nil {
		err = recorder.Record(transcript.Event{Envelope: transcript.Envelope{Event: transcript.EventSubject}, Body: d.Subject})
	}
	return err
}

func ids(rules []suites.Rule) []string {
	out := make([]string, 0, len(rules))
	for _, r := range rules {
		out = append(out, r.ID)
	}
	return out
}

// parallel defaults to a session for each processor, so that the limits of the
// calls are not felt, and to two where there is one: a session waits now and then.
func parallel(n int) int {
	if n > 0 {
		return n
	}
	return max(2, runtime.GOMAXPROCS(0))
}

// Published returns the published parts of rules, as selectors and reports use
// them.
func Published(rules []suites.Rule) []contract.Rule {
	out := make([]contract.Rule, 0, len(rules))
	for _, r := range rules {
		out = append(out, r.Rule)
	}
	return out
}
