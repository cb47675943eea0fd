package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrUnknownEvent marks a line whose event this version does not know.
var ErrUnknownEvent = errors.New("unknown event")

// DecodeEvent reads one line. Unknown keys are passed over, so that a producer
// may say more than this version understands; unknown events are an error.
func DecodeEvent(line []byte) (Event, error) {
	var e Event
	if p, plain := scanAccount(line); plain {
		e.Envelope = Envelope{Event: EventAccount, Session: string(p.session), Call: string(p.call)}
		e.Body = p.body()
		return e, nil
	}
	if logged, ok := decodeRecord(line); ok {
		return logged, nil
	}
	if err := decode(line, &e.Envelope); err != nil {
		return e, err
	}
	body := newBody(e.Event)
	if body == nil {
		if e.Event == EventFinal {
			return e, nil
		}
		return e, fmt.Errorf("%w %q", ErrUnknownEvent, e.Event)
	}
	if err := decode(line, body); err != nil {
		return e, fmt.Errorf("event %q: %w", e.Event, err)
	}
	e.Body = body
	return e, nil
}

// recordHead begins nearly every line of what a module logged. They are the
// longest, and most of a transcript.
const recordHead = `{"event":"record",`

// decodeRecord reads such a line at one go.
func decodeRecord(line []byte) (e Event, ok bool) {
	if !bytes.HasPrefix(line, []byte(recordHead)) {
		return e, false
	}
	var whole struct {
		Envelope
		Record
	}
	if err := decode(line, &whole); err != nil || whole.Event != EventRecord {
		return e, false
	}
	return Event{Envelope: whole.Envelope, Body: &whole.Record}, true
}

func newBody(event string) any {
	switch event {
	case EventRun:
		return new(Header)
	case EventSubject:
		return new(Subject)
	case EventExtension:
		return new(Extension)
	case EventFleet:
		return new(Fleet)
	case EventSession:
		return new(SessionInfo)
	case EventBoot:
		return new(Boot)
	case EventLoaded:
		return new(Load)
	case EventCall, EventUnreached:
		return new(CallInfo)
	case EventRecord:
		return new(Record)
	case EventExchange:
		return new(Exchange)
	case EventAccount:
		return new(AccountLine)
	case EventReturned:
		return new(Returned)
	case EventThrew:
		return new(Threw)
	case EventMissing:
		return new(Missing)
	case EventShutdown:
		return new(Shutdown)
	case EventExit:
		return new(Exit)
	case EventTrouble:
		return new(Trouble)
	case EventEnd:
		return new(End)
	}
	return nil
}

// decode keeps numbers as text, so that ints and floats stay apart.
func decode(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	err := d.Decode(into)
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch):
		return fmt.Errorf("not a transcript line: %q holds a %s, which does not belong there",
			strings.TrimPrefix(mismatch.Field, "Effects."), mismatch.Value)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("not a transcript line: it breaks off")
	case err != nil:
		return fmt.Errorf("not a transcript line: %w", err)
	}
	if d.More() {
		return errors.New("not a transcript line: more than one value on it")
	}
	return nil
}
