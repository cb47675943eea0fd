package upstream_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// curlScript makes one request with ext/curl and prints what curl saw.
const curlScript = `<?php
$c = curl_init($argv[1]);
curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_FOLLOWLOCATION => $argv[2] === 'follow',
    CURLOPT_MAXREDIRS => 5, CURLOPT_CONNECTTIMEOUT_MS => 1500, CURLOPT_TIMEOUT_MS => 1500, CURLOPT_ENCODING => null]);
$body = curl_exec($c);
echo json_encode(['errno' => curl_errno($c), 'status' => curl_getinfo($c, CURLINFO_RESPONSE_CODE),
    'length' => is_string($body) ? strlen($body) : -1, 'json' => is_string($body) && json_decode($body) !== null,
    'text' => is_string($body) ? substr(base64_encode($body), 0, 400) : null]);
`

type seen struct {
	Errno, Status, Length int
	JSON                  bool
}

type good string

func (g good) Respond(_ context.Context, _ upstream.Request) (upstream.Reply, error) {
	return upstream.Reply{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(g)}, nil
}

const goodBody = `{"accounts":[{"id":"1"},{"id":"2"},{"id":"3"}]}`

type bench struct {
	t         *testing.T
	ca        string
	authority *upstream.Authority
	script    string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
			t.Fatal("PHP is not installed; run scripts/setup")
		}
		t.Skip("PHP is not installed")
	}
	authority, err := upstream.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	b := &bench{t: t, ca: filepath.Join(dir, "ca.pem"), authority: authority, script: filepath.Join(dir, "curl.php")}
	for name, text := range map[string][]byte{b.ca: authority.PEM(), b.script: []byte(curlScript)} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// run makes one request through a proxy and returns what curl and the proxy saw.
func (b *bench) run(choose func(int) (fault.Fault, bool), address, follow string) (seen, []upstream.Exchange) {
	b.t.Helper()
	var mu sync.Mutex
	var exchanges []upstream.Exchange
	proxy, err := upstream.Listen(b.t.Context(), upstream.Options{
		Authority: b.authority, Good: good(goodBody), Fault: choose,
		Observe: func(x upstream.Exchange) {
			mu.Lock()
			defer mu.Unlock()
			exchanges = append(exchanges, x)
		},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "php", "-d", "curl.cainfo="+b.ca, b.script, address, follow)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "http_proxy=http://" + proxy.Addr(), "https_proxy=http://" + proxy.Addr()}
	out, err := cmd.Output()
	proxy.Close()
	if err != nil {
		b.t.Fatalf("curl: %v", err)
	}
	var s seen
	if err := json.Unmarshal(out, &s); err != nil {
		b.t.Fatalf("curl printed %q: %v", out, err)
	}
	return s, exchanges
}

func always(f fault.Fault) func(int) (fault.Fault, bool) {
	return func(int) (fault.Fault, bool) { return f, true }
}

func TestProxyAnswersTruly(t *testing.T) {
	b := newBench(t)
	for _, scheme := range []string{"http", "https"} {
		s, exchanges := b.run(nil, scheme+"://panel.example.test:2087/api?page=1", "")
		if want := (seen{0, 200, len(goodBody), true}); s != want {
			t.Errorf("%s: curl saw %+v, want %+v", scheme, s, want)
		}
		if len(exchanges) != 1 || exchanges[0].Request == nil {
			t.Fatalf("%s: exchanges = %+v", scheme, exchanges)
		}
		r := exchanges[0].Request
		if r.Scheme != scheme || r.Host != "panel.example.test:2087" || r.Target != "/api?page=1" || r.Method != http.MethodGet {
			t.Errorf("%s: request = %+v", scheme, r)
		}
		if via := map[string]string{"http": "absolute", "https": "connect"}[scheme]; exchanges[0].Via != via {
			t.Errorf("%s came via %s, want %s", scheme, exchanges[0].Via, via)
		}
	}
}

// Every fault is the real thing to ext/curl, over http and https. Errors of
// curl: 7 connect, 18 partial, 28 timeout, 35 TLS, 47 redirects, 56 receive,
// 60 certificate, 1 unsupported protocol (an answer that is not HTTP).
func TestFaultsAsCurlSeesThem(t *testing.T) {
	b := newBench(t)
	type want struct{ plain, tls []int }
	same := func(errnos ...int) want { return want{errnos, errnos} }
	wants := map[string]want{
		"refused": same(7), "unresolvable": same(7),
		"reset-on-accept": same(56, 35), "silent-accept": same(28), "connect-hang": same(28),
		"tls-silent": {[]int{0}, []int{28}}, "tls-garbage": {[]int{0}, []int{35}},
		"tls-wrong-host": {[]int{0}, []int{60}}, "tls-expired": {[]int{0}, []int{60}}, "tls-self-signed": {[]int{0}, []int{60}},
		"silent-request": same(28), "silent-body": same(28), "drip": same(28),
		"reset-in-body": same(56), "short-body": same(18), "broken-chunk": same(56),
		"not-http": same(1),
	}
	for _, f := range fault.All() {
		t.Run(f.ID, func(t *testing.T) {
			t.Parallel()
			b := &bench{t: t, ca: b.ca, authority: b.authority, script: b.script}
			for _, scheme := range []string{"http", "https"} {
				s, exchanges := b.run(always(f), scheme+"://panel.example.test:2087/api", "")
				w, ok := wants[f.ID]
				errnos := []int{0}
				if ok {
					if errnos = w.plain; scheme == "https" {
						errnos = w.tls
					}
				}
				if f.ID == "flood" {
					// 200 MB arrive or the client's own limit ends it.
					errnos = []int{0, 28}
				}
				if !contains(errnos, s.Errno) {
					t.Errorf("%s: curl error %d, want one of %v (%+v)", scheme, s.Errno, errnos, s)
				}
				if s.Errno == 0 && f.Play.Status != 0 && f.Layer != fault.TLS && s.Status != f.Play.Status {
					t.Errorf("%s: status %d, want %d", scheme, s.Status, f.Play.Status)
				}
				for _, x := range exchanges {
					if x.Fault != f.ID && (!f.NeedsTLS() || scheme != "http") {
						t.Errorf("%s: exchange names fault %q", scheme, x.Fault)
					}
				}
			}
		})
	}
}

func contains(list []int, n int) bool {
	for _, x := range list {
		if x == n {
			return true
		}
	}
	return false
}

// A fault strikes the request it is meant for and no other, refusal included.
func TestFaultAtOneRequest(t *testing.T) {
	b := newBench(t)
	const script = `<?php
$out = [];
for ($i = 0; $i < 3; $i++) {
    $c = curl_init($argv[1]);
    curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 20]);
    $body = curl_exec($c);
    $out[] = curl_errno($c) . ':' . (is_string($body) ? strlen($body) : '-');
}
echo implode(' ', $out);
`
	three := filepath.Join(t.TempDir(), "three.php")
	if err := os.WriteFile(three, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{
		"empty":   "0:47 0:0 0:47",
		"refused": "0:47 7:- 7:-", // a port that is closed stays closed
	}
	for id, want := range cases {
		f, _ := fault.Find(id)
		proxy, err := upstream.Listen(t.Context(), upstream.Options{
			Authority: b.authority, Good: good(goodBody),
			Fault: func(n int) (fault.Fault, bool) { return f, n == 2 },
		})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "php", "-d", "curl.cainfo="+b.ca, three, "https://panel.example.test/")
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "https_proxy=http://" + proxy.Addr()}
		out, err := cmd.Output()
		proxy.Close()
		if err != nil || string(out) != want {
			t.Errorf("%s at request 2: %q, %v; want %q", id, out, err, want)
		}
	}
}

func TestRedirects(t *testing.T) {
	b := newBench(t)
	cases := map[string]struct {
		errno, status int
		hosts         string
	}{
		"redirect-login":     {0, 200, "panel.example.test panel.example.test"},
		"redirect-loop":      {47, 302, strings.TrimSpace(strings.Repeat("panel.example.test ", 6))},
		"redirect-elsewhere": {0, 200, "panel.example.test " + fault.ElsewhereHost},
	}
	for id, c := range cases {
		f, _ := fault.Find(id)
		s, exchanges := b.run(always(f), "https://panel.example.test/api", "follow")
		var hosts []string
		for _, x := range exchanges {
			hosts = append(hosts, x.Request.Host)
		}
		if s.Errno != c.errno || s.Status != c.status || strings.Join(hosts, " ") != c.hosts {
			t.Errorf("%s: curl %d, status %d, hosts %v", id, s.Errno, s.Status, hosts)
		}
	}
}

// Closing the proxy ends what it holds, and every exchange has been observed.
func TestCloseEndsWhatIsHeld(t *testing.T) {
	authority, err := upstream.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	f, _ := fault.Find("silent-request")
	observed := 0
	proxy, err := upstream.Listen(t.Context(), upstream.Options{
		Authority: authority, Fault: always(f), Observe: func(upstream.Exchange) { observed++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	requested := make(chan struct{})
	go func() {
		defer close(requested)
		req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+proxy.Addr()+"/", nil)
		if resp, err := http.DefaultTransport.RoundTrip(req); err == nil {
			resp.Body.Close()
		}
	}()
	// The exchange has begun once the proxy holds the connection open past a
	// second request on the same port.
	for proxy.Begun() == 0 {
		time.Sleep(time.Millisecond)
	}
	proxy.Close()
	<-requested
	if observed != 1 {
		t.Errorf("%d exchanges observed, want 1", observed)
	}
}

func TestCatalogue(t *testing.T) {
	ids := map[string]bool{}
	for _, f := range fault.All() {
		if ids[f.ID] {
			t.Errorf("fault %q occurs twice", f.ID)
		}
		ids[f.ID] = true
		if f.Title == "" || f.Detail == "" || f.Expect == "" || f.Rule == "" || f.Layer == "" {
			t.Errorf("fault %q is not fully described: %+v", f.ID, f)
		}
	}
}
