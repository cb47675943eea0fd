//go:build !linux

package netns

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"runtime"
)

// Cell is the outer side of one cell. Here there is none.
type Cell struct{}

func unavailable() error {
	return fmt.Errorf("%w: it needs the namespaces of Linux, and this is %s", ErrUnavailable, runtime.GOOS)
}

// Inside says whether this process was started as the first one of a cell.
func Inside() (status int, inside bool) { return 0, false }

// Check says why no cell can be made.
func Check(context.Context) error { return unavailable() }

// Prepare fails with ErrUnavailable.
func Prepare(Options) (*Cell, error) { return nil, unavailable() }

// Attach fails with ErrUnavailable.
func (*Cell) Attach(*exec.Cmd) error { return unavailable() }

// Open fails with ErrUnavailable.
func (*Cell) Open(context.Context) error { return unavailable() }

// Entrance is what listens in a cell. Here there is none.
type Entrance struct{ net.Listener }

// Ports are those that are listened at.
func (*Entrance) Ports() []uint16 { return nil }

// Entrance is what listens in the cell.
func (*Cell) Entrance() *Entrance { return nil }

// Watches says whether Options.Attempt is told of attempts.
func (*Cell) Watches() bool { return false }

// Name is the name that was looked up to find an address.
func (*Cell) Name(netip.Addr) string { return "" }

// IPv6 says whether IPv6 addresses can be reached.
func (*Cell) IPv6() bool { return false }

// Go fails with ErrUnavailable.
func (*Cell) Go(context.Context, Start) error { return unavailable() }

// Hang fails with ErrUnavailable.
func (*Cell) Hang(context.Context) error { return unavailable() }

// Stop fails with ErrUnavailable.
func (*Cell) Stop(...int) error { return unavailable() }

// Renew fails with ErrUnavailable.
func (*Cell) Renew(context.Context, Options) (*Entrance, error) { return nil, unavailable() }

// Settle has nothing to wait for.
func (*Cell) Settle() error { return unavailable() }

// Exited is never closed.
func (*Cell) Exited() <-chan struct{} { return nil }

// Ending says how the program ended.
func (*Cell) Ending() (e Ending, known bool) { return Ending{}, false }

// Close has nothing to free.
func (*Cell) Close() error { return nil }
