package harness

import (
	"context"
	"slices"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// course carries out a plan, and what it leads to as soon as that is known. Most
// of it follows from the module's conversation with a panel that works, which is
// over within a second; some from how long the module waits for a panel that is
// silent. Nothing else is kept waiting for that.
type course struct {
	watcher *watched
	told    map[string]int
	opts    Options
	// founding are the sessions to come that most of what follows depends on, and
	// last is the one that the rest depends on.
	founding map[string]bool
	last     map[string]bool
	// further are the sessions that were added, by id.
	further map[string]bool
}

func carryOut(ctx context.Context, plan []scenario.Session, watcher *watched, told map[string]int, opts Options) error {
	c := course{watcher: watcher, told: told, opts: opts, further: map[string]bool{}}
	if opts.FailFast {
		return c.stepwise(ctx, plan)
	}
	first, err := c.ready(ctx, plan)
	if err != nil {
		return err
	}
	c.founding, c.last = scenario.Founding(first, opts.run()), scenario.Last(first, opts.run())
	more, err := c.follow(ctx)
	if err != nil {
		return err
	}
	err = capture(ctx, slices.Concat(first, more), watcher, opts, func(over scenario.Session) ([]scenario.Session, error) {
		if !c.founding[over.ID] && !c.last[over.ID] {
			return nil, nil
		}
		delete(c.founding, over.ID)
		delete(c.last, over.ID)
		return c.follow(ctx)
	})
	if err != nil && len(c.further) > 0 && watcher.sink.Transcript().Extension == nil {
		// What was captured is judged as part of the plan it belongs to.
		_ = c.conclude()
	}
	return err
}

// stepwise makes all of the plan before what follows from it.
func (c *course) stepwise(ctx context.Context, plan []scenario.Session) error {
	for range 2 {
		ready, err := c.ready(ctx, plan)
		if err == nil {
			err = inBatches(ctx, ready, c.watcher, c.opts)
		}
		if err != nil {
			return err
		}
		if plan, err = c.unfold(); err != nil {
			return err
		}
	}
	return nil
}

// follow plans what follows from the sessions that are over: at first everything
// but what depends on a wait, and the rest after that.
func (c *course) follow(ctx context.Context) ([]scenario.Session, error) {
	if len(c.founding) > 0 {
		return nil, nil
	}
	more, err := c.unfold()
	if err != nil || len(more) == 0 {
		return nil, err
	}
	return c.ready(ctx, more)
}

// unfold is what follows and was not planned before. Nothing is planned once the
// transcript has the whole of it.
func (c *course) unfold() ([]scenario.Session, error) {
	further := c.opts.kept.further
	c.opts.kept.further = nil
	extension := c.extension(&further)
	further = slices.DeleteFunc(further, func(s scenario.Session) bool { return c.further[s.ID] })
	for _, s := range further {
		c.further[s.ID] = true
	}
	if err := c.opts.Panel.tell(c.watcher.sink, further, c.told); err != nil {
		return nil, err
	}
	if extension == nil || len(c.last) > 0 {
		return further, nil
	}
	return further, extend(c.watcher.sink, extension)
}

// extension extends the plan, nil where nothing follows or that was recorded.
func (c *course) extension(further *[]scenario.Session) (extension *transcript.Extension) {
	c.watcher.sink.Look(func(t *transcript.Transcript) {
		if t.Extension == nil {
			*further, extension = scenario.Extend(suites.Needs(c.opts.Rules), c.opts.run(), t)
		}
	})
	return extension
}

// conclude records what was planned when the run broke off.
func (c *course) conclude() error {
	var further []scenario.Session
	extension := c.extension(&further)
	if extension == nil {
		return nil
	}
	return extend(c.watcher.sink, extension)
}

// ready is what of a plan is to be made here: this shard's part of it, without what
// was over before.
func (c *course) ready(ctx context.Context, plan []scenario.Session) ([]scenario.Session, error) {
	plan = c.opts.Shard.Sessions(plan, c.opts.Params)
	c.watcher.planned(plan)
	plan, err := c.opts.kept.left(ctx, plan)
	if err == nil && c.opts.Planned != nil {
		c.opts.Planned(plan)
	}
	return plan, err
}

func capture(
	ctx context.Context, plan []scenario.Session, watcher *watched, opts Options, then func(scenario.Session) ([]scenario.Session, error),
) error {
	return target.Capture(ctx, opts.Target, plan, watcher, target.CaptureOptions{
		Parallel: parallel(opts.Parallel), Begun: opts.Begun, Ended: opts.Ended, Then: then,
	})
}

func extend(recorder *transcript.Recorder, extension *transcript.Extension) error {
	return recorder.Record(transcript.Event{Envelope: transcript.Envelope{Event: transcript.EventExtension}, Body: extension})
}
