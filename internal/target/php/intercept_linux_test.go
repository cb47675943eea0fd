package php_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/recording"
	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// errnos asks for three pages and says with which error of curl each ended, and
// whether a connection came about.
const errnos = `$seen = [];
foreach (['/1', '/2', '/3'] as $page) {
	$c = curl_init('https://localhost:9' . $page);
	curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_CONNECTTIMEOUT_MS => 3000, CURLOPT_TIMEOUT => 60]);
	curl_exec($c);
	$seen[] = curl_errno($c) . (curl_getinfo($c, CURLINFO_CONNECT_TIME) > 0 ? '' : ' unconnected');
}
return ['success' => false, 'error' => implode(', ', $seen)];`

// pages is a recorded conversation of three requests.
func pages() *recording.Conversation {
	c := &recording.Conversation{}
	for _, page := range []string{"/1", "/2", "/3"} {
		c.Entries = append(c.Entries, recording.Entry{
			Request: upstream.Request{Method: "GET", Scheme: "https", Host: "localhost:9", Target: page, Header: http.Header{}},
			Reply:   upstream.Reply{Status: 200, Header: http.Header{}, Body: []byte(page)},
		})
	}
	return c
}

func TestConnectionFaults(t *testing.T) {
	needPHP(t)
	needCells(t)
	const unsupported = "unsupported"
	for name, c := range map[string]struct {
		fault       string
		at, through int
		level       string
		want        string
		exchanges   int
	}{
		"none":                       {fault: "", want: "0, 0, 0", exchanges: 3},
		"hangs":                      {fault: "connect-hang", want: "28 unconnected, 28 unconnected, 28 unconnected"},
		"hangs from the first on":    {fault: "connect-hang", at: 1, want: "28 unconnected, 28 unconnected, 28 unconnected"},
		"hangs from the second on":   {fault: "connect-hang", at: 2, want: "0, 28 unconnected, 28 unconnected", exchanges: 1},
		"hangs from the third on":    {fault: "connect-hang", at: 3, want: "0, 0, 28 unconnected", exchanges: 2},
		"refused":                    {fault: "refused", want: "7 unconnected, 7 unconnected, 7 unconnected"},
		"refused from the second on": {fault: "refused", at: 2, want: "0, 7 unconnected, 7 unconnected", exchanges: 1},
		"refused by a proxy":         {fault: "refused", level: "proxy", want: "7 unconnected, 7 unconnected, 7 unconnected"},
		"refused where PHP's functions are replaced": {
			fault: "refused", level: "prepend", want: "7 unconnected, 7 unconnected, 7 unconnected",
		},
		"hangs, by a proxy":                   {fault: "connect-hang", level: "proxy", want: unsupported},
		"hangs, by replaced functions":        {fault: "connect-hang", level: "prepend", at: 2, want: unsupported},
		"does not resolve, by a proxy":        {fault: "unresolvable", level: "proxy", want: unsupported},
		"does not resolve, by our functions":  {fault: "unresolvable", level: "prepend", want: unsupported},
		"a proxy without any fault":           {level: "proxy", want: "0, 0, 0", exchanges: 3},
		"replaced functions, without a fault": {level: "prepend", want: "0, 0, 0", exchanges: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := newTarget(t, php.Options{Path: vendor(t, acme(errnos)), Intercept: c.level, Recording: pages()})
			f, known := fault.Find(c.fault)
			if c.fault != "" && !known {
				t.Fatalf("there is no fault %s", c.fault)
			}
			planned := list()
			planned.Steps[0].Params["serverport"] = closedPort
			planned.Upstream = &scenario.Upstream{Answers: transcript.AnswersRecorded, Fault: f, At: c.at, Scheme: scenario.HTTPS}
			s := run(t, target, planned)
			got := unsupported
			if len(s.Troubles) == 0 {
				got, _ = answer(t, s)["error"].(string)
			} else if x := s.Troubles[0]; x.Kind != transcript.TroubleUnsupported || !strings.Contains(x.Message, c.level) || !strings.Contains(x.Advice, "--intercept namespace") {
				t.Errorf("the trouble is %+v", x)
			}
			if got != c.want || len(s.Exchanges) != c.exchanges {
				t.Errorf("got %q with %d exchanges, want %q with %d", got, len(s.Exchanges), c.want, c.exchanges)
			}
		})
	}
}

// The one name that does not resolve ceases to do so at the request it is meant
// for. curl keeps names for a minute within one handle.
func TestANameThatCeasesToResolve(t *testing.T) {
	needPHP(t)
	needCells(t)
	f, _ := fault.Find("unresolvable")
	target := newTarget(t, php.Options{Path: vendor(t, acme(strings.ReplaceAll(errnos, "localhost", "panel.example.test"))), Recording: func() *recording.Conversation {
		c := pages()
		for i := range c.Entries {
			c.Entries[i].Request.Host = "panel.example.test:9"
		}
		return c
	}()})
	planned := list()
	planned.Steps[0].Params["serverport"] = closedPort
	planned.Upstream = &scenario.Upstream{Answers: transcript.AnswersRecorded, Fault: f, At: 2, Scheme: scenario.HTTPS}
	if got, want := answer(t, run(t, target, planned))["error"], "0, 6 unconnected, 6 unconnected"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What the module tried at ports nobody listens at is told, by the name it used.
func TestUnheardAttempts(t *testing.T) {
	needPHP(t)
	needCells(t)
	body := `foreach (['panel.example.test:4711', '203.0.113.7:4712', 'panel.example.test:4711', 'panel.example.test:2087'] as $to) {
		if ($f = @stream_socket_client('tcp://' . $to, $no, $text, 20)) { fclose($f); } }
		return ['success' => false, 'error' => 'asked'];`
	for name, c := range map[string]struct {
		fault string
		want  []string
	}{
		"a port that is listened at": {"http-500", []string{"panel.example.test:4711", "203.0.113.7:4712"}},
		"refused":                    {"refused", []string{"panel.example.test:4711", "203.0.113.7:4712"}},
		"hanging":                    {"reset-on-accept", []string{"panel.example.test:4711", "203.0.113.7:4712"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := asked(t, newTarget(t, php.Options{Path: vendor(t, acme(body))}), c.fault, scenario.HTTPS)
			if diff := cmp.Diff(c.want, s.Exit.Unheard); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Levels that cannot be had say why, and what else there is.
func TestLevelsThatDoNotWork(t *testing.T) {
	needPHP(t)
	authority, err := upstream.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other.pem")
	if err := os.WriteFile(other, authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		options         php.Options
		message, advice string
		body            string
	}{
		"no namespaces":       {php.Options{NoNamespaces: true}, "namespaces are switched off", "--intercept prepend (PHP 8 or newer) or --intercept proxy", ""},
		"what that gives up":  {php.Options{NoNamespaces: true}, "", "a client that ignores proxy settings reaches the network", ""},
		"out of reach":        {php.Options{PHP: script(t, `exec env -i PATH="$PATH" php "$@" 3>&- 4<&-`), FileChannel: true}, "runs it out of reach", "--php", ""},
		"no proxy settings":   {php.Options{PHP: script(t, `exec env -i PATH="$PATH" php "$@"`), Intercept: "proxy"}, "does not hand proxy settings on", "--php", ""},
		"settings in the way": {php.Options{Intercept: "prepend", Ini: []string{"auto_prepend_file="}}, "no request could be made for a test", "disable_functions", ""},
		"another authority":   {php.Options{Intercept: "proxy", Ini: []string{"openssl.cafile=" + other}}, "did not arrive (the module ended the TLS handshake: it ", "php.ini", ""},
		"nothing to ask with": {php.Options{Intercept: "proxy", Ini: []string{"disable_functions=curl_exec"}}, "no request could be made for a test", "disable_functions", ""},
		"headers that are asked for": {
			php.Options{Intercept: "prepend"}, "modules/servers/acme/acme.php uses get_headers(), which", "--intercept namespace",
			"$h = @get_headers('http://localhost:9/'); " + empty,
		},
		"headers that are lost": {
			php.Options{Intercept: "prepend"}, "modules/servers/acme/acme.php uses $http_response_header", "--intercept namespace",
			"@file_get_contents('http://localhost:9/'); return ['success' => false, 'error' => $http_response_header[0]];",
		},
	} {
		t.Run(name, func(t *testing.T) {
			body := empty
			if c.body != "" {
				body = c.body
			}
			c.options.Path = vendor(t, acme(body))
			s := asked(t, newTarget(t, c.options), "http-500", scenario.HTTPS)
			if len(s.Troubles) != 1 || len(s.Calls) != 1 || s.Exit != nil {
				t.Fatalf("got %s", show(t, withoutLinks(s)))
			}
			x := s.Troubles[0]
			if x.Kind != transcript.TroubleUnsupported || !strings.Contains(x.Message, c.message) || !strings.Contains(x.Advice, c.advice) {
				t.Errorf("got %+v", x)
			}
		})
	}
}

// At no level does the module see the environment of a build server, and what
// the user hands on does not lead its clients elsewhere.
func TestLevelsKeepTheEnvironmentToThemselves(t *testing.T) {
	needPHP(t)
	t.Setenv("CI_JOB_TOKEN", "canary-of-the-build-server")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:9")
	t.Setenv("NO_PROXY", "*")
	for _, level := range []string{transcript.InterceptProxy, transcript.InterceptPrepend} {
		t.Run(level, func(t *testing.T) {
			target := newTarget(t, php.Options{
				Path: vendor(t, acme(`$all = getenv() + $_ENV + $_SERVER; ksort($all);
					$proxies = []; foreach (['http_proxy', 'HTTPS_PROXY', 'all_proxy'] as $n) { $proxies[] = getenv($n); }
					return ['success' => false, 'error' => json_encode([count(array_unique($proxies)), getenv('NO_PROXY'), is_file(getenv('SSL_CERT_FILE')),
						getenv('CURL_CA_BUNDLE') === ini_get('curl.cainfo'), stripos(serialize($all), 'canary') !== false])];`)),
				Intercept: level, Env: []string{"https_proxy=http://127.0.0.1:9", "NO_PROXY=*", "no_proxy=*"},
			})
			if got, want := answer(t, asked(t, target, "http-500", scenario.HTTPS))["error"], `[1,"",true,true,false]`; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// Requests that are led to syncproof go on to the real server, and come back.
func TestLevelsLeadToARealServer(t *testing.T) {
	needPHP(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Method+" "+r.URL.String()) }))
	defer server.Close()
	want := map[string][]string{
		transcript.InterceptProxy:   {"curl: GET /a?b=c"},
		transcript.InterceptPrepend: {"curl: GET /a?b=c", "stream: GET /d", "socket: GET /e"},
	}
	for level, clients := range want {
		t.Run(level, func(t *testing.T) {
			target := newTarget(t, php.Options{Live: true, Intercept: level, Path: vendor(t, acme(`
				$url = 'http://' . $params['serverhostname'];
				[$host, $port] = explode(':', $params['serverhostname']);
				$c = curl_init($url . '/a?b=c'); curl_setopt($c, CURLOPT_RETURNTRANSFER, true); $seen = ['curl: ' . curl_exec($c)];
				if (ini_get('auto_prepend_file') !== '') {
					$seen[] = 'stream: ' . file_get_contents($url . '/d');
					$f = fsockopen($host, (int) $port); fwrite($f, "GET /e HTTP/1.0\r\nHost: $host:$port\r\n\r\n");
					$seen[] = 'socket: ' . explode("\r\n\r\n", stream_get_contents($f))[1];
				}
				return ['success' => false, 'error' => implode(', ', $seen)];`))})
			planned := list()
			planned.Steps[0].Params["serverhostname"] = strings.TrimPrefix(server.URL, "http://")
			planned.Upstream = &scenario.Upstream{Answers: transcript.AnswersLive, Scheme: scenario.HTTP}
			s := run(t, target, planned)
			if got := answer(t, s)["error"]; got != strings.Join(clients, ", ") || len(s.Exchanges) != len(clients) {
				t.Errorf("got %q in %d exchanges, want %q", got, len(s.Exchanges), clients)
			}
			for _, x := range s.Exchanges {
				if !strings.HasPrefix(x.URL, server.URL+"/") || x.Status != http.StatusOK || x.Problem != "" {
					t.Errorf("exchange %+v", x)
				}
			}
		})
	}
}

// What is said without running the module: which levels work, and which is used.
func TestInterceptionIsKnownBeforehand(t *testing.T) {
	needPHP(t)
	for name, c := range map[string]struct {
		options php.Options
		want    []string
	}{
		"nothing chosen": {php.Options{NoNamespaces: true}, []string{"namespace chosen: namespaces are switched off", "prepend", "proxy"}},
		"a proxy chosen": {php.Options{NoNamespaces: true, Intercept: "proxy"}, []string{"namespace: namespaces are switched off", "prepend", "proxy chosen"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.Path = vendor(t, map[string]string{"acme.php": "<?php\nfile_put_contents(__DIR__ . '/ran', '');\nfunction acme_ListAccounts() {}\n"})
			levels, err := newTarget(t, c.options).Interception(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range levels {
				text := l.Name
				if l.Chosen {
					text += " chosen"
				}
				if l.Problem != "" {
					text += ": " + l.Problem
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, err := os.Stat(filepath.Join(c.options.Path, "ran")); err == nil {
				t.Error("the module was run")
			}
		})
	}
}
