package netns

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Lend gives the cell's ports to one user after another, each of whom finds the
// cell as the first one did: no name is known yet, and nothing of the user
// before waits at a port. To close a listener gives it back; the port stays
// open. resolves and attempt take the place of those in Options.
//
// The user before must have called Settle, and every process of it must be gone.
// Lend is not for cells whose connections hang.
func (c *Cell) Lend(resolves func(name string) bool, attempt func(to netip.AddrPort)) ([]net.Listener, error) {
	c.names.renew(resolves)
	if c.watch != nil {
		if err := c.watch.settle(); err != nil {
			return nil, fmt.Errorf("watching for connections: %w", err)
		}
		if err := c.watch.renew(attempt); err != nil {
			return nil, err
		}
	}
	lent := make([]net.Listener, len(c.doors))
	for i, d := range c.doors {
		lent[i] = &loan{door: d}
	}
	return lent, nil
}

// Settle returns when every attempt to connect that was made has been told of.
func (c *Cell) Settle() error {
	if c.watch == nil {
		return nil
	}
	if err := c.watch.settle(); err != nil {
		return fmt.Errorf("watching for connections: %w", err)
	}
	return nil
}

// loan is a door for the time one user has it.
type loan struct {
	door     *door
	returned atomic.Bool
}

func (l *loan) Accept() (net.Conn, error) {
	l.door.accepting.Lock()
	defer l.door.accepting.Unlock()
	if l.returned.Load() {
		return nil, net.ErrClosed
	}
	conn, err := l.door.tcp.Accept()
	if err != nil && l.returned.Load() {
		return nil, net.ErrClosed
	}
	return conn, err
}

// Close gives the door back. Connections that nobody took are cut: they must
// not reach the next user.
func (l *loan) Close() error {
	if l.returned.Swap(true) {
		return net.ErrClosed
	}
	// Whoever waits in Accept returns.
	if err := l.door.tcp.SetDeadline(time.Unix(1, 0)); err != nil {
		return fmt.Errorf("giving back a port of the cell: %w", err)
	}
	l.door.accepting.Lock()
	defer l.door.accepting.Unlock()
	if err := l.door.turnAway(); err != nil {
		return fmt.Errorf("giving back a port of the cell: %w", err)
	}
	if err := l.door.tcp.SetDeadline(time.Time{}); err != nil {
		return fmt.Errorf("giving back a port of the cell: %w", err)
	}
	return nil
}

func (l *loan) Addr() net.Addr { return l.door.Addr() }

// turnAway ends the connections that wait.
func (d *door) turnAway() error {
	raw, err := d.tcp.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		for {
			conn, _, err := unix.Accept4(int(fd), unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK)
			switch {
			case err == nil:
				_ = unix.Close(conn)
			case errors.Is(err, unix.EINTR), errors.Is(err, unix.ECONNABORTED):
			case errors.Is(err, unix.EAGAIN):
				return
			default:
				failed = err
				return
			}
		}
	})
	return errors.Join(err, failed)
}
