package php_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// needForks ends the test where no session can be forked off.
func needForks(t *testing.T) {
	t.Helper()
	needPHP(t)
	needCells(t)
}

// faulty is a session of a sweep, with the call the other tests make.
func faulty(t *testing.T, id string) scenario.Session {
	t.Helper()
	f, known := fault.Find(id)
	if !known {
		t.Fatalf("there is no fault %s", id)
	}
	s := list()
	s.ID = scenario.FaultID(id, scenario.HTTPS)
	s.Upstream = &scenario.Upstream{Fault: f, Scheme: scenario.HTTPS}
	return s
}

// forked makes a session and sees to it that it was forked off.
func forked(t *testing.T, target *php.Target, planned scenario.Session) *transcript.Session {
	t.Helper()
	s := run(t, target, planned)
	if !s.Forked {
		t.Fatal("the session had a fresh process")
	}
	return s
}

// Whatever a module does, of a forked process the same is seen as of a fresh one,
// the first time and, next to what the first time left behind, the second.
func TestEveryEndingOfAForkedSessionIsToldApart(t *testing.T) {
	needForks(t)
	for _, tc := range slicesOf(loadCases(), callCases(), endCases(), limitCases(), processCases(), effectCases()) {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := tc.source
			if source == "" {
				source = "<?php\nfunction acme_ListAccounts(array $params)\n{\n" + tc.body + "\n}\n"
			}
			o := tc.options
			o.Path = vendor(t, map[string]string{"acme/acme.php": source})
			row := fmt.Sprintf("ROW=%d", rand.Uint64())
			o.Env = append(o.Env, row)
			target := newTarget(t, o)
			for _, turn := range []string{"first", "second"} {
				s := forked(t, target, faulty(t, "http-500"))
				if diff := cmp.Diff(tc.want, seenIn(s)); diff != "" {
					t.Errorf("%s time (-want +got)\n%s\nexit %s", turn, diff, show(t, s.Exit))
				}
				if len(s.Troubles) > 0 {
					t.Errorf("%s time, trouble: %s", turn, show(t, s.Troubles))
				}
				if tc.check != nil && len(s.Calls) > 0 {
					tc.check(t, s, s.Calls[0])
				}
			}
			if err := target.Close(); err != nil {
				t.Error(err)
			}
			if left := alive(t, row); len(left) > 0 {
				t.Errorf("processes are left: %v", left)
			}
		})
	}
}

// marks is a module that says how it found everything it then changes.
const marks = `<?php
class Acme_Memory { public static $calls = 0; }
define('ACME_LOADED', 'once');
$GLOBALS['acme_loads'] = ($GLOBALS['acme_loads'] ?? 0) + 1;
function acme_ListAccounts(array $params)
{
	static $calls = 0;
	$found = [
		++$calls, ++Acme_Memory::$calls, $GLOBALS['acme_loads'], date_default_timezone_get(), ini_get('precision'), getenv('ACME'),
		setlocale(LC_ALL, '0'), basename(getcwd()), umask(), error_reporting(), count(get_included_files()), isset($_SESSION['acme']),
		count(glob(sys_get_temp_dir() . '/*')), is_file(__DIR__ . '/left'), is_file(dirname(getcwd()) . '/left'), error_get_last() === null,
		set_error_handler(function () { return false; }) instanceof Closure, ob_get_level(), gc_enabled(), libxml_use_internal_errors(), mb_internal_encoding(),
		in_array('acme', stream_get_wrappers()), function_exists('acme_late'), count(headers_list()), in_array('requests', scandir(dirname(getcwd()))),
		count(glob('/proc/self/fd/*')), posix_getpgid(0) === getmypid(), abs($_SERVER['REQUEST_TIME'] - time()) < 10, json_encode($params),
	];
	date_default_timezone_set('Asia/Tokyo');
	ini_set('precision', '3');
	putenv('ACME=seen');
	chdir('/');
	umask(0777);
	error_reporting(0);
	$_SESSION['acme'] = 1;
	@trigger_error('left behind');
	gc_disable();
	libxml_use_internal_errors(true);
	mb_internal_encoding('SJIS');
	stream_wrapper_register('acme', 'Acme_Memory');
	eval('function acme_late() {}');
	header('X-Acme: 1');
	LEAVE
	return ['success' => false, 'error' => json_encode($found) . ' | ' . implode(' ', [mt_rand(), number_format(lcg_value(), 15), uniqid('', true), random_int(0, PHP_INT_MAX),
		bin2hex(openssl_random_pseudo_bytes(8)), array_rand(range(0, 1000000)), str_shuffle('abcdefghijklmnopqrstuvwxyz'), spl_object_hash(new stdClass())])];
}
`

func TestForkedSessionsShareNothing(t *testing.T) {
	needForks(t)
	for name, leave := range map[string]string{
		"in memory":  ``,
		"in files":   `file_put_contents(sys_get_temp_dir() . '/left', '1'); file_put_contents(__DIR__ . '/left', '1');`,
		"in its own": `file_put_contents(__FILE__, str_replace('once', 'twas', file_get_contents(__FILE__)));`,
		"a process":  `exec('setsid sleep 60 > /dev/null &');`,
		"by a kill":  `register_shutdown_function(function () { posix_kill(posix_getppid(), SIGKILL); });`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			module := map[string]string{"acme.php": strings.Replace(marks, "LEAVE", leave, 1)}
			fresh := run(t, newTarget(t, php.Options{Path: vendor(t, module), Isolation: php.IsolationProcess}), faulty(t, "http-500"))
			if fresh.Forked {
				t.Fatal("this session was to have a fresh process")
			}
			want, _, _ := strings.Cut(said(t, fresh), " | ")
			target := newTarget(t, php.Options{Path: vendor(t, module)})
			random := map[string]string{}
			for turn := range 4 {
				got, dice, _ := strings.Cut(said(t, run(t, target, faulty(t, "http-500"))), " | ")
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("session %d differs from one in a fresh process (-fresh +forked):\n%s", turn, diff)
				}
				for i, n := range strings.Fields(dice)[:7] {
					key := fmt.Sprint(i, " ", n)
					if before, again := random[key]; again {
						t.Errorf("random value %d of session %d was also that of session %s", i, turn, before)
					}
					random[key] = fmt.Sprint(turn)
				}
			}
		})
	}
}

func said(t *testing.T, s *transcript.Session) string {
	t.Helper()
	text, _ := answer(t, s)["error"].(string)
	return text
}

// A fault that changes the cell itself is gone with the session it was for.
func TestForkedSessionsFindTheNetworkAnew(t *testing.T) {
	needForks(t)
	target := newTarget(t, php.Options{Path: vendor(t, acme(errnos)), Recording: pages()})
	for _, c := range []struct{ fault, want string }{
		{"http-500", "0, 0, 0"},
		{"refused", "7 unconnected, 7 unconnected, 7 unconnected"},
		{"http-500", "0, 0, 0"},
		{"connect-hang", "28 unconnected, 28 unconnected, 28 unconnected"},
		{"reset-on-accept", "35 unconnected, 35 unconnected, 35 unconnected"},
		{"refused", "7 unconnected, 7 unconnected, 7 unconnected"},
		{"http-500", "0, 0, 0"},
	} {
		planned := faulty(t, c.fault)
		planned.Steps[0].Params = map[string]any{"serverhostname": "localhost", "serverport": closedPort}
		planned.Upstream.Answers = transcript.AnswersRecorded
		s := forked(t, target, planned)
		if got := said(t, s); got != c.want {
			t.Errorf("%s: got %q, want %q", c.fault, got, c.want)
		}
		if len(s.Exit.Unheard) > 0 {
			t.Errorf("%s: nobody listened at %v", c.fault, s.Exit.Unheard)
		}
	}
}

// What is evidence of how PHP starts or ends, or has settings of its own, has a
// fresh process whatever was asked for.
func TestOnlySweepsAreForked(t *testing.T) {
	needForks(t)
	target := newTarget(t, php.Options{Path: vendor(t, acme(empty)), Isolation: php.IsolationFork})
	for name, change := range map[string]func(*scenario.Session){
		"the conversation": func(s *scenario.Session) { s.ID = transcript.SessionConversation },
		"a setting":        func(s *scenario.Session) { s.Settings = map[string]string{"default_socket_timeout": "8"} },
		"a wait":           func(s *scenario.Session) { s.Waits = true },
		"no panel":         func(s *scenario.Session) { s.Upstream = nil },
	} {
		planned := faulty(t, "http-500")
		change(&planned)
		if run(t, target, planned).Forked {
			t.Errorf("%s: the session was forked off", name)
		}
	}
}

// A PHP that cannot fork makes the sessions all the same, and says why where
// forks were asked for.
func TestWithoutForksSessionsAreFresh(t *testing.T) {
	needForks(t)
	for isolation, noted := range map[string]bool{php.IsolationFork: true, "": false} {
		n := &notes{}
		target := newTarget(t, php.Options{
			Path: vendor(t, acme(empty)), Isolation: isolation, PHP: []string{"php", "-d", "disable_functions=pcntl_fork"}, Note: n.add,
		})
		if run(t, target, faulty(t, "http-500")).Forked {
			t.Error("the session was forked off")
		}
		if noted {
			n.has(t, "pcntl_fork() is switched off")
		} else if len(n.said) > 0 {
			t.Errorf("nobody asked, and was told %q", n.said)
		}
	}
}
