package php_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/scenario"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// needCells ends a test that needs namespaces where there are none.
func needCells(t *testing.T) {
	t.Helper()
	if err := netns.Check(t.Context()); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_NETNS") == "1" {
			t.Fatalf("SYNCPROOF_REQUIRE_NETNS is set: %v", err)
		}
		t.Skip(err)
	}
}

// client is a way to ask a panel.
type client struct {
	// name is how docs/interception.md calls it.
	name string
	// code asks URL, an https address.
	code string
	// extension and tool are what it needs besides PHP.
	extension, tool string
	// guzzle says that it needs Debian's package of Guzzle.
	guzzle bool
}

const guzzleAutoload = "/usr/share/php/GuzzleHttp/autoload.php"

func clients() []client {
	const curl = `$c = curl_init(URL); curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true%s]); curl_exec($c);`
	const soap = `try { $s = new SoapClient(%s, ['location' => URL, 'uri' => 'urn:x', 'cache_wsdl' => 0]); $s->accounts(); } catch (SoapFault $e) {}`
	return []client{
		{name: "curl", extension: "curl", code: fmt.Sprintf(curl, "")},
		{name: "curl that does not verify certificates", extension: "curl", code: fmt.Sprintf(curl, ", CURLOPT_SSL_VERIFYPEER => false")},
		{name: "curl with `CURLOPT_PROXY` set to `''`", extension: "curl", code: fmt.Sprintf(curl, ", CURLOPT_PROXY => ''")},
		{name: "curl with a `CURLOPT_CAINFO` of its own", extension: "curl", code: fmt.Sprintf(curl, ", CURLOPT_CAINFO => '/etc/ssl/certs/ca-certificates.crt'")},
		{name: "curl_multi", extension: "curl", code: `$m = curl_multi_init(); $c = curl_init(URL); curl_setopt($c, CURLOPT_RETURNTRANSFER, true);
			curl_multi_add_handle($m, $c); do { curl_multi_exec($m, $run); curl_multi_select($m, 1); } while ($run);`},
		{name: "curl_multi with `CURLOPT_PROXY` set to `''`", extension: "curl", code: `$m = curl_multi_init(); $c = curl_init(URL);
			curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_PROXY => '']);
			curl_multi_add_handle($m, $c); do { curl_multi_exec($m, $run); curl_multi_select($m, 1); } while ($run);`},
		{name: "Guzzle", extension: "curl", guzzle: true, code: `require '` + guzzleAutoload + `'; (new GuzzleHttp\Client(['http_errors' => false]))->get(URL);`},
		{name: "file_get_contents", code: `@file_get_contents(URL);`},
		{name: "file_get_contents with a context", code: `@file_get_contents(URL, false, stream_context_create(['http' => ['header' => 'X-A: b']]));`},
		{name: "simplexml_load_file", extension: "SimpleXML", code: `@simplexml_load_file(URL);`},
		{name: "fsockopen('ssl://…')", code: `$f = @fsockopen('ssl://' . HOST, PORT, $n, $e, 5); if ($f) { fwrite($f, "GET / HTTP/1.0\r\nHost: " . HOST . "\r\n\r\n"); fread($f, 9); }`},
		{name: "stream_socket_client('tls://…')", extension: "sockets", code: `$f = @stream_socket_client('tls://' . HOST . ':' . PORT, $n, $e, 5);
			if ($f) { fwrite($f, "GET / HTTP/1.0\r\nHost: " . HOST . "\r\n\r\n"); fread($f, 9); }`},
		{name: "SoapClient without a WSDL", extension: "soap", code: fmt.Sprintf(soap, "null")},
		{name: "SoapClient, the WSDL itself", extension: "soap", code: fmt.Sprintf(soap, "URL")},
		{name: "ext/sockets", extension: "sockets", code: `$s = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
			if (@socket_connect($s, gethostbyname(HOST), PORT)) { socket_write($s, "GET / HTTP/1.0\r\nHost: " . HOST . "\r\n\r\n"); socket_read($s, 9); }`},
		{name: "`exec('curl …')`", tool: "curl", code: `exec('curl -s ' . URL);`},
	}
}

// missing says what a client needs and this machine lacks.
func (c client) missing(extensions []string) string {
	has := func(name string) bool {
		for _, e := range extensions {
			if strings.EqualFold(e, name) {
				return true
			}
		}
		return false
	}
	if c.extension != "" && !has(c.extension) {
		return "PHP has no extension " + c.extension
	}
	if c.tool != "" {
		if _, err := exec.LookPath(c.tool); err != nil {
			return "there is no program " + c.tool
		}
	}
	if _, err := os.Stat(guzzleAutoload); c.guzzle && err != nil {
		return "Guzzle is not installed"
	}
	return ""
}

// closedPort is one of this machine, discard, at which nobody listens: a client
// that is not caught is refused, and reaches nobody.
const closedPort = "9"

// asked plays a fault at every request of a module with that body, and returns
// the session.
func asked(t *testing.T, target *php.Target, id, scheme string) *transcript.Session {
	t.Helper()
	f, known := fault.Find(id)
	if !known {
		t.Fatalf("there is no fault %s", id)
	}
	return run(t, target, scenario.Session{
		ID: scenario.FaultID(id, scheme), Purpose: "list the accounts", Request: scenario.RequestAdmin,
		Upstream: &scenario.Upstream{Fault: f, Scheme: scheme},
		Steps: []scenario.Step{{
			Call: scenario.FaultID(id, scheme), Function: "ListAccounts",
			Params: map[string]any{"serverhostname": "localhost", "serverport": closedPort},
		}},
	})
}

// Which level catches which client is as docs/interception.md says.
func TestLevelsCatchTheClientsTheDocumentSays(t *testing.T) {
	needPHP(t)
	needCells(t)
	raw, err := os.ReadFile("../../../docs/interception.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string][]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (.+?) \| (yes|no) \| (yes|no) \| (yes|no) \|$`).FindAllStringSubmatch(string(raw), -1) {
		documented[row[1]] = row[2:]
	}
	levels := []string{transcript.InterceptProxy, transcript.InterceptPrepend, transcript.InterceptNamespace}
	named := 0
	for _, c := range clients() {
		want, ok := documented[c.name]
		if !ok {
			t.Errorf("docs/interception.md does not name %q", c.name)
			continue
		}
		named++
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := vendor(t, acme(fmt.Sprintf("if (!defined('URL')) { define('HOST', 'localhost'); define('PORT', %s); define('URL', 'https://localhost:%[1]s/'); }\n%s\n"+
				`return ['success' => false, 'error' => 'asked'];`, closedPort, c.code)))
			var got []string
			for _, level := range levels {
				target := newTarget(t, php.Options{Path: path, Intercept: level})
				probe, _, err := target.Probe(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if why := c.missing(probe.Extensions); why != "" {
					if os.Getenv("SYNCPROOF_REQUIRE_TOOLS") == "1" {
						t.Fatal(why)
					}
					t.Skip(why)
				}
				s := asked(t, target, "http-401-json", scenario.HTTPS)
				if len(s.Troubles) > 0 || answer(t, s)["error"] != "asked" || s.Upstream.Level != level {
					t.Fatalf("at %s: %s", level, show(t, withoutLinks(s)))
				}
				caught := "no"
				for _, x := range s.Exchanges {
					if x.Method != "" && x.Fault == "http-401-json" {
						caught = "yes"
					}
				}
				got = append(got, caught)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("at %v (-documented +seen):\n%s", levels, diff)
			}
		})
	}
	if named != len(documented) {
		t.Errorf("docs/interception.md has %d clients, the test %d", len(documented), named)
	}
}
