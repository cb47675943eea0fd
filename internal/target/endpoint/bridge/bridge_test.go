package bridge

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const good = `return ['success' => true, 'accounts' => [['username' => "caf\xE9"], 'k' => new DateTime('2020-01-01 UTC')]];`

func TestSource(t *testing.T) {
	t.Parallel()
	source, err := Source()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Source()
	if err != nil || string(again) != string(source) {
		t.Error("two files differ")
	}
	path := filepath.Join(t.TempDir(), "bridge.php")
	if err := os.WriteFile(path, source, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(php(t), "-n", "-l", path).CombinedOutput(); err != nil {
		t.Errorf("%s", out)
	}
	text := string(source)
	for _, once := range []string{
		"<?php\n\n/**\n * bridge.php puts", "declare(strict_types=1);", "Bridge::run();", "final class Encoder", "class Status",
		"function logModuleCall(",
	} {
		if strings.Count(text, once) != 1 {
			t.Errorf("%q occurs %d times, want once", once, strings.Count(text, once))
		}
	}
	for _, never := range []string{"?>", "SYNCPROOF_RESULT", "__DIR__ . '/src", "<<<"} {
		if strings.Contains(text, never) {
			t.Errorf("%q occurs", never)
		}
	}
}

func TestCall(t *testing.T) {
	t.Parallel()
	s := setup{files: list(`logModuleCall('acme', 'x', $params); ` + good)}.start(t)
	// Twice: nothing is left over from the first time.
	for range 2 {
		a, events := s.ask(t, object{"request": "admin"}).read(t, "ListAccounts")
		if got := summary(events); got != "boot loaded:true call record:logModuleCall account account returned shutdown:end final" {
			t.Errorf("events %s", got)
		}
		if a.Noise.Bytes != 0 || !a.Honoured("request") || a.Honoured("withoutWHMCS") || !a.Sees.State {
			t.Errorf("answer %+v", a)
		}
		boot := only(t, events, "boot")
		if boot["whmcs"] != false || boot["sapi"] != "cli-server" {
			t.Errorf("boot %v", boot)
		}
		same(t, "value", only(t, events, "returned")["value"],
			`{"success":true,"accounts":{"$php":"accounts","count":2,"list":false}}`)
		same(t, "functions", only(t, events, "loaded")["functions"],
			`[{"name":"acme_ListAccounts","file":"modules/servers/acme/acme.php","line":2,"end":4}]`)
		record := only(t, events, "record")
		if record["file"] != "modules/servers/acme/acme.php" || record["line"] != 3.0 {
			t.Errorf("record %v", record)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	request := `{"version":1,"module":"acme","function":"ListAccounts","params":{}}`
	for _, test := range []struct {
		name   string
		env    []string
		file   string
		header map[string]string
		status int
		say    string
	}{
		{"bearer", nil, "", bearer(), 200, ""},
		{"own header", nil, "", map[string]string{"X-Syncproof-Token": token}, 200, ""},
		{"token file", []string{}, "<?php return '" + token + "';", bearer(), 200, ""},
		{"none given", nil, "", nil, 401, "The token is missing or wrong.\n"},
		{"empty", nil, "", map[string]string{"Authorization": "Bearer "}, 401, "The token is missing or wrong.\n"},
		{"wrong", nil, "", map[string]string{"Authorization": "Bearer " + token + "x"}, 401, "The token is missing or wrong.\n"},
		{"wrong kind", nil, "", map[string]string{"Authorization": "Basic " + token}, 401, "The token is missing or wrong.\n"},
		{
			"none configured", []string{}, "", map[string]string{"X-Syncproof-Token": ""}, 503,
			"This bridge has no token, so it answers nobody. Set one as the comment at its top says.\n",
		},
		{
			"short", []string{"SYNCPROOF_BRIDGE_TOKEN=" + token[1:]}, "", map[string]string{"X-Syncproof-Token": token[1:]}, 503,
			"The token of this bridge has fewer than 24 characters, so it answers nobody.\n",
		},
		{
			"file without a token", []string{}, "<?php\n", map[string]string{"X-Syncproof-Token": "1"}, 503,
			"This bridge has no token, so it answers nobody. Set one as the comment at its top says.\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			files := list(`file_put_contents(__DIR__ . '/called', 'x'); return [];`)
			if test.file != "" {
				files["bridge-token.php"] = test.file
			}
			s := setup{files: files, env: test.env}.start(t)
			r := s.send(t, http.MethodPost, request, test.header)
			if r.status != test.status || test.say != "" && r.body != test.say {
				t.Errorf("status %d, body %q, want %d, %q", r.status, r.body, test.status, test.say)
			}
			_, err := os.Stat(filepath.Join(s.dir, "modules/servers/acme/called"))
			if called := err == nil; called != (test.status == 200) {
				t.Errorf("the module was called: %v", called)
			}
			if strings.Contains(r.body, token) {
				t.Error("the answer holds the token")
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := setup{files: list("exit;")}.start(t)
	for _, test := range []struct {
		name, method, body string
		status             int
		say                string
	}{
		{"GET", http.MethodGet, "", 405, "POST requests only"},
		{"PUT", http.MethodPut, "{}", 405, "POST requests only"},
		{"nothing", http.MethodPost, "", 400, "not a JSON object"},
		{"no JSON", http.MethodPost, "module=acme", 400, "not a JSON object"},
		{"text", http.MethodPost, `"acme"`, 400, "not a JSON object"},
		{"broken", http.MethodPost, `{"version":1`, 400, "not a JSON object"},
		{"deep", http.MethodPost, strings.Repeat("[", 5000) + strings.Repeat("]", 5000), 400, "not a JSON object"},
		{"huge", http.MethodPost, `{"version":1,"x":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "larger than 1 MiB"},
		{"no version", http.MethodPost, `{"module":"acme","function":"ListAccounts"}`, 400, `another "version"`},
		{"newer version", http.MethodPost, `{"version":2,"module":"acme","function":"ListAccounts"}`, 400, `another "version"`},
		{"version as text", http.MethodPost, `{"version":"1","module":"acme"}`, 400, `another "version"`},
		{"no module", http.MethodPost, `{"version":1,"function":"ListAccounts"}`, 400, `"module" is no name`},
		{"path up", http.MethodPost, `{"version":1,"module":"../servers/acme/acme"}`, 400, `"module" is no name`},
		{"path with NUL", http.MethodPost, `{"version":1,"module":"acme\u0000"}`, 400, `"module" is no name`},
		{"line end", http.MethodPost, `{"version":1,"module":"acme\n"}`, 400, `"module" is no name`},
		{"wrapper", http.MethodPost, `{"version":1,"module":"php://filter"}`, 400, `"module" is no name`},
		{"list", http.MethodPost, `{"version":1,"module":["acme"]}`, 400, `"module" is no name`},
		{"missing module", http.MethodPost, `{"version":1,"module":"other","function":"ListAccounts"}`, 404, `no module "other"`},
		{"deleting function", http.MethodPost, `{"version":1,"module":"acme","function":"TerminateAccount"}`, 400, "and nothing else"},
		{"any function", http.MethodPost, `{"version":1,"module":"acme","function":"x();system"}`, 400, "and nothing else"},
		{"unknown page", http.MethodPost, `{"version":1,"module":"acme","function":"ListAccounts","request":"cron"}`, 400, `"request" is neither`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := s.send(t, test.method, test.body, bearer())
			if r.status != test.status || !strings.Contains(r.body, test.say) || strings.Count(r.body, "\n") != 1 {
				t.Errorf("status %d, body %q, want %d and a line with %q", r.status, r.body, test.status, test.say)
			}
			if r.header.Get("Content-Type") != "text/plain; charset=utf-8" || r.header.Get("Location") != "" {
				t.Errorf("headers %v", r.header)
			}
			if strings.Contains(r.body, s.dir) {
				t.Errorf("the answer tells where the files lie: %s", r.body)
			}
		})
	}
}

// However PHP ends, there is an answer.
func TestEndings(t *testing.T) {
	t.Parallel()
	const shut = "register_shutdown_function(function () { "
	for _, test := range []struct {
		name, code, want string
		// before is text that comes out before the answer.
		before string
	}{
		{"exit", `echo 'a'; exit('b');`, "boot loaded:true call shutdown:call final", ""},
		{"fatal", "eval('function acme_x() {} function acme_x() {}');", "boot loaded:true call shutdown:call:fatal final", ""},
		{"exception", "throw new Exception('x');", "boot loaded:true call threw shutdown:end final", ""},
		{
			"out of memory", "$a = []; while (true) { $a[] = str_repeat('x', 100000); }",
			"boot loaded:true call shutdown:call:fatal:memory final", "",
		},
		{"exit at the very end", shut + "exit; });" + good, "boot loaded:true call account account returned shutdown:end", ""},
		{
			"exception at the very end", shut + "throw new Exception('late'); });" + good,
			"boot loaded:true call account account returned shutdown:end", "",
		},
		{"output at the very end", shut + "echo 'late'; });" + good, "boot loaded:true call account account returned shutdown:end final", "late\n"},
		{
			"buffers thrown away at the very end", shut + "while (ob_get_level()) { ob_end_clean(); } });" + good,
			"boot loaded:true call account account returned shutdown:end final", "",
		},
		{
			"buffers flushed at the very end", shut + "while (ob_get_level()) { ob_end_flush(); } });" + good,
			"boot loaded:true call account account returned shutdown:end", "",
		},
		{"output past the buffers", "while (ob_get_level()) { ob_end_clean(); } echo 'x'; flush();" + good,
			"boot loaded:true call account account returned shutdown:end final", "x\n"},
		{"headers", "header('Location: /'); header('X-Acme: 1'); setcookie('a', 'b'); http_response_code(404);" + good,
			"boot loaded:true call account account returned shutdown:end final", ""},
		{"headers and exit", "header('Location: /'); exit;", "boot loaded:true call shutdown:call final", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := setup{files: list(test.code), ini: []string{"memory_limit=32M", "display_errors=1"}}.start(t)
			r := s.ask(t, nil)
			if !strings.HasPrefix(r.body, test.before+`{"syncproof":1,`) {
				t.Errorf("the answer begins %.100q, want %q before it", r.body, test.before)
			}
			if test.name == "output past the buffers" {
				// PHP had sent its headers before the bridge could.
				r.header.Set("Content-Type", "application/json")
				r.header.Set("Cache-Control", "no-store")
			}
			_, events := r.read(t, "ListAccounts")
			if got := summary(events); got != test.want {
				t.Errorf("events %s\nwant   %s", got, test.want)
			}
			for _, name := range []string{"Location", "X-Acme", "Set-Cookie"} {
				if r.header.Get(name) != "" {
					t.Errorf("the module's header %s came through", name)
				}
			}
		})
	}
}

func TestEffects(t *testing.T) {
	t.Parallel()
	s := setup{files: list(`echo 'printed'; header('X-Acme: 1'); header('Location: /'); echo $undefined;
		file_put_contents(__DIR__ . '/log.txt', 'x'); date_default_timezone_set('Asia/Tokyo');` + good),
		ini: []string{"display_errors=1", "html_errors=1", "output_buffering=4096", "date.timezone=UTC"}}.start(t)
	a, events := s.ask(t, nil).read(t, "ListAccounts")
	returned := only(t, events, "returned")
	same(t, "output", returned["output"], `{"bytes":7,"text":"printed"}`)
	same(t, "headers", returned["headers"], `["X-Acme: 1","Location: /"]`)
	same(t, "warnings", returned["warnings"], `[{"level":"warning","message":"Undefined variable $undefined",
		"file":"modules/servers/acme/acme.php","line":3,"count":1}]`)
	same(t, "files", returned["files"], `["modules/servers/acme/log.txt"]`)
	same(t, "state", returned["state"], `[{"name":"timezone","before":"UTC","after":"Asia/Tokyo"}]`)
	// The stand-ins for WHMCS record what it is asked.
	if !slices.Equal(a.Honours, []string{"database"}) {
		t.Errorf("honoured %v", a.Honours)
	}
}

func TestRequestKeys(t *testing.T) {
	t.Parallel()
	s := setup{files: whmcs(`<?php
if (!defined('WHMCS')) { die('no access'); }
function acme_MetaData() {
    return [$_SERVER['HTTP_HOST'], $_SERVER['REQUEST_METHOD'], isset($_SESSION['uid']), getenv('SYNCPROOF_BRIDGE_TOKEN'),
        array_values(preg_grep('/` + token + `/', array_filter($_SERVER, 'is_string')))];
}
function acme_ConfigOptions() { return ['Plan' => ['Loader' => 'acme_Plans']]; }
function acme_Plans($params) { return array_keys($params); }
`)}.start(t)
	a, events := s.ask(t, object{"function": "MetaData", "noParams": true, "request": "other"}).read(t, "MetaData")
	same(t, "metadata", only(t, events, "returned")["value"], `["billing.example.net","POST",true,false,[]]`)
	if !a.Honoured("request") {
		t.Error("it does not say that it honoured the request")
	}
	_, events = s.ask(t, object{"function": "ConfigOptions", "noParams": true, "loaders": true, "call": "list"}).read(t, "ConfigOptions")
	if got := summary(events); got != "boot loaded:true call returned call returned shutdown:end final" {
		t.Errorf("events %s", got)
	}
	same(t, "plans", events[5]["value"], `["serverid"]`)
	a, events = s.ask(t, object{"function": "", "call": "", "withoutWHMCS": true}).read(t, "")
	if got := summary(events); got != "boot shutdown:load final" || !a.Honoured("withoutWHMCS") {
		t.Errorf("events %s, honoured %v", got, a.Honours)
	}
	same(t, "output", only(t, events, "shutdown")["output"], `{"bytes":9,"text":"no access"}`)
	_, events = s.ask(t, nil).read(t, "ListAccounts")
	if got := summary(events); got != "boot loaded:true call missing shutdown:end final" {
		t.Errorf("events %s", got)
	}
	_, events = s.ask(t, object{"function": ""}).read(t, "")
	if got := summary(events); got != "boot loaded:true shutdown:end final" {
		t.Errorf("events %s", got)
	}
}
