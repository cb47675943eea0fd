//go:build unix

package php

import (
	"golang.org/x/sys/unix"
)

// reservePort binds a port without listening at it: nobody else can, and
// whoever connects is refused.
func reservePort() (port int, release func(), err error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return 0, nil, err
	}
	unix.CloseOnExec(fd)
	release = func() { _ = unix.Close(fd) }
	if err = unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		release()
		return 0, nil, err
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		release()
		return 0, nil, err
	}
	in4, ok := name.(*unix.SockaddrInet4)
	if !ok {
		release()
		return 0, nil, errNoPort
	}
	return in4.Port, release, nil
}
