package php_test

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

// listener counts the connections to an address on this machine.
func listener(t *testing.T) (address string, count *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	count = new(atomic.Int64)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			count.Add(1)
			fmt.Fprint(c, "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi")
			c.Close()
		}
	}()
	return l.Addr().String(), count
}

// reach are ways a module can try to reach an address.
func reach(address string) map[string]string {
	return map[string]string{
		"a stream":        `$r = @stream_socket_client('tcp://` + address + `', $n, $e, 2) ? 'connected' : 'failed';`,
		"a URL":           `$r = @file_get_contents('http://` + address + `/') === 'hi' ? 'connected' : 'failed';`,
		"curl":            `$c = curl_init('http://` + address + `/'); curl_setopt($c, CURLOPT_RETURNTRANSFER, true); $r = curl_exec($c) === 'hi' ? 'connected' : 'failed';`,
		"another program": `exec('php -r \'exit(@fsockopen("tcp://` + address + `") ? 0 : 1);\'', $o, $n); $r = $n === 0 ? 'connected' : 'failed';`,
	}
}

func namespaces(t *testing.T, target *php.Target) {
	t.Helper()
	p, trouble, err := target.Probe(t.Context())
	if err != nil || trouble != nil {
		t.Fatal(trouble, err)
	}
	if p.Network != transcript.NetworkNone {
		t.Skip("no namespaces can be made here")
	}
}

func TestIsolatedSessionsReachNothingAndAreCounted(t *testing.T) {
	address, count := listener(t)
	for name, code := range reach(address) {
		t.Run(name, func(t *testing.T) {
			target := newTarget(t, php.Options{Path: vendor(t, acme(code+` return ['success' => false, 'error' => $r];`))})
			namespaces(t, target)
			s := run(t, target, list())
			if got := answer(t, s)["error"]; got != "failed" || count.Load() != 0 {
				t.Errorf("it says %v, and %d connections were made", got, count.Load())
			}
			if s.Network != transcript.NetworkNone || !s.Sees.Network || s.Calls[0].Network == 0 {
				t.Errorf("network %q, seen %v, %d attempts", s.Network, s.Sees.Network, s.Calls[0].Network)
			}
		})
	}
}

func TestNamesAreCountedAsWell(t *testing.T) {
	for name, code := range map[string]string{
		"a URL":  `@file_get_contents('https://panel.example.test:2087/');`,
		"curl":   `$c = curl_init('https://panel.example.test:2087/'); curl_setopt($c, CURLOPT_RETURNTRANSFER, true); curl_exec($c);`,
		"lookup": `gethostbyname('panel.example.test');`,
	} {
		t.Run(name, func(t *testing.T) {
			target := newTarget(t, php.Options{Path: vendor(t, acme(code+empty))})
			namespaces(t, target)
			if s := run(t, target, list()); s.Calls[0].Network == 0 {
				t.Errorf("no attempt was counted: %s", show(t, withoutLinks(s)))
			}
		})
	}
}

func TestWithoutAnAttemptNothingIsCounted(t *testing.T) {
	target := newTarget(t, php.Options{Path: vendor(t, acme(`gethostname(); exec('true'); `+empty))})
	namespaces(t, target)
	if s := run(t, target, list()); s.Calls[0].Network != 0 || s.Load.Network != 0 {
		t.Errorf("%d attempts in the call, %d while loading", s.Calls[0].Network, s.Load.Network)
	}
}

func TestLiveSessionsReachThePanel(t *testing.T) {
	address, count := listener(t)
	target := newTarget(t, php.Options{
		Path: vendor(t, acme(reach(address)["curl"]+` return ['success' => false, 'error' => $r];`)), Live: true,
	})
	s := run(t, target, list())
	if got := answer(t, s)["error"]; got != "connected" || count.Load() != 1 {
		t.Errorf("it says %v, and %d connections were made", got, count.Load())
	}
	if s.Network != transcript.NetworkOpen || s.Sees.Network {
		t.Errorf("network %q, seen %v", s.Network, s.Sees.Network)
	}
	isolated := list()
	isolated.Isolated = true
	s = run(t, target, isolated)
	if got := answer(t, s)["error"]; got != "failed" || count.Load() != 1 || s.Network == transcript.NetworkOpen {
		t.Errorf("isolated, it says %v, and %d connections were made; network %q", got, count.Load()-1, s.Network)
	}
}

func TestADeadProxyWhereThereAreNoNamespaces(t *testing.T) {
	address, count := listener(t)
	var said notes
	target := newTarget(t, php.Options{
		Path:         vendor(t, acme(reach(address)["curl"]+` return ['success' => false, 'error' => $r . ' ' . getenv('https_proxy')];`)),
		NoNamespaces: true, Note: said.add,
	})
	s := run(t, target, list())
	got, _ := answer(t, s)["error"].(string)
	if !strings.HasPrefix(got, "failed http://127.0.0.1:") || count.Load() != 0 {
		t.Errorf("it says %q, and %d connections were made", got, count.Load())
	}
	if s.Network != transcript.NetworkDeadProxy || s.Sees.Network || s.Calls[0].Network != 0 {
		t.Errorf("network %q, seen %v, %d attempts", s.Network, s.Sees.Network, s.Calls[0].Network)
	}
	said.has(t, "can reach out")
	_, proxy, _ := strings.Cut(got, "http://")
	if l, err := net.Listen("tcp4", proxy); err == nil {
		l.Close()
		t.Errorf("somebody else could listen at the dead proxy %s", proxy)
	}
}
