package process

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

const (
	defaultKept  = 64 << 10
	defaultLine  = 64 << 20
	defaultGrace = 200 * time.Millisecond
	// settle bounds how long to read on after every known process is gone:
	// one that escaped may still hold a pipe open.
	settle = 2 * time.Second
	// countWait bounds how long the first process of a cell may take to kill and
	// count what is left. A program that starts others without end slows that down.
	countWait = 30 * time.Second
	// deathWait bounds how long a killed program may take to go away. That is
	// milliseconds, unless the process is stuck in the kernel, or the machine has so
	// much else to do that even the dead wait for their turn: ten seconds were too few
	// for one with fifty processes for two processors.
	deathWait = 60 * time.Second
)

// expiry fires when the time is over, never without a limit. stop frees it.
func (l Limits) expiry() (over <-chan time.Time, stop func()) {
	if l.Time <= 0 {
		return nil, func() {}
	}
	timer := time.NewTimer(l.Time)
	return timer.C, func() { timer.Stop() }
}

func (l Limits) withDefaults() Limits {
	if l.Stdout == 0 {
		l.Stdout = defaultKept
	}
	if l.Stderr == 0 {
		l.Stderr = defaultKept
	}
	if l.Line == 0 {
		l.Line = defaultLine
	}
	if l.Grace == 0 {
		l.Grace = defaultGrace
	}
	return l
}

func run(ctx context.Context, o Options) (Result, error) {
	o.Limits = o.Limits.withDefaults()
	cmd, marker, err := command(o)
	if err != nil {
		return Result{}, err
	}
	wires, err := wire(cmd, o)
	if err != nil {
		return Result{}, err
	}
	defer wires.close()

	// A parent-death signal is tied to the thread that started the program, so
	// that thread has to live as long as the program does.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	child, room, err := start(cmd, o, marker)
	if err != nil {
		return Result{}, err
	}
	defer child.release()
	defer room.close()
	wires.started()
	if err := room.open(ctx, o); err != nil {
		return room.abandon(ctx, child, wires, err)
	}
	began := time.Now()

	res := Result{Namespace: child.namespace()}
	err = child.await(ctx, o.Limits, wires.overflow, room, &res)
	killed := res.TimedOut || res.Interrupted || res.Overflowed || res.DiskFull
	if err == nil {
		err = room.vacate(child, o.Limits)
	}
	res.Leftover = child.sweep(o.Limits.Grace, killed)
	wires.drain()
	wires.report(&res)
	if err != nil {
		return res, err
	}
	res.Status, res.Signal = child.reap()
	res.Duration = time.Since(began)
	room.report(&res)
	res.FileTooBig = res.Signal == "SIGXFSZ"
	res.OutOfMemory = outOfMemory(o.Limits, res, wires.stderr.tail())
	return res, nil
}

// command prepares the program with its environment. The returned marker is an
// environment entry no other process has.
func command(o Options) (*exec.Cmd, string, error) {
	if len(o.Command) == 0 || o.Command[0] == "" {
		return nil, "", fmt.Errorf("%w: no command was given", ErrStart)
	}
	path, err := exec.LookPath(o.Command[0])
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return nil, "", fmt.Errorf("%w: %w", ErrStart, err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrStart, err)
	}
	marker := markerName + "=" + rand.Text()
	return &exec.Cmd{
		Path: path,
		Args: o.Command,
		Dir:  o.Dir,
		Env:  o.Env.list(os.LookupEnv, marker),
	}, marker, nil
}

// start starts the program or, where it is to be in a cell, the cell.
func start(cmd *exec.Cmd, o Options, marker string) (*child, *room, error) {
	if o.Cell != nil {
		o.Isolate = false
	}
	if err := prepare(cmd, o.Isolate); err != nil {
		return nil, nil, err
	}
	room, err := newRoom(cmd, o)
	if err != nil {
		return nil, nil, err
	}
	cmd, err = begin(cmd, o)
	if err != nil {
		room.close()
		return nil, nil, startError(err, o.Isolate || o.Cell != nil)
	}
	return adopt(cmd, o, marker), room, nil
}

// await waits for the program's end and brings it about when a limit is
// reached or ctx is done.
func (c *child) await(ctx context.Context, l Limits, overflow <-chan struct{}, in *room, res *Result) error {
	timeout, stop := l.expiry()
	defer stop()
	over := make(chan struct{})
	defer close(over)
	select {
	case <-in.exited(c):
		return nil
	case <-l.filled(over):
		res.DiskFull = true
	case <-timeout:
		res.TimedOut = true
	case <-overflow:
		res.Overflowed = true
	case <-ctx.Done():
		res.Interrupted = true
	}
	in.kill(c)
	return c.gone(deathWait)
}

// gone waits for the end of a process that was killed.
func (c *child) gone(within time.Duration) error {
	select {
	case <-c.exited:
		return nil
	case <-time.After(within):
		return fmt.Errorf("%w: process %d", ErrStuck, c.pid)
	}
}

// outOfMemory recognises a program that could not get memory. There is no
// signal for it: PHP prints a line and exits, C++ programs abort.
func outOfMemory(l Limits, res Result, stderr []byte) bool {
	if l.AddressSpace == 0 || res.Status == 0 || res.TimedOut || res.Interrupted || res.Overflowed {
		return false
	}
	for _, sign := range []string{"Out of memory", "Cannot allocate memory", "std::bad_alloc"} {
		if bytes.Contains(stderr, []byte(sign)) {
			return true
		}
	}
	return false
}
