package process

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Run makes one run. Runs of one server must not overlap. The error is ErrServer
// when the server failed; then the run may be repeated elsewhere.
func (s *Server) Run(ctx context.Context, j Job) (Result, error) {
	if !s.usable {
		return Result{}, ErrServer
	}
	s.usable = false
	j.Limits = j.Limits.withDefaults()
	entrance, err := s.room.cell.Renew(ctx, j.Cell)
	if err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrServer, err)
	}
	j.Ready(entrance)
	t := s.tap(j)
	began := time.Now()
	res := Result{Namespace: s.child.namespace()}
	err = s.ask(j.Request)
	if err == nil {
		err = s.attend(ctx, j.Limits, &res)
	}
	if err != nil || !s.usable {
		err = errors.Join(err, s.end(&res))
	}
	res.Duration = time.Since(began)
	t.report(&res)
	if err == nil && s.usable {
		err = s.room.cell.Settle()
	}
	res.FileTooBig = res.Signal == "SIGXFSZ"
	limits := j.Limits
	limits.AddressSpace = s.options.Limits.AddressSpace
	res.OutOfMemory = outOfMemory(limits, res, t.stderr.tail())
	return res, err
}

// ask hands the request over. A server that does not read must not be waited for.
func (s *Server) ask(request []byte) error {
	if err := s.requests.SetWriteDeadline(time.Now().Add(startTime)); err != nil {
		return fmt.Errorf("%w: %w", ErrServer, err)
	}
	if _, err := s.requests.Write(append(request, '\n')); err != nil {
		return fmt.Errorf("%w: %w", ErrServer, err)
	}
	return nil
}

// attend waits for the run's end. It leaves the server usable only when the run
// ended by itself and nothing of it is left.
func (s *Server) attend(ctx context.Context, l Limits, res *Result) error {
	timeout, stop := l.expiry()
	defer stop()
	over := make(chan struct{})
	defer close(over)
	filled := l.filled(over)
	process := 0
	for {
		select {
		case r := <-s.said:
			switch {
			case r.Began != 0:
				process = r.Began
			case r.Ended != 0 && r.Ended == process:
				res.Status, res.Signal = r.Status, ""
				if r.Signal != 0 {
					res.Signal = unix.SignalName(syscall.Signal(r.Signal))
				}
				s.usable = r.Alone
				if !r.Alone {
					// How many there are is only known when the cell has ended.
					res.Leftover = 1
				}
				return nil
			default:
				return fmt.Errorf("%w: %s", ErrServer, r.Failed)
			}
			continue
		case <-s.room.exited(s.child):
			return fmt.Errorf("%w: it ended", ErrServer)
		case <-filled:
			res.DiskFull = true
		case <-timeout:
			res.TimedOut = true
		case <-ctx.Done():
			res.Interrupted = true
		}
		res.Status, res.Signal = -1, "SIGKILL"
		// The run's own group dies with the server; what else there is was left
		// behind.
		if process != 0 {
			_ = s.room.cell.Stop(process)
		}
		return nil
	}
}
