package answer

import (
	"encoding/json"
	"strconv"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func (e *envelopeReader) record(event transcript.Event, body *transcript.Record) error {
	if body.Phase != transcript.PhaseCall {
		e.add(event.Event, "", body)
		return nil
	}
	id, err := e.callID(event)
	if err != nil {
		return err
	}
	if _, err := e.open(id, event.Event); err != nil {
		return err
	}
	e.add(event.Event, id, body)
	return nil
}

func (e *envelopeReader) account(id string, line *transcript.AccountLine) error {
	p, err := e.open(id, transcript.EventAccount)
	if err != nil {
		return err
	}
	if line.Value == nil {
		return malformed("(\"account\") has no \"value\"")
	}
	p.accounts++
	e.add(transcript.EventAccount, id, line)
	return nil
}

// run takes accounts that were taken out of the envelope, by their number.
func (e *envelopeReader) run(number []byte) (count int, err error) {
	i, err := strconv.Atoi(string(number))
	if err != nil || i >= len(e.stream.runs) {
		return 0, errSyntax
	}
	r := &e.stream.runs[i]
	id, err := e.callID(transcript.Event{Envelope: transcript.Envelope{Event: transcript.EventAccount, Call: r.call}})
	if err != nil {
		return 0, err
	}
	p, err := e.open(id, transcript.EventAccount)
	if err != nil {
		return 0, err
	}
	p.accounts += r.Count
	e.add(transcript.EventAccount, id, &r.Accounts)
	return r.Count, nil
}

func (e *envelopeReader) returned(id string, body *transcript.Returned, text []byte) error {
	p, err := e.open(id, transcript.EventReturned)
	if err != nil {
		return err
	}
	if err := e.spread(id, p, body, text); err != nil {
		return err
	}
	if err := agree(p, body.Value); err != nil {
		return err
	}
	return e.closeCall(id, transcript.EventReturned, body)
}

// spread takes a list out of a returned value that still holds it, for
// envelopes that were written by hand.
func (e *envelopeReader) spread(id string, p *progress, body *transcript.Returned, text []byte) error {
	value, ok := body.Value.(map[string]any)
	ours := id == e.call.ID || id == e.again
	if !ok || !ours || e.call.Info.Function != listFunction || p.accounts > 0 {
		return nil
	}
	if !phpvalue.IsArray(value["accounts"]) || phpvalue.KindOf(value["accounts"]) != "" {
		return nil
	}
	list, err := inside(text, "value", "accounts")
	if err != nil {
		return err
	}
	lines, isList, err := accountsOf(list, tagged)
	if err != nil {
		return err
	}
	for _, line := range lines {
		e.add(transcript.EventAccount, id, line)
	}
	p.accounts = len(lines)
	value["accounts"] = placeholder(len(lines), isList)
	return nil
}

// inside returns the text of a value by the keys that lead to it.
func inside(text []byte, path ...string) ([]byte, error) {
	for _, key := range path {
		list, err := members(text)
		if err != nil {
			return nil, err
		}
		text = nil
		for _, m := range list {
			if m.key == key {
				text = m.text
			}
		}
		if len(text) == 0 {
			return nil, malformed("has no %q", key)
		}
	}
	return text, nil
}

// agree refuses a list that did not come whole.
func agree(p *progress, value any) error {
	keys, _ := phpvalue.Map(value)
	accounts := keys["accounts"]
	if phpvalue.KindOf(accounts) != phpvalue.KindAccounts {
		if p.accounts > 0 {
			return malformed("(\"returned\") returns no accounts after %d \"account\" events", p.accounts)
		}
		return nil
	}
	said := accounts.(map[string]any)["count"]
	if n, ok := said.(int); ok {
		said = json.Number(strconv.Itoa(n))
	}
	if said != json.Number(strconv.Itoa(p.accounts)) {
		return malformed("(\"returned\") counts %s accounts after %d \"account\" events", phpvalue.Show(said), p.accounts)
	}
	return nil
}

func (e *envelopeReader) closeCall(id, event string, body any) error {
	p, err := e.open(id, event)
	if err != nil {
		return err
	}
	p.closed = true
	e.add(event, id, body)
	if id == e.call.ID {
		e.closedBy()
	}
	return nil
}

// closedBy notes that the last event closed our call, and what it watched.
func (e *envelopeReader) closedBy() {
	e.main = len(e.events) - 1
	_, e.sees.Output = e.keys["output"]
	_, e.sees.Warnings = e.keys["warnings"]
	_, e.sees.State = e.keys["state"]
}

func (e *envelopeReader) shutDown(event transcript.Event, body *transcript.Shutdown) error {
	if e.shutdown == nil && body.Phase == transcript.PhaseCall && e.call.ID != "" && e.calls[e.call.ID] == nil {
		if err := e.beginCall(e.call.ID, nil); err != nil {
			return err
		}
	}
	if err := e.once(event, e.shutdown != nil, func() { e.shutdown = body }); err != nil {
		return err
	}
	if p := e.calls[e.call.ID]; body.Phase == transcript.PhaseCall && p != nil && !p.closed {
		e.closedBy()
	}
	return nil
}

// finish makes sure that it is known what became of every call.
func (e *envelopeReader) finish() error {
	cut := e.shutdown != nil && e.shutdown.Phase == transcript.PhaseCall
	for id, p := range e.calls {
		if !p.closed && !cut {
			return malformed("it does not say how the call %q ended", id)
		}
	}
	switch {
	case e.call.ID == "" && e.boot == nil:
		return malformed("it has no \"boot\" event")
	case e.call.ID != "" && e.calls[e.call.ID] == nil && !e.endedEarly():
		return malformed("it does not say what became of the call")
	case e.again != "" && e.calls[e.again] == nil && !e.endedEarly() && e.shutdown == nil:
		return malformed("it does not say what became of the second call, %q", e.again)
	}
	for _, id := range []string{e.call.ID, e.again} {
		if id != "" && e.calls[id] == nil {
			e.add(transcript.EventUnreached, id, e.call.Info)
		}
	}
	return e.endLate()
}

// endLate adds the error of a shutdown function or a destructor to PHP's
// shutdown, which was told of before PHP ran them.
func (e *envelopeReader) endLate() error {
	switch {
	case e.late == nil:
	case e.shutdown == nil:
		return malformed("it has a \"fatal\" and no \"shutdown\" event")
	case e.shutdown.Phase == transcript.PhaseEnd && e.shutdown.Fatal == nil:
		e.shutdown.Fatal = e.late
	}
	return nil
}

// endedEarly reports whether the module's file kept the call from being made.
func (e *envelopeReader) endedEarly() bool {
	if e.load != nil && !e.load.OK {
		return true
	}
	return e.shutdown != nil && (e.shutdown.Phase == transcript.PhaseBoot || e.shutdown.Phase == transcript.PhaseLoad)
}

// watched is what the envelope can show at all. Who begins with "boot" watches
// everything and leaves out what did not happen; from others only what they
// name is known to have been watched.
func (e *envelopeReader) watched() transcript.Sees {
	if e.boot != nil {
		return transcript.Sees{Load: true, Output: true, Warnings: true, State: true, Types: true, Ending: true}
	}
	e.sees.Load = e.load != nil
	e.sees.Types = true
	return e.sees
}

// placeNoise adds text around the envelope to what the call printed: it came
// past the wrapper, but it reached WHMCS's output all the same. What belongs to
// no call is returned.
func (e *envelopeReader) placeNoise(f found) transcript.Output {
	effects := e.mainEffects()
	if effects == nil {
		return printed(f.before, f.after)
	}
	total := effects.Output.Bytes + int64(len(f.before)+len(f.after))
	effects.Output = printed(bytesOf(effects.Output.Text), f.before, f.after)
	effects.Output.Bytes = total
	return transcript.Output{}
}

// mainEffects are those of the event that closed our call, nil without one.
func (e *envelopeReader) mainEffects() *transcript.Effects {
	if e.main < 0 {
		return nil
	}
	switch body := e.events[e.main].Body.(type) {
	case *transcript.Returned:
		return &body.Effects
	case *transcript.Threw:
		return &body.Effects
	case *transcript.Shutdown:
		return &body.Effects
	}
	return nil
}

// bytesOf is the inverse of text.
func bytesOf(value any) []byte {
	if s, ok := value.(string); ok {
		return []byte(s)
	}
	b, _ := phpvalue.Bytes(value)
	return b
}
