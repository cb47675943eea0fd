package upstream

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// readRequest reads head and body of one request and notes it, except for a
// CONNECT, which only opens the way to one.
func (x *exchange) readRequest() (*http.Request, error) {
	if first, err := x.reader.Peek(1); err == nil && !isLetter(first[0]) {
		return nil, x.foreign()
	}
	r, err := http.ReadRequest(x.reader)
	if err != nil {
		return nil, x.unreadable(err)
	}
	if r.Method == http.MethodConnect {
		return r, nil
	}
	if strings.EqualFold(r.Header.Get("Expect"), "100-continue") {
		if _, err := io.WriteString(x.conn, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
			return nil, fmt.Errorf("asking for the request's body: %w", err)
		}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxRequestBody+1))
	if err != nil {
		return nil, fmt.Errorf("the body of the module's request breaks off: %w", err)
	}
	if len(body) > MaxRequestBody {
		return nil, errors.New("the body of the module's request is larger than 8 MiB")
	}
	x.note(r, body)
	return r, nil
}

func (x *exchange) note(r *http.Request, body []byte) {
	target := r.URL.RequestURI()
	host := r.Host
	if x.Via == "direct" && x.host == "" && x.own() {
		x.host = host
	}
	switch {
	case r.URL.IsAbs():
		x.Via, x.scheme, host = "absolute", r.URL.Scheme, r.URL.Host
		target, x.host = r.URL.RequestURI(), host
	case host == "":
		// HTTP/1.0 clients may leave the name out.
		host = x.host
	case x.host != "" && !strings.Contains(host, ":"):
		// A tunnelled client may leave out the port it asked the proxy for.
		if _, port, err := net.SplitHostPort(x.host); err == nil {
			host = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
	}
	x.Request = &Request{
		N: x.N, Method: r.Method, Scheme: x.scheme, Host: withoutDefaultPort(x.scheme, host),
		Address: x.address(), Target: target, Proto: r.Proto, Header: r.Header.Clone(), Body: body,
	}
	if x.proxy.opts.Arrived != nil {
		x.proxy.opts.Arrived(x.raw.LocalAddr(), x.Request)
	}
}

// own says that the connection was made to the proxy itself, so that its socket
// does not know where it leads.
func (x *exchange) own() bool { return x.raw.LocalAddr().String() == x.proxy.Addr() }

// address is where the module's connection leads. What a client told a proxy
// counts; otherwise the socket knows.
func (x *exchange) address() string {
	if x.Via != "direct" || x.host != "" && x.own() {
		return withPort(x.scheme, x.host)
	}
	local, err := netip.ParseAddrPort(x.raw.LocalAddr().String())
	if err != nil {
		return withPort(x.scheme, x.host)
	}
	host := local.Addr().Unmap().String()
	if name := x.proxy.opts.Name; name != nil {
		if looked := name(local.Addr()); looked != "" {
			host = looked
		}
	}
	return net.JoinHostPort(host, strconv.Itoa(int(local.Port())))
}

func withPort(scheme, host string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	port := "80"
	if scheme == "https" {
		port = "443"
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}

func withoutDefaultPort(scheme, host string) string {
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}
