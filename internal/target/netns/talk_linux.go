package netns

import (
	"context"
	"errors"
	"fmt"
	"os"
)

var errGone = errors.New("the cell's first process ended")

// wait waits for word of the other side.
func (c *Cell) wait(ctx context.Context, word <-chan error) error {
	select {
	case err := <-word:
		return err
	case <-ctx.Done():
		return fmt.Errorf("waiting for the cell: %w", ctx.Err())
	case <-c.over:
	}
	// It may have spoken before it ended.
	select {
	case err := <-word:
		return err
	default:
		return errGone
	}
}

// read takes what the inside says until it ends.
func (c *Cell) read() {
	defer func() {
		close(c.over)
		if c.ending == nil {
			close(c.exited)
		}
	}()
	for {
		var n notice
		files, err := c.line.receive(&n)
		if err != nil {
			return
		}
		c.take(n, files)
	}
}

func (c *Cell) take(n notice, files []*os.File) {
	for i, f := range files {
		if i < len(n.Sockets) {
			c.sockets[n.Sockets[i]] = append(c.sockets[n.Sockets[i]], f)
		} else {
			_ = f.Close()
		}
	}
	switch {
	case n.Ready:
		c.ipv6 = n.IPv6
		tell(c.opened, nil)
	case n.Listening && n.Failed != nil:
		tell(c.listening, n.Failed)
	case n.Listening:
		tell(c.listening, nil)
	case n.Failed != nil && n.Program:
		tell(c.started, n.Failed)
	case n.Failed != nil:
		tell(c.opened, n.Failed)
	case n.Started:
		tell(c.started, nil)
	case n.Hanging:
		select {
		case c.hanging <- struct{}{}:
		default:
		}
	case n.Ended != nil && c.ending == nil:
		c.ending = n.Ended
		close(c.exited)
	case n.Leftover != nil && c.ending != nil:
		c.leftover = n.Leftover
	}
}

// tell never waits: nobody but the first is listened to.
func tell(word chan<- error, err error) {
	select {
	case word <- err:
	default:
	}
}
