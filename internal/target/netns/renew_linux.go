package netns

import (
	"context"
	"errors"
	"fmt"
	"net"
)

// Renew makes the cell ready for another user of the program in it, who finds it
// as the first one did: no name is known, every port is open, nothing hangs and
// nothing of the user before waits at a port. It returns the new listeners. Of
// the options Ports, Resolves and Attempt count; Attempt is only called in a cell
// that was prepared with one.
//
// Every process of the user before must be gone, and nobody may be in Accept.
func (c *Cell) Renew(ctx context.Context, o Options) ([]net.Listener, error) {
	if err := c.Settle(); err != nil {
		return nil, err
	}
	if err := c.closeDoors(); err != nil {
		return nil, err
	}
	c.names.renew(o.Resolves)
	if c.watch != nil {
		if err := c.watch.renew(o.Attempt); err != nil {
			return nil, err
		}
	}
	if err := c.line.send(order{Listen: o.ports()}); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, furnishTime)
	defer cancel()
	if err := c.wait(ctx, c.listening); err != nil {
		return nil, err
	}
	defer c.dropFiles()
	if err := c.takeDoors(); err != nil {
		return nil, err
	}
	if o.Blackhole {
		if err := c.Hang(ctx); err != nil {
			return nil, err
		}
	}
	return c.Listeners(), nil
}

// Settle returns when every attempt to connect that was made has been told of.
func (c *Cell) Settle() error {
	if c.watch == nil {
		return nil
	}
	if err := c.watch.settle(); err != nil {
		return fmt.Errorf("watching for connections: %w", err)
	}
	return nil
}

func (c *Cell) closeDoors() error {
	var errs []error
	for _, d := range c.doors {
		if err := d.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	c.doors = nil
	return errors.Join(errs...)
}
