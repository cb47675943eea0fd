package process

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"syncproof/internal/target/netns"
)

// room is the cell of a run, or nil where the program is to be in none.
type room struct{ cell *netns.Cell }

// newRoom prepares a cell and has cmd start it.
func newRoom(cmd *exec.Cmd, o Options) (*room, error) {
	if o.Cell == nil {
		return nil, nil
	}
	cell, err := netns.Prepare(*o.Cell)
	if err != nil {
		return nil, roomError(err)
	}
	if err := cell.Attach(cmd); err != nil {
		return nil, roomError(errors.Join(err, cell.Close()))
	}
	return &room{cell}, nil
}

func roomError(err error) error {
	switch {
	case errors.Is(err, netns.ErrUnavailable):
		return fmt.Errorf("%w: %w", ErrNoIsolation, err)
	case errors.Is(err, netns.ErrStart):
		return fmt.Errorf("%w: %w", ErrStart, err)
	}
	return err
}

// open lets the program start once the cell is ready for it.
func (r *room) open(ctx context.Context, o Options) error {
	if r == nil {
		return nil
	}
	if err := r.cell.Open(ctx); err != nil {
		return roomError(err)
	}
	if o.Ready != nil {
		if err := o.Ready(r.cell); err != nil {
			return err
		}
	}
	return roomError(r.cell.Go(ctx, netns.Start{Limits: o.Limits.resources(), Grace: o.Limits.Grace}))
}

// abandon ends a cell whose program did not start.
func (r *room) abandon(ctx context.Context, c *child, w *wires, err error) (Result, error) {
	c.kill()
	if stuck := c.gone(deathWait); stuck != nil {
		return Result{}, stuck
	}
	c.reap()
	w.drain()
	if ctx.Err() != nil {
		return Result{Status: -1, Interrupted: true}, nil //nolint:nilerr // the user's stop explains it
	}
	return Result{}, err
}

// exited is closed when the program has ended. The cell itself may end later.
func (r *room) exited(c *child) <-chan struct{} {
	if r == nil {
		return c.exited
	}
	return r.cell.Exited()
}

// kill kills the program. The first process of a cell does that so that it can
// tell what else was there; it is killed itself when it does not.
func (r *room) kill(c *child) {
	if r != nil && r.cell.Stop() == nil && c.gone(countWait) == nil {
		return
	}
	c.kill()
}

// vacate waits until the cell has ended after the program.
func (r *room) vacate(c *child, l Limits) error {
	if r == nil || c.gone(l.Grace+countWait) == nil {
		return nil
	}
	c.kill()
	return c.gone(deathWait)
}

// report corrects what was seen from outside, which was the cell's end.
func (r *room) report(res *Result) {
	if r == nil {
		return
	}
	e, known := r.cell.Ending()
	if !known {
		return
	}
	res.Status, res.Signal, res.Leftover = e.Status, e.Signal, e.Leftover
}

func (r *room) close() {
	if r != nil {
		// There is nobody left to whom a failure would matter.
		_ = r.cell.Close()
	}
}
