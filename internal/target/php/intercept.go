package php

import (
	"context"
	"errors"
	"fmt"

	"syncproof/internal/target/netns"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// errNoStage says that this machine cannot keep the module's requests from
// reaching somebody.
var errNoStage = errors.New("the control panel cannot be played here")

// unplayable is errNoStage with the reason and what can be done about it.
type unplayable struct{ reason, advice string }

func (u unplayable) Error() string { return errNoStage.Error() + ": " + u.reason }

func (u unplayable) Unwrap() error { return errNoStage }

// otherLevels is the advice where the level namespace cannot be had. Whoever
// follows it has to know what is given up.
const otherLevels = "run syncproof on a Linux machine that allows user namespaces. Where there is none, as on macOS, on Windows and in most " +
	"containers, --intercept prepend (PHP 8 or newer) or --intercept proxy play the panel as well, but hold nothing back: a client that ignores " +
	"proxy settings reaches the network. Without a server of yours it has made-up credentials and a name that does not resolve, " +
	"so that only a module with an address built in can reach anybody"

// wholeCell is the advice where another level was chosen and does not do.
const wholeCell = "use --intercept namespace, on a Linux machine that allows user namespaces"

// level is how the module's requests are to be caught.
func (o Options) level() string {
	if o.Intercept == "" {
		return transcript.InterceptNamespace
	}
	return o.Intercept
}

// levels remembers which interception levels work with a target's PHP.
type levels map[string]error

// offers says, once for the target, whether a level works. s is any session of
// the target: finding out may need one.
func (t *Target) offers(ctx context.Context, level string, s *session) error {
	t.leveling.Lock()
	defer t.leveling.Unlock()
	if err, known := t.levels[level]; known {
		return err
	}
	var err error
	if level == transcript.InterceptNamespace {
		err = t.offersCells(ctx, s.engine)
	} else {
		err = t.offersProxy(ctx, level, s)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if t.levels == nil {
		t.levels = levels{}
	}
	t.levels[level] = err
	return err
}

// offersCells says whether a module can be put into a network of its own.
func (t *Target) offersCells(ctx context.Context, e *engine) error {
	switch {
	case e.foreign:
		return unplayable{"the command that starts PHP runs it out of reach", "name a PHP of this machine with --php"}
	case t.options.NoNamespaces:
		return unplayable{"namespaces are switched off", otherLevels}
	}
	if err := netns.Check(ctx); err != nil {
		return unplayable{err.Error(), otherLevels}
	}
	return nil
}

// playable says whether a fault can be played at a level.
func playable(level string, f fault.Fault) error {
	if level == transcript.InterceptNamespace || !f.NeedsNetwork() {
		return nil
	}
	return unplayable{
		fmt.Sprintf("at the interception level %s a proxy looks names up and makes connections for the module, "+
			"so the fault %s (%s) cannot be played", level, f.ID, f.Title), wholeCell,
	}
}
