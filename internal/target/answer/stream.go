package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"syncproof/internal/transcript"
)

// Stream is an answer whose accounts were taken out while it arrived.
type Stream struct {
	in    window
	most  int64
	spool *spool
	runs  []run
	// text is the answer without its accounts. Its list is empty, or, where it is one
	// of events, holds the number of a run in the place of each.
	text []byte
	// cut is where in the text the list ends, and skipped how much shorter it is
	// than it was.
	cut     int
	skipped int64
	events  bool
	count   int
	// err is what is wrong with the document, at a place in the window.
	err error
}

// run is accounts that follow one another and belong to the same call.
type run struct {
	call string
	Accounts
}

// Close lets go of the accounts.
func (s *Stream) Close() error { return s.spool.close() }

// newStream begins to take an answer apart, of which body is the beginning. It
// does not when that is no object in which a list of accounts or of events begins.
func newStream(in io.Reader, body []byte, l Limits) (*Stream, bool) {
	text := bytes.TrimLeft(body, space)
	at, events := listIn(text)
	if at < 0 {
		return nil, false
	}
	spool, err := newSpool()
	if err != nil {
		return nil, false
	}
	return &Stream{
		in:   window{in: in, text: text, pos: at, read: int64(len(body)), most: l.All},
		most: l.Whole, spool: spool, text: bytes.Clone(text[:at]), events: events,
	}, true
}

// listIn is the place after the bracket that begins the list of an answer, -1
// where there is none.
func listIn(text []byte) (at int, events bool) {
	s := scanner{text: text}
	if c, ok := s.peek(); !ok || c != '{' {
		return -1, false
	}
	s.pos++
	for {
		s.space()
		start := s.pos
		if s.key() != nil {
			return -1, false
		}
		key := text[start:s.pos]
		events = bytes.HasPrefix(key, []byte(`"events"`))
		s.space()
		if c, _ := s.peek(); c == '[' && (events || bytes.HasPrefix(key, []byte(`"accounts"`))) {
			return s.pos + 1, events
		}
		if s.value(listDepth-1) != nil || s.pos == len(text) {
			return -1, false
		}
		if closed, err := s.next('}'); closed || err != nil {
			return -1, false
		}
	}
}

// take reads the list and what follows it. It returns an error when that could not
// be read at all; what is wrong with the document is kept for later.
func (s *Stream) take() error {
	err := s.list()
	if wrong := (jsonError{}); errors.As(err, &wrong) {
		s.err = wrong.error
		return nil
	}
	if err != nil {
		return err
	}
	s.cut, s.skipped = len(s.text), s.in.base+int64(s.in.pos)-int64(len(s.text))
	rest, over, err := s.in.rest(s.most - int64(len(s.text)))
	if err == nil && over {
		return LimitError{s.most}
	}
	s.text = append(s.text, rest...)
	return err
}

// list reads up to the bracket that ends the list.
func (s *Stream) list() error {
	for n := 0; ; n++ {
		c, ok, err := s.in.space()
		if err != nil {
			return err
		}
		if n == 0 && c == ']' {
			return nil
		}
		if !ok {
			return jsonError{errBreaksOff}
		}
		if err := s.entry(); err != nil {
			return err
		}
		switch c, ok, err = s.in.space(); {
		case err != nil:
			return err
		case !ok:
			return jsonError{errBreaksOff}
		case c == ']':
			return nil
		case c != ',':
			return jsonError{brokenError(s.in.pos)}
		}
		s.in.pos++
	}
}

func (s *Stream) entry() error {
	if s.events {
		return s.event()
	}
	text, isPlain, err := s.in.element(plainObject)
	if err != nil {
		return err
	}
	if !isPlain {
		if text, err = entryText(s.count, text, plainJSON); err != nil {
			return jsonError{err}
		}
	}
	return s.account(nil, strconv.AppendInt(nil, int64(s.count), 10), text)
}

// event takes the next event. An account of which nothing is to be said is taken
// out; what is wrong with any other shows when the envelope is read.
func (s *Stream) event() error {
	var found accountEvent
	text, isPlain, err := s.in.element(func(text []byte) int {
		found = plainAccount(text)
		return found.end
	})
	if err != nil {
		return err
	}
	if !isPlain && text[0] == '{' {
		found, isPlain = anyAccount(text)
	}
	if isPlain {
		return s.account(found.call, found.key, found.value)
	}
	if text[0] != '{' {
		// A number would be taken for that of a run.
		text = []byte("null")
	}
	return s.insert(text)
}

// account keeps an account, which continues the last run where it can.
func (s *Stream) account(call, key, value []byte) error {
	if s.count++; s.count > maxEntries {
		return jsonError{errEntries}
	}
	if last := len(s.runs) - 1; last < 0 || s.runs[last].call != string(call) || s.events && !s.endsWithRun() {
		s.runs = append(s.runs, run{string(call), Accounts{spool: s.spool, from: s.spool.size}})
		if s.events {
			if err := s.insert(strconv.AppendInt(nil, int64(last+1), 10)); err != nil {
				return err
			}
		}
	}
	s.runs[len(s.runs)-1].Count++
	return s.spool.add(key, value)
}

// endsWithRun reports whether the last event was an account.
func (s *Stream) endsWithRun() bool {
	c := s.text[len(s.text)-1]
	return c >= '0' && c <= '9'
}

// insert adds an entry to the list that stays.
func (s *Stream) insert(entry []byte) error {
	if s.text[len(s.text)-1] != '[' {
		s.text = append(s.text, ',')
	}
	if s.text = append(s.text, entry...); int64(len(s.text)) > s.most {
		return LimitError{s.most}
	}
	return nil
}

// anyAccount reads the event of an account in any form. It is not ok for other
// events and for those with which something is wrong.
func anyAccount(text []byte) (e accountEvent, ok bool) {
	value, err := decode(text)
	if err != nil {
		return e, false
	}
	if keys, _ := value.(map[string]any); keys["event"] != transcript.EventAccount {
		return e, false
	}
	event, err := transcript.DecodeEvent(text)
	if err != nil {
		return e, false
	}
	line, isAccount := event.Body.(*transcript.AccountLine)
	if !isAccount || line.Value == nil {
		return e, false
	}
	key, err := json.Marshal(line.Key)
	return accountEvent{call: []byte(event.Call), key: key, value: line.Value}, err == nil
}

// ReadStream is Read for an answer that was taken apart while it arrived.
func ReadStream(s *Stream, call Call) (Answer, *transcript.Trouble) {
	if s.err != nil {
		return Answer{}, s.unreadable(call)
	}
	f, err := find(s.text)
	if err == nil && len(f.before) > 0 {
		// The list belongs to the first document of several.
		err = errSeveral
	}
	if err != nil {
		return Answer{}, unreadableFrom(excerpt{s.text, s.cut, s.skipped}, call, err)
	}
	f.stream = s
	a, err := read(f, call)
	if err != nil {
		return Answer{}, unreadableFrom(excerpt{f.document, s.cut, s.skipped}, call, err)
	}
	return a, nil
}

// unreadable words what is wrong at the place that was reached.
func (s *Stream) unreadable(call Call) *transcript.Trouble {
	return unreadableFrom(excerpt{s.in.text, 0, s.in.base}, call, s.err)
}

// entryText is the text of an entry of a list as it is kept, after it was read
// strictly.
func entryText(key any, entry []byte, tagged bool) ([]byte, error) {
	value, err := decode(entry)
	if err != nil {
		return nil, fmt.Errorf("%w (in accounts[%s])", err, keyText(key))
	}
	if plain, changed := escaped(value); changed && !tagged {
		return json.Marshal(plain)
	}
	return entry, nil
}
