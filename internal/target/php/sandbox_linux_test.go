package php_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/scenario"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

// needSandbox ends the test where a sandbox cannot be had whole.
func needSandbox(t *testing.T) {
	t.Helper()
	needPHP(t)
	needCells(t)
	if !netns.Landlock() {
		t.Skip("this kernel has no Landlock")
	}
}

// looks is a module that says what it can see and do outside its own folders.
const looks = `$can = [];
foreach (['HARNESS', 'HOME_OF_OURS', '/proc/1/environ'] as $file) {
	$can[] = @file_get_contents($file) === false ? 'no' : 'reads ' . $file;
}
foreach (['HARNESS.new', '/usr/syncproof', '/etc/syncproof', '/dev/syncproof', dirname(__DIR__, 4) . '/../wrapper/main.php'] as $file) {
	$can[] = @file_put_contents($file, 'x') === false ? 'no' : 'writes ' . $file;
}
foreach ([__DIR__, '/tmp', '/var/tmp', sys_get_temp_dir(), getenv('HOME')] as $folder) {
	$can[] = (file_put_contents($folder . '/syncproof-mark', 'x') === 1 && rename($folder . '/syncproof-mark', __DIR__ . '/mark') && unlink(__DIR__ . '/mark')) ? 'yes' : 'cannot write to ' . $folder;
}
$can[] = count(glob('/proc/[0-9]*')) < 4 ? 'alone' : 'sees processes';
$can[] = count(glob('/run/*')) === 0 ? 'alone' : 'sees services';
file_put_contents('/tmp/left', 'x');
$can[] = strpos(file_get_contents('/proc/self/status'), "NoNewPrivs:\t1") ? 'for good' : 'may gain';
return ['success' => false, 'error' => implode(', ', $can)];`

func TestSandboxedSessionsSeeTheirOwn(t *testing.T) {
	needSandbox(t)
	private := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(private, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	module := acme(strings.NewReplacer("HARNESS", private, "HOME_OF_OURS", "/proc/self/../"+strconv.Itoa(os.Getpid())+"/environ").Replace(looks))
	const want = "no, no, no, no, no, no, no, no, yes, yes, yes, yes, yes, alone, alone, for good"
	target := newTarget(t, php.Options{Path: vendor(t, module), Sandbox: php.SandboxOn})
	plain, played, forked := list(), faulty(t, "http-500"), faulty(t, "http-500")
	played.ID = "played"
	for name, planned := range map[string]scenario.Session{"isolated": plain, "played": played, "forked": forked, "forked again": forked} {
		s := run(t, target, planned)
		if s.Forked != strings.HasPrefix(name, "forked") {
			t.Errorf("%s: forked is %v", name, s.Forked)
		}
		if got := said(t, s); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
		parts := []string{transcript.SandboxProcesses, transcript.SandboxTemp, transcript.SandboxPrivileges, transcript.SandboxFiles}
		if diff := cmp.Diff(parts, s.Sandbox); diff != "" {
			t.Errorf("%s: kept from (-want +got)\n%s", name, diff)
		}
	}
}

// What holds with a real server, too, whose network the session shares.
func TestSandboxedSessionsWithAServer(t *testing.T) {
	needSandbox(t)
	body := `return ['success' => false, 'error' => readlink('/proc/self/ns/net') . ' ' . count(glob('/proc/[0-9]*')) . ' ' . json_encode(@scandir('/root'))];`
	target := newTarget(t, php.Options{Path: vendor(t, acme(body)), Live: true, Sandbox: php.SandboxOn})
	planned := list()
	planned.Isolated = false
	ours, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := said(t, run(t, target, planned)), ours+" 2 false"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWithoutASandbox(t *testing.T) {
	needSandbox(t)
	body := `return ['success' => false, 'error' => 'done'];`
	for _, o := range []php.Options{{}, {Sandbox: php.SandboxOff}, {Sandbox: php.SandboxAuto, NoNamespaces: true}} {
		o.Path = vendor(t, acme(body))
		if s := run(t, newTarget(t, o), list()); s.Sandbox != nil || said(t, s) != "done" {
			t.Errorf("%+v: kept from %v, said %q", o.Sandbox, s.Sandbox, said(t, s))
		}
	}
	target := newTarget(t, php.Options{Path: vendor(t, acme(body)), Sandbox: php.SandboxOn, NoNamespaces: true})
	probe, trouble, err := target.Probe(t.Context())
	if err != nil || trouble == nil || !strings.Contains(trouble.Message, "namespaces are switched off") {
		t.Errorf("got %+v, %+v, %v; want a refusal", probe, trouble, err)
	}
}

// The number of processes is bound for root as well, and in the cell alone.
func TestSandboxBoundsProcesses(t *testing.T) {
	needSandbox(t)
	if os.Getuid() != 0 {
		t.Skip("RLIMIT_NPROC binds everybody but root")
	}
	body := `$n = 0; while ($n < 5000 && ($p = @pcntl_fork()) !== -1) { if ($p === 0) { sleep(60); posix_kill(getmypid(), SIGKILL); } $n++; }
return ['success' => false, 'error' => (string) $n];`
	outside, err := os.ReadFile("/proc/sys/kernel/pid_max")
	if err != nil {
		t.Fatal(err)
	}
	most := 50
	if _, err := os.Stat("/proc/sys/kernel/ns_last_pid"); err != nil {
		most += 300
	}
	s := run(t, newTarget(t, php.Options{Path: vendor(t, acme(body)), Sandbox: php.SandboxOn, MaxProcesses: 50}), list())
	var made int
	if _, err := fmt.Sscan(said(t, s), &made); err != nil || made < 40 || made > most {
		t.Errorf("%d processes were made, %v", made, err)
	}
	if s.Exit.Leftover != made {
		t.Errorf("%d processes were made, and %d were left", made, s.Exit.Leftover)
	}
	after, err := os.ReadFile("/proc/sys/kernel/pid_max")
	if err != nil || !bytes.Equal(outside, after) {
		t.Errorf("outside there may be %s processes, were %s (%v)", after, outside, err)
	}
}

func TestLimitOnTheDisk(t *testing.T) {
	needPHP(t)
	body := `for ($i = 0; ; $i++) { file_put_contents(sys_get_temp_dir() . "/f$i", str_repeat('x', 1 << 20)); }`
	o := php.Options{MaxDisk: 64 << 20, MaxFile: 2 << 20}
	for _, planned := range []scenario.Session{list(), faulty(t, "http-500")} {
		o.Path = vendor(t, acme(body))
		s := run(t, newTarget(t, o), planned)
		want := seen{Load: "ok", Ending: transcript.EndCrashed, Status: -1, Signal: "SIGKILL", Flags: "file too big"}
		if diff := cmp.Diff(want, seenIn(s)); diff != "" || len(s.Exit.Notes) != 1 {
			t.Errorf("(-want +got)\n%s\nnotes %q", diff, s.Exit.Notes)
		}
	}
}

func TestLimitsOnFilesAndProcessorTime(t *testing.T) {
	needPHP(t)
	files := `$all = []; while (($f = @fopen('/dev/null', 'r')) !== false) { $all[] = $f; } $n = count($all); $all = []; return ['success' => false, 'error' => $n > 50 && $n < 100 ? 'few' : (string) $n];`
	s := run(t, newTarget(t, php.Options{Path: vendor(t, acme(files)), MaxFiles: 100}), list())
	if got := said(t, s); got != "few" {
		t.Errorf("%s files could be opened", got)
	}
	s = run(t, newTarget(t, php.Options{Path: vendor(t, acme(`while (true) {}`)), MaxCPU: 1e9}), list())
	if want := (seen{Load: "ok", Ending: transcript.EndCrashed, Status: -1, Signal: "SIGXCPU"}); seenIn(s) != want {
		t.Errorf("got %+v, want %+v", seenIn(s), want)
	}
}
