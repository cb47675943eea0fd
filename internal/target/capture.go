package target

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"syncproof/internal/scenario"
)

// CaptureOptions tune how a plan is carried out.
type CaptureOptions struct {
	// Parallel is how many sessions may run at once; at least 1.
	Parallel int
	// Begun and Ended are told of each session, for progress; they may be nil
	// and are called from several goroutines.
	Begun, Ended func(scenario.Session)
}

// Capture makes every session of the plan and records its events. It returns
// an error only when the run as a whole could not go on; the events recorded
// until then stand. Sessions that wait for another begin when that one is over.
func Capture(ctx context.Context, t Target, plan []scenario.Session, sink Sink, opts CaptureOptions) error {
	c := &capture{
		target: t, sink: sink, opts: opts,
		slots:   make(chan struct{}, max(1, opts.Parallel)),
		waiting: make(chan struct{}, mostWaiting),
		ended:   make(map[string]*ending, len(plan)),
	}
	for _, s := range plan {
		c.ended[s.ID] = &ending{done: make(chan struct{})}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for _, s := range plan {
		wg.Go(func() {
			if err := c.session(ctx, s); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return nil
}

// mostWaiting bounds the sessions that wait at the same time.
const mostWaiting = 16

type capture struct {
	target Target
	sink   Sink
	opts   CaptureOptions
	// slots bound the sessions that work, waiting those that only wait: they
	// must not hold up the others.
	slots, waiting chan struct{}
	ended          map[string]*ending
}

// ending is closed when its session is over; at is only read after that.
type ending struct {
	done chan struct{}
	at   time.Time
}

func (c *capture) session(ctx context.Context, s scenario.Session) error {
	mine := c.ended[s.ID]
	defer close(mine.done)
	if err := c.await(ctx, s); err != nil {
		return err
	}
	slots := c.slots
	if s.Waits {
		slots = c.waiting
	}
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	notify(c.opts.Begun, s)
	defer notify(c.opts.Ended, s)
	err := c.target.Run(ctx, s, c.sink)
	mine.at = time.Now()
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("session %q: %w", s.ID, err)
	}
	return err
}

// await blocks until the session this one follows is over and, where asked,
// until the clock has moved on to another second.
func (c *capture) await(ctx context.Context, s scenario.Session) error {
	before, ok := c.ended[s.After]
	if !ok {
		return nil
	}
	select {
	case <-before.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if !s.Tick {
		return nil
	}
	timer := time.NewTimer(scenario.TickWait(before.at, time.Now()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func notify(f func(scenario.Session), s scenario.Session) {
	if f != nil {
		f(s)
	}
}
