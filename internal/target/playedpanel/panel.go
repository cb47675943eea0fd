// Package playedpanel plays the control panel for a module that syncproof does not
// run itself: behind an address, or in a command. The module is told, in the server
// parameters it is called with, where the panel that is played listens.
//
// What is recorded is what the module would have seen of the server it was meant to
// be told of: each session listens at ports of its own, and rules compare sessions.
package playedpanel

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"sync"
	"time"

	"syncproof/internal/recording"
	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/target/exchange"
	"syncproof/internal/target/netns"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
)

// Caller calls the module. Where what RunThrough wraps can be Furnished, it is a
// command that syncproof starts.
type Caller interface {
	target.Target
	RunThrough(ctx context.Context, s scenario.Session, sink target.Sink, wrap exchange.Wrap) error
}

// Options say how the panel is played, and for whom.
type Options struct {
	Caller Caller
	// Command says that the caller starts a command, which can be put into a network
	// of its own, and be told whom to trust.
	Command bool
	// NoCell leaves the command the network of the machine.
	NoCell bool
	// Params are the run's own parameters of the server.
	Params map[string]any
	// Live lets requests that are to get good answers go on to the server that
	// Params name.
	Live bool
	// Recording, EmptyRecording, Panel and EmptyPanel know good answers; see
	// package php.
	Recording, EmptyRecording *recording.Conversation
	Panel                     func(fleet string, size int) upstream.Responder
	EmptyPanel                func() upstream.Responder
	// Listen is the address to listen at, and Host the name or address under which
	// the module reaches it; without them 127.0.0.1.
	Listen netip.Addr
	Host   string
	// Authority signs the panel's certificates; nil makes one for the run.
	Authority *upstream.Authority
	// Kept names the file with the certificate of an authority that the vendor keeps,
	// for messages; "" for none.
	Kept string
	// Timeout is how long the caller gives one request; twice that where the panel is
	// silent.
	Timeout time.Duration
	// Note is told, in words, what had to be done differently than usual.
	Note func(string)
}

// Target is a module for which the panel is played. It may be used from several
// goroutines.
type Target struct {
	Options
	// turn is held by the session that is made, where only one may be at a time.
	turn chan struct{}

	mu        sync.Mutex
	authority *upstream.Authority
	folder    string
	recorded  *recording.Conversation
	held      []func()

	leveling sync.Mutex
	level    string

	trying sync.Mutex
	tried  map[string]reach
}

var _ target.Target = (*Target)(nil)

// New returns a target that calls through o.Caller. It opens nothing yet; Close
// frees what it comes to hold.
func New(o Options) *Target {
	if !o.Listen.IsValid() {
		o.Listen = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if o.Host == "" {
		o.Host = o.Listen.String()
	}
	if o.Note == nil {
		o.Note = func(string) {}
	}
	t := &Target{Options: o, authority: o.Authority, tried: map[string]reach{}}
	if !o.Command {
		// PHP's own web server serves one request after the other: a session that
		// waits behind one that hangs would look as if it hung itself.
		t.turn = make(chan struct{}, 1)
	}
	return t
}

// Describe implements target.Target.
func (t *Target) Describe(ctx context.Context) (target.Description, error) {
	return t.Caller.Describe(ctx)
}

// Run makes one session; see target.Target.
func (t *Target) Run(ctx context.Context, s scenario.Session, sink target.Sink) error {
	if t.turn != nil {
		select {
		case t.turn <- struct{}{}:
			defer func() { <-t.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if s.Upstream == nil {
		return t.Caller.Run(ctx, s, sink)
	}
	level := t.levelHere(ctx)
	err := t.offers(level, s)
	if err == nil {
		err = t.reaches(ctx, level, s)
	}
	if err == nil {
		err = target.Again(s, sink, func(sink target.Sink) error {
			_, err := t.play(ctx, level, s, sink)
			return err
		})
	}
	var why unplayable
	if errors.As(err, &why) {
		return refuse(t, level, s, why, sink)
	}
	return err
}

// levelHere is how requests are caught, which is found out once.
func (t *Target) levelHere(ctx context.Context) string {
	t.leveling.Lock()
	defer t.leveling.Unlock()
	if t.level != "" {
		return t.level
	}
	t.level = transcript.InterceptListener
	if !t.Command || t.NoCell {
		return t.level
	}
	if err := netns.Check(ctx); err != nil {
		t.Note("the command is not in a network of its own (" + err.Error() + "); it is told where the played panel listens")
		return t.level
	}
	t.level = transcript.InterceptNamespace
	return t.level
}

// Close removes what the target wrote.
func (t *Target) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, release := range t.held {
		release()
	}
	t.held = nil
	if t.folder == "" {
		return nil
	}
	folder := t.folder
	t.folder = ""
	return os.RemoveAll(folder)
}

// certifier is the authority of all the target's sessions.
func (t *Target) certifier() (*upstream.Authority, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.authority == nil {
		made, err := upstream.NewAuthority()
		if err != nil {
			return nil, err
		}
		t.authority = made
	}
	return t.authority, nil
}

// conversation is what the panel is known to answer.
func (t *Target) conversation() *recording.Conversation {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.Recording != nil {
		return t.Recording
	}
	return t.recorded
}

func (t *Target) remember(talk *recording.Conversation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.recorded = talk
}
