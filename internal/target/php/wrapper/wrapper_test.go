package wrapper

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A whole session of a well-behaved module, every event in full.
func TestSession(t *testing.T) {
	t.Parallel()
	o := run{
		module: `<?php
if (!defined('WHMCS')) { die('This file cannot be accessed directly'); }
use WHMCS\Service\Status;

function acme_MetaData()
{
    return ['DisplayName' => 'Acme', 'APIVersion' => '1.1'];
}
function acme_ListAccounts(array $params)
{
    logModuleCall('acme', __FUNCTION__, $params, 'raw', ['a' => 1], ['secret']);
    return ['success' => true, 'accounts' => [
        ['username' => 'one', 'status' => Status::ACTIVE],
        ['username' => 'two', 'status' => Status::SUSPENDED],
    ]];
}
`,
		steps: []object{
			{"call": "metadata", "function": "MetaData", "noParams": true},
			{"call": "list", "function": "ListAccounts", "params": object{"serverid": 1, "serversecure": true}},
			{"call": "none", "function": "TestConnection", "params": object{}},
		},
	}.do(t)
	o.check(t, `
{"event":"loaded","ok":true}
{"event":"call","call":"metadata","function":"MetaData","params":[]}
{"event":"returned","call":"metadata","value":{"DisplayName":"Acme","APIVersion":"1.1"}}
{"event":"call","call":"list","function":"ListAccounts","params":{"serverid":1,"serversecure":true}}
{"event":"record","call":"list","function":"logModuleCall","phase":"call","file":"modules/servers/acme/acme.php",
 "line":11,"args":["acme","acme_ListAccounts",{"serverid":1,"serversecure":true},"raw",{"a":1},["secret"]]}
{"event":"account","call":"list","key":0,"value":{"username":"one","status":"Active"}}
{"event":"account","call":"list","key":1,"value":{"username":"two","status":"Suspended"}}
{"event":"returned","call":"list","value":{"success":true,"accounts":{"$php":"accounts","count":2,"list":true}}}
{"event":"call","call":"none","function":"TestConnection","params":[]}
{"event":"missing","call":"none","function":"acme_TestConnection"}
{"event":"shutdown","phase":"end"}
{"event":"final"}`)
	same(t, "functions", o.only(t, "loaded")["functions"], `[
		{"name":"acme_MetaData","file":"modules/servers/acme/acme.php","line":5,"end":8},
		{"name":"acme_ListAccounts","file":"modules/servers/acme/acme.php","line":9,"end":16}]`)
	if o.status != 0 || o.stdout != "" || o.stderr != "" {
		t.Errorf("status %d, stdout %q, stderr %q", o.status, o.stdout, o.stderr)
	}
}

// The numbers check() leaves out.
func TestMeasurements(t *testing.T) {
	t.Parallel()
	o := run{module: body(`$x = str_repeat('x', 20 << 20); usleep(30000); return [];`)}.do(t)
	returned := o.only(t, "returned")
	seconds, err := returned["seconds"].(json.Number).Float64()
	if err != nil || seconds < 0.03 || seconds > 60 {
		t.Errorf("seconds %v, want a little over 0.03", returned["seconds"])
	}
	memory, err := returned["memory"].(json.Number).Int64()
	if err != nil || memory < 20<<20 || memory > 40<<20 {
		t.Errorf("memory %v, want a little over 20 MiB", returned["memory"])
	}
	at, _ := o.only(t, "call")["at"].(string)
	if len(at) != len("2026-11-23T13:58:56.816618Z") || !strings.HasSuffix(at, "Z") {
		t.Errorf("at %q, want RFC 3339 in UTC with microseconds", at)
	}
}

func TestBoot(t *testing.T) {
	t.Parallel()
	for _, bare := range []bool{false, true} {
		o := run{module: body("return [];"), bare: bare, request: object{"timezone": "Pacific/Chatham"}}.do(t)
		boot := o.only(t, "boot")
		if boot["sapi"] != "cli" || boot["timezone"] != "Pacific/Chatham" || boot["locale"] != "C" || boot["os"] == "" {
			t.Errorf("boot %v", boot)
		}
		if version, _ := boot["php"].(string); strings.Count(version, ".") < 2 {
			t.Errorf("php %q, want a version", version)
		}
		extensions, _ := boot["extensions"].([]any)
		for i := range extensions {
			if i > 0 && strings.ToLower(extensions[i-1].(string)) > strings.ToLower(extensions[i].(string)) {
				t.Errorf("extensions are not sorted: %v", extensions)
			}
		}
		o.only(t, "returned")
		o.only(t, "final")
	}
}

// Request and result over inherited descriptors.
func TestDescriptors(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("descriptors cannot be inherited on Windows")
	}
	dir := resolved(t, t.TempDir())
	root := filepath.Join(dir, "root")
	r := run{module: body(`
		// Closes every stream it can find, the result's among them.
		foreach (get_resources('stream') as $stream) { @fclose($stream); }
		return ['success' => true, 'accounts' => []];`)}
	r.lay(t, root)
	requestRead, requestWrite := pipe(t)
	resultRead, resultWrite := pipe(t)
	go func() {
		_, _ = io.WriteString(requestWrite, r.requestJSON(t, root))
		_ = requestWrite.Close()
	}()
	raw := make(chan []byte, 1)
	go func() {
		all, _ := io.ReadAll(resultRead)
		raw <- all
	}()
	o := r.start(t, dir, []string{"SYNCPROOF_RESULT_FD=3", "SYNCPROOF_REQUEST_FD=4"}, []*os.File{resultWrite, requestRead})
	_ = resultWrite.Close()
	o.events = decode(t, <-raw)
	o.check(t, `
{"event":"loaded","ok":true}
{"event":"call","call":"list","function":"ListAccounts","params":{"serverid":1}}
{"event":"returned","call":"list","value":{"success":true,"accounts":{"$php":"accounts","count":0,"list":true}}}
{"event":"shutdown","phase":"end"}
{"event":"final"}`)
}

func pipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = read.Close(), write.Close() })
	return read, write
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	request := filepath.Join(dir, "request")
	for _, test := range []struct {
		text, result, want string
	}{
		{"{}", "r", "syncproof: the request cannot be used: it is not of version 1\n"},
		{"nonsense", "r", "syncproof: the request cannot be used: it is not a JSON object\n"},
		{`{"version":1}`, "r", "syncproof: the request cannot be used: it does not name a module, its file and a root\n"},
		{"{}", "no/such/folder/r", "syncproof: there is nowhere to write the result to\n"},
		{"", "r", "syncproof: there is no request to read\n"},
	} {
		_ = os.Remove(request)
		if test.text != "" {
			write(t, request, test.text)
		}
		o := run{}.start(t, t.TempDir(), []string{
			"SYNCPROOF_REQUEST=" + request, "SYNCPROOF_RESULT=" + filepath.Join(dir, test.result),
		}, nil)
		if o.status != 78 || o.stderr != test.want {
			t.Errorf("request %q: status %d, stderr %q, want 78, %q", test.text, o.status, o.stderr, test.want)
		}
	}
}

// The module finds no trace of the wrapper among globals, in its scope, in the
// environment or in the superglobals.
func TestNoTraces(t *testing.T) {
	t.Parallel()
	module := `<?php
$found = get_defined_vars();
$found = array_keys($found);
function acme_ListAccounts($params) {
    global $found;
    return [
        'file scope' => acme_scope(),
        'global' => $found,
        'globals' => array_values(array_diff(array_keys($GLOBALS),
            ['_GET', '_POST', '_COOKIE', '_FILES', '_SERVER', '_ENV', '_REQUEST', 'argc', 'argv'])),
        'env' => array_values(array_filter(array_keys(getenv() + $_ENV + $_SERVER), function ($name) {
            return strpos($name, 'SYNCPROOF') !== false;
        })),
        'server' => array_filter($_SERVER, function ($value) {
            return is_string($value) && strpos($value, 'main.php') !== false;
        }),
        'argv' => [$_SERVER['argv'], $GLOBALS['argv'], $_SERVER['SCRIPT_NAME']],
    ];
}
eval('function acme_scope() { return ' . var_export($found, true) . '; }');
`
	o := run{module: module}.do(t)
	script := mustJSON(t, o.root+"/crons/cron.php")
	same(t, "value", o.only(t, "returned")["value"], `{"file scope":[],"global":null,"globals":["found"],"env":[],
		"server":[],"argv":[[`+script+`],[`+script+`],`+script+`]}`)
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
