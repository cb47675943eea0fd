package wrapper

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	loadedOK  = `{"event":"loaded","ok":true}`
	called    = `{"event":"call","call":"list","function":"ListAccounts","params":{"serverid":1}}`
	answered  = `{"event":"returned","call":"list","value":{"success":true,"accounts":{"$php":"accounts","count":0,"list":true}}}`
	ended     = `{"event":"shutdown","phase":"end"}`
	final     = `{"event":"final"}`
	okAnswer  = `return ['success' => true, 'accounts' => []];`
	acme      = `"file":"modules/servers/acme/acme.php"`
	allGood   = loadedOK + called + answered + ended + final
	cutInCall = `{"event":"shutdown","phase":"call","call":"list"`
)

// Modules that end the process, or try to take the wrapper along with them.
func TestEndings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, module, want string
		status             int
		stdout, stderr     string
		ini                []string
	}{
		{
			name: "exit with a status", module: body(`exit(3);`), status: 3,
			want: loadedOK + called + cutInCall + `}` + final,
		},
		{
			name: "die with a message", module: body("echo 'a'; die('b');"),
			want: loadedOK + called + cutInCall + `,"output":{"bytes":2,"text":"ab"}}` + final,
		},
		{
			name: "die with text in the module's own buffer", module: body("ob_start(); echo 'a'; ob_start(); die('b');"),
			want: loadedOK + called + cutInCall + `,"output":{"bytes":2,"text":"ab"}}` + final,
		},
		{
			name: "die while loading", module: "<?php\ndie('This file cannot be accessed directly');",
			want: `{"event":"shutdown","phase":"load","output":{"bytes":37,"text":"This file cannot be accessed directly"}}` + final,
		},
		{
			name: "undefined function", module: body("\nacme_nothing();"),
			want: loadedOK + called + `{"event":"threw","call":"list","throwable":{"class":"Error",
				"message":"Call to undefined function acme_nothing()",` + acme + `,"line":4,"is":["Stringable","Throwable"]}}` + ended + final,
		},
		{
			name: "type error", module: "<?php\ndeclare(strict_types=1);\nfunction acme_ListAccounts($p) { return strlen(1); }",
			want: loadedOK + called + `{"event":"threw","call":"list","throwable":{"class":"TypeError",
				"message":"strlen(): Argument #1 ($string) must be of type string, int given",` + acme + `,"line":3,
				"is":["Error","Stringable","Throwable"]}}` + ended + final,
		},
		{
			name:   "exception with a previous one",
			module: body("throw new RuntimeException('no', 5, new LogicException('x'));"),
			want: loadedOK + called + `{"event":"threw","call":"list","throwable":{"class":"RuntimeException","message":"no",
				` + acme + `,"line":3,"is":["Exception","Stringable","Throwable"],"previous":"LogicException"}}` + ended + final,
		},
		{
			name: "syntax error", module: "<?php\nfunction {",
			want: `{"event":"loaded","ok":false,"throwable":{"class":"ParseError",
				"message":{"$match":"^syntax error"},` + acme + `,"line":2,
				"is":["CompileError","Error","Stringable","Throwable"]}}` + ended + final,
		},
		{
			name: "exception while loading", module: "<?php\necho 'x';\nthrow new Exception('at load');",
			want: `{"event":"loaded","ok":false,"output":{"bytes":1,"text":"x"},"throwable":{"class":"Exception",
				"message":"at load",` + acme + `,"line":3,"is":["Stringable","Throwable"]}}` + ended + final,
		},
		{
			name: "missing file required", module: "<?php\nrequire __DIR__ . '/lib/none.php';", stderr: "none.php",
			ini: []string{"include_path=."},
			want: `{"event":"loaded","ok":false,"throwable":{"class":"Error","message":
				"Failed opening required 'modules/servers/acme/lib/none.php' (include_path='.')",` + acme + `,"line":2,
				"is":["Stringable","Throwable"]},"warnings":[{"level":"warning","message":
				"require(modules/servers/acme/lib/none.php): Failed to open stream: No such file or directory",` + acme + `,
				"line":2,"count":1}]}` + ended + final,
		},
		{
			name: "function declared twice", module: "<?php\nfunction acme_a() {}\nfunction acme_a() {}", status: 255,
			stderr: "Cannot redeclare",
			want: `{"event":"shutdown","phase":"load","fatal":{"message":{"$match":
				"^Cannot redeclare .*acme_a\\(\\) \\(previously declared in modules/servers/acme/acme.php:2\\)$"},` + acme + `,"line":3}}` + final,
		},
		{
			name: "abstract class", status: 255, stderr: "abstract",
			module: "<?php\ninterface acme_I { function f(); }\nif (true) { class acme_C implements acme_I {} }",
			want: `{"event":"shutdown","phase":"load","fatal":{"message":
				{"$match":"^Class acme_C .*abstract"},` + acme + `,"line":3}}` + final,
		},
		{
			name: "out of memory", module: body("$a = [];\nwhile (true) { $a[] = str_repeat('x', 100000); }"), status: 255,
			stderr: "Allowed memory size", ini: []string{"memory_limit=32M"},
			want: loadedOK + called + cutInCall + `,"fatal":{"memory":true,` + acme + `,"line":4,"message":
				{"$match":"^Allowed memory size of 33554432 bytes exhausted"}}}` + final,
		},
		{
			name: "out of memory in small steps", module: body("$a = [];\nwhile (true) { $a[] = new stdClass(); }"), status: 255,
			stderr: "Allowed memory size", ini: []string{"memory_limit=32M"},
			want: loadedOK + called + cutInCall + `,"fatal":{"memory":true,` + acme + `,"line":4,"message":
				{"$match":"^Allowed memory size of 33554432 bytes exhausted"}}}` + final,
		},
		{
			name: "own time limit", module: body("set_time_limit(1);\nwhile (true) {}"), status: 255,
			stderr: "Maximum execution time",
			want: loadedOK + called + cutInCall + `,"fatal":{"time":true,` + acme + `,"line":4,"message":
				{"$match":"^Maximum execution time of 1"}},
				"state":[{"name":"ini max_execution_time","before":"0","after":"1"}]}` + final,
		},
		{
			name: "exit in a shutdown function", module: body("register_shutdown_function(function () { exit(9); });" + okAnswer),
			status: 9, want: loadedOK + called + answered + ended,
		},
		{
			name:   "exception in a shutdown function",
			module: body("register_shutdown_function(function () { throw new Exception('late'); });" + okAnswer),
			status: 255, stderr: "late", want: loadedOK + called + answered + ended,
		},
		{
			name:   "output of a shutdown function",
			module: body("register_shutdown_function(function () { echo 'late'; });" + okAnswer),
			stdout: "late", want: allGood,
		},
		{
			name: "shutdown function that outlives exit",
			module: body(`register_shutdown_function(function () { while (ob_get_level()) { ob_end_clean(); } echo 'late'; });
				exit;`),
			stdout: "late", want: loadedOK + called + cutInCall + `}` + final,
		},
		{
			name: "call of WHMCS in a destructor at the end",
			module: body("global $keep; $keep = new acme_Late(); "+okAnswer) +
				"class acme_Late { function __destruct() { logActivity('late'); } }",
			want: strings.Replace(allGood, loadedOK,
				`{"event":"loaded","ok":true,"classes":[{"name":"acme_Late",`+acme+`,"line":5,"end":5}]}`, 1),
		},
		{
			name: "exception in a destructor at the end", status: 255, stderr: "gone",
			module: body("global $keep; $keep = new acme_Late(); "+okAnswer) +
				"class acme_Late { function __destruct() { throw new Exception('gone'); } }",
			want: strings.Replace(allGood, loadedOK,
				`{"event":"loaded","ok":true,"classes":[{"name":"acme_Late",`+acme+`,"line":5,"end":5}]}`, 1),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := run{module: test.module, ini: test.ini}.do(t)
			o.check(t, test.want)
			if o.status != test.status || o.stdout != test.stdout || !strings.Contains(o.stderr, test.stderr) {
				t.Errorf("status %d, stdout %q, stderr %q\nwant %d, %q, something with %q",
					o.status, o.stdout, o.stderr, test.status, test.stdout, test.stderr)
			}
		})
	}
}

// Deprecated since PHP 8.4, which says so in a warning before it.
func TestUserError(t *testing.T) {
	t.Parallel()
	o := run{module: body("trigger_error('give up', E_USER_ERROR);")}.do(t)
	down := o.only(t, "shutdown")
	same(t, "fatal", down["fatal"], `{"message":"give up",`+acme+`,"line":3}`)
	warnings, _ := down["warnings"].([]any)
	if len(warnings) == 0 {
		t.Fatalf("no warning in %v", down)
	}
	same(t, "warning", warnings[len(warnings)-1], `{"level":"error","message":"give up",`+acme+`,"line":3,"count":1}`)
	o.only(t, "final")
}

// Modules that do odd things and still answer.
func TestSurvival(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ code, extra string }{
		"throws from a handler left behind": {
			code: `set_error_handler(function () { throw new ErrorException('handled'); });`,
			extra: `"state":[{"name":"error handler","before":"as found",
				"after":"a closure in modules/servers/acme/acme.php:3"}]`,
		},
		"exits from a handler left behind": {
			code: `set_error_handler(function () { exit(1); }); chdir('/');`,
		},
		"removes all handlers": {
			code:  `for ($i = 0; $i < 5; $i++) { restore_error_handler(); restore_exception_handler(); }`,
			extra: `"state":[{"name":"error handler","before":"as found","after":"none"}]`,
		},
		"closes all buffers": {
			code: `while (ob_get_level() > 0) { ob_end_clean(); }`,
			extra: `"state":[{"name":"output buffers","before":"as found",
				"after":"1 closed that the module did not open"}]`,
		},
		"swaps the buffer for its own": {
			code: `ob_end_clean(); ob_start(); ob_start();`,
			extra: `"state":[{"name":"output buffers","before":"as found",
				"after":"1 closed that the module did not open, 2 more open"}]`,
		},
		"leaves a throwing buffer": {
			code: `ob_start(function ($text, $phase) { if ($text !== '') { throw new Exception('ob'); } return ''; }); echo 'x';`,
		},
		"closes the standard streams": {code: `fclose(STDOUT); fclose(STDERR); fclose(STDIN);`},
		"closes descriptors": {
			code: `for ($i = 0; $i < 20; $i++) { $s = @fopen("php://fd/$i", 'r'); if ($s) { fclose($s); } }`,
		},
		"takes stream wrappers away": {
			code: `stream_wrapper_unregister('php'); stream_wrapper_unregister('file');`,
		},
		"reads its input": {code: `if (stream_get_contents(STDIN) !== '') { throw new Exception('input'); }`},
		"defines functions of PHP's names in the wrapper's namespace": {
			code: `eval('namespace Syncproof\Wrapper; function json_encode() { exit; } function count() { exit; }
				function ob_get_level() { exit; } function hrtime() { exit; }');`,
		},
		"unregisters autoloaders": {code: `foreach (spl_autoload_functions() as $f) { spl_autoload_unregister($f); }`},
		"turns the collector off": {code: `gc_disable();`, extra: `"state":[{"name":"ini zend.enable_gc","before":"1","after":"0"}]`},
		"changes the precision": {
			code: `ini_set('serialize_precision', '3'); ini_set('precision', '3');`,
			extra: `"state":[{"name":"ini precision","before":"14","after":"3"},
				{"name":"ini serialize_precision","before":"-1","after":"3"}]`,
		},
		"lowers the memory limit": {
			code:  `ini_set('memory_limit', '3M');`,
			extra: `"state":[{"name":"ini memory_limit","before":"256M","after":"3M"}]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := run{module: body(test.code + okAnswer), ini: []string{"memory_limit=256M"}}.do(t)
			want := allGood
			if test.extra != "" {
				want = loadedOK + called + strings.TrimSuffix(answered, "}") + "," + test.extra + "}" + ended + final
				o.check(t, want)
				return
			}
			// What else they change is not the point here.
			same(t, "value", o.only(t, "returned")["value"], `{"success":true,"accounts":{"$php":"accounts","count":0,"list":true}}`)
			o.only(t, "shutdown")
			o.only(t, "final")
		})
	}
}

// The second call finds everything as the first one did.
func TestRestored(t *testing.T) {
	t.Parallel()
	o := run{
		module: `<?php
function acme_ListAccounts($params) {
    $found = [date_default_timezone_get(), getcwd() === $params['cwd'], error_reporting() === E_ALL, ini_get('memory_limit'),
        ini_get('default_socket_timeout'), umask(), mb_internal_encoding(), ob_get_level()];
    date_default_timezone_set('Asia/Tokyo'); chdir('/'); error_reporting(0); ini_set('memory_limit', '1G');
    ini_set('default_socket_timeout', '3'); umask(0); mb_internal_encoding('ISO-8859-1'); ob_start(); ob_start();
    set_error_handler(function () { return true; }); set_exception_handler('acme_handler');
    echo $undefined;
    return $found;
}
function acme_handler() {}
`,
		ini: []string{"memory_limit=128M", "date.timezone=UTC"},
		steps: []object{
			{"call": "1", "function": "ListAccounts", "params": object{"cwd": must(os.Getwd())}},
			{"call": "2", "function": "ListAccounts", "params": object{"cwd": must(os.Getwd())}},
		},
	}.do(t)
	returned := o.all("returned")
	if len(returned) != 2 {
		t.Fatalf("%d calls returned; stderr %s", len(returned), o.stderr)
	}
	for _, r := range returned {
		same(t, "what it found", r["value"], `["UTC",true,true,"128M","60",18,"UTF-8",1]`)
		same(t, "state", r["state"], `[
			{"name":"error handler","before":"as found","after":"a closure in modules/servers/acme/acme.php:7"},
			{"name":"exception handler","before":"as found","after":"acme_handler()"},
			{"name":"output buffers","before":"as found","after":"2 more open"},
			{"name":"timezone","before":"UTC","after":"Asia/Tokyo"},
			{"name":"error_reporting","before":"E_ALL","after":"0"},
			{"name":"working directory","before":`+mustJSON(t, must(os.Getwd()))+`,"after":"/"},
			{"name":"umask","before":"0022","after":"0000"},
			{"name":"mbstring encoding","before":"UTF-8","after":"ISO-8859-1"},
			{"name":"ini default_socket_timeout","before":"60","after":"3"},
			{"name":"ini memory_limit","before":"128M","after":"1G"}]`)
	}
}

// A forked process stays silent, and does not go through the rest of the plan.
func TestFork(t *testing.T) {
	t.Parallel()
	if exec.Command(php(t), "-r", "exit(function_exists('pcntl_fork') ? 0 : 1);").Run() != nil {
		t.Skip("PHP lacks pcntl, without which no module can fork")
	}
	mark := filepath.Join(t.TempDir(), "calls")
	o := run{
		module: body(`file_put_contents($params['mark'], 'x', FILE_APPEND);
			$pid = pcntl_fork(); if ($pid > 0) { pcntl_waitpid($pid, $status); } ` + okAnswer),
		steps: []object{
			{"call": "1", "function": "ListAccounts", "params": object{"mark": mark}},
			{"call": "2", "function": "ListAccounts", "params": object{"mark": mark}},
		},
	}.do(t)
	if len(o.all("returned")) != 2 || len(o.all("shutdown")) != 1 || len(o.all("final")) != 1 {
		t.Errorf("events %v", o.events)
	}
	if text, err := os.ReadFile(mark); err != nil || string(text) != "xx" {
		t.Errorf("the module was called %d times, want 2 (%v)", len(text), err)
	}
}

// What a module returns may run its destructors when it is let go of.
func TestDestructors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ destructor, want string }{
		"throws": {`throw new Exception('x');`, final},
		"prints": {`echo 'bye';`, final},
		"exits":  {`exit(4);`, final},
		"logs":   {`logActivity('bye');`, final},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := run{module: body("return ['x' => new acme_D()];") +
				"class acme_D { function __destruct() { " + test.destructor + " } }"}.do(t)
			same(t, "value", o.only(t, "returned")["value"], `{"x":{"$php":"object","class":"acme_D","is":[],"props":[]}}`)
			if phase := o.only(t, "shutdown")["phase"]; phase != "end" {
				t.Errorf("phase %v, want end", phase)
			}
			o.only(t, "final")
		})
	}
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}
