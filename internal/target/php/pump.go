package php

import (
	"bytes"
	"fmt"
	"strconv"

	"syncproof/internal/phpvalue"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
)

// pump takes the wrapper's lines, drops what is not the wrapper's, and records
// the rest as the session's events.
type pump struct {
	session *session
	labels  *relabel
	sink    target.Sink
	// nonce as it stands in every line of the wrapper.
	nonce []byte
	began bool
	// calls maps each call that began to whether it is still open.
	calls map[string]bool
	// accounts counts, for each call, the entries of its list that came.
	accounts map[string]int
	// loaded, ended and final are set by the loaded, shutdown and final events.
	loaded, ended, final bool
	// foreign counts lines that are not the wrapper's, broken those of the
	// wrapper that cannot be used.
	foreign, broken int
	// unheard are places the module tried at which nobody listens.
	unheard []string
	err     error
}

func newPump(s *session, labels *relabel, sink target.Sink) *pump {
	return &pump{
		session: s, labels: labels, sink: sink,
		nonce: []byte(`"nonce":"` + s.nonce + `"`),
		calls: map[string]bool{}, accounts: map[string]int{},
	}
}

// take is given one line at a time.
func (p *pump) take(line []byte) {
	if p.err != nil {
		return
	}
	// Inside a string the quotes would be escaped, so this cannot be text of
	// the module that happens to hold the nonce.
	if !bytes.Contains(line, p.nonce) {
		p.foreign++
		return
	}
	e, err := transcript.DecodeEvent(line)
	if err != nil || !p.expected(e) {
		p.broken++
		return
	}
	if boot, ok := e.Body.(*transcript.Boot); ok {
		p.begin(boot)
	}
	p.advance(e)
	e.Session = p.session.ID
	p.labels.event(&e, line)
	p.record(e)
	p.missed(e)
}

// expected says that an event may come now. The transcript must stay whole
// even when a module gets hold of the nonce and writes events of its own.
func (p *pump) expected(e transcript.Event) bool {
	open, known := p.calls[e.Call]
	switch e.Event {
	case transcript.EventBoot:
		return !p.began
	case transcript.EventLoaded:
		return p.began && !p.loaded
	case transcript.EventCall:
		return p.loaded && !known && e.Call != ""
	case transcript.EventRecord:
		return p.began
	case transcript.EventAccount, transcript.EventReturned, transcript.EventThrew, transcript.EventMissing:
		return open
	case transcript.EventShutdown:
		return p.began && !p.ended
	case transcript.EventFinal:
		return p.ended && !p.final
	}
	return false
}

// advance remembers how far the session has come with an event.
func (p *pump) advance(e transcript.Event) {
	switch e.Event {
	case transcript.EventLoaded:
		p.loaded = true
	case transcript.EventCall:
		p.calls[e.Call] = true
	case transcript.EventReturned, transcript.EventThrew, transcript.EventMissing:
		p.calls[e.Call] = false
	case transcript.EventShutdown:
		p.ended = true
	case transcript.EventFinal:
		p.final = true
	}
}

// missed tells of accounts that were returned and did not come: what is judged
// would be another list. It takes a line that is too long, or a module that writes
// into those of the wrapper.
func (p *pump) missed(e transcript.Event) {
	if e.Event == transcript.EventAccount {
		p.accounts[e.Call]++
		return
	}
	returned, ok := e.Body.(*transcript.Returned)
	if !ok {
		return
	}
	answer, _ := returned.Value.(map[string]any)
	list, _ := answer["accounts"].(map[string]any)
	if list[phpvalue.Tag] != phpvalue.KindAccounts {
		return
	}
	count, err := strconv.Atoi(fmt.Sprint(list["count"]))
	if came := p.accounts[e.Call]; err == nil && came != count {
		p.emit(transcript.EventTrouble, "", &transcript.Trouble{
			Kind:    transcript.TroubleLimit,
			Message: fmt.Sprintf("of %d accounts that the module returned %d arrived at syncproof", count, came),
			Advice: fmt.Sprintf("see whether an account is larger than %d MiB, or whether the module or a process it starts writes to descriptors it did not open",
				transcript.MaxLine/2>>20),
		})
	}
}

// begin opens the session in the transcript, once.
func (p *pump) begin(boot *transcript.Boot) {
	if !p.began {
		p.began = true
		p.emit(transcript.EventSession, "", p.session.info(boot))
	}
}

func (p *pump) emit(event, call string, body any) {
	p.record(transcript.Event{
		Envelope: transcript.Envelope{Event: event, Session: p.session.ID, Call: call},
		Body:     body,
	})
}

func (p *pump) record(e transcript.Event) {
	if p.err == nil {
		p.err = p.sink.Record(e)
	}
}

// unreached records the planned calls that never began.
func (p *pump) unreached() {
	for _, step := range p.session.Steps {
		if _, began := p.calls[step.Call]; !began {
			params := any(step.Params)
			if step.Params == nil {
				params = []any{}
			}
			p.emit(transcript.EventUnreached, step.Call, &transcript.CallInfo{Function: step.Function, Params: params})
		}
	}
}

// notes say what was wrong with the lines.
func (p *pump) notes(long int) []string {
	var notes []string
	if p.session.before != "" {
		notes = append(notes, "syncproof started PHP again for this session: the first time it ended before the test began ("+p.session.before+")")
	}
	if p.foreign > 0 {
		notes = append(notes, fmt.Sprintf("%s on the result channel did not come from syncproof and %s left out: "+
			"the module writes to descriptors it did not open", lines(p.foreign), were(p.foreign)))
	}
	if p.broken > 0 {
		notes = append(notes, fmt.Sprintf("%s on the result channel could not be used and %s left out", lines(p.broken), were(p.broken)))
	}
	if long > 0 {
		notes = append(notes, fmt.Sprintf("%s on the result channel exceeded %d MiB and %s left out",
			lines(long), transcript.MaxLine/2>>20, were(long)))
	}
	return notes
}

func lines(n int) string {
	if n == 1 {
		return "a line"
	}
	return fmt.Sprintf("%d lines", n)
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
