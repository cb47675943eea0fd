package php_test

import (
	"testing"

	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

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
