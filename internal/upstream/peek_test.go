package upstream_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// counting is a source of answers that counts those that were given.
type counting struct{ given, looked atomic.Int32 }

func (c *counting) Respond(context.Context, upstream.Request) (upstream.Reply, error) {
	c.given.Add(1)
	return upstream.Reply{Status: 200, Body: []byte(goodBody)}, nil
}

func (c *counting) Peek(context.Context, upstream.Request) (upstream.Reply, error) {
	c.looked.Add(1)
	return upstream.Reply{Status: 200, Body: []byte(goodBody)}, nil
}

// An answer that a fault spoils was not given: the module that asks again gets
// the same one. A fault that only mislabels it gives it.
func TestSpoiledAnswersAreNotGiven(t *testing.T) {
	for id, want := range map[string][2]int32{
		"":                   {1, 0},
		"truncated-json":     {0, 1},
		"json-then-html":     {0, 1},
		"short-body":         {0, 1},
		"reset-in-body":      {0, 1},
		"bom-json":           {1, 0},
		"gzip":               {1, 0},
		"html-login":         {0, 0},
		"redirect-elsewhere": {0, 0},
	} {
		f, known := fault.Find(id)
		if id != "" && !known {
			t.Errorf("there is no fault %q any more", id)
			continue
		}
		source := &counting{}
		ask(t, upstream.Options{Good: source, Fault: func(int) (fault.Fault, bool) { return f, known }})
		if got := [2]int32{source.given.Load(), source.looked.Load()}; got != want {
			t.Errorf("%q: %d answers were given and %d looked at, want %v", id, got[0], got[1], want)
		}
	}
}

// ask makes one plain request through a proxy and reads all there is.
func ask(t *testing.T, o upstream.Options) {
	t.Helper()
	proxy, err := upstream.Listen(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(t.Context(), "tcp", proxy.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: panel.example\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	// A broken answer is read as far as it goes.
	_, _ = io.ReadAll(conn)
}

// A real server is asked for answers that can be read: compressed ones could not
// be searched for secrets.
func TestForwardAsksForPlainAnswers(t *testing.T) {
	got := make(chan http.Header, 1)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Header })}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	for _, sent := range []string{"", "gzip, br"} {
		r := upstream.Request{Method: "GET", Scheme: "http", Host: "panel.example", Address: listener.Addr().String(), Target: "/", Header: http.Header{}}
		if sent != "" {
			r.Header.Set("Accept-Encoding", sent)
		}
		if _, err := (&upstream.Forward{}).Respond(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		want := strings.Replace(sent, "gzip, br", "identity", 1)
		if head := (<-got).Get("Accept-Encoding"); head != want {
			t.Errorf("%q became %q", sent, head)
		}
		if r.Header.Get("Accept-Encoding") != sent {
			t.Error("the request itself was changed")
		}
	}
}
