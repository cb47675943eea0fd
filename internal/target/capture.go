package target

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// CaptureOptions say how sessions are carried out.
type CaptureOptions struct {
	// Parallel is how many sessions may run at once; at least 1.
	Parallel int
	// Begun and Ended are told of each session, for progress; they may be nil
	// and are called from several goroutines.
	Begun, Ended func(scenario.Session)
	// Then is told of each session that is over and returns those that can be made
	// from now on. It is called from one goroutine at a time, while other sessions
	// go on; nil adds none.
	Then func(scenario.Session) ([]scenario.Session, error)
}

// Capture makes every session of the plan, and those that Then adds to it, and
// records its events. What is most urgent begins first; sessions that follow
// another begin when that one is over. It returns an error only when the run as a
// whole could not go on; the events recorded until then stand.
func Capture(ctx context.Context, t Target, plan []scenario.Session, sink Sink, opts CaptureOptions) error {
	opts.Parallel = max(1, opts.Parallel)
	c := &capture{
		target: t, sink: sink, opts: opts,
		open: map[string]bool{}, ended: map[string]time.Time{}, ticking: map[string]bool{}, news: make(chan news),
	}
	c.add(plan)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	for c.begin(ctx); c.running > 0; c.begin(ctx) {
		// Whatever is under way tells of its end, so this never waits in vain.
		if err := c.hear(<-c.news); err != nil {
			cancel(err)
		}
	}
	return context.Cause(ctx)
}

const (
	// mostWaiting bounds the sessions that only wait, which take memory and no
	// processor: PHP has some 8 MB of its own.
	mostWaiting = 40
	// startsWithin is after how long a session counts as started at the latest.
	startsWithin = 300 * time.Millisecond
)

// capture knows what is to be made, and what is being made. It belongs to one
// goroutine; the sessions' own tell it news.
type capture struct {
	target Target
	sink   Sink
	opts   CaptureOptions
	// pending may begin in this order, as soon as what they follow has ended.
	pending []scenario.Session
	// open are the sessions to come and those under way.
	open  map[string]bool
	ended map[string]time.Time
	// ticking are the sessions of which it is waited for the second after.
	ticking map[string]bool
	news    chan news
	// running counts the goroutines that will tell news. working and waiting are the
	// sessions that do so, and starting those of the waiting that have not got as far.
	running, working, waiting, starting int
	// pressing says that there are urgent sessions to come.
	pressing bool
}

// news is told once by each goroutine, at its end.
type news func() error

func (c *capture) add(sessions []scenario.Session) {
	for _, s := range sessions {
		c.open[s.ID] = true
	}
	c.pending = scenario.ByUrgency(append(c.pending, sessions...))
}

// begin begins what there is room for.
func (c *capture) begin(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	c.pressing = len(c.pending) > 0 && scenario.Urgent(c.pending[0])
	left := c.pending[:0]
	for _, s := range c.pending {
		if !c.room(s) || !c.due(ctx, s) {
			left = append(left, s)
			continue
		}
		c.session(ctx, s)
	}
	c.pending = left
}

// room says that a session may run beside those that run. What waits must not hold
// up what works, neither while it waits nor by starting all at once, least of all
// what is urgent.
func (c *capture) room(s scenario.Session) bool {
	if c.opts.Parallel == 1 {
		// Who asks for one at a time may have a target that serves nobody beside.
		return c.working+c.waiting == 0
	}
	if !s.Waits {
		return c.working < c.opts.Parallel
	}
	most := c.opts.Parallel
	if c.pressing {
		most = 1
	}
	return c.waiting < mostWaiting && c.starting < most
}

// due says that what a session follows is over, and that the clock shows another
// second where it asks for that. Where it does not, news come when it will.
func (c *capture) due(ctx context.Context, s scenario.Session) bool {
	if c.open[s.After] {
		return false
	}
	at, followed := c.ended[s.After]
	if !s.Tick || !followed {
		return true
	}
	wait := scenario.TickWait(at, time.Now())
	if wait == 0 {
		return true
	}
	if c.ticking[s.After] {
		return false
	}
	c.ticking[s.After] = true
	c.later(func() news {
		pause(ctx.Done(), wait)
		// It is looked again then: a clock can be set back.
		return func() error {
			delete(c.ticking, s.After)
			return nil
		}
	})
	return false
}

// session makes a session.
func (c *capture) session(ctx context.Context, s scenario.Session) {
	sink, count := c.sink, &c.working
	if s.Waits {
		sink, count = c.start(), &c.waiting
	}
	*count++
	c.later(func() news {
		notify(c.opts.Begun, s)
		err := c.target.Run(ctx, s, sink)
		notify(c.opts.Ended, s)
		if err != nil && !errors.Is(err, context.Canceled) {
			err = fmt.Errorf("session %q: %w", s.ID, err)
		}
		return func() error {
			*count--
			return c.over(s, err)
		}
	})
}

// start counts a session as starting until its sink is told of a call.
func (c *capture) start() Sink {
	c.starting++
	sink := &startedSink{Sink: c.sink, started: make(chan struct{})}
	c.later(func() news {
		pause(sink.started, startsWithin)
		return func() error {
			c.starting--
			return nil
		}
	})
	return sink
}

// over takes in that a session ended.
func (c *capture) over(s scenario.Session, err error) error {
	delete(c.open, s.ID)
	c.ended[s.ID] = time.Now()
	if err != nil || c.opts.Then == nil {
		return err
	}
	more, err := c.opts.Then(s)
	c.add(more)
	return err
}

// later runs do beside everything else and hears what it tells.
func (c *capture) later(do func() news) {
	c.running++
	go func() { c.news <- do() }()
}

// hear takes in the news of a goroutine that has ended.
func (c *capture) hear(n news) error {
	c.running--
	if n == nil {
		return nil
	}
	return n()
}

// pause waits until something is done, at most for so long.
func pause(done <-chan struct{}, most time.Duration) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-done:
	}
}

// startedSink notices the first call of a session.
type startedSink struct {
	Sink
	started chan struct{}
	once    sync.Once
}

// Record implements Sink.
func (s *startedSink) Record(e transcript.Event) error {
	if e.Event == transcript.EventCall {
		s.once.Do(func() { close(s.started) })
	}
	return s.Sink.Record(e)
}

func notify(f func(scenario.Session), s scenario.Session) {
	if f != nil {
		f(s)
	}
}
