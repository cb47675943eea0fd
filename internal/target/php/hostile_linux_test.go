package php_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

// seen is what a session says of a module, as far as every case has it.
type seen struct {
	// Load is ok, the class thrown, or "" when loading never ended.
	Load string
	// Ending is that of the ListAccounts call.
	Ending string
	// Down is the phase in which PHP shut down, "" when it did not get there.
	Down string
	// Final says that PHP ended in good order.
	Final  bool
	Status int
	Signal string
	// Flags lists what Exit says besides.
	Flags string
}

func seenIn(s *transcript.Session) seen {
	var got seen
	switch {
	case s.Load == nil:
	case s.Load.OK:
		got.Load = "ok"
	case s.Load.Throwable != nil:
		got.Load = s.Load.Throwable.Class
	}
	for _, c := range s.Calls {
		if c.ID == transcript.CallList {
			got.Ending = c.Ending
		}
	}
	if s.Shutdown != nil {
		got.Down = s.Shutdown.Phase
	}
	got.Final = s.Final
	if s.Exit != nil {
		got.Status, got.Signal = s.Exit.Status, s.Exit.Signal
		got.Flags = flags(s.Exit)
	}
	return got
}

func flags(x *transcript.Exit) string {
	var list []string
	for name, on := range map[string]bool{
		"timed out": x.TimedOut, "out of memory": x.OutOfMemory, "file too big": x.FileTooBig, "interrupted": x.Interrupted,
	} {
		if on {
			list = append(list, name)
		}
	}
	if x.Leftover > 0 {
		list = append(list, fmt.Sprintf("%d left over", x.Leftover))
	}
	return strings.Join(list, ", ")
}

// hostile is a module and what must be seen of it.
type hostile struct {
	name string
	// source is the module's whole file; body, only the body of ListAccounts.
	source, body string
	options      php.Options
	want         seen
	check        func(t *testing.T, s *transcript.Session, c *transcript.Call)
}

const good = `return ['success' => true, 'accounts' => []];`

var (
	inOrder = seen{Load: "ok", Ending: transcript.EndReturned, Down: "end", Final: true}
	atLoad  = func(class string) seen {
		return seen{Load: class, Ending: transcript.EndNotReached, Down: "end", Final: true}
	}
	inCall = func(ending string, status int) seen {
		return seen{Load: "ok", Ending: ending, Down: "call", Final: true, Status: status}
	}
	stopped  = seen{Load: "ok", Ending: transcript.EndTimedOut, Status: -1, Signal: "SIGKILL", Flags: "timed out"}
	hangTime = 5 * time.Second
)

func TestEveryEndingIsToldApart(t *testing.T) {
	needPHP(t)
	for _, tc := range slicesOf(loadCases(), callCases(), endCases(), limitCases(), processCases(), effectCases()) {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := tc.source
			if source == "" {
				source = "<?php\nfunction acme_ListAccounts(array $params)\n{\n" + tc.body + "\n}\n"
			}
			o := tc.options
			o.Path = vendor(t, map[string]string{"acme/acme.php": source})
			row := "ROW=" + rand.Text()
			o.Env = append(o.Env, row)
			s := run(t, newTarget(t, o), list())
			if diff := cmp.Diff(tc.want, seenIn(s)); diff != "" {
				t.Errorf("(-want +got)\n%s\nexit %s", diff, show(t, s.Exit))
			}
			if len(s.Troubles) > 0 {
				t.Errorf("trouble: %s", show(t, s.Troubles))
			}
			if tc.check != nil && len(s.Calls) > 0 {
				tc.check(t, s, s.Calls[0])
			}
			if left := alive(t, row); len(left) > 0 {
				t.Errorf("processes are left: %v", left)
			}
		})
	}
}

func slicesOf(lists ...[]hostile) (all []hostile) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// alive lists the processes that have an entry in their environment.
func alive(t *testing.T, entry string) (found []string) {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		env, err := os.ReadFile(path)
		if err == nil && bytes.Contains(env, []byte(entry+"\x00")) {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			found = append(found, string(bytes.ReplaceAll(command, []byte{0}, []byte(" "))))
		}
	}
	return found
}

func loadCases() []hostile {
	const rest = "\nfunction acme_ListAccounts(array $params) { " + good + " }\n"
	return []hostile{
		{name: "load: nothing odd", source: "<?php" + rest, want: inOrder},
		{
			name: "load: parse error", source: "<?php\nfunction acme_ListAccounts( {\n", want: atLoad("ParseError"),
			check: func(t *testing.T, s *transcript.Session, _ *transcript.Call) {
				if s.Load.Throwable.File != "acme/acme.php" || s.Load.Throwable.Line != 2 {
					t.Errorf("at %s:%d, want acme/acme.php:2", s.Load.Throwable.File, s.Load.Throwable.Line)
				}
			},
		},
		{name: "load: throws", source: "<?php throw new LogicException('no');" + rest, want: atLoad("LogicException")},
		{
			name: "load: undefined function", source: "<?php add_hook_that_is_not_there();" + rest, want: atLoad("Error"),
		},
		{
			name: "load: missing require", source: "<?php\nrequire __DIR__ . '/lib/Gone.php';" + rest, want: atLoad("Error"),
			check: func(t *testing.T, s *transcript.Session, _ *transcript.Call) {
				if got := s.Load.Throwable.Message; strings.Contains(got, os.TempDir()) || !strings.Contains(got, "lib/Gone.php") {
					t.Errorf("message %q", got)
				}
			},
		},
		{
			name: "load: fatal error", source: "<?php\n" + rest + "function acme_ListAccounts(array $params) {}\n",
			want: seen{Ending: transcript.EndNotReached, Down: "load", Final: true, Status: 255},
			check: func(t *testing.T, s *transcript.Session, _ *transcript.Call) {
				f := s.Shutdown.Fatal
				if f == nil || !strings.Contains(f.Message, "Cannot redeclare") || f.File != "acme/acme.php" || f.Line == 0 {
					t.Errorf("fatal %s", show(t, f))
				}
			},
		},
		{
			name: "load: exit", source: "<?php exit(3);" + rest,
			want: seen{Ending: transcript.EndNotReached, Down: "load", Final: true, Status: 3},
		},
		{
			name: "load: die with a message", source: "<?php die('This file cannot be accessed directly');" + rest,
			want: seen{Ending: transcript.EndNotReached, Down: "load", Final: true},
			check: func(t *testing.T, s *transcript.Session, _ *transcript.Call) {
				if got := s.Shutdown.Output.Text; got != "This file cannot be accessed directly" {
					t.Errorf("printed %v", got)
				}
			},
		},
		{
			name: "load: byte order mark", source: "\xef\xbb\xbf<?php" + rest, want: inOrder,
			check: func(t *testing.T, s *transcript.Session, _ *transcript.Call) {
				if got := s.Load.Output.Bytes; got != 3 {
					t.Errorf("%d bytes printed, want 3", got)
				}
			},
		},
		{
			name: "load: blank lines after the closing tag", source: "<?php" + rest + "?>\n\n\n", want: inOrder,
			check: func(t *testing.T, s *transcript.Session, _ *transcript.Call) {
				if got := s.Load.Output; got.Bytes != 2 || got.Text != "\n\n" {
					t.Errorf("printed %+v, want two line ends", got)
				}
			},
		},
		{
			name: "load: hangs", source: "<?php while (true) {}" + rest, options: php.Options{Timeout: hangTime},
			want: seen{Ending: transcript.EndNotReached, Status: -1, Signal: "SIGKILL", Flags: "timed out"},
		},
		{
			name: "load: function missing", source: "<?php function acme_ConfigOptions() {}",
			want: seen{Load: "ok", Ending: transcript.EndMissing, Down: "end", Final: true},
		},
		{
			name: "load: namespaced functions", source: "<?php namespace Acme;" + rest,
			want: seen{Load: "ok", Ending: transcript.EndMissing, Down: "end", Final: true},
			check: func(t *testing.T, s *transcript.Session, _ *transcript.Call) {
				if len(s.Load.Functions) != 1 || !strings.EqualFold(s.Load.Functions[0].Name, `Acme\acme_ListAccounts`) {
					t.Errorf("functions %s", show(t, s.Load.Functions))
				}
			},
		},
		{
			name: "load: another case", source: "<?php function ACME_listaccounts(array $p) { " + good + " }", want: inOrder,
			check: func(t *testing.T, s *transcript.Session, _ *transcript.Call) {
				if got := s.Function("acme", "ListAccounts"); got == nil || got.Name != "ACME_listaccounts" {
					t.Errorf("function %s", show(t, got))
				}
			},
		},
	}
}

func callCases() []hostile {
	throws := func(class, file string, line int) func(*testing.T, *transcript.Session, *transcript.Call) {
		return func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
			got := *c.Throwable
			if got.Class != class || got.File != file || got.Line != line {
				t.Errorf("threw %s at %s:%d, want %s at %s:%d", got.Class, got.File, got.Line, class, file, line)
			}
		}
	}
	thrown := seen{Load: "ok", Ending: transcript.EndThrew, Down: "end", Final: true}
	return []hostile{
		{name: "call: exits", body: `exit(7);`, want: inCall(transcript.EndExited, 7)},
		{
			name: "call: dies with a message", body: `die('Connection failed');`, want: inCall(transcript.EndExited, 0),
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if c.Output.Text != "Connection failed" {
					t.Errorf("printed %v", c.Output.Text)
				}
			},
		},
		{name: "call: throws", body: `throw new RuntimeException('x');`, want: thrown, check: throws("RuntimeException", "acme/acme.php", 4)},
		{name: "call: TypeError", body: `return strlen([]);`, want: thrown, check: throws("TypeError", "acme/acme.php", 4)},
		{
			name: "call: parameter by reference", want: inOrder,
			source: "<?php function acme_ListAccounts(array &$params) { $params = []; " + good + " }",
		},
		{
			name: "call: fatal error", body: `eval('class Acme_A implements Countable {}');`, want: inCall(transcript.EndFatal, 255),
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if c.Fatal == nil || !strings.Contains(c.Fatal.Message, "Acme_A") || !strings.HasPrefix(c.Fatal.File, "acme/acme.php") {
					t.Errorf("fatal %s", show(t, c.Fatal))
				}
			},
		},
		{
			name: "call: memory limit", body: "$a = [];\nwhile (true) { $a[] = str_repeat('x', 100000); }",
			options: php.Options{MaxMemory: 64 << 20}, want: inCall(transcript.EndOutOfMemory, 255),
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if c.Fatal == nil || !c.Fatal.Memory || c.Fatal.Line != 5 || c.Fatal.File != "acme/acme.php" {
					t.Errorf("fatal %s", show(t, c.Fatal))
				}
			},
		},
		{
			name: "call: PHP's time limit", body: "set_time_limit(1);\nwhile (true) {}", want: inCall(transcript.EndFatal, 255),
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if c.Fatal == nil || !c.Fatal.Time {
					t.Errorf("fatal %s", show(t, c.Fatal))
				}
			},
		},
		{
			name: "call: returns a generator", body: `yield 1;`, want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if m, _ := c.Value.(map[string]any); m["class"] != "Generator" {
					t.Errorf("value %s", show(t, c.Value))
				}
			},
		},
		{
			name: "call: reads what is not there", body: `return ['success' => false, 'error' => trim((string) fgets(STDIN)) . '.'];`, want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if m, _ := c.Value.(map[string]any); m["error"] != "." {
					t.Errorf("value %s", show(t, c.Value))
				}
			},
		},
	}
}

func endCases() []hostile {
	return []hostile{
		{
			name: "end: throws in a shutdown function", body: `register_shutdown_function(function () { throw new Exception('late'); }); ` + good,
			want: seen{Load: "ok", Ending: transcript.EndReturned, Down: "end", Status: 255},
		},
		{
			name: "end: exits in a shutdown function", body: `register_shutdown_function(function () { exit(9); }); ` + good,
			want: seen{Load: "ok", Ending: transcript.EndReturned, Down: "end", Status: 9},
		},
		{
			name: "end: throws in a destructor",
			source: `<?php class Acme_D { function __destruct() { throw new Exception('late'); } }
				function acme_ListAccounts(array $params) { $GLOBALS['acme_d'] = new Acme_D(); ` + good + ` }`,
			want: seen{Load: "ok", Ending: transcript.EndReturned, Down: "end", Final: true, Status: 255},
		},
		{
			name: "end: hangs in a shutdown function", options: php.Options{Timeout: hangTime},
			body: `register_shutdown_function(function () { while (true) {} }); ` + good,
			want: seen{Load: "ok", Ending: transcript.EndReturned, Down: "end", Status: -1, Signal: "SIGKILL", Flags: "timed out"},
		},
	}
}

func limitCases() []hostile {
	return []hostile{
		{name: "limit: busy loop", body: `while (true) {}`, options: php.Options{Timeout: hangTime}, want: stopped},
		{name: "limit: sleeps", body: `sleep(100);`, options: php.Options{Timeout: hangTime}, want: stopped,
			check: func(t *testing.T, s *transcript.Session, c *transcript.Call) {
				if s.Exit.Limit != hangTime.Seconds() || c.Seconds < 1 {
					t.Errorf("limit %v, call took %v", s.Exit.Limit, c.Seconds)
				}
			},
		},
		{name: "limit: stops itself", body: `posix_kill(getmypid(), SIGSTOP);`, options: php.Options{Timeout: hangTime}, want: stopped},
		{
			name: "limit: endless recursion without a memory limit",
			source: `<?php function acme_again($n) { return acme_again($n + 1) + 1; }
				function acme_ListAccounts(array $params) { ini_set('memory_limit', '-1'); return acme_again(1); }`,
			want: seen{Load: "ok", Ending: transcript.EndOutOfMemory, Status: 1, Flags: "out of memory"},
		},
		{
			name: "limit: writes without end", body: `$f = fopen(__DIR__ . '/big', 'w'); while (true) { fwrite($f, str_repeat('x', 65536)); }`,
			options: php.Options{MaxFile: 1 << 20},
			want:    seen{Load: "ok", Ending: transcript.EndCrashed, Status: -1, Signal: "SIGXFSZ", Flags: "file too big"},
		},
		{
			name: "limit: 200 MB to standard output", want: inOrder,
			body: `$o = fopen('php://stdout', 'w'); for ($i = 0; $i < 200; $i++) { fwrite($o, str_repeat('x', 1000000)); } ` + good,
			check: func(t *testing.T, s *transcript.Session, _ *transcript.Call) {
				if got := s.Exit.Stdout; got.Bytes != 200_000_000 || len(got.Text.(string)) != 4096 {
					t.Errorf("%d bytes, %d kept", got.Bytes, len(got.Text.(string)))
				}
			},
		},
		{
			name: "limit: 200 MB printed", want: inOrder,
			body: `for ($i = 0; $i < 200; $i++) { echo str_repeat('x', 1000000); } ` + good,
			check: func(t *testing.T, s *transcript.Session, c *transcript.Call) {
				if c.Output.Bytes != 200_000_000 || s.Exit.Stdout.Bytes != 0 {
					t.Errorf("%d bytes printed, %d on standard output", c.Output.Bytes, s.Exit.Stdout.Bytes)
				}
			},
		},
		{
			name: "limit: 100,000 accounts", want: inOrder,
			body: `$l = []; for ($i = 0; $i < 100000; $i++) { $l[] = ['domain' => "d$i.example"]; } return ['success' => true, 'accounts' => $l];`,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if c.Len() != 100_000 {
					t.Errorf("%d accounts, want 100000", c.Len())
				}
			},
		},
	}
}

func processCases() []hostile {
	crashed := func(signal string) seen {
		return seen{Load: "ok", Ending: transcript.EndCrashed, Status: -1, Signal: signal}
	}
	lost := seen{Load: "ok", Ending: transcript.EndLost}
	leftOver := inOrder
	leftOver.Flags = "1 left over"
	noted := func(t *testing.T, s *transcript.Session, c *transcript.Call) {
		if len(s.Exit.Notes) != 1 || c.Len() != 0 {
			t.Errorf("notes %q, %d accounts; want a note and no account", s.Exit.Notes, c.Len())
		}
	}
	return []hostile{
		{name: "process: SIGSEGV", body: `posix_kill(getmypid(), SIGSEGV); sleep(9);`, want: crashed("SIGSEGV")},
		{name: "process: SIGKILL", body: `posix_kill(getmypid(), SIGKILL); sleep(9);`, want: crashed("SIGKILL")},
		{
			name: "process: endless __toString", want: crashed("SIGSEGV"),
			source: `<?php class Acme_S { function __toString() { return '' . $this; } }
				function acme_ListAccounts(array $params) { return (string) new Acme_S(); }`,
			options: php.Options{MaxMemory: 2 << 30},
		},
		{name: "process: replaced by another program", body: `pcntl_exec('/bin/true');`, want: lost},
		{
			name: "process: closes the result channel", want: lost,
			body: `$c = FFI::cdef('int close(int);'); for ($fd = 3; $fd < 64; $fd++) { $c->close($fd); } ` + good,
		},
		{
			name: "process: closes every stream", want: inOrder,
			body: `fclose(STDOUT); fclose(STDERR); foreach (get_resources('stream') as $s) { @fclose($s); } ` + good,
		},
		{
			name: "process: forges a result", want: inOrder, check: noted,
			body: `file_put_contents('php://fd/3', '{"event":"account","session":"list","call":"list","key":0,"value":{}}' . "\n"); ` + good,
		},
		{
			name: "process: writes half a line to the result channel", want: inOrder, check: noted,
			body: `file_put_contents('php://fd/3', "nonsense\n"); ` + good,
		},
		{
			name: "process: forks, and both return", want: inOrder,
			body: `$p = pcntl_fork(); if ($p > 0) { pcntl_waitpid($p, $st); } return ['success' => true, 'accounts' => [['p' => 1]]];`,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if c.Len() != 1 {
					t.Errorf("%d accounts, want 1", c.Len())
				}
			},
		},
		{
			name: "process: leaves a child behind", want: leftOver,
			body: `if (pcntl_fork() === 0) { sleep(60); posix_kill(getmypid(), SIGKILL); } ` + good,
		},
		{
			name: "process: a grandchild holds all pipes", want: leftOver,
			body: `exec('setsid sleep 60 > /dev/null &'); ` + good,
		},
		{
			name: "process: a daemon forked twice", want: leftOver,
			body: `exec("setsid sh -c 'setsid sh -c \"touch ready; exec sleep 60\" >/dev/null 2>&1 3>&- 4>&- & exit' >/dev/null 2>&1 &");
				while (!file_exists('ready')) { clearstatcache(); } ` + good,
		},
	}
}

func effectCases() []hostile {
	changed := func(names ...string) func(*testing.T, *transcript.Session, *transcript.Call) {
		return func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
			for _, name := range names {
				found := false
				for _, change := range c.State {
					found = found || strings.Contains(change.Name, name)
				}
				if !found {
					t.Errorf("no change of %s in %s", name, show(t, c.State))
				}
			}
		}
	}
	return []hostile{
		{
			name: "effect: prints", body: `echo "hello"; ` + good, want: inOrder,
			check: func(t *testing.T, s *transcript.Session, c *transcript.Call) {
				if c.Output.Text != "hello" || c.Output.Bytes != 5 || s.Exit.Stdout.Bytes != 0 {
					t.Errorf("printed %+v, and %+v to standard output", c.Output, s.Exit.Stdout)
				}
			},
		},
		{
			name: "effect: warns", body: "error_reporting(0);\n" + `$x = $params['nothing']; ` + good, want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if len(c.Warnings) != 1 || c.Warnings[0].Level != "warning" || c.Warnings[0].File != "acme/acme.php" || c.Warnings[0].Line != 5 {
					t.Errorf("warnings %s", show(t, c.Warnings))
				}
			},
		},
		{name: "effect: changes a setting", body: `ini_set('precision', '3'); ` + good, want: inOrder, check: changed("precision")},
		{name: "effect: changes the time zone", body: `date_default_timezone_set('Asia/Tokyo'); ` + good, want: inOrder, check: changed("time")},
		{name: "effect: replaces handlers", body: `set_error_handler(function () { return true; }); set_exception_handler('var_dump'); ` + good,
			want: inOrder, check: changed("error handler", "exception handler")},
		{name: "effect: leaves buffers open", body: `ob_start(); ob_start(); ` + good, want: inOrder, check: changed("output buffers")},
		{name: "effect: closes all buffers", body: `while (@ob_end_clean()) {} ` + good, want: inOrder, check: changed("output buffers")},
		{
			name: "effect: sends headers", body: `header('X-Acme: 1'); ` + good, want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if diff := cmp.Diff([]string{"X-Acme: 1"}, c.Headers); diff != "" {
					t.Error(diff)
				}
			},
		},
		{
			name: "effect: writes a file", body: `file_put_contents(__DIR__ . '/cache.txt', 'x'); ` + good, want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if diff := cmp.Diff([]string{"modules/servers/acme/cache.txt"}, c.Files); diff != "" {
					t.Error(diff)
				}
			},
		},
		{
			name: "effect: changes how floats are written", body: `ini_set('serialize_precision', '3'); return ['success' => true, 'accounts' => [[0.1 + 0.2]]];`,
			want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				for a := range c.Accounts() {
					if got := show(t, a.Value); !strings.Contains(got, "0.30000000000000004") {
						t.Errorf("account %s", got)
					}
				}
			},
		},
		{
			name: "effect: calls WHMCS", body: `logModuleCall('acme', 'list', ['a' => 1], '{}', [], ['secret']); ` + good, want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if len(c.Records) != 1 || c.Records[0].Function != "logModuleCall" || c.Records[0].File != "acme/acme.php" {
					t.Errorf("records %s", show(t, c.Records))
				}
			},
		},
	}
}
