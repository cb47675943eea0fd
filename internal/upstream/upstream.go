// Package upstream plays the vendor's control panel as the module sees it: an
// intercepting proxy that answers from a source of good answers, with faults
// laid over chosen requests. It speaks HTTP/1.0 and 1.1 as a proxy (CONNECT and
// absolute addresses) and as the server itself (plain and TLS), all on one
// port. Libraries that intercept HTTP cannot play the faults that matter here:
// a reset inside a body, a length that lies, a handshake that hangs.
package upstream

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"time"

	"syncproof/internal/upstream/fault"
)

// Request is what the module sent.
type Request struct {
	// N counts the connections that asked for something, from 1.
	N      int
	Method string
	Scheme string
	// Host is host and port as the module addressed them; a port that is the
	// scheme's own is left out.
	Host string
	// Address is where the connection was made to, host and port: the name
	// that was looked up, or the address itself.
	Address string
	// Target is path and query as sent.
	Target string
	Proto  string
	Header http.Header
	// Body holds at most MaxRequestBody bytes.
	Body []byte
}

// MaxRequestBody bounds how much of a request's body is read and kept.
const MaxRequestBody = 8 << 20

// Reply is a whole answer.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
	// PageSize and Changed are what a panel that is played says about itself: how
	// many rows the page of a list can have, and that the request changed what
	// it holds.
	PageSize int
	Changed  bool
}

// Responder knows good answers: a recording, a panel profile, or the vendor's
// real server. Its error says why there is no answer; the module then gets a
// 502 and the exchange carries the error.
type Responder interface {
	Respond(ctx context.Context, r Request) (Reply, error)
}

// Peeker is a Responder that can be asked for an answer without the answer
// counting as given.
type Peeker interface {
	Peek(ctx context.Context, r Request) (Reply, error)
}

// Exchange is one connection of the module, from its first byte to its end.
type Exchange struct {
	N int
	// Via says how the request came: connect, absolute, direct.
	Via string
	// Request is nil when the module never sent one, as when it refuses a
	// certificate.
	Request *Request
	// Status and Reply are what was answered; Reply is nil when a fault sent
	// something that is no whole answer.
	Status int
	Reply  *Reply
	// Fault is the id of the fault that was played, "" for none.
	Fault string
	// Problem says in words what went wrong on our side or the client's: a
	// refused certificate, no recorded answer.
	Problem string
	// GaveUp says that the module closed the connection while it was kept
	// waiting; Seconds is then how long it waited.
	GaveUp  bool
	Started time.Time
	Seconds float64
}

// Options describe a proxy.
type Options struct {
	Authority *Authority
	// Good answers requests that no fault strikes; nil answers them with 502.
	Good Responder
	// Fault chooses the fault for the n-th connection; nil chooses none.
	Fault func(n int) (fault.Fault, bool)
	// Hang is called when the connections from here on are to hang before they
	// come about, which only whoever owns the network can do. It may be called
	// more than once, and several calls may overlap; nil does nothing.
	Hang func()
	// Spares exempts requests from a fault that answers them; nil exempts none.
	Spares func(Request) bool
	// Delay holds back the answers of the fault that does that.
	Delay time.Duration
	// Name is the name that was looked up to find an address inside a network
	// of ours, "" for none; nil finds none.
	Name func(netip.Addr) string
	// Arrived is given each request before anything looks at it, with the end of
	// the connection that is ours, and may put it in other words; Leaving may do so
	// with each whole answer before it is sent. They are for a module that was told
	// another address than the one the rest is to know of; nil changes nothing.
	Arrived func(at net.Addr, r *Request)
	Leaving func(Reply) Reply
	// Trusts says whether the real server at an address shows a certificate that
	// a careful client accepts for host. Where it does not, the module is shown
	// one that is as bad. nil trusts.
	Trusts func(ctx context.Context, address, host string) bool
	// Observe is told of each exchange when it is over, one at a time.
	Observe func(Exchange)
}
