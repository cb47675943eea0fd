package endpoint

import (
	"errors"

	"golang.org/x/sys/windows"
)

// Windows has socket errors of its own; syscall's are made up there and never
// returned.

func refused(err error) bool { return errors.Is(err, windows.WSAECONNREFUSED) }

func unreachable(err error) bool {
	return errors.Is(err, windows.WSAENETUNREACH) || errors.Is(err, windows.WSAEHOSTUNREACH)
}

func reset(err error) bool {
	return errors.Is(err, windows.WSAECONNRESET) || errors.Is(err, windows.WSAECONNABORTED)
}
