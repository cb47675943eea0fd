package playedpanel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// stuck is a listener at which connections hang before they come about: its queue is
// full, and Linux drops what asks for more (tcp(7), tcp_abort_on_overflow).
type stuck struct {
	net.Listener
	waiting []net.Conn
}

// mostWaiting bounds the connections that fill the queue; one is enough for a queue
// of length 0.
const mostWaiting = 8

// hangs is how long a connection that came about at once on this machine takes when
// it hangs.
const hangs = 300 * time.Millisecond

func listenStuck(ctx context.Context, at netip.Addr) (net.Listener, error) {
	l, err := listenShort(at)
	if err != nil {
		return nil, err
	}
	s := &stuck{Listener: l}
	dialer := net.Dialer{Timeout: hangs}
	for range mostWaiting {
		conn, err := dialer.DialContext(ctx, "tcp", l.Addr().String())
		var waits net.Error
		if errors.As(err, &waits) && waits.Timeout() {
			return s, nil
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("filling the queue of a listener: %w", err), s.Close())
		}
		s.waiting = append(s.waiting, conn)
	}
	return nil, errors.Join(unplayable{"connections to this machine cannot be made to hang", cellInstead}, s.Close())
}

func (s *stuck) Close() error {
	for _, conn := range s.waiting {
		_ = conn.Close()
	}
	return s.Listener.Close()
}

// listenShort listens with the shortest queue there is.
func listenShort(at netip.Addr) (net.Listener, error) {
	family, address := unix.AF_INET6, unix.Sockaddr(&unix.SockaddrInet6{Addr: at.As16()})
	if at.Is4() {
		family, address = unix.AF_INET, &unix.SockaddrInet4{Addr: at.As4()}
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("opening a port at which connections hang: %w", err)
	}
	file := os.NewFile(uintptr(fd), "a port at which connections hang")
	defer file.Close()
	if err := errors.Join(unix.Bind(fd, address), unix.Listen(fd, 0)); err != nil {
		return nil, fmt.Errorf("opening a port at which connections hang: %w", err)
	}
	// A copy of the descriptor: net calls nothing that sets another length.
	return net.FileListener(file)
}
