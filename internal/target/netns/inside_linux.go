package netns

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// Inside says whether this process was started as the first one of a cell, and
// plays that part if so. It is to be called before anything else in main and in
// TestMain, and the process is to end with the status.
func Inside() (status int, inside bool) {
	if len(os.Args) == 0 || os.Args[0] != marker {
		return 0, false
	}
	// What clears up kills everybody in its process namespace. That must be one
	// of its own.
	if len(os.Args) < 4 || os.Getpid() != 1 {
		return 2, true
	}
	fd, err := strconv.Atoi(os.Args[1])
	if err != nil {
		return 2, true
	}
	// Capabilities belong to threads.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	out, err := openLine(fd)
	if err != nil {
		return 2, true
	}
	f := first{out: out, files: fd, path: os.Args[2], args: os.Args[3:]}
	return f.run(), true
}

// first is the first process of a cell: it furnishes it, starts the program
// and, as every process whose parent ended becomes its child, buries them all.
type first struct {
	out *line
	// files is how many descriptors, from 0, are the program's.
	files int
	path  string
	args  []string
	ports []int
	net   network
	// queued hold the ports' queues full.
	queued []int
	// sandbox is what the program is kept from more than by the cell.
	sandbox *Sandbox
}

// run returns the status to end with. With the first process all others of
// the cell end.
func (f *first) run() int {
	// A signal without a handler would be ignored, one of Go's would end the
	// cell. The program gets the default handlers.
	signal.Notify(make(chan os.Signal, 1))
	children := make(chan os.Signal, 1)
	signal.Notify(children, unix.SIGCHLD)

	s, err := f.await(func(o order) bool { return o.Setup != nil })
	if err != nil {
		return 2
	}
	if err := f.furnish(*s.Setup); err != nil {
		_ = f.out.send(notice{Failed: failureOf(err)})
		return 2
	}
	orders := f.orders()
	for o := range orders {
		switch {
		case o.Hang:
			f.fillQueues()
		case o.Stop:
			return 0
		case o.Go != nil:
			return f.execute(*o.Go, orders, children)
		}
	}
	return 0
}

// await reads one order, which must be the expected one.
func (f *first) await(expected func(order) bool) (order, error) {
	var o order
	if _, err := f.out.receive(&o); err != nil {
		return o, err
	}
	if !expected(o) {
		return o, errors.New("the cell was given an unexpected order")
	}
	return o, nil
}

// orders are what the outside says; the channel ends when the outside does.
func (f *first) orders() <-chan order {
	orders := make(chan order)
	go func() {
		defer close(orders)
		for {
			var o order
			if _, err := f.out.receive(&o); err != nil {
				return
			}
			orders <- o
		}
	}()
	return orders
}

// furnish makes the cell what it is to be and hands its sockets over.
func (f *first) furnish(s setup) error {
	f.ports, f.sandbox = s.Ports, s.Sandbox
	sockets := &sockets{}
	defer func() { sockets.close() }()
	if !s.Bare {
		var err error
		if f.net, err = plumb(); err != nil {
			return err
		}
		if sockets, err = listen(s, f.net); err != nil {
			return err
		}
	}
	if err := arrange(s); err != nil {
		return err
	}
	if err := f.handOver(sockets); err != nil {
		return err
	}
	if err := f.out.send(notice{Ready: true, IPv6: f.net.ipv6}); err != nil {
		return fmt.Errorf("reporting that the cell is ready: %w", err)
	}
	return nil
}

// listenAgain opens the ports for somebody who is to find the cell as it was at
// first. The outside has closed all that it was given before.
func (f *first) listenAgain(ports []int) {
	for _, fd := range f.queued {
		_ = unix.Close(fd)
	}
	f.ports, f.queued = ports, nil
	sockets := &sockets{}
	defer func() { sockets.close() }()
	err := sockets.listen(ports, f.net)
	if err == nil {
		err = f.handOver(sockets)
	}
	n := notice{Listening: true}
	if err != nil {
		n.Failed = failureOf(err)
	}
	_ = f.out.send(n)
}

func (f *first) handOver(s *sockets) error {
	for len(s.files) > 0 {
		count := min(len(s.files), mostFiles)
		if err := f.out.send(notice{Sockets: s.kinds[:count]}, s.files[:count]...); err != nil {
			return err
		}
		closeFiles(s.files[:count])
		s.files, s.kinds = s.files[count:], s.kinds[count:]
	}
	return nil
}
