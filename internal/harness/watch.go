package harness

import (
	"sync"

	"syncproof/internal/phpvalue"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// watched passes events on and looks at each answer for what is plainly wrong, so
// that somebody who waits learns of it. It judges nothing: the rules do that when
// all of the evidence is there.
type watched struct {
	sink  *transcript.Recorder
	wrong func()

	mu       sync.Mutex
	sessions map[string]scenario.Session
	// whole is how many accounts the panel that works has shown, -1 before it did.
	whole  int
	counts map[string]int
}

func watch(sink *transcript.Recorder, wrong func()) *watched {
	return &watched{sink: sink, wrong: wrong, sessions: map[string]scenario.Session{}, whole: -1, counts: map[string]int{}}
}

func (w *watched) planned(sessions []scenario.Session) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range sessions {
		w.sessions[s.ID] = s
	}
}

// Record implements target.Sink.
func (w *watched) Record(e transcript.Event) error {
	if w.wrong != nil && w.looksWrong(e) {
		w.wrong()
	}
	return w.sink.Record(e)
}

func (w *watched) looksWrong(e transcript.Event) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch body := e.Body.(type) {
	case *transcript.AccountLine, transcript.AccountLine:
		w.counts[e.Session+" "+e.Call]++
	case *transcript.Threw, transcript.Threw:
		return true
	case *transcript.Returned:
		return w.listed(e, body.Value)
	case transcript.Returned:
		return w.listed(e, body.Value)
	}
	return false
}

// listed looks at a list that came although the panel failed. Where no answer of
// the panel was a good one there can be none; where one of several failed it has
// to be whole.
func (w *watched) listed(e transcript.Event, value any) bool {
	if !success(value) {
		return false
	}
	n := w.counts[e.Session+" "+e.Call]
	if e.Session == transcript.SessionConversation {
		w.whole = n
	}
	s, known := w.sessions[e.Session]
	if !known || s.Upstream == nil || s.Upstream.Fault.ID == "" {
		return false
	}
	f := s.Upstream.Fault
	switch {
	case s.Upstream.Answers == transcript.AnswersNone && f.Blind():
		return true
	case f.Alters() || f.OnlyTimed() || len(s.Upstream.Paths) > 0:
		return false
	}
	return w.whole >= 0 && n < w.whole
}

// success reports whether an answer says success => true.
func success(value any) bool {
	answer, ok := phpvalue.Map(value)
	return ok && answer["success"] == true
}
