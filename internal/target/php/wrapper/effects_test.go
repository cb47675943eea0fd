package wrapper

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestOutput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ code, want string }{
		"echo and others":  {`echo 'a'; print 'b'; print_r('c'); printf('%s', 'ü');`, `{"bytes":5,"text":"abcü"}`},
		"bytes":            {`echo "caf\xE9";`, `{"bytes":4,"text":{"$php":"bytes","b64":"Y2Fm6Q=="}}`},
		"cut in text":      {`echo str_repeat('ü', 10);`, `{"bytes":20,"text":"üüü"}`},
		"cut at a letter":  {`echo 'x' . str_repeat('ü', 10);`, `{"bytes":21,"text":"xüüü"}`},
		"own buffer":       {`ob_start(); echo 'hidden'; ob_end_clean();`, `{"bytes":0}`},
		"buffer left open": {`ob_start(); echo 'left';`, `{"bytes":4,"text":"left"}`},
		"printed, then cleaned away": {
			`echo 'gone'; ob_clean();`, `{"bytes":4,"text":"gone"}`,
		},
		"200 MB in one go": {
			`for ($i = 0; $i < 200; $i++) { echo str_repeat('x', 1 << 20); }`, `{"bytes":209715200,"text":"xxxxxxx"}`,
		},
		"text around php tags": {`?>in html<?php`, `{"bytes":7,"text":"in html"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := run{
				module: body(test.code + " return [];"), request: object{"limits": object{"text": 7}},
				ini: []string{"memory_limit=32M"},
			}.do(t)
			same(t, "output", o.only(t, "returned")["output"], test.want)
			if o.stdout != "" {
				t.Errorf("%q reached the standard output", o.stdout)
			}
		})
	}
}

func TestOutputWhileLoading(t *testing.T) {
	t.Parallel()
	o := run{module: "\xEF\xBB\xBF\n<?php\nfunction acme_ListAccounts() { return []; }\n?>\n\n\n"}.do(t)
	same(t, "output", o.only(t, "loaded")["output"], `{"bytes":6,"text":"\ufeff\n\n\n"}`)
	same(t, "output", o.only(t, "returned")["output"], `{"bytes":0}`)
}

// Text past the buffer goes where PHP prints.
func TestDirectOutput(t *testing.T) {
	t.Parallel()
	o := run{module: body(`fwrite(STDOUT, 'direct'); fwrite(STDERR, 'error'); return [];`)}.do(t)
	same(t, "output", o.only(t, "returned")["output"], `{"bytes":0}`)
	if o.stdout != "direct" || o.stderr != "error" {
		t.Errorf("stdout %q, stderr %q", o.stdout, o.stderr)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	o := run{
		module: `<?php
function acme_ListAccounts($params) {
    for ($i = 0; $i < 3; $i++) {
        $x = $params['none'];
    }
    $x = @$params['quiet'];
    trigger_error('note', E_USER_NOTICE);
    trigger_error('old', E_USER_DEPRECATED);
    error_reporting(0);
    $x = $params['unreported'];
    $x = @$params['both'];
    error_reporting(E_ALL & ~E_WARNING);
    $x = $params['masked'];
    $x = @$params['masked and quiet'];
    ini_set('display_errors', '0');
    logActivity('x');
    $x = $params['after a stand-in'];
    return error_get_last()['message'];
}
`,
	}.do(t)
	returned := o.only(t, "returned")
	same(t, "warnings", returned["warnings"], `[
		{"level":"warning","message":"Undefined array key \"none\"",`+acme+`,"line":4,"count":3},
		{"level":"warning","message":"Undefined array key \"quiet\"",`+acme+`,"line":6,"count":1,"silenced":true},
		{"level":"notice","message":"note",`+acme+`,"line":7,"count":1},
		{"level":"deprecated","message":"old",`+acme+`,"line":8,"count":1},
		{"level":"warning","message":"Undefined array key \"unreported\"",`+acme+`,"line":10,"count":1},
		{"level":"warning","message":"Undefined array key \"both\"",`+acme+`,"line":11,"count":1,"silenced":true},
		{"level":"warning","message":"Undefined array key \"masked\"",`+acme+`,"line":13,"count":1},
		{"level":"warning","message":"Undefined array key \"masked and quiet\"",`+acme+`,"line":14,"count":1,"silenced":true},
		{"level":"warning","message":"Undefined array key \"after a stand-in\"",`+acme+`,"line":17,"count":1}]`)
	// The module's own way of finding out about errors works as without us.
	same(t, "error_get_last", returned["value"], `"Undefined array key \"after a stand-in\""`)
	if !strings.Contains(o.stderr, `Undefined array key "none"`) || strings.Contains(o.stderr, "quiet") {
		t.Errorf("stderr %q", o.stderr)
	}
}

func TestWarningsAreCapped(t *testing.T) {
	t.Parallel()
	o := run{
		module:  body(`for ($i = 0; $i < 1000; $i++) { trigger_error(str_repeat('x', 5000) . $i); } return [];`),
		request: object{"limits": object{"warnings": 3, "text": 4}},
	}.do(t)
	same(t, "warnings", o.only(t, "returned")["warnings"], `[
		{"level":"notice","message":"xxxx… (cut; 5001 bytes in all)",`+acme+`,"line":3,"count":1},
		{"level":"notice","message":"xxxx… (cut; 5001 bytes in all)",`+acme+`,"line":3,"count":1},
		{"level":"notice","message":"xxxx… (cut; 5001 bytes in all)",`+acme+`,"line":3,"count":1}]`)
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	module := body(`header('X-Acme: 1'); header('X-Acme: 2'); header('X-Gone: 1'); header_remove('X-Gone');
		setcookie('acme', 'a b', ['path' => '/']); header('Location: /admin/', true, 303); return headers_list();`)
	for _, test := range []struct {
		name, module, headers string
		ini                   []string
	}{
		{"seen", module, `["X-Acme: 2","Set-Cookie: acme=a%20b","Location: /admin/"]`, []string{"disable_functions=" + DisabledFunctions}},
		{"thrown away by PHP", module, `["HTTP status 303 (a redirect)"]`, nil},
		{"status", body(`http_response_code(404); return [];`), `["HTTP status 404"]`, nil},
		{"status line", body(`header('HTTP/1.1 410 Gone'); return [];`), `["HTTP/1.1 410 Gone"]`, []string{"disable_functions=" + DisabledFunctions}},
		{"none", body(`return [];`), `null`, []string{"disable_functions=" + DisabledFunctions}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := run{module: test.module, ini: test.ini, steps: append(list(), object{"call": "2", "function": "ListAccounts"})}.do(t)
			returned := o.all("returned")
			if len(returned) != 2 {
				t.Fatalf("events %v", o.events)
			}
			same(t, "headers", returned[0]["headers"], test.headers)
			if len(o.stderr) > 0 {
				t.Errorf("stderr %q", o.stderr)
			}
		})
	}
}

func TestHeadersWhileLoading(t *testing.T) {
	t.Parallel()
	o := run{module: "<?php header('Location: /'); exit;", ini: []string{"disable_functions=" + DisabledFunctions}}.do(t)
	o.check(t, `{"event":"shutdown","phase":"load","headers":["Location: /"]}{"event":"final"}`)
}

func TestFiles(t *testing.T) {
	t.Parallel()
	root := filepath.Join(resolved(t, t.TempDir()), "root")
	r := run{
		root: root,
		module: `<?php
file_put_contents(__DIR__ . '/at-load.log', 'x');
function acme_ListAccounts() {
    file_put_contents(__DIR__ . '/changed.txt', 'longer than before');
    touch(__DIR__ . '/touched.txt', 86400);
    file_get_contents(__DIR__ . '/read.txt');
    mkdir(__DIR__ . '/../../../cache/deep', 0777, true);
    file_put_contents(__DIR__ . '/../../../cache/deep/list.json', '[]');
    unlink(__DIR__ . '/gone.txt');
    return [];
}
`,
		files: map[string]string{
			"modules/servers/acme/changed.txt": "short", "modules/servers/acme/touched.txt": "x",
			"modules/servers/acme/read.txt": "x", "modules/servers/acme/gone.txt": "x",
		},
		steps: append(list(), object{"call": "nothing", "function": "ConfigOptions"}),
	}
	if runtime.GOOS != "windows" {
		// A link in a circle must not be followed.
		if err := os.MkdirAll(root, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(root, filepath.Join(root, "circle")); err != nil {
			t.Fatal(err)
		}
	}
	o := r.do(t)
	same(t, "files", o.only(t, "loaded")["files"], `["modules/servers/acme/at-load.log"]`)
	same(t, "files", o.only(t, "returned")["files"], `["cache/","cache/deep/","cache/deep/list.json",
		"modules/servers/acme/changed.txt","modules/servers/acme/touched.txt"]`)
}

// The counters of a namespace of its own, in which nothing can be reached.
func TestNetwork(t *testing.T) {
	t.Parallel()
	unshare := []string{"unshare", "-Urn"}
	if exec.Command("unshare", "-Urn", "true").Run() != nil {
		t.Skip("this system does not let a user make a network namespace")
	}
	loopback := append(unshare, "sh", "-c", `ip link set lo up && exec "$@"`, "sh")
	up := exec.Command(loopback[0], append(loopback[1:], "true")...).Run() == nil
	for _, test := range []struct {
		name, code string
		// up is whether it can be counted only with the loopback interface up.
		up bool
	}{
		{name: "curl by name", code: `$h = curl_init('https://panel.example.test/'); curl_exec($h);`},
		{name: "curl by address", code: `$h = curl_init('https://192.0.2.1/'); curl_exec($h);`},
		{name: "curl to this machine", code: `$h = curl_init('https://127.0.0.1/'); curl_exec($h);`},
		{name: "curl by IPv6", code: `$h = curl_init('https://[2001:db8::1]/'); curl_exec($h);`, up: true},
		{name: "curl to this machine by IPv6", code: `$h = curl_init('https://[::1]/'); curl_exec($h);`, up: true},
		{name: "fsockopen", code: `@fsockopen('192.0.2.1', 80);`},
		{name: "file_get_contents", code: `@file_get_contents('http://panel.example.test/');`},
		{name: "gethostbyname", code: `gethostbyname('panel.example.test');`},
		{name: "datagram", code: `@stream_socket_client('udp://192.0.2.1:53');`},
		{name: "child process", code: `exec(PHP_BINARY . ' -n -r "@fsockopen(\'192.0.2.1\', 80);"');`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before := unshare
			if test.up {
				if !up {
					t.Skip("the loopback interface cannot be raised without ip")
				}
				before = loopback
			}
			code := strings.ReplaceAll(test.code, "curl_exec(", "curl_setopt($h, CURLOPT_RETURNTRANSFER, true); curl_exec(")
			o := run{
				module: "<?php\n" + code + "\nfunction acme_ListAccounts() {\n" + code + "\nreturn [];\n}\n" +
					"function acme_Quiet() { return [gethostname(), file_get_contents(__FILE__) !== '', gethostbyname('192.0.2.1')]; }",
				request: object{"countNetwork": true}, before: before,
				steps: append(list(), object{"call": "quiet", "function": "Quiet"}),
			}.do(t)
			if n := o.only(t, "loaded")["network"]; n == nil {
				t.Errorf("no attempt counted while loading")
			}
			returned := o.all("returned")
			if len(returned) != 2 || returned[0]["network"] == nil || returned[1]["network"] != nil {
				t.Errorf("attempts counted wrongly: %v", returned)
			}
		})
	}
}

// The recorder keeps up with long lists.
func TestLongList(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	o := run{
		module: body(`$list = [];
			for ($i = 0; $i < 20000; $i++) {
				$list[] = ['email' => "u$i@example.test", 'username' => "u$i", 'domain' => "d$i.example.test",
					'uniqueIdentifier' => "d$i.example.test", 'product' => 'Basic', 'primaryip' => '192.0.2.1',
					'created' => '2019-07-02 13:15:00', 'status' => 'Active'];
			}
			return ['success' => true, 'accounts' => $list];`),
	}.do(t)
	if n := len(o.all("account")); n != 20000 {
		t.Errorf("%d account events, want 20000", n)
	}
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}
