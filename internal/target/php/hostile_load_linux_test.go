package php_test

import (
	"os"
	"strings"
	"testing"

	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

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
