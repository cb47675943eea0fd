package process

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// begin starts the program so that it stands still before its first instruction:
// on a busy machine it could otherwise leave a daemon behind before its limits are
// set. A cell waits by itself. The calling goroutine has to be locked to its
// thread until the program was let go.
func begin(cmd *exec.Cmd, o Options) (*exec.Cmd, error) {
	if o.Cell != nil || raises(cmd.Path) {
		return cmd, cmd.Start()
	}
	cmd.SysProcAttr.Ptrace = true
	err := cmd.Start()
	if err == nil || !errors.Is(err, fs.ErrPermission) && !errors.Is(err, unix.ENOSYS) {
		return cmd, err
	}
	// Some machines let nobody be traced. There the limits come a moment late.
	freely := *cmd.SysProcAttr
	freely.Ptrace = false
	cmd = &exec.Cmd{
		Path: cmd.Path, Args: cmd.Args, Dir: cmd.Dir, Env: cmd.Env, Stdin: cmd.Stdin, Stdout: cmd.Stdout, Stderr: cmd.Stderr,
		ExtraFiles: cmd.ExtraFiles, SysProcAttr: &freely,
	}
	return cmd, cmd.Start()
}

// raises says that a program gets rights the user has not, which the kernel does
// not give to one that is traced: sudo, for example.
func raises(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	_, err = unix.Getxattr(path, "security.capability", nil)
	return err == nil || info.Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0
}

// letGo has a program run that was started to stand still, when limits and tag are
// set.
func (c *child) letGo() {
	if c.cmd.SysProcAttr.Ptrace {
		_ = unix.PtraceDetach(c.pid)
	}
}

// standStill waits until the program does. It is left unreaped if it has ended.
func (c *child) standStill() {
	if !c.cmd.SysProcAttr.Ptrace {
		return
	}
	for {
		err := unix.Waitid(unix.P_PID, c.pid, nil, unix.WSTOPPED|unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}
