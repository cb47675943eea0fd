package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// MaxReply bounds a real server's answer. Nothing that large is a list that a
// module could hold in memory.
const MaxReply = 256 << 20

// connectTime bounds how long a real server may take to accept a connection.
// The module's own limits end the wait for an answer.
const connectTime = 30 * time.Second

// Forward is a Responder that asks the real server. Redirects are passed on to
// the module, not followed.
type Forward struct {
	mu      sync.Mutex
	trusted map[string]bool
}

// Respond asks the server the module connected to.
func (f *Forward) Respond(ctx context.Context, r Request) (Reply, error) {
	request, err := forwarded(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	t := transport(r.Address)
	defer t.CloseIdleConnections()
	response, err := t.RoundTrip(request)
	if err != nil {
		return Reply{}, fmt.Errorf("asking %s: %w", r.Address, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxReply+1))
	if err != nil {
		return Reply{}, fmt.Errorf("reading the answer of %s: %w", r.Address, err)
	}
	if len(body) > MaxReply {
		return Reply{}, fmt.Errorf("the answer of %s is larger than %d MiB", r.Address, MaxReply>>20)
	}
	return Reply{Status: response.StatusCode, Header: response.Header, Body: body}, nil
}

// transport connects to one address, whatever the request names. It accepts any
// certificate: whether the module would is decided by Trusts.
func transport(address string) *http.Transport {
	dialer := &net.Dialer{Timeout: connectTime}
	return &http.Transport{
		Proxy: nil,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		},
		//nolint:gosec // a bad certificate is shown to the module as a bad one
		TLSClientConfig:    &tls.Config{MinVersion: tls.VersionTLS10, InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}},
		DisableKeepAlives:  true,
		DisableCompression: true,
	}
}

// forwarded is the request as it goes on: the bytes of the target are those the
// module sent.
func forwarded(ctx context.Context, r Request) (*http.Request, error) {
	path, query, _ := strings.Cut(r.Target, "?")
	u := &url.URL{Scheme: r.Scheme, Host: r.Host, Opaque: path, RawQuery: query}
	if strings.HasPrefix(path, "//") {
		// An opaque part that begins so would be taken for a host.
		u.Opaque, u.Path = "", path
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, r.Scheme+"://"+r.Host, strings.NewReader(string(r.Body)))
	if err != nil {
		return nil, fmt.Errorf("passing on the request to %s: %w", r.Host, err)
	}
	if len(r.Body) == 0 {
		request.Body, request.ContentLength = http.NoBody, 0
	}
	request.URL, request.Host, request.Header = u, r.Host, r.Header.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	for _, name := range []string{"Connection", "Proxy-Connection", "Proxy-Authorization", "Keep-Alive", "Expect", "Te", "Upgrade"} {
		request.Header.Del(name)
	}
	if request.Header.Get("Accept-Encoding") != "" {
		// What is compressed could not be searched for secrets, nor cut short.
		request.Header.Set("Accept-Encoding", "identity")
	}
	if _, given := request.Header["User-Agent"]; !given {
		request.Header["User-Agent"] = nil
	}
	return request, nil
}

// Trusts reports whether the server at the address shows a certificate for host
// that the system's authorities vouch for. A server that cannot be asked is
// trusted: the request that follows tells what is wrong with it.
func (f *Forward) Trusts(ctx context.Context, address, host string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := address + " " + host
	if known, ok := f.trusted[key]; ok {
		return known
	}
	dialer := &tls.Dialer{NetDialer: &net.Dialer{Timeout: connectTime}, Config: &tls.Config{ServerName: host, MinVersion: tls.VersionTLS10}}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err == nil {
		_ = conn.Close()
	}
	var refused *tls.CertificateVerificationError
	trusted := !errors.As(err, &refused)
	if f.trusted == nil {
		f.trusted = map[string]bool{}
	}
	f.trusted[key] = trusted
	return trusted
}
