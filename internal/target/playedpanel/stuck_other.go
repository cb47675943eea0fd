//go:build !linux

package playedpanel

import (
	"context"
	"net"
	"net/netip"
)

// listenStuck is for Linux, which drops what a full queue cannot take; others refuse.
func listenStuck(context.Context, netip.Addr) (net.Listener, error) {
	return nil, unplayable{"connections to this machine cannot be made to hang", cellInstead}
}
