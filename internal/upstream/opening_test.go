package upstream_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream"
)

// talk opens a connection to a proxy, says something, waits for what comes back
// until the proxy closes or the time is over, and returns the exchanges.
func talk(t testing.TB, said []byte, listen time.Duration) (string, []upstream.Exchange) {
	t.Helper()
	authority, err := upstream.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	observed := make(chan upstream.Exchange, 1)
	proxy, err := upstream.Listen(t.Context(), upstream.Options{
		Authority: authority, Good: good(goodBody),
		Observe: func(x upstream.Exchange) { observed <- x },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	conn, err := net.Dial("tcp", proxy.Addr())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(said); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(listen))
	var heard bytes.Buffer
	_, _ = io.Copy(&heard, conn)
	_ = conn.Close()
	// What ends because the proxy does is no fault of the client's.
	for proxy.Begun() > 0 {
		select {
		case x := <-observed:
			return heard.String(), []upstream.Exchange{x}
		case <-time.After(time.Millisecond):
		}
	}
	return heard.String(), nil
}

// socks is what a client says to open a tunnel to host:2087, all at once.
func socks(kind byte, host string) []byte {
	return append([]byte{5, 2, 0, 2, 5, 1, 0, kind}, host+"\x08\x27"...)
}

// What is asked, and what is said of a connection that is no request.
func TestHowConnectionsBegin(t *testing.T) {
	const (
		get  = "GET /accounts HTTP/1.1\r\nHost: panel.example.test:2087\r\n\r\n"
		long = 30 * time.Second
	)
	for name, c := range map[string]struct {
		said   string
		listen time.Duration
		// via, url and address are the request's; status is what came back.
		via, url, address string
		answered          bool
		problem           string
		unseen            bool
	}{
		"to the proxy itself": {
			said: get, via: "direct", url: "http://panel.example.test:2087/accounts", address: "panel.example.test:2087", answered: true,
		},
		"to the proxy itself, by no port": {
			said: "GET / HTTP/1.1\r\nHost: panel.example.test\r\n\r\n", via: "direct", url: "http://panel.example.test/", address: "panel.example.test:80", answered: true,
		},
		"through SOCKS, by name": {
			said: string(socks(3, "\x12panel.example.test")) + get,
			via:  "connect", url: "http://panel.example.test:2087/accounts", address: "panel.example.test:2087", answered: true,
		},
		"through SOCKS, by IPv4 address": {
			said: string(socks(1, "\xcb\x00\x71\x07")) + "GET / HTTP/1.0\r\n\r\n",
			via:  "connect", url: "http://203.0.113.7:2087/", address: "203.0.113.7:2087", answered: true,
		},
		"through SOCKS, by IPv6 address": {
			said: string(socks(4, "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07")) + "GET / HTTP/1.0\r\n\r\n",
			via:  "connect", url: "http://[2001:db8::7]:2087/", address: "[2001:db8::7]:2087", answered: true,
		},
		"SOCKS that asks for something else": {
			said: "\x05\x01\x00\x05\x02\x00\x01\xcb\x00\x71\x07\x08\x27", listen: long, via: "direct",
			problem: "opening the tunnel: the module's client does not keep to SOCKS 5",
		},
		"SOCKS without a name": {
			said: string(socks(3, "\x00")), listen: long, via: "direct", problem: "opening the tunnel: the module's client does not keep to SOCKS 5",
		},
		"another protocol, by its bytes": {
			said: "\x00\x00\x00\x01login", listen: long, via: "direct",
			problem: "the module speaks something other than HTTP to PROXY, which syncproof cannot record",
		},
		"another protocol, by its words": {
			said: "AUTH secret\r\n", listen: long, via: "direct", problem: "the module speaks something other than HTTP to PROXY, which syncproof cannot record",
		},
		"another protocol in a tunnel": {
			said: "CONNECT panel.example.test:3306 HTTP/1.1\r\n\r\n\x10\x00\x00\x01", listen: long, via: "connect",
			problem: "the module speaks something other than HTTP to panel.example.test:3306, which syncproof cannot record",
		},
		"a request with a bad header": {
			said: "GET / HTTP/1.1\r\nno header at all\r\n\r\n", listen: long, via: "direct",
			problem: `the module's request is not HTTP as it should be: malformed MIME header: missing colon: "no header at all"`,
		},
		"a request that breaks off": {
			said: "GET / HTTP/1.1\r\nHost: pa", listen: 100 * time.Millisecond, via: "direct",
			problem: "the module closed the connection to PROXY before its request was whole",
		},
		"a look whether the port is open": {listen: time.Millisecond, unseen: true},
		"who waits to be spoken to": {
			listen: 1500 * time.Millisecond, via: "direct",
			problem: "the module connected to PROXY and waited to be spoken to, as protocols other than HTTP do, which syncproof cannot record",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.listen == 0 {
				c.listen = long
			}
			heard, exchanges := talk(t, []byte(c.said), c.listen)
			if c.unseen {
				if len(exchanges) > 0 {
					t.Errorf("an exchange was seen: %+v", exchanges)
				}
				return
			}
			if len(exchanges) != 1 {
				t.Fatalf("%d exchanges", len(exchanges))
			}
			x := exchanges[0]
			got := []string{x.Via, "", "", withoutPort(x.Problem)}
			want := []string{c.via, c.url, c.address, c.problem}
			if r := x.Request; r != nil {
				got[1], got[2] = r.Scheme+"://"+r.Host+r.Target, r.Address
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("via, url, address, problem (-want +got):\n%s", diff)
			}
			if c.answered != strings.HasSuffix(heard, goodBody) {
				t.Errorf("it heard %q", heard)
			}
			if strings.Contains(x.Problem, "secret") {
				t.Error("the problem repeats what was said")
			}
		})
	}
}

// withoutPort hides the proxy's own address.
func withoutPort(problem string) string {
	before, after, found := strings.Cut(problem, "127.0.0.1:")
	if !found {
		return problem
	}
	return before + "PROXY" + strings.TrimLeft(after, "0123456789")
}

// Whatever a client says, the proxy gives an answer that is HTTP, one that is
// SOCKS or TLS, or none, and survives.
func FuzzHowConnectionsBegin(f *testing.F) {
	f.Add(socks(3, "\x12panel.example.test"))
	f.Add(socks(1, "\xcb\x00\x71\x07"))
	f.Add(socks(9, ""))
	f.Add([]byte("\x05"))
	f.Add([]byte("\x05\xff\x00"))
	f.Add([]byte("\x16\x03\x01\x00\x05hello"))
	f.Add([]byte("CONNECT x:1 HTTP/1.1\r\n\r\n\x05\x00"))
	f.Add([]byte("GET http://a:99999999/ HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		heard, exchanges := talk(t, said, 20*time.Millisecond)
		for _, x := range exchanges {
			if x.Request == nil && x.Problem == "" {
				t.Errorf("an exchange without a request says nothing: %+v", x)
			}
		}
		if !strings.HasPrefix(heard, "HTTP/1.1 ") {
			return
		}
		if _, err := http.ReadResponse(bufio.NewReader(strings.NewReader(heard)), nil); err != nil {
			t.Errorf("%q is no answer: %v", heard, err)
		}
	})
}
