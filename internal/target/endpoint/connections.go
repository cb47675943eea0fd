package endpoint

import (
	"context"
	"net"
	"sync"
)

// connections are those that one exchange opened. An HTTP/2 connection outlives
// its request for as long as the server keeps it busy, with pings for example,
// so they are closed when the exchange is over and not when net/http sees fit.
type connections struct {
	mu   sync.Mutex
	open []net.Conn
	over bool
}

type connectionsKey struct{}

// keeping returns a context under which dialling adds to the connections.
func keeping(ctx context.Context, c *connections) context.Context {
	return context.WithValue(ctx, connectionsKey{}, c)
}

// kept dials with the dialer and keeps the connection with those of ctx.
func kept(dialer *net.Dialer) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if c, ok := ctx.Value(connectionsKey{}).(*connections); ok {
			c.add(conn)
		}
		return conn, nil
	}
}

func (c *connections) add(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Dialling goes on when the request that wanted it was given up.
	if c.over {
		_ = conn.Close()
		return
	}
	c.open = append(c.open, conn)
}

func (c *connections) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	for _, conn := range c.open {
		_ = conn.Close()
	}
}
