package netns

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// execute starts the program, waits for its end and clears up. It returns the
// status to end with.
func (f *first) execute(s Start, orders <-chan order, children <-chan os.Signal) int {
	pid, err := f.start(s.Limits)
	if err != nil {
		_ = f.out.send(notice{Program: true, Failed: failureOf(err)})
		return 2
	}
	_ = f.out.send(notice{Started: true})
	stopped, groups := false, []int{pid}
	for {
		if state, ended := bury(pid); ended {
			if !stopped {
				groups = nil
			}
			return f.finish(groups, state, s.Grace, orders, children)
		}
		select {
		case <-children:
		case o, more := <-orders:
			switch {
			case !more:
				// Nobody is left to tell, and nothing to be left behind.
				return 2
			case o.Hang:
				f.fillQueues()
			case o.Listen != nil:
				f.listenAgain(o.Listen)
			case o.Stop:
				stopped = true
				groups = append(groups, o.Groups...)
				for _, group := range groups {
					_ = unix.Kill(-group, unix.SIGKILL)
				}
				_ = unix.Kill(pid, unix.SIGKILL)
			}
		}
	}
}

// start starts the program in a process group of its own, which a signal to the
// group of the first process would not be, and lets go of its descriptors.
func (f *first) start(limits []Limit) (int, error) {
	if err := errors.Join(renounce(), f.sandbox.restrict()); err != nil {
		return 0, err
	}
	files := make([]uintptr, f.files)
	for fd := range files {
		files[fd] = uintptr(fd)
	}
	pid, err := f.limited(files, limits)
	if err != nil {
		return 0, fmt.Errorf("starting %s: %w", f.path, err)
	}
	null, err := unix.Open(os.DevNull, unix.O_RDWR|unix.O_CLOEXEC, 0)
	for fd := range f.files {
		if fd > 2 || err != nil || unix.Dup3(null, fd, 0) != nil {
			_ = unix.Close(fd)
		}
	}
	return pid, nil
}

// limited starts the program with its limits. It stands still until it has them:
// on a busy machine it could otherwise get somewhere before. That is done by
// tracing, which some machines allow nobody; there they come a moment late.
func (f *first) limited(files []uintptr, limits []Limit) (int, error) {
	attr := &syscall.ProcAttr{Env: os.Environ(), Files: files, Sys: &syscall.SysProcAttr{Setpgid: true, Ptrace: true}}
	pid, err := syscall.ForkExec(f.path, f.args, attr)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.ENOSYS) {
		attr.Sys.Ptrace = false
		pid, err = syscall.ForkExec(f.path, f.args, attr)
	}
	if err != nil {
		return 0, err
	}
	for stop := attr.Sys.Ptrace; stop; {
		// It is left unreaped should it have ended already.
		stop = errors.Is(unix.Waitid(unix.P_PID, pid, nil, unix.WSTOPPED|unix.WEXITED|unix.WNOWAIT, nil), unix.EINTR)
	}
	for _, l := range limits {
		limit(pid, l)
	}
	if attr.Sys.Ptrace {
		_ = unix.PtraceDetach(pid)
	}
	return pid, nil
}

// limit sets one limit of a process. Nobody may raise a hard limit; staying
// below the one in force keeps the soft one settable.
func limit(pid int, l Limit) {
	var now unix.Rlimit
	if unix.Prlimit(pid, l.Resource, nil, &now) != nil {
		return
	}
	hard := min(l.Hard, now.Max)
	_ = unix.Prlimit(pid, l.Resource, &unix.Rlimit{Cur: min(l.Soft, hard), Max: hard}, nil)
}

// bury reaps whoever is dead and says whether the program was among them.
func bury(program int) (state unix.WaitStatus, ended bool) {
	for {
		var ws unix.WaitStatus
		pid, err := unix.Wait4(-1, &ws, unix.WNOHANG, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || pid <= 0 {
			return state, ended
		}
		if pid == program {
			state, ended = ws, true
		}
	}
}

// finish reports the program's end, waits for what it left behind, kills the
// rest and reports that. killed are the process groups that were killed, none
// when the program ended by itself. It returns the status to end with.
func (f *first) finish(killed []int, state unix.WaitStatus, grace time.Duration,
	orders <-chan order, children <-chan os.Signal,
) int {
	e := Ending{Status: state.ExitStatus()}
	status := e.Status
	if state.Signaled() {
		e.Status, e.Signal = -1, unix.SignalName(state.Signal())
		// As a shell would say it: the first process of a namespace cannot end
		// by a signal of its own.
		status = 128 + int(state.Signal())
	}
	_ = f.out.send(notice{Ended: &e})
	for _, group := range killed {
		buryGroup(group)
	}
	if len(killed) == 0 {
		linger(grace, orders, children)
	}
	leftover := evict()
	_ = f.out.send(notice{Leftover: &leftover})
	return status
}

// linger waits until nobody else is left, but no longer than grace.
func linger(grace time.Duration, orders <-chan order, children <-chan os.Signal) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	for patient := grace > 0; patient && company(); bury(0) {
		select {
		case <-children:
		case <-timer.C:
			patient = false
		case o, more := <-orders:
			patient = more && !o.Stop
		}
	}
}

// buryGroup waits until those who were killed with the program are dead: they
// did not outlive it. Each becomes our child when its parent dies.
func buryGroup(group int) {
	for {
		if _, err := unix.Wait4(-group, nil, 0, nil); err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// company says whether anybody else is in the cell.
func company() bool { return unix.Kill(-1, 0) == nil }

// evict kills everybody else at once and counts them. That needs no look at
// /proc, and nobody can fork faster than one call.
func evict() int {
	if !company() {
		return 0
	}
	_ = unix.Kill(-1, unix.SIGKILL)
	count := 0
	for {
		var ws unix.WaitStatus
		pid, err := unix.Wait4(-1, &ws, 0, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return count
		case pid > 0 && ws.Signaled() && ws.Signal() == unix.SIGKILL:
			count++
		}
	}
}
