package netns

import (
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// door is a listener inside the cell that can be made to hang.
type door struct {
	tcp *net.TCPListener
	// accepting is held while a connection is waited for.
	accepting sync.Mutex
	hung      bool
	closing   sync.Once
	closed    chan struct{}
}

func newDoor(f *os.File) (*door, error) {
	l, err := net.FileListener(f)
	if err != nil {
		return nil, fmt.Errorf("taking over a port of the cell: %w", err)
	}
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		_ = l.Close()
		return nil, fmt.Errorf("taking over a port of the cell: %v is no TCP port", l.Addr())
	}
	return &door{tcp: tcp, closed: make(chan struct{})}, nil
}

// Accept waits for the next connection. A door that hangs never has one.
func (d *door) Accept() (net.Conn, error) {
	conn, err := d.accept()
	if err == nil || !d.hangs() {
		return conn, err
	}
	<-d.closed
	return nil, net.ErrClosed
}

func (d *door) accept() (net.Conn, error) {
	d.accepting.Lock()
	defer d.accepting.Unlock()
	return d.tcp.Accept()
}

func (d *door) hangs() bool {
	d.accepting.Lock()
	defer d.accepting.Unlock()
	return d.hung
}

// hang takes no more connections and shrinks the queue of those that wait to
// nothing. The kernel lets one into such a queue all the same; it ignores the
// requests for any other, as a firewall would. That needs no network device
// and no route, works for every address including 127.0.0.1, and leaves alone
// what is connected.
func (d *door) hang() error {
	if err := d.tcp.SetDeadline(time.Unix(1, 0)); err != nil {
		return fmt.Errorf("making connections hang: %w", err)
	}
	d.accepting.Lock()
	defer d.accepting.Unlock()
	d.hung = true
	raw, err := d.tcp.SyscallConn()
	if err != nil {
		return fmt.Errorf("making connections hang: %w", err)
	}
	failed := raw.Control(func(fd uintptr) { err = unix.Listen(int(fd), 0) })
	if failed != nil {
		err = failed
	}
	if err != nil {
		return fmt.Errorf("making connections hang: %w", err)
	}
	return nil
}

// Close closes the port: from then on connections to it are refused.
func (d *door) Close() error {
	err := net.ErrClosed
	d.closing.Do(func() {
		close(d.closed)
		d.stopListening()
		err = d.tcp.Close()
	})
	return err
}

// stopListening takes effect at once. To close a descriptor does not: a program
// that is being started just now holds copies of all of ours for a moment, and
// as long the kernel would let connections in.
func (d *door) stopListening() {
	raw, err := d.tcp.SyscallConn()
	if err == nil {
		// What cannot be shut down is closed all the same.
		_ = raw.Control(func(fd uintptr) { _ = unix.Shutdown(int(fd), unix.SHUT_RDWR) })
	}
}

func (d *door) Addr() net.Addr { return d.tcp.Addr() }
