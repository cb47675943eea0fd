package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// child is a running program.
type child struct {
	cmd    *exec.Cmd
	pid    int
	exited chan struct{}
	trace  trace
	netns  string
}

// prepare asks for a process group, for the program's death when this process
// dies, and for namespaces.
func prepare(cmd *exec.Cmd, isolate bool) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if isolate {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET
		// Mapped to itself, the user stays who it was; without CAP_SETUID no
		// other mapping may be written anyway.
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
	}
	return nil
}

// startError tells a machine that forbids namespaces from a program that
// cannot be started.
func startError(err error, isolate bool) error {
	if isolate {
		for _, denied := range []error{unix.EPERM, unix.EACCES, unix.ENOSPC, unix.EINVAL, unix.ENOSYS, unix.EUSERS} {
			if errors.Is(err, denied) {
				return fmt.Errorf("%w: %w", ErrNoIsolation, err)
			}
		}
	}
	return fmt.Errorf("%w: %w", ErrStart, err)
}

func adopt(cmd *exec.Cmd, o Options, marker string) *child {
	c := &child{cmd: cmd, pid: cmd.Process.Pid, exited: make(chan struct{})}
	c.standStill()
	c.trace = newTrace(c.pid, marker, o.Isolate || o.Cell != nil)
	if o.Cell == nil {
		limit(c.pid, o.Limits)
		c.trace.tag = newTag(c.pid)
	}
	c.netns, _ = os.Readlink(fmt.Sprintf("/proc/%d/ns/net", c.pid))
	c.letGo()
	go func() {
		defer close(c.exited)
		// Leaving the program unreaped keeps its process id, and so its group
		// id, from being given to somebody else before the group is killed.
		for {
			err := unix.Waitid(unix.P_PID, c.pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
			if !errors.Is(err, unix.EINTR) {
				return
			}
		}
	}()
	return c
}

func (c *child) namespace() string { return c.netns }

// kill ends the program and its group.
func (c *child) kill() {
	_ = unix.Kill(-c.pid, unix.SIGKILL)
	_ = unix.Kill(c.pid, unix.SIGKILL)
}

// sweep counts and kills what the program left behind. After a kill nothing
// has had the chance to end by itself, and nothing gets it.
func (c *child) sweep(grace time.Duration, killed bool) int {
	c.trace.groupKilled = killed
	left := c.trace.find()
	if killed {
		grace = 0
	}
	for end := time.Now().Add(grace); len(left) > 0 && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
		left = c.trace.find()
	}
	count := len(left)
	// A process may fork while the list is read: look again until it is empty.
	for end := time.Now().Add(settle); len(left) > 0 && time.Now().Before(end); {
		for _, pid := range left {
			_ = unix.Kill(pid, unix.SIGKILL)
			// Orphans are ours to reap when we are the first process of a
			// container. For all others this does nothing.
			_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil)
		}
		time.Sleep(time.Millisecond)
		left = c.trace.find()
	}
	return count
}

func (c *child) reap() (status int, signal string) {
	// The error only repeats the exit status.
	_ = c.cmd.Wait()
	return ending(c.cmd.ProcessState)
}

func (c *child) release() {}
