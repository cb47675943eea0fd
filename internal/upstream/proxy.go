package upstream

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"syncproof/internal/upstream/fault"
)

// Proxy is a running intercepting proxy.
type Proxy struct {
	opts      Options
	addr      string
	ctx       context.Context
	cancel    context.CancelFunc
	mu        sync.Mutex
	begun     int
	listeners []net.Listener
	conns     map[net.Conn]struct{}
	// led maps the addresses redirects led to, to the faults that did so.
	led     map[string]fault.Fault
	wg      sync.WaitGroup
	observe sync.Mutex
}

// Listen starts a proxy on a free port of 127.0.0.1. Close ends it.
func Listen(ctx context.Context, opts Options) (*Proxy, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a port for the control panel's part: %w", err)
	}
	p := New(ctx, opts)
	p.addr = l.Addr().String()
	p.Serve(l)
	return p, nil
}

// New makes a proxy that has no port of its own: it takes connections from the
// listeners it is given with Serve. Close ends it.
func New(ctx context.Context, opts Options) *Proxy {
	ctx, cancel := context.WithCancel(ctx)
	return &Proxy{opts: opts, ctx: ctx, cancel: cancel, conns: map[net.Conn]struct{}{}, led: map[string]fault.Fault{}}
}

// Serve also takes connections from another listener, such as one inside a
// network namespace. The proxy closes it.
func (p *Proxy) Serve(l net.Listener) {
	p.mu.Lock()
	p.listeners = append(p.listeners, l)
	next := p.begun + 1
	p.mu.Unlock()
	p.blockFrom(next)
	p.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.handle(conn) })
		}
	})
}

// Addr is the address of the port that Listen opened, host and port; "" for none.
func (p *Proxy) Addr() string { return p.addr }

// Close ends the proxy: it takes no more connections, ends those that wait, and
// returns when every exchange has been observed.
func (p *Proxy) Close() {
	p.closeListeners()
	p.settle()
	p.cancel()
	p.mu.Lock()
	for c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.wg.Wait()
}

// settle lets the exchanges end that the module has ended: a connection it gave up
// must not look as if it had been cut by us, only because we were quicker to close
// than to notice.
func (p *Proxy) settle() {
	const most = 500 * time.Millisecond
	over := make(chan struct{})
	go func() {
		p.wg.Wait()
		close(over)
	}()
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-over:
	case <-timer.C:
	case <-p.ctx.Done():
	}
}

func (p *Proxy) closeListeners() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.listeners {
		_ = l.Close()
	}
}

// blockFrom sees to it that connection n and those after it do not come about
// where that is their fault: only the operating system can refuse a connection
// truly, or leave it hanging.
func (p *Proxy) blockFrom(n int) {
	f, ok := p.faultFor(n)
	if !ok {
		return
	}
	switch f.Play.Act {
	case fault.Refuse, fault.Unresolvable:
		p.closeListeners()
	case fault.Hang:
		if p.opts.Hang != nil {
			p.opts.Hang()
		}
	default:
	}
}

// lead notes where a redirect leads.
func (p *Proxy) lead(location string, f fault.Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.led[location] = f
}

func (p *Proxy) ledTo(target string) (fault.Fault, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f, ok := p.led[target]
	return f, ok
}

func (p *Proxy) faultFor(n int) (fault.Fault, bool) {
	if p.opts.Fault == nil {
		return fault.Fault{}, false
	}
	return p.opts.Fault(n)
}

// begin counts a connection; undo takes it back when nothing was asked on it.
func (p *Proxy) begin(conn net.Conn) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun++
	p.conns[conn] = struct{}{}
	return p.begun
}

func (p *Proxy) undo() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun--
}

func (p *Proxy) end(conn net.Conn) {
	_ = conn.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
}

// handle serves one connection: at most one request, so that the n-th
// connection is the n-th request and a fault strikes where it is meant to.
func (p *Proxy) handle(conn net.Conn) {
	n := p.begin(conn)
	defer p.end(conn)
	f, struck := p.faultFor(n)
	x := &exchange{
		Exchange: Exchange{N: n, Via: "direct", Started: time.Now()},
		proxy:    p, raw: conn, conn: conn, reader: bufio.NewReader(conn), scheme: "http",
	}
	if struck {
		x.fault = &f
	}
	err := x.serve(p.ctx)
	if errors.Is(err, errNothingAsked) {
		p.undo()
		return
	}
	if err != nil && x.Problem == "" && p.ctx.Err() == nil {
		x.Problem = err.Error()
	}
	x.Seconds = time.Since(x.Started).Seconds()
	if p.opts.Observe != nil {
		p.observe.Lock()
		p.opts.Observe(x.Exchange)
		p.observe.Unlock()
	}
}

// errNothingAsked: the client closed the connection without a word.
var errNothingAsked = errors.New("nothing was asked")

// exchange is the state of one connection being served.
type exchange struct {
	Exchange
	proxy *Proxy
	// raw is the TCP connection, conn what requests are read from: the same,
	// or TLS over it.
	raw, conn net.Conn
	reader    *bufio.Reader
	scheme    string
	// host is where a CONNECT or TLS client said it wants to go.
	host  string
	fault *fault.Fault
}

// HandshakeEnded begins the problem of an exchange in which the module ended the TLS
// handshake.
const HandshakeEnded = "the module ended the TLS handshake: "

// startTLS takes the connection through a handshake. done says that a fault
// was played instead and the connection is over.
func (x *exchange) startTLS(ctx context.Context) (done bool, err error) {
	x.scheme = "https"
	kind := goodCert
	if x.fault != nil {
		switch x.fault.Play.Act {
		case fault.TLSSilent:
			x.Fault = x.fault.ID
			x.hold()
			return true, nil
		case fault.TLSGarbage:
			x.Fault = x.fault.ID
			_, err := io.WriteString(x.conn, "220 mail.example.test ESMTP ready\r\n")
			return true, err
		case fault.TLSWrongHost:
			kind = wrongHostCert
		case fault.TLSExpired:
			kind = expiredCert
		case fault.TLSSelfSigned:
			kind = selfSignedCert
		default:
		}
	}
	if kind != goodCert {
		x.Fault = x.fault.ID
	}
	server := tls.Server(&buffered{x.conn, x.reader}, x.tlsConfig(ctx, kind))
	if err := server.HandshakeContext(ctx); err != nil {
		x.Problem = HandshakeEnded + tlsWords(err)
		return true, nil
	}
	x.conn, x.reader = server, bufio.NewReader(server)
	return false, nil
}

func (x *exchange) tlsConfig(ctx context.Context, kind certKind) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			host := hello.ServerName
			if host == "" {
				host = hostOnly(x.host)
			}
			if host == "" {
				host = hostOnly(x.raw.LocalAddr().String())
			}
			if trusts := x.proxy.opts.Trusts; kind == goodCert && trusts != nil && !trusts(ctx, x.address(), host) {
				kind = selfSignedCert
			}
			return x.proxy.opts.Authority.leaf(host, kind)
		},
	}
}

// tlsWords turns the alert a client ends a handshake with into a reason.
func tlsWords(err error) string {
	switch text := err.Error(); {
	case strings.Contains(text, "unknown certificate authority"):
		return "it does not trust the certificate's authority"
	case strings.Contains(text, "bad certificate"), strings.Contains(text, "unknown certificate"):
		return "it refused the certificate"
	case strings.Contains(text, "expired certificate"):
		return "the certificate has expired"
	case strings.Contains(text, "bad record MAC"):
		// OpenSSL sends its alert before it has changed to the new keys.
		return "it broke it off, which most often means that it refused the certificate"
	case errors.Is(err, io.EOF), strings.Contains(text, "reset by peer"):
		return "it closed the connection"
	default:
		return text
	}
}

// buffered reads through the bytes that were peeked at.
type buffered struct {
	net.Conn
	reader *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.reader.Read(p) }

func hostOnly(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}

// Begun is how many connections have asked, or may still ask, for something.
func (p *Proxy) Begun() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.begun
}
