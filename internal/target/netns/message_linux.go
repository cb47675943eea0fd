package netns

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// The two sides talk in messages over a socket that keeps their bounds, each a
// JSON object that may carry descriptors.

// order is what the outside tells the inside.
type order struct {
	Setup *setup `json:"setup,omitempty"`
	Go    *Start `json:"go,omitempty"`
	// Hang asks for the ports' queues to be filled.
	Hang bool `json:"hang,omitempty"`
	// Listen asks for these ports to be listened at anew.
	Listen []int `json:"listen,omitempty"`
	// Stop asks for the program to be killed, and with it the process groups
	// Groups names by their numbers inside.
	Stop   bool  `json:"stop,omitempty"`
	Groups []int `json:"groups,omitempty"`
}

// setup is what the inside must know to furnish the cell.
type setup struct {
	Ports   []int    `json:"ports"`
	CA      []byte   `json:"ca,omitempty"`
	Bundles []string `json:"bundles,omitempty"`
	Watch   bool     `json:"watch,omitempty"`
	// Bare, Outside and Sandbox are those of Options.
	Bare    bool     `json:"bare,omitempty"`
	Outside bool     `json:"outside,omitempty"`
	Sandbox *Sandbox `json:"sandbox,omitempty"`
}

// notice is what the inside tells the outside.
type notice struct {
	// Sockets name the descriptors that came along.
	Sockets []socketKind `json:"sockets,omitempty"`
	// Ready says that the cell is furnished and waits for the word.
	Ready bool `json:"ready,omitempty"`
	// IPv6 says that the cell has it.
	IPv6 bool `json:"ipv6,omitempty"`
	// Listening says that the ports are listened at anew.
	Listening bool `json:"listening,omitempty"`
	// Failed says that the cell cannot be made, or with Program, that the
	// program cannot be started in it, or with Listening, that the ports cannot
	// be listened at.
	Failed  *failure `json:"failed,omitempty"`
	Program bool     `json:"program,omitempty"`
	// Started says that the program runs.
	Started bool `json:"started,omitempty"`
	// Hanging says that the ports' queues are full.
	Hanging bool `json:"hanging,omitempty"`
	// Ended says how the program ended, Leftover what it left behind.
	Ended    *Ending `json:"ended,omitempty"`
	Leftover *int    `json:"leftover,omitempty"`
}

// failure carries an error with its number, so that the other side can tell a
// forbidden step from a broken one.
type failure struct {
	Text  string     `json:"text"`
	Errno unix.Errno `json:"errno,omitempty"`
}

func failureOf(err error) *failure {
	f := &failure{Text: err.Error()}
	errors.As(err, &f.Errno)
	return f
}

func (f *failure) Error() string { return f.Text }

func (f *failure) Unwrap() error {
	if f.Errno == 0 {
		return nil
	}
	return f.Errno
}

type socketKind string

const (
	panelSocket    socketKind = "panel"
	datagramSocket socketKind = "names-udp"
	streamSocket   socketKind = "names-tcp"
	watchSocket    socketKind = "watch"
)

const (
	// largest bounds a message. Only the CA and the list of bundles grow.
	largest = 128 << 10
	// mostFiles is how many descriptors the kernel lets one message carry,
	// with room to spare.
	mostFiles = 200
)

// line is one end of the connection between the two sides.
type line struct{ conn *net.UnixConn }

// newLine makes a connection. The second end is for the other process.
func newLine() (*line, *os.File, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("making a connection to the cell: %w", err)
	}
	theirs := os.NewFile(uintptr(fds[1]), "cell")
	ours, err := openLine(fds[0])
	if err != nil {
		return nil, nil, errors.Join(err, theirs.Close())
	}
	return ours, theirs, nil
}

// openLine takes over a descriptor.
func openLine(fd int) (*line, error) {
	f := os.NewFile(uintptr(fd), "cell")
	defer f.Close()
	conn, err := net.FileConn(f)
	if err != nil {
		return nil, fmt.Errorf("opening the connection to the cell: %w", err)
	}
	socket, ok := conn.(*net.UnixConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("descriptor %d is no connection to a cell", fd), conn.Close())
	}
	return &line{socket}, nil
}

func (l *line) send(message any, files ...*os.File) error {
	text, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("writing a message to the cell: %w", err)
	}
	if len(text) > largest {
		return fmt.Errorf("a message to the cell has %d bytes, more than %d", len(text), largest)
	}
	var rights []byte
	if len(files) > 0 {
		fds := make([]int, len(files))
		for i, f := range files {
			fds[i] = int(f.Fd())
		}
		rights = unix.UnixRights(fds...)
	}
	if _, _, err = l.conn.WriteMsgUnix(text, rights, nil); err != nil {
		return fmt.Errorf("sending a message to the cell: %w", err)
	}
	return nil
}

// receive reads one message into message and returns the descriptors that came
// along. At the end of the connection the error is io.EOF.
func (l *line) receive(message any) ([]*os.File, error) {
	text, rights := make([]byte, largest), make([]byte, unix.CmsgSpace(4*mostFiles))
	n, rn, _, _, err := l.conn.ReadMsgUnix(text, rights)
	if err != nil {
		return nil, fmt.Errorf("reading a message of the cell: %w", err)
	}
	if n == 0 {
		return nil, io.EOF
	}
	files, err := filesOf(rights[:rn])
	if err == nil {
		err = json.Unmarshal(text[:n], message)
	}
	if err != nil {
		closeFiles(files)
		return nil, fmt.Errorf("reading a message of the cell: %w", err)
	}
	return files, nil
}

func filesOf(rights []byte) ([]*os.File, error) {
	if len(rights) == 0 {
		return nil, nil
	}
	messages, err := unix.ParseSocketControlMessage(rights)
	if err != nil {
		return nil, err
	}
	var files []*os.File
	for _, m := range messages {
		fds, err := unix.ParseUnixRights(&m)
		if err != nil {
			continue
		}
		for _, fd := range fds {
			unix.CloseOnExec(fd)
			files = append(files, os.NewFile(uintptr(fd), "socket of the cell"))
		}
	}
	return files, nil
}

func closeFiles(files []*os.File) {
	for _, f := range files {
		_ = f.Close()
	}
}

func (l *line) close() error { return l.conn.Close() }
