package wrapper

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithoutWHMCS(t *testing.T) {
	t.Parallel()
	without := object{"withoutWHMCS": true, "steps": []object{}}
	t.Run("guarded", func(t *testing.T) {
		t.Parallel()
		o := run{module: "<?php\nif (!defined('WHMCS')) { die('no access'); }\nfunction acme_x() {}", request: without}.do(t)
		o.check(t, `{"event":"shutdown","phase":"load","output":{"bytes":9,"text":"no access"}}`+final)
	})
	t.Run("unguarded", func(t *testing.T) {
		t.Parallel()
		o := run{module: `<?php
$defined = defined('WHMCS') || class_exists('WHMCS\Service\Status');
foreach (['logModuleCall', 'logActivity', 'localAPI', 'encrypt', 'decrypt'] as $name) {
    $defined = $defined || function_exists($name);
}
echo $defined ? 'defined' : 'undefined';
logActivity('x');
`, request: without}.do(t)
		o.check(t, `{"event":"loaded","ok":false,"output":{"bytes":9,"text":"undefined"},"throwable":{"class":"Error",
			"message":"Call to undefined function logActivity()",`+acme+`,"line":7,"is":["Stringable","Throwable"]}}`+ended+final)
	})
}

func TestStandIns(t *testing.T) {
	t.Parallel()
	o := run{
		module: `<?php
logActivity('loading', 0);
function acme_ListAccounts($params) {
    $secret = encrypt('pass word');
    $api = localAPI('GetProducts', ['limitnum' => 5], 'admin');
    call_user_func('logModuleCall', 'acme', 'list', new stdClass(), "\xFF");
    register_shutdown_function(function () { logActivity('late'); });
    return [WHMCS, decrypt($secret), decrypt('plain'), decrypt(null), $secret === 'pass word', $api,
        WHMCS\Service\Status::ACTIVE, WHMCS\Service\Status::SUSPENDED, WHMCS\Service\Status::PENDING,
        WHMCS\Service\Status::TERMINATED, class_exists('WHMCS\Database\Nothing'), class_exists('Carbon\Nothing')];
}
`,
	}.do(t)
	o.check(t, `
{"event":"record","function":"logActivity","args":["loading",0],"phase":"load",`+acme+`,"line":2}
`+loadedOK+called+`
{"event":"record","call":"list","function":"encrypt","args":["pass word"],"phase":"call",`+acme+`,"line":4}
{"event":"record","call":"list","function":"localAPI","args":["GetProducts",{"limitnum":5},"admin"],"phase":"call",`+acme+`,"line":5}
{"event":"record","call":"list","function":"logModuleCall","args":["acme","list",
 {"$php":"object","class":"stdClass","is":[],"props":[]},{"$php":"bytes","b64":"/w=="}],"phase":"call",`+acme+`,"line":6}
{"event":"record","call":"list","function":"decrypt","args":["syncproof-encrypted:cGFzcyB3b3Jk"],"phase":"call",`+acme+`,"line":8}
{"event":"record","call":"list","function":"decrypt","args":["plain"],"phase":"call",`+acme+`,"line":8}
{"event":"record","call":"list","function":"decrypt","args":[null],"phase":"call",`+acme+`,"line":8}
{"event":"returned","call":"list","value":[true,"pass word","plain","",false,{"result":"error","message":
 "syncproof runs this module without WHMCS, so there is no API that could answer GetProducts"},
 "Active","Suspended","Pending","Terminated",false,false]}
`+ended+`
{"event":"record","function":"logActivity","args":["late"],"phase":"end",`+acme+`,"line":7}
`+final)
}

func TestRecordsAreCapped(t *testing.T) {
	t.Parallel()
	o := run{
		module:  body(`for ($i = 0; $i < 10; $i++) { logActivity($i === 0 ? str_repeat('x', 300000) : $i); } return [];`),
		request: object{"limits": object{"records": 3}},
	}.do(t)
	records := o.all("record")
	if len(records) != 3 {
		t.Fatalf("%d records, want 3", len(records))
	}
	text := records[0]["args"].([]any)[0].(string)
	if len(text) > 263000 || !strings.HasSuffix(text, "… (cut; 300000 bytes in all)") {
		t.Errorf("a long argument is kept with %d bytes, ending in %q", len(text), text[len(text)-40:])
	}
}

// https://developers.whmcs.com/modules/module-class-autoloading/
func TestAutoload(t *testing.T) {
	t.Parallel()
	class := func(name string) string {
		return "<?php\nnamespace WHMCS\\Module\\Server\\" + name + "\n{\nclass Api { public static function name() { return [__CLASS__, get_defined_vars()]; } } }"
	}
	o := run{
		module: `<?php
use WHMCS\Module\Server\Acme\Api;
function acme_ListAccounts($params) {
    return [Api::name(), \WHMCS\Module\Server\Acme\Deep\Api::name(), \WHMCS\Module\Server\OtherModule\Api::name(),
        class_exists('WHMCS\Module\Server\Acme\None'), class_exists('WHMCS\Module\Server\Acme'),
        class_exists('WHMCS\Module\Addon\Acme\Api'), class_exists('WHMCS\Module\Server\..\Api')];
}
`,
		files: map[string]string{
			"modules/servers/acme/lib/Api.php":         class("Acme"),
			"modules/servers/acme/lib/Deep/Api.php":    class(`Acme\Deep`),
			"modules/servers/other_module/lib/Api.php": class("OtherModule"),
		},
	}.do(t)
	same(t, "value", o.only(t, "returned")["value"], `[["WHMCS\\Module\\Server\\Acme\\Api",[]],
		["WHMCS\\Module\\Server\\Acme\\Deep\\Api",[]],["WHMCS\\Module\\Server\\OtherModule\\Api",[]],false,false,false,false]`)
}

func TestSymbols(t *testing.T) {
	t.Parallel()
	o := run{
		module: `<?php
define('ACME_A', 1);
const ACME_B = 2;
$local = 1;
global $acme_global;
$GLOBALS['other'] = 2;
function Acme_MetaData()
{
}
class Acme_Thing
{
}
interface Acme_I {}
trait Acme_T {}
new class {};
require __DIR__ . '/more.php';
`,
		files: map[string]string{"modules/servers/acme/more.php": "<?php\nnamespace Acme;\n\nfunction helper() {}\n"},
		steps: []object{},
	}.do(t)
	loaded := o.only(t, "loaded")
	same(t, "functions", loaded["functions"], `[{"name":"Acme_MetaData",`+acme+`,"line":7,"end":9},
		{"name":"Acme\\helper","file":"modules/servers/acme/more.php","line":4,"end":4}]`)
	same(t, "classes", loaded["classes"], `[{"name":"Acme_Thing",`+acme+`,"line":10,"end":12},
		{"name":"Acme_I",`+acme+`,"line":13,"end":13},{"name":"Acme_T",`+acme+`,"line":14,"end":14}]`)
	same(t, "constants", loaded["constants"], `[{"name":"ACME_A"},{"name":"ACME_B"}]`)
	same(t, "globals", loaded["globals"], `["acme_global","other"]`)
}

func TestParameters(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ module, function, want string }{
		"by reference": {"function acme_ListAccounts(&$p) { $p['x'] = 1; return $p; }", "ListAccounts", `{"a":1,"x":1}`},
		"none passed":  {"function acme_MetaData() { return func_get_args(); }", "MetaData", `[]`},
		"options without a parameter": {
			"function acme_ConfigOptions() { return func_get_args(); }", "ConfigOptions", `[]`,
		},
		"options with a parameter": {
			"function acme_ConfigOptions(array $params) { return func_get_args(); }", "ConfigOptions", `[{"a":1}]`,
		},
		"options with an optional parameter": {
			"function acme_ConfigOptions($params = null) { return func_get_args(); }", "ConfigOptions", `[{"a":1}]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := run{module: "<?php " + test.module, steps: []object{{
				"call": "x", "function": test.function, "params": object{"a": 1}, "noParams": test.function != "ListAccounts",
			}}}.do(t)
			same(t, "value", o.only(t, "returned")["value"], test.want)
		})
	}
}

func TestLoaders(t *testing.T) {
	t.Parallel()
	o := run{
		module: `<?php
function acme_ConfigOptions() {
    return [
        'Plan' => ['Type' => 'text', 'Loader' => 'acme_Plans', 'SimpleMode' => true],
        'Region' => ['Loader' => 'Regions'],
        'Lost' => ['Loader' => 'acme_Lost'],
        'Closure' => ['Loader' => function () { exit; }],
        'Plain' => ['Type' => 'yesno'],
        'text',
    ];
}
function acme_Plans(array $params) { return ['p1' => 'Plan ' . $params['serverid']]; }
function acme_Regions() { throw new Exception('Empty response'); }
`,
		steps: []object{{
			"call": "options", "function": "ConfigOptions", "params": object{"serverid": 4}, "noParams": true, "loaders": true,
		}},
	}.do(t)
	o.check(t, loadedOK+`
{"event":"call","call":"options","function":"ConfigOptions","params":[]}
{"event":"returned","call":"options","value":{"$php":"array","entries":[
 ["Plan",{"Type":"text","Loader":"acme_Plans","SimpleMode":true}],["Region",{"Loader":"Regions"}],["Lost",{"Loader":"acme_Lost"}],
 ["Closure",{"Loader":{"$php":"closure"}}],["Plain",{"Type":"yesno"}],[0,"text"]]}}
{"event":"call","call":"loader:Plan","function":"acme_Plans","params":{"serverid":4}}
{"event":"returned","call":"loader:Plan","value":{"p1":"Plan 4"}}
{"event":"call","call":"loader:Region","function":"acme_Regions","params":{"serverid":4}}
{"event":"threw","call":"loader:Region","throwable":{"class":"Exception","message":"Empty response",`+acme+`,"line":13,
 "is":["Stringable","Throwable"]}}
{"event":"call","call":"loader:Lost","function":"acme_Lost","params":{"serverid":4}}
{"event":"missing","call":"loader:Lost","function":"acme_Lost"}`+ended+final)
}

func TestSuperglobals(t *testing.T) {
	t.Parallel()
	module := `<?php
function acme_MetaData() {
    $server = $_SERVER;
    unset($server['REQUEST_TIME'], $server['REQUEST_TIME_FLOAT']);
    return [$_SERVER['REQUEST_METHOD'], $_SERVER['HTTP_HOST'], $_SERVER['SCRIPT_NAME'], count($_POST) > 0,
        isset($_SESSION['adminid']), isset($_SESSION['uid']), isset($_SERVER['argv']), isset($GLOBALS['argv']),
        session_status() === PHP_SESSION_ACTIVE, @session_start(), $_SERVER['DOCUMENT_ROOT'] === dirname(__DIR__, 3),
        $_REQUEST === $_POST + $_GET, is_int($_SERVER['REQUEST_TIME'])];
}
`
	for request, want := range map[string]string{
		"admin": `["GET","whmcs.example.test","/admin/index.php",false,true,false,false,false,true,true,true,true,true]`,
		"other": `["POST","billing.example.net","/clientarea.php",true,false,true,false,false,true,true,true,true,true]`,
	} {
		t.Run(request, func(t *testing.T) {
			t.Parallel()
			o := run{
				module: module, request: object{"request": request},
				steps: []object{{"call": "m", "function": "MetaData", "noParams": true}},
			}.do(t)
			returned := o.only(t, "returned")
			same(t, "value", returned["value"], want)
			same(t, "state", returned["state"], `null`)
			same(t, "globals", o.only(t, "loaded")["globals"], `null`)
			if o.stderr != "" || o.stdout != "" {
				t.Errorf("stdout %q, stderr %q", o.stdout, o.stderr)
			}
		})
	}
}

// With a locale that writes a comma in numbers, the events stay JSON.
func TestLocale(t *testing.T) {
	t.Parallel()
	folder := resolved(t, t.TempDir())
	locale := filepath.Join(folder, "de_DE.UTF-8")
	if out, err := exec.Command("localedef", "-i", "de_DE", "-f", "UTF-8", locale).CombinedOutput(); err != nil {
		t.Skipf("a locale to test with cannot be made: %v %s", err, out)
	}
	r := run{
		module: body(`$found = setlocale(LC_ALL, '0'); $comma = localeconv()['decimal_point'];
			setlocale(LC_ALL, 'C'); return [$found, $comma, 1.5];`),
		request: object{"locale": true}, env: []string{"LOCPATH=" + folder},
		steps: []object{{"call": "1", "function": "ListAccounts"}, {"call": "2", "function": "ListAccounts"}},
	}
	o := r.do(t)
	if boot := o.only(t, "boot"); boot["locale"] != "de_DE.UTF-8" {
		t.Fatalf("locale %v, want de_DE.UTF-8", boot["locale"])
	}
	for _, returned := range o.all("returned") {
		same(t, "value", returned["value"], `["de_DE.UTF-8",",",1.5]`)
		same(t, "state", returned["state"], `[{"name":"locale","before":"de_DE.UTF-8","after":"C"}]`)
	}
	r.env, r.request = []string{"LOCPATH=" + t.TempDir()}, object{"locale": true}
	r.module = body("return [];")
	if boot := r.do(t).only(t, "boot"); boot["locale"] != "C" {
		t.Errorf("locale %v, want C where none is installed", boot["locale"])
	}
}
