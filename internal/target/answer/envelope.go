package answer

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// seesDatabase says among what is honoured that queries to the database of WHMCS
// are recorded.
const seesDatabase = "database"

// formError says in what an envelope does not keep to the protocol. Its text
// follows "the answer is an envelope, but ".
type formError string

func (e formError) Error() string { return string(e) }

func malformed(format string, args ...any) error { return formError(fmt.Sprintf(format, args...)) }

// envelope is an account of everything that happened, event by event.
func envelope(f found, list []member, call Call) (Answer, error) {
	var keys struct {
		version, missing any
		honoured         []string
		late             *transcript.Fatal
		events           []byte
	}
	for _, m := range list {
		var err error
		switch m.key {
		case strings.Trim(envelopeKey, `"`):
			keys.version, err = decode(m.text)
		case "missing":
			keys.missing, err = decode(m.text)
		case "honoured":
			keys.honoured, err = texts(m.text)
		case "fatal":
			keys.late, err = fatal(m.text)
		case "events":
			keys.events = m.text
		}
		if err != nil {
			return Answer{}, err
		}
	}
	if keys.version != json.Number(strconv.Itoa(Version)) {
		return Answer{}, malformed("its \"syncproof\" is %s; this syncproof knows version %d of the protocol only",
			phpvalue.Show(keys.version), Version)
	}
	if keys.missing == true && keys.events == nil {
		return missing(f, call)
	}
	e := envelopeReader{builder: builder{call: call, stream: f.stream}, calls: map[string]*progress{}, late: keys.late}
	if slices.Contains(keys.honoured, KeyAgain) {
		e.again = call.Again
	}
	if err := e.read(keys.events); err != nil {
		return Answer{}, err
	}
	a := Answer{Envelope: true, Sees: e.watched(), Honours: keys.honoured, Boot: e.boot}
	a.Sees.Database = slices.Contains(keys.honoured, seesDatabase)
	if f.noise() {
		a.Noise = e.placeNoise(f)
		a.Sees.Output = a.Sees.Output || a.Noise.Bytes == 0
	}
	a.Events = e.events
	return a, nil
}

// missing is the short answer for a function the module does not have.
func missing(f found, call Call) (Answer, error) {
	if call.ID == "" {
		return Answer{}, malformed("it says \"missing\" although no function was to be called")
	}
	b := builder{call: call}
	b.begin()
	b.add(transcript.EventMissing, call.ID, transcript.Missing{Function: call.Info.Function})
	a := Answer{Events: b.events}
	if f.noise() {
		a.Noise = printed(f.before, f.after)
	}
	return a, nil
}

func texts(list []byte) ([]string, error) {
	var out []string
	if err := json.Unmarshal(list, &out); err != nil {
		return nil, malformed("its \"honoured\" is no list of names")
	}
	return out, nil
}

func fatal(object []byte) (*transcript.Fatal, error) {
	var f transcript.Fatal
	if err := json.Unmarshal(object, &f); err != nil || f.Message == "" {
		return nil, malformed("its \"fatal\" is no error with a \"message\"")
	}
	return &f, nil
}

// envelopeReader reads the events of an envelope in order.
type envelopeReader struct {
	builder
	// again is the id of the second call in the envelope, "" without one.
	again string
	// late is the error that ended what PHP runs after "shutdown".
	late     *transcript.Fatal
	calls    map[string]*progress
	boot     *transcript.Boot
	load     *transcript.Load
	shutdown *transcript.Shutdown
	final    bool
	// main is the index of the event that closed our call, -1 before that.
	main int
	keys map[string]any
}

// progress is how far a call of the envelope has come.
type progress struct {
	accounts int
	closed   bool
}

func (e *envelopeReader) read(events []byte) error {
	if len(events) == 0 || events[0] != '[' {
		return malformed("it has no list of \"events\"")
	}
	e.main = -1
	// n numbers all events; of others than accounts there are maxEntries at the most.
	n, accounts := 0, 0
	err := eachElement(events, func(text []byte) error {
		if n++; n-accounts > maxEntries {
			return errEntries
		}
		if e.stream != nil && e.stream.events && text[0] != '{' && text[0] != 'n' {
			count, err := e.run(text)
			if err != nil {
				return inEvent(n, err)
			}
			accounts += count
			n += count - 1
			return nil
		}
		if err := e.event(text); err != nil {
			return inEvent(n, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return e.finish()
}

// inEvent names the event a formError is about; other errors speak for
// themselves.
func inEvent(n int, err error) error {
	var form formError
	if errors.As(err, &form) {
		return malformed("event %d %s", n, form)
	}
	return err
}

func (e *envelopeReader) event(text []byte) error {
	value, err := decode(text)
	if err != nil {
		return err
	}
	keys, ok := value.(map[string]any)
	if !ok {
		return malformed("is no object")
	}
	name, _ := keys["event"].(string)
	if !emitted(name) {
		return malformed("is named %s, which is none that an envelope may hold", phpvalue.Quote(name))
	}
	event, err := transcript.DecodeEvent(text)
	if err != nil {
		return misfit(name, err)
	}
	e.keys = keys
	return e.apply(event, text)
}

// emitted reports whether an event is one of those a wrapper emits. The others
// are syncproof's own to write.
func emitted(name string) bool {
	switch name {
	case transcript.EventBoot, transcript.EventLoaded, transcript.EventCall, transcript.EventRecord,
		transcript.EventAccount, transcript.EventReturned, transcript.EventThrew, transcript.EventMissing,
		transcript.EventShutdown, transcript.EventFinal:
		return true
	}
	return false
}

// misfit words a decoding error as one about an event.
func misfit(name string, err error) error {
	_, detail, _ := strings.Cut(err.Error(), "not a transcript line: ")
	// What a call did is an object of its own in this program only.
	detail = strings.ReplaceAll(detail, `"Effects.`, `"`)
	return malformed("(%q) does not have the form docs/protocol.md gives: %s", name, detail)
}

func (e *envelopeReader) apply(event transcript.Event, text []byte) error {
	if e.final {
		return malformed("(%q) comes after \"final\"", event.Event)
	}
	switch body := event.Body.(type) {
	case *transcript.Boot:
		return e.once(event, e.boot != nil, func() { e.boot = body })
	case *transcript.Load:
		return e.once(event, e.load != nil, func() { e.load = body })
	case *transcript.Shutdown:
		return e.shutDown(event, body)
	case *transcript.Record:
		return e.record(event, body)
	case nil:
		return e.once(event, e.final, func() { e.final = true })
	}
	id, err := e.callID(event)
	if err != nil {
		return err
	}
	switch body := event.Body.(type) {
	case *transcript.CallInfo:
		return e.beginCall(id, body)
	case *transcript.AccountLine:
		return e.account(id, body)
	case *transcript.Returned:
		return e.returned(id, body, text)
	default:
		return e.closeCall(id, event.Event, body)
	}
}

// once adds an event that belongs to the session and happens at most once.
func (e *envelopeReader) once(event transcript.Event, already bool, keep func()) error {
	if already {
		return malformed("(%q) occurs a second time", event.Event)
	}
	keep()
	e.add(event.Event, "", event.Body)
	return nil
}

// callID is the call an event belongs to: ours, its repetition, or one of a
// loader function.
func (e *envelopeReader) callID(event transcript.Event) (string, error) {
	if e.call.ID == "" {
		return "", malformed("(%q) belongs to a call, but no function was to be called", event.Event)
	}
	loader := e.call.Loaders && strings.HasPrefix(event.Call, transcript.CallLoader+":")
	if loader || e.again != "" && event.Call == e.again {
		return event.Call, nil
	}
	return e.call.ID, nil
}

func (e *envelopeReader) beginCall(id string, info *transcript.CallInfo) error {
	if e.calls[id] != nil {
		return malformed("(\"call\") begins the call %q a second time", id)
	}
	e.calls[id] = &progress{}
	switch id {
	case e.call.ID:
		e.begin()
	case e.again:
		second := e.call.Info
		second.At = info.At
		e.add(transcript.EventCall, id, second)
	default:
		e.add(transcript.EventCall, id, info)
	}
	return nil
}

// open returns a call that is going on. Ours begins with the first event that
// belongs to it, since it was us who asked for it.
func (e *envelopeReader) open(id, event string) (*progress, error) {
	p := e.calls[id]
	if p == nil && id == e.call.ID {
		if err := e.beginCall(id, nil); err != nil {
			return nil, err
		}
		p = e.calls[id]
	}
	switch {
	case p == nil:
		return nil, malformed("(%q) belongs to the call %q, which never began", event, id)
	case p.closed:
		return nil, malformed("(%q) comes after the end of the call %q", event, id)
	}
	return p, nil
}
