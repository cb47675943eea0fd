package process

import (
	"fmt"
	"os/exec"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// child is a running program. Its descendants are held together by a job,
// which ends them all when it is closed.
type child struct {
	cmd    *exec.Cmd
	pid    int
	exited chan struct{}
	job    windows.Handle
}

func prepare(cmd *exec.Cmd, isolate bool) error {
	if isolate {
		return ErrNoIsolation
	}
	if len(cmd.ExtraFiles) > 0 {
		return fmt.Errorf("%w: Windows programs do not inherit numbered descriptors", ErrStart)
	}
	return nil
}

func startError(err error, _ bool) error { return fmt.Errorf("%w: %w", ErrStart, err) }

func adopt(cmd *exec.Cmd, _ Options, _ string) *child {
	c := &child{cmd: cmd, pid: cmd.Process.Pid, exited: make(chan struct{}), job: newJob(cmd.Process.Pid)}
	go func() {
		defer close(c.exited)
		// The error only repeats the exit status.
		_ = cmd.Wait()
	}()
	return c
}

// newJob puts the process into a job of its own, or returns 0.
func newJob(pid int) windows.Handle {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{
			LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
		},
	}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err == nil {
		err = assign(job, pid)
	}
	if err != nil {
		_ = windows.CloseHandle(job)
		return 0
	}
	return job
}

func assign(job windows.Handle, pid int) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	defer func() { _ = windows.CloseHandle(process) }()
	return windows.AssignProcessToJobObject(job, process)
}

func (c *child) namespace() string { return "" }

func (c *child) kill() {
	if c.job != 0 {
		_ = windows.TerminateJobObject(c.job, 1)
	}
	_ = c.cmd.Process.Kill()
}

// sweep ends what is left in the job. How many there were is not counted.
func (c *child) sweep(time.Duration, bool) int {
	if c.job != 0 {
		_ = windows.TerminateJobObject(c.job, 1)
	}
	return 0
}

func (c *child) reap() (status int, signal string) {
	if c.cmd.ProcessState == nil {
		return -1, ""
	}
	return c.cmd.ProcessState.ExitCode(), ""
}

func (c *child) release() {
	if c.job != 0 {
		_ = windows.CloseHandle(c.job)
		c.job = 0
	}
}
