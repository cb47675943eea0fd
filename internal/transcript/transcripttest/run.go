// Package transcripttest builds transcripts for tests. A test takes a run in
// which everything is well, changes what it is about, and has it recorded: the
// events go through a real transcript.Recorder, so that a test never judges
// evidence that could not be stored.
package transcripttest

import (
	"bytes"
	"slices"
	"testing"

	"syncproof/internal/transcript"
)

// Run is a run to record. Change its fields, then call Transcript or Lines.
type Run struct {
	Header  transcript.Header
	Subject *transcript.Subject
	// Extension is recorded before the first session it names.
	Extension *transcript.Extension
	Sessions  []*Session
	// Fleets are the accounts that a panel held which was played.
	Fleets []transcript.Fleet
	// Troubles are those outside any session.
	Troubles []transcript.Trouble
	// End is the last line.
	End transcript.End
	// CutOff leaves it out, as when the run was killed.
	CutOff bool

	tb testing.TB
}

// Session is one session of a run, in the order its events happen.
type Session struct {
	ID          string
	Info        transcript.SessionInfo
	Boot        *transcript.Boot
	LoadRecords []transcript.Record
	// Load is nil where loading never came to an end or is not seen.
	Load  *transcript.Load
	Calls []*Call
	// Exchanges are the requests to a control panel that was played.
	Exchanges []transcript.Exchange
	// Troubles end the session; calls without a result get no answer.
	Troubles []transcript.Trouble
	Shutdown *transcript.Shutdown
	// Final says that PHP ended in good order.
	Final bool
	// Exit is nil when the transcript breaks off inside the session.
	Exit *transcript.Exit
}

// Call is one call of a session. Exactly what its Result says is recorded; a
// call without one is ended by what ends its session.
type Call struct {
	ID      string
	Info    transcript.CallInfo
	Records []transcript.Record
	Result  Result
	// Unreached says that the session ended before this call began.
	Unreached bool
	// Effects go with whatever ends the call, where that event carries any.
	Effects transcript.Effects

	session *Session
}

// Result is how a call answered: one of Value with Returned set, Throwable, and
// Missing; or none of them.
type Result struct {
	// Returned says that Value is what the call returned.
	Returned bool
	// Value may hold the Go values and the helpers described at Array.
	Value     any
	Throwable *transcript.Throwable
	Missing   bool
}

// Session returns the run's session with that id and fails the test without.
func (r *Run) Session(id string) *Session {
	r.tb.Helper()
	for _, s := range r.Sessions {
		if s.ID == id {
			return s
		}
	}
	r.tb.Fatalf("the run has no session %q", id)
	return nil
}

// Call returns the run's call with that id and fails the test without.
func (r *Run) Call(id string) *Call {
	r.tb.Helper()
	for _, s := range r.Sessions {
		for _, c := range s.Calls {
			if c.ID == id {
				return c
			}
		}
	}
	r.tb.Fatalf("the run has no call %q", id)
	return nil
}

// List is the call of ListAccounts() that counts.
func (r *Run) List() *Call { r.tb.Helper(); return r.Call(transcript.CallList) }

// MetaData is the first call of MetaData().
func (r *Run) MetaData() *Call { r.tb.Helper(); return r.Call(transcript.CallMetaData) }

// Options is the call of ConfigOptions().
func (r *Run) Options() *Call { r.tb.Helper(); return r.Call(transcript.CallOptions) }

// EachLoad changes how the file loaded, in every session that loaded it with
// WHMCS.
func (r *Run) EachLoad(change func(*transcript.Load)) {
	for _, s := range r.Sessions {
		if s.Load != nil && !s.Info.WithoutWHMCS {
			change(s.Load)
		}
	}
}

// EachSession changes what the target could see, and the like.
func (r *Run) EachSession(change func(*Session)) {
	for _, s := range r.Sessions {
		change(s)
	}
}

// EachList makes every call of ListAccounts() with parameters return the same.
func (r *Run) EachList(value any) {
	for _, id := range ListCalls() {
		r.Call(id).Returns(value)
	}
}

// ListCalls are the ids of the calls of ListAccounts() with parameters.
func ListCalls() []string {
	return []string{transcript.CallList, transcript.CallRepeat1, transcript.CallRepeat2, transcript.CallLocale}
}

// Without takes a session out of the run and, unless planned is set, out of its
// plan as well.
func (r *Run) Without(id string, planned bool) {
	r.Sessions = slices.DeleteFunc(r.Sessions, func(s *Session) bool { return s.ID == id })
	if !planned {
		r.Header.Plan = slices.DeleteFunc(r.Header.Plan, func(p string) bool { return p == id })
	}
}

// Transcript records the run and returns what the recorder folded.
func (r *Run) Transcript() *transcript.Transcript {
	r.tb.Helper()
	recorder := transcript.NewRecorder(&bytes.Buffer{}, nil)
	r.record(recorder)
	return recorder.Transcript()
}

// Lines records the run and returns it as it is stored.
func (r *Run) Lines() []byte {
	r.tb.Helper()
	var out bytes.Buffer
	r.record(transcript.NewRecorder(&out, nil))
	return out.Bytes()
}

func (r *Run) record(to *transcript.Recorder) {
	r.tb.Helper()
	w := writer{to: to, tb: r.tb}
	w.write(transcript.EventRun, "", "", r.Header)
	if r.Subject != nil {
		w.write(transcript.EventSubject, "", "", *r.Subject)
	}
	for _, f := range r.Fleets {
		w.write(transcript.EventFleet, "", "", f)
	}
	for _, t := range r.Troubles {
		w.write(transcript.EventTrouble, "", "", t)
	}
	for _, s := range r.Sessions {
		if r.Extension != nil && len(r.Extension.Sessions) > 0 && s.ID == r.Extension.Sessions[0] {
			w.write(transcript.EventExtension, "", "", *r.Extension)
		}
		w.session(s)
	}
	if !r.CutOff {
		w.write(transcript.EventEnd, "", "", r.End)
	}
}

type writer struct {
	to *transcript.Recorder
	tb testing.TB
}

func (w writer) write(event, session, call string, body any) {
	w.tb.Helper()
	e := transcript.Event{Envelope: transcript.Envelope{Event: event, Session: session, Call: call}, Body: body}
	if err := w.to.Record(e); err != nil {
		w.tb.Fatalf("recording the test's transcript: %v", err)
	}
}

func (w writer) session(s *Session) {
	w.tb.Helper()
	w.write(transcript.EventSession, s.ID, "", s.Info)
	if s.Boot != nil {
		w.write(transcript.EventBoot, s.ID, "", *s.Boot)
	}
	for _, r := range s.LoadRecords {
		w.write(transcript.EventRecord, s.ID, "", r)
	}
	if s.Load != nil {
		w.write(transcript.EventLoaded, s.ID, "", *s.Load)
	}
	for _, c := range s.Calls {
		if !c.Unreached {
			w.call(s.ID, c)
		}
	}
	for _, x := range s.Exchanges {
		w.write(transcript.EventExchange, s.ID, "", x)
	}
	for _, t := range s.Troubles {
		w.write(transcript.EventTrouble, s.ID, "", t)
	}
	if s.Shutdown != nil {
		w.write(transcript.EventShutdown, s.ID, "", *s.Shutdown)
	}
	if s.Final {
		w.write(transcript.EventFinal, s.ID, "", nil)
	}
	for _, c := range s.Calls {
		if c.Unreached {
			w.write(transcript.EventUnreached, s.ID, c.ID, c.Info)
		}
	}
	if s.Exit != nil {
		w.write(transcript.EventExit, s.ID, "", *s.Exit)
	}
}

func (w writer) call(session string, c *Call) {
	w.tb.Helper()
	w.write(transcript.EventCall, session, c.ID, c.Info)
	for _, r := range c.Records {
		w.write(transcript.EventRecord, session, c.ID, r)
	}
	switch {
	case c.Result.Returned:
		value, lines := split(c.Result.Value)
		for _, line := range lines {
			w.write(transcript.EventAccount, session, c.ID, line)
		}
		w.write(transcript.EventReturned, session, c.ID, transcript.Returned{Value: value, Effects: c.Effects})
	case c.Result.Throwable != nil:
		w.write(transcript.EventThrew, session, c.ID, transcript.Threw{Throwable: *c.Result.Throwable, Effects: c.Effects})
	case c.Result.Missing:
		w.write(transcript.EventMissing, session, c.ID, transcript.Missing{Function: c.Info.Function})
	}
}
