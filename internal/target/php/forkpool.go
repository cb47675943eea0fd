package php

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"sync"

	"syncproof/internal/scenario"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/process"
)

const (
	// mostIdle bounds the servers kept for later.
	mostIdle = 8
	// mostSessions bounds the sessions of one server, so that nothing adds up.
	mostSessions = 500
)

// forks are the PHP processes sessions are forked off from, and why there are
// none.
type forks struct {
	mu      sync.Mutex
	idle    []*forkServer
	refused bool
}

// forkServer is a PHP process, in a cell and with folders of its own, that makes
// one session after another.
type forkServer struct {
	*process.Server
	// like has the folders; each session is given a copy.
	like session
	used int
	laid layout
}

// forkServer takes a server that is idle, or starts one.
func (t *Target) forkServer(ctx context.Context, planned scenario.Session, m module, from *scratch, e *engine) (*forkServer, error) {
	t.forks.mu.Lock()
	if last := len(t.forks.idle) - 1; last >= 0 {
		f := t.forks.idle[last]
		t.forks.idle = t.forks.idle[:last]
		t.forks.mu.Unlock()
		return f, nil
	}
	t.forks.mu.Unlock()
	like, err := newSession(planned, m, from, e, t.options)
	if err != nil {
		return nil, err
	}
	f := &forkServer{like: *like}
	if err := f.start(ctx, t); err != nil {
		return nil, errors.Join(err, like.remove())
	}
	return f, nil
}

func (f *forkServer) start(ctx context.Context, t *Target) error {
	authority, err := t.certifier()
	if err != nil {
		return err
	}
	if err := os.WriteFile(f.like.caFile(), authority.PEM(), 0o600); err != nil {
		return fmt.Errorf("writing a certificate: %w", err)
	}
	o, err := f.like.options(t.options, "", nil)
	if err != nil {
		return err
	}
	o.Isolate, o.Request, o.Result = false, nil, nil
	// Every session finds this folder as it is when the server starts.
	o.Env.Extra = append(o.Env.Extra, "SYNCPROOF_ROOT="+f.like.root)
	// The limit on processor time is the kernel's for each process; that on time
	// is each session's own.
	o.Limits.CPU = t.options.processorTime(2 * t.options.Timeout)
	o.Cell = &netns.Options{CA: authority.PEM(), Attempt: func(netip.AddrPort) {}, Sandbox: f.like.box}
	if f.Server, err = process.Serve(ctx, o, f.like.dir); err != nil {
		return err
	}
	f.laid, err = layoutOf(f.like.dir)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	return nil
}

// session is a session in the server's folders.
func (f *forkServer) session(planned scenario.Session, o Options) *session {
	s := f.like
	s.become(planned, o)
	s.forked = true
	f.used++
	return &s
}

// giveBack keeps a server on which the last session left no trace, and does away
// with any other.
func (f *forks) giveBack(server *forkServer) error {
	clean := server.Usable() && server.used < mostSessions
	if clean {
		server.laid, clean = server.laid.again(server.like.dir)
	}
	f.mu.Lock()
	keep := clean && len(f.idle) < mostIdle
	if keep {
		f.idle = append(f.idle, server)
	}
	f.mu.Unlock()
	if keep {
		return nil
	}
	return server.discard()
}

func (f *forkServer) discard() error { return errors.Join(f.Close(), f.like.remove()) }

// giveUp does without servers from now on.
func (f *forks) giveUp(t *Target, reason string) {
	f.mu.Lock()
	known := f.refused
	f.refused = true
	f.mu.Unlock()
	if !known && t.options.Isolation == IsolationFork {
		t.options.Note("every session starts a PHP of its own, which takes longer: " + reason)
	}
}

func (f *forks) gaveUp() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refused
}

func (f *forks) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, server := range f.idle {
		errs = append(errs, server.discard())
	}
	f.idle = nil
	return errors.Join(errs...)
}
