//go:build unix

package process

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// tap reads a pipe up to the deadline, and then what is in it. That is its end.
type tap struct{ file *os.File }

func (t tap) Read(p []byte) (int, error) {
	n, err := t.file.Read(p)
	if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, err
	}
	raw, err := t.file.SyscallConn()
	if err != nil {
		return 0, err
	}
	if failed := raw.Control(func(fd uintptr) {
		for n, err = unix.Read(int(fd), p); errors.Is(err, unix.EINTR); n, err = unix.Read(int(fd), p) {
		}
	}); failed != nil || err != nil || n <= 0 {
		return 0, io.EOF
	}
	return n, nil
}

// mostLate is what a pipe can hold, for users without rights.
const mostLate = 1 << 20

// last reads a pipe as a tap does, but only so much after the deadline: somebody
// who escaped may write to it without end.
type last struct {
	tap
	late int
}

func toTheLast(pipe *os.File) io.Reader { return &last{tap: tap{pipe}, late: mostLate} }

func (l *last) Read(p []byte) (int, error) {
	n, err := l.file.Read(p)
	if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) || l.late <= 0 {
		return n, err
	}
	n, err = l.tap.Read(p)
	l.late -= n
	return n, err
}
