package wrapper

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

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
			if test.extra != "" {
				want := loadedOK + called + strings.TrimSuffix(answered, "}") + "," + test.extra + "}" + ended + final
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
