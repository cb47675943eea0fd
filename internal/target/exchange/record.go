package exchange

import (
	"slices"

	"syncproof/internal/target"
	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

func (r *run) record(sink target.Sink) error {
	opening := transcript.Event{
		Envelope: transcript.Envelope{Event: transcript.EventSession, Session: r.planned.ID}, Body: r.info,
	}
	events := slices.Concat([]transcript.Event{opening}, r.events)
	if r.exit != nil {
		events = append(events, transcript.Event{
			Envelope: transcript.Envelope{Event: transcript.EventExit, Session: r.planned.ID}, Body: *r.exit,
		})
	}
	for _, e := range events {
		if err := r.recordEvent(sink, e); err != nil {
			return err
		}
	}
	return nil
}

// recordEvent records an event, or those it stands for.
func (r *run) recordEvent(sink target.Sink, e transcript.Event) error {
	many, ok := e.Body.(*answer.Accounts)
	if !ok {
		return sink.Record(e)
	}
	return many.Each(func(line transcript.AccountLine) error {
		return sink.Record(transcript.Event{Envelope: e.Envelope, Body: &line})
	})
}

func (r *run) close() {
	for _, s := range r.streams {
		_ = s.Close()
	}
}
