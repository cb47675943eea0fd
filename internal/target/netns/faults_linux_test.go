package netns_test

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"syncproof/internal/target/netns"
	"syncproof/internal/upstream"
)

// errnos asks each address once with ext/curl, giving it so many milliseconds
// to connect, and prints curl's error numbers. curl counts the TLS handshake as
// part of connecting.
const errnos = `foreach (array_slice($argv, 2) as $u) {
	$c = curl_init($u);
	curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_CONNECTTIMEOUT_MS => (int) $argv[1], CURLOPT_TIMEOUT => 60]);
	curl_exec($c);
	echo curl_errno($c), ' ';
	if (curl_errno($c) === 28) { echo curl_getinfo($c, CURLINFO_CONNECT_TIME) > 0 ? 'connected ' : 'never-connected '; }
}`

// Errors of curl: 6 name, 7 refused, 28 time.
func TestFaultsBelowHTTPAreTrue(t *testing.T) {
	requireCells(t)
	requirePHP(t)
	gone := func(name string) bool { return !strings.HasSuffix(name, "gone.example.test") }
	const patient, brief = "60000", "300"
	for name, tc := range map[string]struct {
		options   netns.Options
		connect   string
		closePort uint16
		addresses []string
		want      string
	}{
		"a port at which nobody listens": {
			addresses: []string{"https://panel.example.test:9", "http://203.0.113.7:9", "http://[2001:db8::7]:9", "http://127.0.0.1:9"},
			want:      "7 7 7 7 ",
		},
		"a port that was closed": {
			closePort: 2087,
			addresses: []string{"http://panel.example.test:2087", "http://panel.example.test:2086"},
			want:      "7 0 ",
		},
		"a name that does not exist": {
			options:   netns.Options{Resolves: gone},
			addresses: []string{"https://gone.example.test", "http://www.GONE.example.test:2087", "http://here.example.test"},
			want:      "6 6 0 ",
		},
		"a firewall that swallows everything": {
			options: netns.Options{Blackhole: true}, connect: brief,
			addresses: []string{"https://panel.example.test:2087", "http://203.0.113.7", "http://[2001:db8::7]:2086", "http://127.0.0.1"},
			want:      "28 never-connected 28 never-connected 28 never-connected 28 never-connected ",
		},
		"a firewall that comes after a port was closed": {
			options: netns.Options{Blackhole: true}, connect: brief, closePort: 2087,
			addresses: []string{"https://panel.example.test:2087", "http://panel.example.test:2086"},
			want:      "7 28 never-connected ",
		},
		"a port that was asked for": {
			options:   netns.Options{Ports: []int{9, 31999}},
			addresses: []string{"http://panel.example.test:9", "http://panel.example.test:31999"},
			want:      "0 0 ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := newProxy(t, nil)
			defer proxy.Close()
			if tc.connect == "" {
				tc.connect = patient
			}
			out := run(t, tc.options, func(c *netns.Cell) {
				c.Entrance().ClosePort(tc.closePort)
				proxy.Serve(c.Entrance())
			}, append([]string{"php", script(t, errnos), tc.connect}, tc.addresses...)...)
			if out.stdout != tc.want {
				t.Errorf("curl's errors: %q, want %q", out.stdout, tc.want)
			}
		})
	}
}

func newProxy(t testing.TB, observe func(upstream.Exchange)) *upstream.Proxy {
	t.Helper()
	authority, err := upstream.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := upstream.Listen(t.Context(), upstream.Options{
		Authority: authority, Good: panel{"application/json", list}, Observe: observe,
	})
	if err != nil {
		t.Fatal(err)
	}
	return proxy
}

// The network can break while the program runs: the second answer is the last.
func TestFaultsAtOneRequest(t *testing.T) {
	requireCells(t)
	requirePHP(t)
	for name, tc := range map[string]struct {
		cause func(*netns.Cell, *broken) error
		want  string
	}{
		"hangs":        {func(c *netns.Cell, _ *broken) error { return c.Hang(t.Context()) }, "0 0 28 never-connected 28 never-connected "},
		"is refused":   {func(c *netns.Cell, _ *broken) error { return c.Entrance().Close() }, "0 0 7 7 "},
		"has no names": {func(_ *netns.Cell, b *broken) error { b.names.Store(true); return nil }, "0 0 6 6 "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &broken{}
			var cell *netns.Cell
			count := 0
			authority, err := upstream.NewAuthority()
			if err != nil {
				t.Fatal(err)
			}
			responder := responder(func() upstream.Reply {
				if count++; count == 2 {
					if err := tc.cause(cell, b); err != nil {
						t.Error(err)
					}
				}
				return upstream.Reply{Status: 200, Body: []byte(list)}
			})
			proxy, err := upstream.Listen(t.Context(), upstream.Options{Authority: authority, Good: responder})
			if err != nil {
				t.Fatal(err)
			}
			defer proxy.Close()
			out := run(t, netns.Options{CA: authority.PEM(), Resolves: func(string) bool { return !b.names.Load() }}, func(c *netns.Cell) {
				cell = c
				proxy.Serve(c.Entrance())
			}, "php", script(t, errnos), "4000", "https://a.example.test", "http://b.example.test:2086", "https://c.example.test", "http://d.example.test:2087")
			if out.stdout != tc.want {
				t.Errorf("curl's errors: %q, want %q", out.stdout, tc.want)
			}
		})
	}
}

// Other clients see the same faults, in their own words.
func TestFaultsAsStreamsSeeThem(t *testing.T) {
	requireCells(t)
	requirePHP(t)
	const ask = `echo @fsockopen('panel.example.test', (int) $argv[1], $no, $text, 0.4) === false ? $text : 'connected';`
	for name, tc := range map[string]struct {
		options netns.Options
		port    string
		want    string
	}{
		"refused":      {netns.Options{}, "9", "Connection refused"},
		"hanging":      {netns.Options{Blackhole: true}, "443", "Connection timed out"},
		"unresolvable": {netns.Options{Resolves: func(string) bool { return false }}, "443", "php_network_getaddresses: getaddrinfo for panel.example.test failed: Name or service not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if out := run(t, tc.options, nil, "php", script(t, ask), tc.port); out.stdout != tc.want {
				t.Errorf("got %q, want %q", out.stdout, tc.want)
			}
		})
	}
}

// What the module tried is known, whether or not somebody listened.
func TestAttemptsAreSeen(t *testing.T) {
	requireCells(t)
	requirePHP(t)
	var watches bool
	var names []string
	var cell *netns.Cell
	out := run(t, netns.Options{}, func(c *netns.Cell) { cell, watches = c, c.Watches() },
		"php", "-r", `foreach (['tcp://203.0.113.7:9', 'tcp://[2001:db8::7]:2087', 'tcp://127.0.0.1:31999', 'tcp://panel.example.test:9'] as $u) {
			@stream_socket_client($u, $no, $text, 20); }`)
	if !watches {
		t.Skip("this kernel cannot tell")
	}
	var got []string
	for _, a := range out.attempts {
		got = append(got, a.String())
		names = append(names, cell.Name(a.Addr()))
	}
	want := []string{"203.0.113.7:9", "[2001:db8::7]:2087", "127.0.0.1:31999"}
	if len(got) < 4 || !slices.Equal(got[:3], want) {
		t.Fatalf("attempts %v, want %v and more", got, want)
	}
	// Streams go through all addresses of a name.
	for i, name := range names[3:] {
		if name != "panel.example.test" || out.attempts[3+i].Port() != 9 {
			t.Errorf("attempt at %s was for name %q", got[3+i], name)
		}
	}
}

// A connection that hangs is one attempt, however often its packet is sent.
func TestRepeatedPacketsAreOneAttempt(t *testing.T) {
	requireCells(t)
	requirePHP(t)
	// The kernel repeats the first packet after a second.
	out := run(t, netns.Options{Blackhole: true}, nil, "php", "-r", `@stream_socket_client('tcp://203.0.113.7:443', $no, $text, 1.5);`)
	if want := []netip.AddrPort{netip.MustParseAddrPort("203.0.113.7:443")}; !slices.Equal(out.attempts, want) {
		t.Errorf("attempts %v, want %v", out.attempts, want)
	}
}

// Nothing outside can be reached from inside: neither what listens on this
// machine nor anything beyond.
func TestNothingGetsOut(t *testing.T) {
	requireCells(t)
	requirePHP(t)
	hosts, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hosts.Close()
	accepted := make(chan struct{})
	go func() {
		if conn, err := hosts.Accept(); err == nil {
			conn.Close()
			close(accepted)
		}
	}()
	const look = `
		echo @stream_socket_client("tcp://$argv[1]", $no, $text, 5) === false ? $text : 'connected', "\n";
		$u = stream_socket_client('udp://192.0.2.1:9999'); var_dump(fwrite($u, 'x'));
		echo implode(' ', array_map(fn ($l) => strtok(trim($l), ':'), array_slice(file('/proc/self/net/dev'), 2))), "\n";
		echo trim(shell_exec('cat /etc/resolv.conf')), "\n";
		echo implode(array_slice(file('/etc/hosts'), 0, 2)), gethostbyname(gethostname()), "\n";
		echo is_file('/etc/nsswitch.conf') ? implode(preg_grep('/^\s*hosts\s*:/', file('/etc/nsswitch.conf'))) : "hosts: files dns\n";
		echo implode(' ', array_filter(scandir('/proc'), 'ctype_digit')) === '1 ' . getmypid() ? 'alone' : 'in company', "\n";
		echo getmypid() === (int) readlink('/proc/self') ? 'itself' : 'another', "\n";`
	out := run(t, netns.Options{}, nil, "php", script(t, look), hosts.Addr().String())
	want := "Connection refused\nint(1)\nlo\nnameserver 127.0.0.1\n" +
		"127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n127.0.1.1\nhosts: files dns\nalone\nitself\n"
	if out.stdout != want {
		t.Errorf("inside: %q, want %q", out.stdout, want)
	}
	select {
	case <-accepted:
		t.Error("this machine's own port was reached")
	default:
	}
}

// broken is what has broken so far.
type broken struct{ names atomic.Bool }

// responder answers each request anew.
type responder func() upstream.Reply

func (r responder) Respond(context.Context, upstream.Request) (upstream.Reply, error) {
	return r(), nil
}
