package playedpanel

import (
	"slices"
	"time"

	"syncproof/internal/phpvalue"
	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
)

// recorder passes a session's events on, with what was seen of the panel: it is
// described in the first of them, and what was asked of it comes before the last.
type recorder struct {
	*performance
	sink target.Sink
	// exited says that the session's end was recorded, late that the module kept
	// whoever called it waiting.
	told, exited, late bool
}

// Record implements target.Sink. Events may hold values or pointers.
func (r *recorder) Record(e transcript.Event) error {
	switch body := e.Body.(type) {
	case *transcript.SessionInfo:
		e.Body = r.opened(*body)
	case transcript.SessionInfo:
		e.Body = r.opened(body)
	case *transcript.CallInfo:
		e.Body = r.called(*body)
	case transcript.CallInfo:
		e.Body = r.called(body)
	case *transcript.Trouble:
		return r.trouble(e, *body)
	case transcript.Trouble:
		return r.trouble(e, body)
	case *transcript.Exit:
		return r.exit(*body)
	case transcript.Exit:
		return r.exit(body)
	}
	return r.sink.Record(e)
}

func (r *recorder) opened(info transcript.SessionInfo) transcript.SessionInfo {
	info.Upstream = r.described()
	if r.level == transcript.InterceptNamespace {
		info.Network = transcript.NetworkPlayed
	}
	return info
}

func (r *recorder) called(info transcript.CallInfo) transcript.CallInfo {
	info.Params = r.meant(info.Params)
	return info
}

func (r *recorder) trouble(e transcript.Event, body transcript.Trouble) error {
	if r.isLate(body) {
		return nil
	}
	if r.asksMore() {
		// Whoever calls the module need not know this function.
		body.Kind = transcript.TroubleUnsupported
	}
	e.Body = body
	return r.sink.Record(e)
}

// asksMore says that the session asks for a function that an implementation of the
// protocol need not be able to call.
func (r *recorder) asksMore() bool {
	return slices.ContainsFunc(r.planned.Steps, func(s scenario.Step) bool { return s.Function == "TestConnection" })
}

// isLate takes a call that was not over in time for the module's doing where it was.
func (r *recorder) isLate(trouble transcript.Trouble) bool {
	if trouble.Kind != transcript.TroubleTimeout || !r.keptWaiting(time.Now()) {
		return false
	}
	r.late = true
	return true
}

// exit records what was asked, and then the end.
func (r *recorder) exit(x transcript.Exit) error {
	if err := r.tell(); err != nil {
		return err
	}
	r.exited = true
	if r.late {
		x.TimedOut, x.Limit = true, r.target.budget(r.planned).Seconds()
	}
	x.Unheard = r.unheard()
	return r.sink.Record(event(transcript.EventExit, r.planned.ID, "", x))
}

func (r *recorder) tell() error {
	if r.told {
		return nil
	}
	r.told = true
	for _, x := range r.exchanges() {
		if err := r.sink.Record(event(transcript.EventExchange, r.planned.ID, "", x)); err != nil {
			return err
		}
	}
	if err := r.cell.failed; err != nil {
		return r.sink.Record(event(transcript.EventTrouble, r.planned.ID, "", transcript.Trouble{
			Kind:    transcript.TroubleUnsupported,
			Message: "the fault " + r.planned.Upstream.Fault.ID + " could not be played: " + err.Error(), Advice: "run syncproof again",
		}))
	}
	return nil
}

// finish records what is still missing of the session.
func (r *recorder) finish() error {
	if err := r.tell(); err != nil || r.exited || !r.late {
		return err
	}
	return r.exit(transcript.Exit{Seconds: r.target.budget(r.planned).Seconds()})
}

// meant are the parameters the module was meant to be given, where it was given
// those of a door.
func (r *recorder) meant(params any) any {
	given, ok := phpvalue.Map(params)
	if !ok {
		return params
	}
	at, names := placeOf(given)
	for _, step := range r.planned.Steps {
		if planned, has := placeOf(step.Params); names && has {
			for _, d := range r.doors.list {
				if d.given == planned && d.toldAs(planned) == at {
					return step.Params
				}
			}
		}
	}
	return params
}

// toldAs is a place as the module was told of it.
func (d *door) toldAs(given place) place {
	told := place{port: d.told.port}
	if given.host != "" {
		told.host = d.told.host
	}
	if given.ip != "" {
		told.ip = d.told.ip
	}
	return told
}
