//go:build unix

package playedpanel

import (
	"net"

	"golang.org/x/sys/unix"
)

// reserve binds a port without listening at it, so that nobody else gets it and
// whoever connects is refused. It returns nil where somebody was quicker.
func reserve(at *net.TCPAddr) (release func()) {
	family, address := unix.AF_INET6, unix.Sockaddr(&unix.SockaddrInet6{Port: at.Port})
	if v4 := at.IP.To4(); v4 != nil {
		family, address = unix.AF_INET, &unix.SockaddrInet4{Port: at.Port, Addr: [4]byte(v4)}
	} else {
		copy(address.(*unix.SockaddrInet6).Addr[:], at.IP.To16())
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil
	}
	unix.CloseOnExec(fd)
	if err = unix.Bind(fd, address); err != nil {
		// Connections that were just closed keep the port for a while. Bound so it can
		// be asked for by number, which nobody does; it is not given out.
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
		err = unix.Bind(fd, address)
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil
	}
	return func() { _ = unix.Close(fd) }
}
