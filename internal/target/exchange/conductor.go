package exchange

import (
	"context"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

// Conductor makes sessions. It may be used from several goroutines.
type Conductor struct {
	exchanger Exchanger
	module    string
	// what names the target in messages, such as "this endpoint".
	what  string
	probe probe
}

// NewConductor returns a conductor for a module behind an exchanger. what names
// the target in messages, such as "this endpoint".
func NewConductor(exchanger Exchanger, module, what string) *Conductor {
	return &Conductor{exchanger: exchanger, module: module, what: what, probe: newProbe()}
}

// Run makes one session; see target.Target.
//
// What a session can show is only known from its answers, and a transcript
// says so before them. So a session's events are recorded when it is over.
func (c *Conductor) Run(ctx context.Context, s scenario.Session, sink target.Sink) error {
	r := run{Conductor: c, planned: s, info: transcript.SessionInfo{
		Purpose: s.Purpose, Network: transcript.NetworkOpen, WithoutWHMCS: s.WithoutWHMCS, Helpers: s.Helpers, Settings: s.Settings,
	}}
	defer r.close()
	err := r.make(ctx)
	if err != nil && ctx.Err() == nil {
		return err
	}
	if recordErr := r.record(sink); recordErr != nil {
		return recordErr
	}
	return ctx.Err()
}

// run is one session being made.
type run struct {
	*Conductor
	planned scenario.Session
	info    transcript.SessionInfo
	events  []transcript.Event
	exit    *transcript.Exit
	// answers counts those that were read; trouble says that one was not.
	answers int
	trouble bool
	noise   bool
	// repeated is the call that the step being made was asked to make again in
	// the same PHP process, again says that it was.
	repeated string
	again    bool
	// streams hold accounts until they are recorded.
	streams []*answer.Stream
}

func (r *run) make(ctx context.Context) error {
	if r.planned.Upstream != nil {
		r.fail(&transcript.Trouble{
			Kind:    transcript.TroubleUnsupported,
			Message: "the requests of " + r.what + " to its control panel cannot be caught, so the panel's failures cannot be played",
			Advice:  "have syncproof play a control panel (--panel-faults, or --panel with a profile), or point it at the module's folder",
		})
	}
	if what := needsEnvelope(r.planned); what != "" && !r.trouble {
		trouble, err := r.envelopes(ctx, what)
		if err != nil || trouble != nil {
			r.fail(trouble)
			return err
		}
	}
	steps := r.planned.Steps
	if len(steps) == 0 {
		steps = []scenario.Step{{}}
	}
	for i, step := range steps {
		if r.trouble {
			r.add(transcript.EventUnreached, step.Call, callInfo(step))
			continue
		}
		if r.again && step.Call == r.repeated {
			continue
		}
		r.repeated = repetition(steps[i:])
		if err := r.step(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

// needsEnvelope says what a session shows that a bare return value cannot, ""
// for sessions that make sense with one.
func needsEnvelope(s scenario.Session) string {
	switch {
	case s.WithoutWHMCS:
		return "what the module's file does when it is run without WHMCS"
	case s.Locale:
		return "whether the locale makes a difference"
	case s.Request == scenario.RequestOther:
		return "whether another web request makes a difference"
	case s.Helpers != "":
		return "what becomes of a call whose log fails"
	case len(s.Settings) > 0:
		return "whether settings of PHP make a difference"
	}
	return ""
}

func (r *run) step(ctx context.Context, step scenario.Step) error {
	raw, err := requestFor(r.module, r.planned, step, r.repeated)
	if err != nil {
		return err
	}
	info := callInfo(step)
	began := time.Now()
	info.At = began.UTC().Format(time.RFC3339Nano)
	reply, err := r.exchanger.Exchange(ctx, raw)
	if reply.Stream != nil {
		r.streams = append(r.streams, reply.Stream)
	}
	call := answer.Call{
		Session: r.planned.ID, ID: step.Call, Info: info, Loaders: step.Loaders, Again: r.repeated,
		Seconds: time.Since(began).Seconds(),
	}
	if ctx.Err() != nil {
		r.begin(call)
		r.ended(transcript.Exit{Interrupted: true, Seconds: call.Seconds})
		return ctx.Err()
	}
	if f := failure(err); f != nil {
		r.begin(call)
		r.fail(&f.Trouble)
		if f.Exit != nil {
			r.ended(*f.Exit)
		}
		return nil
	}
	if err != nil {
		return err
	}
	r.take(call, reply)
	return nil
}

// take reads an answer into the session.
func (r *run) take(call answer.Call, reply Reply) {
	a, trouble := Read(reply, call)
	r.ended(reply.Exit)
	r.probe.learn(a, trouble)
	if trouble == nil {
		trouble = r.disregarded(a)
	}
	if trouble != nil {
		r.begin(call)
		r.fail(trouble)
		return
	}
	for _, e := range a.Events {
		// A later answer of the same session loads the module once more; the
		// transcript has one place for that.
		if r.answers > 0 && (e.Event == transcript.EventBoot || e.Event == transcript.EventLoaded) {
			continue
		}
		r.events = append(r.events, e)
	}
	r.again = r.repeated != "" && a.Honoured(KeyAgain)
	r.see(a)
	r.answers++
}

// Read reads a reply. A reply in doubt only counts when it is an envelope.
func Read(reply Reply, call answer.Call) (answer.Answer, *transcript.Trouble) {
	var a answer.Answer
	var trouble *transcript.Trouble
	if reply.Stream != nil {
		a, trouble = answer.ReadStream(reply.Stream, call)
	} else {
		a, trouble = answer.Read(reply.Body, call)
	}
	if reply.Doubt != nil && (trouble != nil || !a.Envelope) {
		return answer.Answer{}, reply.Doubt
	}
	return a, trouble
}

// disregarded is the trouble with an answer that is sound but not an answer to
// what was asked: judging it would compare two equal calls, or blame a module
// for what it does inside WHMCS.
func (r *run) disregarded(a answer.Answer) *transcript.Trouble {
	switch {
	case r.planned.WithoutWHMCS && !a.Honoured(KeyWithoutWHMCS):
		return r.unsupported("does not run the module's file without WHMCS",
			"point syncproof at the module's folder to have this checked")
	case r.planned.Request == scenario.RequestOther && !a.Honoured(KeyRequest):
		return r.unsupported("does not call the module as part of another web request",
			"point syncproof at the module's folder to have this checked")
	case r.planned.Helpers != "" && !a.Honoured(KeyHelpers):
		return r.unsupported("does not make WHMCS's functions for logging fail",
			"put bridge.php beside the module and not into WHMCS, or point syncproof at the module's folder")
	case len(r.planned.Settings) > 0 && !a.Honoured(KeySettings):
		return r.unsupported("does not change settings of PHP", "put bridge.php in front of the module (syncproof bridge), or point syncproof at the module's folder")
	case r.planned.Locale && !foreignLocale(a.Boot):
		return r.unsupported("could not set another locale", "install one, such as de_DE.UTF-8, where the module runs")
	}
	return nil
}

// foreignLocale reports whether the module ran in a locale other than PHP's
// default.
func foreignLocale(b *transcript.Boot) bool {
	return b != nil && b.Locale != "" && b.Locale != "C" && b.Locale != "POSIX"
}

func (r *run) unsupported(message, advice string) *transcript.Trouble {
	return &transcript.Trouble{
		Kind: transcript.TroubleUnsupported, Message: r.what + " " + message, Advice: advice,
	}
}

// see narrows what the session can show to what all its answers show. Noise is
// seen in whichever answer it stands.
func (r *run) see(a answer.Answer) {
	r.noise = r.noise || a.Sees.Output
	if r.answers == 0 {
		r.info.Sees = a.Sees
		r.info.Sees.Process = r.again
		if a.Honoured(KeyRequest) {
			r.info.Request = r.planned.Request
		}
		if r.planned.Locale && a.Boot != nil {
			r.info.Locale, r.info.Sees.Locale = a.Boot.Locale, true
		}
	} else {
		seen := &r.info.Sees
		seen.Load = seen.Load && a.Sees.Load
		seen.Warnings = seen.Warnings && a.Sees.Warnings
		seen.State = seen.State && a.Sees.State
		seen.Types = seen.Types && a.Sees.Types
		seen.Ending = seen.Ending && a.Sees.Ending
		seen.Database = seen.Database && a.Sees.Database
		seen.Process = seen.Process && r.again
	}
	r.info.Sees.Output = r.noise
	if a.Noise.Bytes > 0 {
		r.exit.Stdout = a.Noise
	}
}

// ended notes the end of an exchange; a session's time is that of all of them.
func (r *run) ended(exit transcript.Exit) {
	if r.exit != nil {
		exit.Seconds += r.exit.Seconds
	}
	r.exit = &exit
}

func (r *run) fail(t *transcript.Trouble) {
	if t == nil {
		return
	}
	r.trouble = true
	r.add(transcript.EventTrouble, "", *t)
}

func callInfo(step scenario.Step) transcript.CallInfo {
	info := transcript.CallInfo{Function: step.Function}
	if !step.NoParams {
		info.Params = step.Params
	}
	return info
}

// begin records a call that no answer tells of.
func (r *run) begin(call answer.Call) {
	if call.ID != "" {
		r.add(transcript.EventCall, call.ID, call.Info)
	}
}

func (r *run) add(event, call string, body any) {
	r.events = append(r.events, transcript.Event{
		Envelope: transcript.Envelope{Event: event, Session: r.planned.ID, Call: call}, Body: body,
	})
}
