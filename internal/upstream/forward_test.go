package upstream_test

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream"
)

// realServer tells what it was asked, and answers some paths in odd ways.
func realServer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	switch r.URL.Path {
	case "/moved":
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	case "/zipped":
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, "compressed")
		_ = z.Close()
	case "/none":
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("X-Server", "real")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintf(w, "%s %s %s auth=%q agent=%q expect=%q body=%q",
			r.Method, r.RequestURI, r.Host, r.Header.Get("Authorization"), r.Header.Get("User-Agent"), r.Header.Get("Expect"), body)
	}
}

func TestForwardAsksTheRealServer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(realServer))
	defer server.Close()
	address := server.Listener.Addr().String()
	ask := func(method, target, body string, header http.Header) upstream.Request {
		return upstream.Request{
			Method: method, Scheme: "http", Host: "panel.example", Address: address, Target: target, Header: header, Body: []byte(body),
		}
	}
	tests := []struct {
		name    string
		request upstream.Request
		status  int
		body    string
	}{
		{
			"as it was sent", ask("POST", "/a%2Fb/./c?x=%20&y=1+2&x=3", "q=1", http.Header{"Authorization": {"Basic eDp5"}, "Expect": {"100-continue"}}),
			418, `POST /a%2Fb/./c?x=%20&y=1+2&x=3 panel.example auth="Basic eDp5" agent="" expect="" body="q=1"`,
		},
		{"without a body", ask("GET", "/", "", http.Header{"User-Agent": {"acme/1"}}), 418, `GET / panel.example auth="" agent="acme/1" expect="" body=""`},
		{"a path that begins like a host", ask("GET", "//double/slash", "", nil), 418, `GET //double/slash panel.example auth="" agent="" expect="" body=""`},
		{"a redirect is not followed", ask("GET", "/moved", "", nil), 302, "<a href=\"/elsewhere\">Found</a>.\n\n"},
		{"nothing", ask("GET", "/none", "", nil), 204, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reply, err := new(upstream.Forward).Respond(t.Context(), tt.request)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.body, string(reply.Body)); diff != "" || reply.Status != tt.status {
				t.Errorf("status %d (-want +got):\n%s", reply.Status, diff)
			}
		})
	}
	t.Run("compressed stays compressed", func(t *testing.T) {
		reply, err := new(upstream.Forward).Respond(t.Context(), ask("GET", "/zipped", "", http.Header{"Accept-Encoding": {"gzip"}}))
		if err != nil || !strings.HasPrefix(string(reply.Body), "\x1f\x8b") || reply.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("got %q with %v, %v", reply.Body, reply.Header, err)
		}
	})
}

func TestForwardSaysWhatIsWrong(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	address := closed.Listener.Addr().String()
	closed.Close()
	_, err := new(upstream.Forward).Respond(t.Context(), upstream.Request{Method: "GET", Scheme: "http", Host: "panel.example", Address: address, Target: "/"})
	if err == nil || !strings.HasPrefix(err.Error(), "asking "+address+": ") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := new(upstream.Forward).Respond(ctx, upstream.Request{Method: "GET", Scheme: "http", Host: "h", Address: address, Target: "/"}); err == nil {
		t.Error("a request was made after the run was stopped")
	}
}

// A module that refuses the real server's certificate has to refuse ours, and
// one that accepts it must not be kept from it.
func TestAServerThatIsNotTrustedIsShownAsOne(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(realServer))
	defer server.Close()
	authority, err := upstream.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	forward := &upstream.Forward{}
	proxy, err := upstream.Listen(t.Context(), upstream.Options{Authority: authority, Good: forward, Trusts: forward.Trusts})
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority.PEM())
	ask := func(careful bool) error {
		client := &http.Client{Transport: &http.Transport{
			Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: proxy.Addr()}), DisableKeepAlives: true,
			TLSClientConfig: &tls.Config{RootCAs: roots, InsecureSkipVerify: !careful}, //nolint:gosec // the careless client of the test
		}}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/", nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusTeapot {
			t.Errorf("got status %d", response.StatusCode)
		}
		return nil
	}
	if err := ask(true); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a careful client: %v", err)
	}
	if err := ask(false); err != nil {
		t.Errorf("a careless client: %v", err)
	}
}

// A server that cannot be reached is not shown as one with a bad certificate.
func TestTrustsWhatItCannotAsk(t *testing.T) {
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	if !new(upstream.Forward).Trusts(t.Context(), address, "panel.example") {
		t.Error("a closed port counts as a bad certificate")
	}
}
