package wrapper

import (
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
