package netns

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Entrance is what listens in a cell: every port of every address, IPv4 and IPv6,
// together as one listener. A cell has dozens of ports, of which a session uses one
// or two; to wait at each by itself took longer than the session.
type Entrance struct {
	doors []door
	// poll becomes readable when somebody waits at one of the doors.
	poll *os.File
	// accepting is held while a connection is waited for.
	accepting sync.Mutex
	hung      bool

	mu sync.Mutex
	// accepted counts connections. shut says that a port refuses, or hangs; vacant,
	// that all are as they were and nobody is left who could connect; over, that
	// nobody is to be taken any more.
	accepted           int
	shut, vacant, over bool
	closed             chan struct{}
}

// door is a port that is listened at.
type door struct {
	port uint16
	file *os.File
	// fd is that of file, whose own method would make it block.
	fd     int
	closed bool
}

// newEntrance listens with sockets that do not block, which it then owns.
func newEntrance(files []*os.File) (*Entrance, error) {
	e := &Entrance{closed: make(chan struct{})}
	for _, f := range files {
		e.doors = append(e.doors, door{file: f})
	}
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("taking over the ports of the cell: %w", err), e.free())
	}
	_ = unix.SetNonblock(epoll, true)
	e.poll = os.NewFile(uintptr(epoll), "ports of the cell")
	for i := range e.doors {
		if err := e.doors[i].attach(epoll, i); err != nil {
			return nil, errors.Join(fmt.Errorf("taking over a port of the cell: %w", err), e.free())
		}
	}
	return e, nil
}

func (d *door) attach(epoll, index int) error {
	raw, err := d.file.SyscallConn()
	if err != nil {
		return err
	}
	failed := raw.Control(func(fd uintptr) {
		d.fd = int(fd)
		var at unix.Sockaddr
		if at, err = unix.Getsockname(d.fd); err != nil {
			return
		}
		switch at := at.(type) {
		case *unix.SockaddrInet4:
			d.port = uint16(at.Port)
		case *unix.SockaddrInet6:
			d.port = uint16(at.Port)
		default:
			err = errors.New("it is no TCP port")
			return
		}
		err = unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, d.fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(index)})
	})
	return errors.Join(failed, err)
}

// Ports are those that are listened at.
func (e *Entrance) Ports() []uint16 {
	ports := make([]uint16, len(e.doors))
	for i, d := range e.doors {
		ports[i] = d.port
	}
	return ports
}

// Accept waits for the next connection. An entrance that hangs never has one.
func (e *Entrance) Accept() (net.Conn, error) {
	conn, err := e.accept()
	if err == nil || !e.hangs() {
		return conn, err
	}
	<-e.closed
	return nil, net.ErrClosed
}

func (e *Entrance) accept() (net.Conn, error) {
	e.accepting.Lock()
	defer e.accepting.Unlock()
	for {
		at, err := e.waiting()
		if err != nil {
			return nil, err
		}
		fd, _, err := unix.Accept4(e.doors[at].fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if errors.Is(err, unix.EINVAL) {
			e.ignore(at)
			continue
		}
		if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) || errors.Is(err, unix.ECONNABORTED) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("taking a connection in the cell: %w", err)
		}
		e.mu.Lock()
		e.accepted++
		e.mu.Unlock()
		f := os.NewFile(uintptr(fd), "connection in the cell")
		conn, err := net.FileConn(f)
		return conn, errors.Join(err, f.Close())
	}
}

// waiting returns a door at which somebody waits.
func (e *Entrance) waiting() (int, error) {
	raw, err := e.poll.SyscallConn()
	if err != nil {
		return 0, net.ErrClosed
	}
	var found [1]unix.EpollEvent
	n, failed := 0, error(nil)
	err = raw.Read(func(fd uintptr) bool {
		n, failed = unix.EpollWait(int(fd), found[:], 0)
		return n > 0 || failed != nil && !errors.Is(failed, unix.EINTR)
	})
	switch {
	case err != nil:
		return 0, net.ErrClosed
	case failed != nil:
		return 0, fmt.Errorf("waiting for connections in the cell: %w", failed)
	}
	return int(found[0].Fd), nil
}

// ignore takes no more notice of a port that is closed.
func (e *Entrance) ignore(at int) {
	if raw, err := e.poll.SyscallConn(); err == nil {
		_ = raw.Control(func(epoll uintptr) { _ = unix.EpollCtl(int(epoll), unix.EPOLL_CTL_DEL, e.doors[at].fd, nil) })
	}
}

func (e *Entrance) hangs() bool {
	e.accepting.Lock()
	defer e.accepting.Unlock()
	return e.hung
}

// hang takes no more connections and shrinks the queues of those that wait to
// nothing. The kernel lets one into such a queue all the same; it ignores the
// requests for any other, as a firewall would. That needs no network device
// and no route, works for every address including 127.0.0.1, and leaves alone
// what is connected.
func (e *Entrance) hang() error {
	if err := e.poll.SetReadDeadline(time.Unix(1, 0)); err != nil {
		return fmt.Errorf("making connections hang: %w", err)
	}
	e.accepting.Lock()
	defer e.accepting.Unlock()
	e.hung = true
	e.mu.Lock()
	defer e.mu.Unlock()
	e.shut = true
	for _, d := range e.doors {
		// A port that refuses would be opened again, with a number of the kernel's choice.
		if d.closed {
			continue
		}
		if err := unix.Listen(d.fd, 0); err != nil {
			return fmt.Errorf("making connections hang: %w", err)
		}
	}
	return nil
}

// ClosePort has connections to one port refused from now on.
func (e *Entrance) ClosePort(port uint16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range e.doors {
		if e.doors[i].port == port {
			e.shut = true
			e.doors[i].close()
		}
	}
}

// close takes effect at once. To close the descriptor would not: a program that is
// being started just now holds copies of all of ours for a moment, and as long the
// kernel would let connections in. Nor is it closed here while somebody may be in
// Accept, who would find another one by the same number.
func (d *door) close() {
	d.closed = true
	_ = unix.Shutdown(d.fd, unix.SHUT_RDWR)
}

// Close ends Accept and closes every port: from then on connections are refused.
func (e *Entrance) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over {
		return net.ErrClosed
	}
	e.over = true
	close(e.closed)
	if !e.vacant {
		// Otherwise nobody is there to notice, and the next user finds them open.
		e.shut = true
		for i := range e.doors {
			e.doors[i].close()
		}
	}
	return e.poll.SetReadDeadline(time.Unix(1, 0))
}

// vacate says that everybody who could connect is gone. attempts is how often
// they tried to, at any port that is listened at, or -1 when that is not known.
func (e *Entrance) vacate(attempts int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	// A connection nobody took may still be in a queue.
	e.vacant = attempts == e.accepted && !e.shut
}

// renewed is the same entrance for another user, nil when it is not as it was. It
// is only called when nobody is in Accept any more.
func (e *Entrance) renewed() *Entrance {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.vacant || e.poll.SetReadDeadline(time.Time{}) != nil || e.visited() {
		return nil
	}
	return &Entrance{doors: e.doors, poll: e.poll, closed: make(chan struct{})}
}

// visited says that somebody waits at a door.
func (e *Entrance) visited() bool {
	raw, err := e.poll.SyscallConn()
	if err != nil {
		return true
	}
	n := 0
	failed := raw.Control(func(epoll uintptr) { n, err = unix.EpollWait(int(epoll), make([]unix.EpollEvent, 1), 0) })
	return n > 0 || err != nil || failed != nil
}

// free closes everything for good.
func (e *Entrance) free() error {
	if e.poll == nil {
		return e.freeDoors()
	}
	if err := e.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return errors.Join(err, e.freeDoors(), e.poll.Close())
	}
	e.accepting.Lock()
	defer e.accepting.Unlock()
	err := e.poll.Close()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return errors.Join(err, e.freeDoors())
}

func (e *Entrance) freeDoors() error {
	var errs []error
	for _, d := range e.doors {
		errs = append(errs, d.file.Close())
	}
	e.doors = nil
	return errors.Join(errs...)
}

// Addr is that of one of the ports.
func (e *Entrance) Addr() net.Addr {
	var at netip.AddrPort
	if len(e.doors) > 0 {
		at = netip.AddrPortFrom(netip.IPv6Unspecified(), e.doors[0].port)
	}
	return net.TCPAddrFromAddrPort(at)
}
