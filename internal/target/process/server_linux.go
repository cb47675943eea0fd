package process

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"syncproof/internal/target/netns"
)

// Server is a program in a cell that makes one run after another, each in a
// process it forks off for it. What it is told and what it says goes through
// two named pipes, requests and reports, in the folder that the variable
// SYNCPROOF_SERVE names; wrapper/src/ForkServer.php is such a program.
//
// A run that leaves anything behind, that has to be killed, or that ends the
// server makes it unusable: see Usable.
type Server struct {
	options Options
	child   *child
	room    *room
	// stdout, stderr and results are read by each run in turn.
	stdout, stderr, results *os.File
	requests, reports       *os.File
	// buffers serve each run in turn.
	buffers buffers
	said    chan report
	// printed and complained are what the program wrote when it started: a fresh
	// one would do so in each run.
	printed, complained []byte
	// over ends the thread the server was started from.
	over   chan struct{}
	usable bool
	ended  bool
}

// startTime bounds how long the program may take until it serves.
const startTime = 30 * time.Second

// Serve starts a server. Of the options, Stdin, Request, Result and Ready are not
// for servers, and a Cell has to be given: what it says of users is each run's own. The pipes are made in the folder pipes.
func Serve(ctx context.Context, o Options, pipes string) (*Server, error) {
	o.Limits = o.Limits.withDefaults()
	o.Env.Extra = append(o.Env.Extra, "SYNCPROOF_SERVE="+pipes, "SYNCPROOF_GRACE="+strconv.FormatInt(o.Limits.Grace.Microseconds(), 10))
	s := &Server{options: o, said: make(chan report, 8), over: make(chan struct{})}
	if err := s.openPipes(pipes); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	started := make(chan error, 1)
	go func() {
		// A parent-death signal is tied to the thread that started the program.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := s.start(ctx)
		started <- err
		if err == nil {
			<-s.over
		}
	}()
	if err := <-started; err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.await(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// openPipes makes the named pipes. Opened for both directions, neither side
// waits for the other, and none sees an end before the server has ended.
func (s *Server) openPipes(dir string) error {
	for _, p := range []struct {
		name string
		file **os.File
	}{{"requests", &s.requests}, {"reports", &s.reports}} {
		path := filepath.Join(dir, p.name)
		if err := unix.Mkfifo(path, 0o600); err != nil {
			return fmt.Errorf("making a pipe to a server: %w", err)
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return fmt.Errorf("opening a pipe to a server: %w", err)
		}
		*p.file = f
	}
	return nil
}

func (s *Server) start(ctx context.Context) error {
	cmd, marker, err := command(s.options)
	if err != nil {
		return err
	}
	var theirs []*os.File
	defer func() { closeAll(theirs) }()
	for _, ours := range []**os.File{&s.stdout, &s.stderr, &s.results} {
		r, w, err := os.Pipe()
		if err != nil {
			return fmt.Errorf("making a pipe to a server: %w", err)
		}
		*ours, theirs = r, append(theirs, w)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return fmt.Errorf("starting a server: %w", err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = null, theirs[0], theirs[1]
	// As a program that Run starts, it has a descriptor 4 with nothing to read.
	cmd.ExtraFiles = []*os.File{theirs[2], null}
	theirs = append(theirs, null)
	return s.launch(ctx, cmd, marker)
}

func (s *Server) launch(ctx context.Context, cmd *exec.Cmd, marker string) error {
	child, room, err := start(cmd, s.options, marker)
	if err != nil {
		return err
	}
	s.child, s.room = child, room
	if err := room.open(ctx, s.options); err != nil {
		return err
	}
	go s.listen()
	return nil
}

// listen takes what the server says until its pipe is closed.
func (s *Server) listen() {
	in := bufio.NewScanner(s.reports)
	for in.Scan() {
		var r report
		if json.Unmarshal(in.Bytes(), &r) != nil {
			r = report{Failed: "it said what cannot be understood"}
		}
		select {
		case s.said <- r:
		case <-s.over:
			return
		}
	}
}

// await waits until the server serves, and takes the pipes out of sight.
func (s *Server) await(ctx context.Context) error {
	timer := time.NewTimer(startTime)
	defer timer.Stop()
	select {
	case r := <-s.said:
		if r.Ready == 0 {
			return fmt.Errorf("%w: %s", ErrServer, r.Failed)
		}
	case <-s.room.exited(s.child):
		return fmt.Errorf("%w: it ended when it was started", ErrServer)
	case <-timer.C:
		return fmt.Errorf("%w: it does not answer", ErrServer)
	case <-ctx.Done():
		return ctx.Err()
	}
	s.usable = true
	s.printed, s.complained = waiting(s.stdout), waiting(s.stderr)
	return errors.Join(os.Remove(s.requests.Name()), os.Remove(s.reports.Name()))
}

// Cell is the cell the server is in.
func (s *Server) Cell() *netns.Cell { return s.room.cell }

// Usable says that the last run left the server as it was.
func (s *Server) Usable() bool { return s.usable }

// end ends the server and counts what the run left behind.
func (s *Server) end(res *Result) error {
	if s.ended || s.child == nil {
		return nil
	}
	s.ended = true
	s.room.kill(s.child)
	err := s.child.gone(deathWait)
	if err != nil {
		return err
	}
	s.child.reap()
	if e, known := s.room.cell.Ending(); known {
		res.Leftover = e.Leftover
	}
	return nil
}

// Close ends the server and frees what it held.
func (s *Server) Close() error {
	s.usable = false
	err := s.end(&Result{})
	select {
	case <-s.over:
		return err
	default:
		close(s.over)
	}
	s.room.close()
	for _, f := range []*os.File{s.stdout, s.stderr, s.results, s.requests, s.reports} {
		if f != nil {
			_ = f.Close()
		}
	}
	return err
}
