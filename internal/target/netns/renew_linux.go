package netns

import (
	"context"
	"fmt"
	"slices"
)

// Renew makes the cell ready for another user of the program in it, who finds it
// as the first one did: no name is known, every port is open, nothing hangs and
// nothing of the user before waits at a port. It returns the new entrance. Of
// the options Ports, Resolves and Attempt count; Attempt is only called in a cell
// that was prepared with one.
//
// Every process of the user before must be gone, and nobody may be in Accept.
func (c *Cell) Renew(ctx context.Context, o Options) (*Entrance, error) {
	if err := c.Settle(); err != nil {
		return nil, err
	}
	c.names.renew(o.Resolves)
	if err := c.reopen(ctx, o.ports()); err != nil {
		return nil, err
	}
	if c.watch != nil {
		if err := c.watch.renew(c.counting(o.Attempt)); err != nil {
			return nil, err
		}
	}
	if o.Blackhole {
		if err := c.Hang(ctx); err != nil {
			return nil, err
		}
	}
	return c.entrance, nil
}

// reopen opens the ports anew unless they are as new: as many connections were
// taken as there were attempts, none waits, and none was ever refused or left
// hanging. To open them takes longer than a session.
func (c *Cell) reopen(ctx context.Context, ports []int) error {
	if slices.EqualFunc(ports, c.listened, func(a int, b uint16) bool { return a == int(b) }) {
		if again := c.entrance.renewed(); again != nil {
			c.entrance = again
			return nil
		}
	}
	if err := c.entrance.free(); err != nil {
		return err
	}
	if err := c.line.send(order{Listen: ports}); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, furnishTime)
	defer cancel()
	if err := c.wait(ctx, c.listening); err != nil {
		return err
	}
	defer c.dropFiles()
	return c.takeDoors()
}

// Settle returns when every attempt to connect that was made has been told of. It
// is called when everybody who could make one is gone.
func (c *Cell) Settle() error {
	tried := -1
	if c.watch != nil {
		if err := c.watch.settle(); err != nil {
			return fmt.Errorf("watching for connections: %w", err)
		}
		tried = int(c.tried.Load())
	}
	c.entrance.vacate(tried)
	return nil
}
