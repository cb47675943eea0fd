package php

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
)

// How sessions are kept apart; see Options.Isolation.
const (
	// IsolationProcess starts a fresh PHP for each session.
	IsolationProcess = "process"
	// IsolationFork forks a process off for each session of a systematic sweep,
	// where this PHP can do so. All others get a fresh PHP.
	IsolationFork = "fork"
)

// mayFork says that a session is one of those made by the hundred, of which
// nothing depends on how PHP starts, and that this PHP can fork it off.
func (t *Target) mayFork(planned scenario.Session, e *engine) bool {
	if t.options.Isolation == IsolationProcess || planned.Upstream == nil || t.options.level() != transcript.InterceptNamespace {
		return false
	}
	sweep := slices.ContainsFunc(
		[]string{transcript.FaultPrefix, transcript.PointPrefix, transcript.LeafPrefix, transcript.PagePrefix, transcript.VariantPrefix},
		func(prefix string) bool { return strings.HasPrefix(planned.ID, prefix) }) || oddAccount(planned)
	// One that mostly waits would keep a server from those that work, and has
	// time for a PHP of its own.
	// WHMCS's functions are defined before a session is forked off.
	if !sweep || planned.Waits || len(planned.Settings) > 0 || planned.WithoutWHMCS || planned.Helpers == scenario.HelpersMissing {
		return false
	}
	if reason := t.cannotFork(e); reason != "" {
		t.forks.giveUp(t, reason)
		return false
	}
	return !t.forks.gaveUp()
}

// oddAccount says that the session is one of many that differ in one account of the
// panel. Those with thousands of accounts show what a PHP of their own takes.
func oddAccount(planned scenario.Session) bool {
	return strings.HasPrefix(planned.ID, transcript.FleetPrefix) && planned.Upstream.Fleet != transcript.FleetAccounts
}

// cannotFork says why this PHP cannot fork sessions off, "" when it can.
func (t *Target) cannotFork(e *engine) string {
	if e.foreign || e.files(t.options) || e.sapi != "cli" {
		return "the command that starts PHP runs it out of reach"
	}
	for _, name := range []string{"pcntl", "posix"} {
		if !slices.Contains(e.extensions, name) {
			return "this PHP has no " + name + " extension"
		}
	}
	for f := range strings.SplitSeq(e.disabled, ",") {
		f = strings.ToLower(strings.TrimSpace(f))
		if strings.HasPrefix(f, "pcntl_") || strings.HasPrefix(f, "posix_") {
			return f + "() is switched off in php.ini"
		}
	}
	return ""
}

// runForked makes a session in a process forked off for it. done is false when
// nothing of it counts and a fresh process has to be used.
func (t *Target) runForked(
	ctx context.Context, planned scenario.Session, m module, from *scratch, e *engine, sink target.Sink,
) (done bool, err error) {
	server, err := t.forkServer(ctx, planned, m, from, e)
	if err != nil {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		t.forks.giveUp(t, err.Error())
		return false, nil
	}
	s := server.session(planned, t.options)
	s.keep = t.keeper(planned)
	kept := &keptEvents{sink: sink}
	p := newPump(s, newRelabel(s.module, from.mounts, s), kept)
	done, err = t.runIn(ctx, server, s, p)
	err = errors.Join(err, t.forks.giveBack(server))
	if err != nil || !done {
		return done, err
	}
	return true, kept.release()
}

func (t *Target) runIn(ctx context.Context, server *forkServer, s *session, p *pump) (done bool, err error) {
	st, err := t.newStage(ctx, s)
	if err != nil {
		return true, p.unplayable(err)
	}
	request, err := s.request()
	if err != nil {
		st.abandon()
		return true, err
	}
	res, err := server.Run(ctx, process.Job{
		Request: request, Result: p.take, Limits: s.limits(t.options), Cell: st.cell(s),
		Ready: func(entrance *netns.Entrance) { st.enter(server.Cell(), entrance) },
	})
	st.close(p)
	if err != nil {
		return ctx.Err() != nil, ctx.Err()
	}
	if p.inexplicable(res) {
		return false, nil
	}
	if res.Signal == "SIGKILL" && p.final && !res.TimedOut && !res.Interrupted {
		// wrapper/src/QuickEnd.php spared PHP the work of taking itself apart.
		res.Status, res.Signal = 0, ""
	}
	return true, p.close(ctx, t.options, res)
}

// keptEvents holds a session's events back until it is known that they count.
type keptEvents struct {
	sink   target.Sink
	events []transcript.Event
}

func (k *keptEvents) Record(e transcript.Event) error {
	k.events = append(k.events, e)
	return nil
}

func (k *keptEvents) release() error {
	for _, e := range k.events {
		if err := k.sink.Record(e); err != nil {
			return fmt.Errorf("recording a session: %w", err)
		}
	}
	return nil
}
