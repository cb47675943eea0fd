//go:build unix && !linux

package process

import (
	"fmt"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// child is a running program. Here it has a process group; its limits are the
// wall clock and those it sets itself.
type child struct {
	cmd    *exec.Cmd
	pid    int
	exited chan struct{}
}

func prepare(cmd *exec.Cmd, isolate bool) error {
	if isolate {
		return ErrNoIsolation
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return nil
}

func startError(err error, _ bool) error { return fmt.Errorf("%w: %w", ErrStart, err) }

func adopt(cmd *exec.Cmd, _ Options, _ string) *child {
	c := &child{cmd: cmd, pid: cmd.Process.Pid, exited: make(chan struct{})}
	go func() {
		defer close(c.exited)
		// The error only repeats the exit status.
		_ = cmd.Wait()
	}()
	return c
}

func (c *child) namespace() string { return "" }

func (c *child) kill() { _ = unix.Kill(-c.pid, unix.SIGKILL) }

// sweep kills the rest of the group. How many there were is not known.
func (c *child) sweep(grace time.Duration, killed bool) int {
	alive := func() bool { return unix.Kill(-c.pid, 0) == nil }
	if killed {
		grace = 0
	}
	for end := time.Now().Add(grace); alive() && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	if !alive() {
		return 0
	}
	c.kill()
	if killed {
		return 0
	}
	return 1
}

func (c *child) reap() (status int, signal string) { return ending(c.cmd.ProcessState) }

func (c *child) release() {}
