package playedpanel

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// mostHeld bounds how many closed ports are held back for later.
const mostHeld = 64

// listener notes when it was connected to, and holds its port when it is closed: a
// module that goes on asking must not reach the panel of another session.
type listener struct {
	net.Listener
	keep func(release func())

	mu          sync.Mutex
	first, last time.Time
	closed      bool
}

// listen opens a free port.
func (t *Target) listen(ctx context.Context, at netip.Addr) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", net.JoinHostPort(at.String(), "0"))
	if err != nil {
		return nil, fmt.Errorf("listening at %s: %w", at, err)
	}
	return &listener{Listener: l, keep: t.hold}, nil
}

// Accept notes the time.
func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = time.Now()
	if l.first.IsZero() {
		l.first = l.last
	}
	return conn, nil
}

// times are those of the first and the last connection.
func (l *listener) times() (first, last time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first, l.last
}

// Close refuses all further connections.
func (l *listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	at, known := l.Addr().(*net.TCPAddr)
	err := l.Listener.Close()
	if known {
		if release := reserve(at); release != nil {
			l.keep(release)
		}
	}
	return err
}

// hold keeps the latest closed ports.
func (t *Target) hold(release func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held = append(t.held, release); len(t.held) > mostHeld {
		t.held[0]()
		t.held = t.held[1:]
	}
}
