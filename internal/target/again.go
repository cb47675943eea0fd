package target

import (
	"errors"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

const (
	// attempts is how often a session is made whose panel may have been late.
	attempts = 3
	// shortestPatience is how long a module waits for its panel at the least. One
	// that fails sooner did not fail because it had to wait.
	shortestPatience = time.Second
	// longestPatience bounds the time that repeating a session takes. Two such waits
	// would be longer than a machine that comes to its senses needs.
	longestPatience = 10 * time.Second
	// mostHeld bounds the events that are held back. Who lists so many accounts has
	// not failed.
	mostHeld = 5000
)

// Again makes a session, and makes it again where the module failed because it had to
// wait for a panel that was to answer at once: on a machine with far more to do than it
// has processors, the played panel can be later than a module waits, which is neither
// the module's fault nor a failure that was played. What the last attempt saw is what is
// recorded; its session event counts the attempts.
//
// Only a panel that syncproof plays is asked again, never a server.
func Again(planned scenario.Session, sink Sink, once func(Sink) error) error {
	if planned.Upstream == nil || planned.Waits || planned.Upstream.Delay > 0 {
		return once(sink)
	}
	for attempt := 1; ; attempt++ {
		h := &held{sink: sink, attempt: attempt}
		err := once(h)
		if err != nil || attempt == attempts || !h.belated() {
			return errors.Join(err, h.release())
		}
	}
}

// held keeps a session's events until it is known whether it is made again.
type held struct {
	sink    Sink
	attempt int
	events  []transcript.Event
	// passing says that events are no longer kept.
	passing bool
}

// Record implements Sink.
func (h *held) Record(e transcript.Event) error {
	if info, ok := e.Body.(*transcript.SessionInfo); ok && h.attempt > 1 {
		info.Attempts = h.attempt
	}
	if h.passing {
		return h.sink.Record(e)
	}
	h.events = append(h.events, e)
	if len(h.events) < mostHeld {
		return nil
	}
	return h.release()
}

func (h *held) release() error {
	h.passing = true
	for _, e := range h.events {
		if err := h.sink.Record(e); err != nil {
			return err
		}
	}
	h.events = nil
	return nil
}

// belated says that a call failed, that the module had waited, and that no failure was
// played to it that would explain either.
func (h *held) belated() bool {
	if h.passing {
		return false
	}
	calls, good := 0, 0
	var took time.Duration
	for _, e := range h.events {
		switch body := e.Body.(type) {
		case *transcript.CallInfo:
			calls++
		case *transcript.Returned:
			if answer, ok := body.Value.(map[string]any); ok && answer["success"] == true {
				good++
			}
		case *transcript.Exchange:
			if body.Fault != "" {
				return false
			}
		case *transcript.Exit:
			if body.TimedOut || body.Interrupted || body.OutOfMemory {
				return false
			}
			took = time.Duration(body.Seconds * float64(time.Second))
		}
	}
	return calls > good && took >= shortestPatience && took <= longestPatience
}
