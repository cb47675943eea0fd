// Package answer reads what an endpoint or a command answered to one request
// and turns it into the events of a transcript. An answer is foreign text: it
// is searched for in the noise PHP prints around it, read strictly, and
// bounded. What cannot be read without doubt is trouble with the way to the
// module, never something the module returned.
package answer

import (
	"bytes"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// Version is the version of the protocol in docs/protocol.md.
const Version = 1

// KeyAgain is the optional key of a request that asks for a second call.
const KeyAgain = "again"

// Call is the call that an answer belongs to.
type Call struct {
	Session string
	// ID is empty where the module's file was only to be loaded.
	ID   string
	Info transcript.CallInfo
	// Loaders says that the functions the options name as their loaders were to
	// be called as well, so that the answer may hold calls of its own.
	Loaders bool
	// Again is the id of a second call of the same function in the same PHP
	// process, "" where none was asked for. An answer holds it only when it
	// says that it honoured KeyAgain.
	Again string
	// Seconds is how long the answer took to come.
	Seconds float64
}

// Answer is what was answered, as events from "boot" to "final".
type Answer struct {
	// Events has *Accounts as the body of an event that stands for many accounts.
	Events []transcript.Event
	// Envelope says that the answer was an account of everything that happened
	// and not only what the function returned.
	Envelope bool
	Sees     transcript.Sees
	// Honours names the optional keys of the request that were acted upon.
	Honours []string
	// Boot is the environment, where the answer describes it.
	Boot *transcript.Boot
	// Noise is text around an envelope that belongs to no call.
	Noise transcript.Output
}

// Honoured reports whether the answer says that an optional key of the request
// was acted upon.
func (a Answer) Honoured(key string) bool {
	for _, h := range a.Honours {
		if h == key {
			return true
		}
	}
	return false
}

// Read reads the body of an answer. The trouble, which is nil when the answer
// is sound, says in a PHP developer's words why it is not.
func Read(body []byte, call Call) (Answer, *transcript.Trouble) {
	f, err := find(body)
	if err != nil {
		return Answer{}, unreadable(body, call, err)
	}
	a, err := read(f, call)
	if err != nil {
		return Answer{}, unreadable(f.document, call, err)
	}
	return a, nil
}

func read(f found, call Call) (Answer, error) {
	if !isObject(f.document) {
		return raw(f, nil, call)
	}
	list, err := members(f.document)
	if err != nil {
		return Answer{}, err
	}
	for _, m := range list {
		if m.key == strings.Trim(envelopeKey, `"`) {
			return envelope(f, list, call)
		}
	}
	return raw(f, list, call)
}

func isObject(text []byte) bool { return text[0] == '{' }

func isContainer(text []byte) bool { return text[0] == '{' || text[0] == '[' }

// raw is the bare return value: all it shows is the value, and noise.
func raw(f found, list []member, call Call) (Answer, error) {
	b := builder{call: call, stream: f.stream}
	value, err := b.rawValue(f.document, list)
	if err != nil {
		return Answer{}, err
	}
	effects := transcript.Effects{Seconds: call.Seconds}
	if f.noise() {
		b.sees.Output = true
		effects.Output = printed(f.before, f.after)
	}
	b.begin()
	b.accounts()
	b.add(transcript.EventReturned, call.ID, transcript.Returned{Value: value, Effects: effects})
	return Answer{Events: b.events, Sees: b.sees}, nil
}

// listFunction is the only function whose key "accounts" is the list; an
// option or a setting of another function may have that name.
const listFunction = "ListAccounts"

// optionsFunction is the only function whose keys come in an order that counts:
// metadata names an option by its position.
const optionsFunction = "ConfigOptions"

func (b *builder) rawValue(document []byte, list []member) (any, error) {
	if list == nil {
		value, err := decode(document)
		if err != nil {
			return nil, err
		}
		value, _ = escaped(value)
		return value, nil
	}
	value := make(map[string]any, len(list))
	size := 0
	for _, m := range list {
		if b.stream != nil && (m.key == "events" && b.stream.events || m.key == "accounts" && b.call.Info.Function != listFunction) {
			return nil, errValueSize
		}
		if m.key == "accounts" && b.stream != nil {
			value[m.key] = placeholder(b.stream.count, true)
			continue
		}
		if m.key == "accounts" && b.call.Info.Function == listFunction && isContainer(m.text) {
			lines, isList, err := accountsOf(m.text, plainJSON)
			if err != nil {
				return nil, err
			}
			b.lines = lines
			value[m.key] = placeholder(len(lines), isList)
			continue
		}
		if size += len(m.key) + len(m.text); size > maxValue {
			return nil, errValueSize
		}
		v, err := decode(m.text)
		if err != nil {
			return nil, err
		}
		value[m.key], _ = escaped(v)
	}
	if _, tagged := value[phpvalue.Tag]; tagged {
		return asEntries(value), nil
	}
	if b.call.Info.Function == optionsFunction && len(list) > 1 {
		return inOrder(list, value), nil
	}
	return value, nil
}

// builder collects the events of one answer.
type builder struct {
	call   Call
	events []transcript.Event
	lines  []transcript.AccountLine
	sees   transcript.Sees
	// stream has the accounts that were taken out of the answer, nil without any.
	stream *Stream
}

func (b *builder) add(event, call string, body any) {
	b.events = append(b.events, transcript.Event{
		Envelope: transcript.Envelope{Event: event, Session: b.call.Session, Call: call}, Body: body,
	})
}

func (b *builder) begin() { b.add(transcript.EventCall, b.call.ID, b.call.Info) }

// accounts adds the lines that were taken out of the returned value.
func (b *builder) accounts() {
	for _, line := range b.lines {
		b.add(transcript.EventAccount, b.call.ID, line)
	}
	b.lines = nil
	if b.stream != nil && !b.stream.events {
		for i := range b.stream.runs {
			b.add(transcript.EventAccount, b.call.ID, &b.stream.runs[i].Accounts)
		}
	}
}

// trimmed is a body without the white space around it.
func trimmed(body []byte) []byte { return bytes.Trim(body, space) }
