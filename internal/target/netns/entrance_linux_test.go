package netns

import (
	"errors"
	"net"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// listening makes an entrance with two ports.
func listening(t *testing.T) *Entrance {
	t.Helper()
	var files []*os.File
	for range 2 {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
		if err == nil {
			err = errors.Join(unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), unix.Listen(fd, 10))
		}
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, os.NewFile(uintptr(fd), "door"))
	}
	e, err := newEntrance(files)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.free() })
	return e
}

func dial(t *testing.T, port uint16) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
}

// take accepts a connection.
func take(t *testing.T, e *Entrance) {
	t.Helper()
	conn, err := e.Accept()
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

// The ports stay open for the next user only when they are as new for certain.
func TestEntranceIsOnlyKeptAsNew(t *testing.T) {
	for name, tc := range map[string]struct {
		use      func(*testing.T, *Entrance)
		attempts int
		kept     bool
	}{
		"nobody came":              {func(*testing.T, *Entrance) {}, 0, true},
		"who came was let in":      {func(t *testing.T, e *Entrance) { dial(t, e.Ports()[1]); take(t, e) }, 1, true},
		"two at the same port":     {func(t *testing.T, e *Entrance) { dial(t, e.Ports()[0]); take(t, e); dial(t, e.Ports()[0]); take(t, e) }, 2, true},
		"somebody waits":           {func(t *testing.T, e *Entrance) { dial(t, e.Ports()[1]) }, 1, false},
		"somebody waits unseen":    {func(t *testing.T, e *Entrance) { dial(t, e.Ports()[1]) }, 0, false},
		"somebody never got there": {func(*testing.T, *Entrance) {}, 1, false},
		"attempts are not known":   {func(*testing.T, *Entrance) {}, -1, false},
		"a port was closed":        {func(_ *testing.T, e *Entrance) { e.ClosePort(e.Ports()[0]) }, 0, false},
		"all ports were closed":    {func(_ *testing.T, e *Entrance) { _ = e.Close() }, 0, false},
		"connections hang": {func(t *testing.T, e *Entrance) {
			if err := e.hang(); err != nil {
				t.Error(err)
			}
		}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := listening(t)
			tc.use(t, e)
			e.vacate(tc.attempts)
			if err := e.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
				t.Error(err)
			}
			if conn, err := e.Accept(); err == nil {
				_ = conn.Close()
				t.Error("a closed entrance lets somebody in")
			}
			again := e.renewed()
			if (again != nil) != tc.kept {
				t.Fatalf("kept: %v, want %v", again != nil, tc.kept)
			}
			if again != nil {
				t.Cleanup(func() { _ = again.free() })
				dial(t, again.Ports()[0])
				take(t, again)
			}
		})
	}
}

// A port that is closed refuses, and the others go on.
func TestPortThatIsClosed(t *testing.T) {
	t.Parallel()
	e := listening(t)
	closed, open := e.Ports()[0], e.Ports()[1]
	e.ClosePort(closed)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(closed))))
	if !errors.Is(err, unix.ECONNREFUSED) {
		t.Errorf("connected to %v with %v, want a refusal", conn, err)
	}
	dial(t, open)
	take(t, e)
}
