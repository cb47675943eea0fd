package php_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

// acme wraps the body of ListAccounts into a module.
func acme(body string) map[string]string {
	return map[string]string{"acme.php": "<?php\nfunction acme_ListAccounts(array $params)\n{\n" + body + "\n}\n"}
}

const empty = `return ['success' => true, 'accounts' => []];`

// answer is what the module returned, as a map.
func answer(t *testing.T, s *transcript.Session) map[string]any {
	t.Helper()
	if len(s.Calls) == 0 || s.Calls[0].Ending != transcript.EndReturned {
		t.Fatalf("nothing was returned: %s", show(t, withoutLinks(s)))
	}
	m, ok := phpvalue.Map(s.Calls[0].Value)
	if !ok {
		t.Fatalf("no array was returned but %s", phpvalue.Show(s.Calls[0].Value))
	}
	return m
}

// withoutLinks makes a session printable.
func withoutLinks(s *transcript.Session) *transcript.Session {
	for _, c := range s.Calls {
		c.Session = nil
	}
	return s
}

// script writes a command that stands for PHP.
func script(t *testing.T, text string) []string {
	t.Helper()
	needPHP(t)
	path := filepath.Join(t.TempDir(), "php")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return []string{path}
}

type notes struct {
	mu   sync.Mutex
	said []string
}

func (n *notes) add(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.said = append(n.said, text)
}

func (n *notes) has(t *testing.T, part string) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	if !strings.Contains(strings.Join(n.said, "\n"), part) {
		t.Errorf("no note says %q: %q", part, n.said)
	}
}

func TestBothChannelsSayTheSame(t *testing.T) {
	for name, body := range map[string]string{
		"returns": `return ['success' => true, 'accounts' => [['a' => 1.0], ['b' => "\xff"]]];`,
		"exits":   `exit(4);`,
		"throws":  `throw new Exception('no');`,
		"prints":  `echo "x"; ` + empty,
		"fatal":   `class_alias('nothing', 'x'); eval('function acme_ListAccounts() {}');`,
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, files := range []bool{false, true} {
				target := newTarget(t, php.Options{Path: vendor(t, acme(body)), FileChannel: files})
				s := withoutLinks(run(t, target, list()))
				s.Exit.Seconds = 0
				if s.Load != nil {
					s.Load.Seconds = 0
				}
				if s.Shutdown != nil {
					s.Shutdown.Seconds, s.Shutdown.Memory = 0, 0
				}
				for _, c := range s.Calls {
					c.Seconds, c.Memory, c.At = 0, 0, ""
				}
				got = append(got, show(t, s))
			}
			if diff := cmp.Diff(got[0], got[1]); diff != "" {
				t.Errorf("(-descriptors +files)\n%s", diff)
			}
		})
	}
}

func TestFilesAreUsedWhereDescriptorsDoNotReach(t *testing.T) {
	// Like a container: neither descriptors nor the environment reach PHP.
	command := script(t, `exec env -i PATH="$PATH" php "$@" 3>&- 4>&-`)
	var said notes
	target := newTarget(t, php.Options{Path: vendor(t, acme(`return ['success' => false, 'error' => 'there'];`)), PHP: command, Note: said.add})
	if got := answer(t, run(t, target, list()))["error"]; got != "there" {
		t.Errorf("got %v", got)
	}
	said.has(t, "exchanged through files")
	p, trouble, err := target.Probe(t.Context())
	if err != nil || trouble != nil || !p.Files {
		t.Errorf("probe %+v, trouble %v, error %v", p, trouble, err)
	}
}

func TestWithoutAnyWayToShutTheModuleOff(t *testing.T) {
	command := script(t, `exec env -i PATH="$PATH" php "$@" 3>&- 4>&-`)
	var said notes
	target := newTarget(t, php.Options{Path: vendor(t, acme(empty)), PHP: command, NoNamespaces: true, Note: said.add})
	s := run(t, target, list())
	if s.Network != transcript.NetworkOpen || s.Sees.Network {
		t.Errorf("network %q, seen %v; want open, unseen", s.Network, s.Sees.Network)
	}
	said.has(t, "cannot keep it off the network")
}

func TestTroubleWithPHPIsNotTheModules(t *testing.T) {
	for name, tc := range map[string]struct {
		command      func(t *testing.T) []string
		timeout      time.Duration
		kind         string
		says, advice string
	}{
		"missing": {
			command: func(*testing.T) []string { return []string{"php-that-is-not-here"} },
			kind:    transcript.TroubleStart, says: `no program "php-that-is-not-here"`, advice: "--php",
		},
		"another program": {
			command: func(t *testing.T) []string { return script(t, `echo "usage: something"; exit 2`) },
			kind:    transcript.TroubleStart, says: `not as PHP (status 2): "usage: something"`, advice: "container",
		},
		"too old": {
			command: func(t *testing.T) []string {
				return script(t, `echo 'syncproof-probe: {"version":"5.6.40","id":50640,"sapi":"cli"}'`)
			},
			kind: transcript.TroubleStart, says: "PHP 5.6.40 is too old", advice: "--php",
		},
		"never starts": {
			command: func(t *testing.T) []string { return script(t, `sleep 60`) }, timeout: time.Second,
			kind: transcript.TroubleTimeout, says: "did not start PHP within 1s", advice: "container",
		},
		"ends before the test": {
			command: func(t *testing.T) []string {
				return script(t, `case "$*" in *probe.php) exec php "$@";; *) echo "no licence" >&2; exit 5;; esac`)
			},
			kind: transcript.TroubleAnswer, says: `ended before the test began (status 5): "no licence"`, advice: "php.ini",
		},
		"hangs before the test": {
			command: func(t *testing.T) []string {
				return script(t, `case "$*" in *probe.php) exec php "$@";; *) sleep 60;; esac`)
			},
			timeout: 5 * time.Second,
			kind:    transcript.TroubleTimeout, says: "did not start the test within 5s", advice: "--timeout",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := newTarget(t, php.Options{Path: vendor(t, acme(empty)), PHP: tc.command(t), Timeout: tc.timeout})
			s := run(t, target, list())
			if len(s.Troubles) != 1 {
				t.Fatalf("troubles: %s", show(t, s.Troubles))
			}
			got := s.Troubles[0]
			if got.Kind != tc.kind || !strings.Contains(got.Message, tc.says) || !strings.Contains(got.Advice, tc.advice) {
				t.Errorf("trouble %s", show(t, got))
			}
			if len(s.Calls) != 1 || s.Calls[0].Ending != transcript.EndNoAnswer {
				t.Errorf("calls %s", show(t, withoutLinks(s).Calls))
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	target := newTarget(t, php.Options{Path: vendor(t, acme(`sleep(60);`))})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rec := transcript.NewRecorder(io.Discard, nil)
	err := target.Run(ctx, list(), sinkFunc(func(e transcript.Event) error {
		if e.Event == transcript.EventCall {
			cancel()
		}
		return rec.Record(e)
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	s := rec.Transcript().Session(transcript.SessionList)
	if s.Exit == nil || !s.Exit.Interrupted || s.Exit.TimedOut || s.Calls[0].Ending != transcript.EndOpen {
		t.Errorf("exit %s, call %s", show(t, s.Exit), s.Calls[0].Ending)
	}
	if err := target.Run(ctx, list(), rec); !errors.Is(err, context.Canceled) && err == nil {
		t.Error("a run went on after its context was done")
	}
}

type sinkFunc func(transcript.Event) error

func (f sinkFunc) Record(e transcript.Event) error { return f(e) }

func TestAFailingSinkEndsTheRun(t *testing.T) {
	target := newTarget(t, php.Options{Path: vendor(t, acme(empty))})
	broken := errors.New("the disk is full")
	if err := target.Run(t.Context(), list(), sinkFunc(func(transcript.Event) error { return broken })); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

func TestTheModuleSeesNothingOfTheCallersEnvironment(t *testing.T) {
	t.Setenv("CI_TOKEN", "canary-7f3a")
	t.Setenv("SYNCPROOF_PASSWORD", "canary-7f3a")
	target := newTarget(t, php.Options{Path: vendor(t, acme(
		`return ['success' => false, 'error' => json_encode([getenv(), $_ENV, $_SERVER, shell_exec('env')])];`))})
	got, _ := answer(t, run(t, target, list()))["error"].(string)
	if !strings.Contains(got, "PATH") {
		t.Fatalf("this is no environment: %s", got)
	}
	for _, part := range []string{"canary-7f3a", "SYNCPROOF", os.TempDir() + "/syncproof"} {
		if strings.Contains(got, part) {
			t.Errorf("the module sees %q: %s", part, got)
		}
	}
}

// sum describes every file below a folder.
func sum(t *testing.T, dir string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		digest := sha256.Sum256(text)
		sums[path] = fmt.Sprint(hex.EncodeToString(digest[:]), info.Mode(), info.ModTime().UnixNano())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

func TestSessionsLeaveTheVendorAndEachOtherAlone(t *testing.T) {
	dir := vendor(t, map[string]string{
		"modules/servers/acme/acme.php": `<?php
function acme_ListAccounts(array $params)
{
    $seen = file_get_contents(__DIR__ . '/data.txt') . file_get_contents(__DIR__ . '/../../../lang/english.php');
    foreach ([__FILE__, __DIR__ . '/data.txt', __DIR__ . '/../../../lang/english.php', __DIR__ . '/new.txt'] as $file) {
        file_put_contents($file, 'rewritten');
    }
    mkdir(__DIR__ . '/closed');
    chmod(__DIR__ . '/closed', 0);
    return ['success' => false, 'error' => $seen];
}
`,
		"modules/servers/acme/data.txt": "original ",
		"lang/english.php":              "words",
	})
	before := sum(t, dir)
	target := newTarget(t, php.Options{Path: dir})
	for range 3 {
		if got := answer(t, run(t, target, list()))["error"]; got != "original words" {
			t.Errorf("the session found %q", got)
		}
	}
	if err := target.Close(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(before, sum(t, dir)); diff != "" {
		t.Errorf("the vendor's files changed:\n%s", diff)
	}
}

func TestNothingIsLeftOnDisk(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	dir := vendor(t, acme(`file_put_contents(sys_get_temp_dir() . '/x', 'y'); file_put_contents(getenv('HOME') . '/x', 'y'); `+empty))
	target := newTarget(t, php.Options{Path: dir})
	run(t, target, list())
	if err := target.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		t.Errorf("%s was left", e.Name())
	}
}

func TestTheModuleFindsAWHMCSRootAroundIt(t *testing.T) {
	check := `return ['success' => false, 'error' => implode(' ', array_map(function ($f) {
		return is_file(__DIR__ . '/' . $f) ? trim(file_get_contents(__DIR__ . '/' . $f)) : '-';
	}, ['../../../lang/german.php', '../../../vendor/autoload.php', '../../addons/acme/acme.php', 'lib/a.php', '../../../configuration.php',
		'vendor/autoload.php', 'node_modules/x.js', '.git/config']))];`
	module := acme(check)["acme.php"]
	around := func(prefix string) map[string]string {
		return map[string]string{
			prefix + "lang/german.php":              "lang",
			prefix + "vendor/autoload.php":          "vendor",
			prefix + "modules/addons/acme/acme.php": "addon",
			prefix + "node_modules/x.js":            "js",
			prefix + ".git/config":                  "git",
		}
	}
	with := func(files map[string]string, more map[string]string) map[string]string {
		for name, text := range more {
			files[name] = text
		}
		return files
	}
	const refuses = "<?php\n\nthrow new RuntimeException("
	for name, tc := range map[string]struct {
		files map[string]string
		named string
		want  string
	}{
		"as in WHMCS": {
			files: with(around(""), map[string]string{"modules/servers/acme/acme.php": module, "modules/servers/acme/lib/a.php": "lib", "configuration.php.new": "x"}),
			want:  "lang vendor addon lib refuses - - -",
		},
		"below src, the folder named": {
			files: with(around("src/"), map[string]string{"src/modules/servers/acme/acme.php": module, "src/modules/servers/acme/lib/a.php": "lib"}),
			named: "src/modules/servers/acme",
			want:  "lang vendor addon lib refuses - - -",
		},
		"inside a WHMCS, of which little is taken": {
			files: with(around(""), map[string]string{
				"modules/servers/acme/acme.php": module, "modules/servers/acme/lib/a.php": "lib",
				"configuration.php": "<?php $db_password = 'secret';",
			}),
			want: "lang - addon lib refuses - - -",
		},
		"in a folder of its name": {
			files: with(around(""), map[string]string{"acme/acme.php": module, "acme/lib/a.php": "lib"}),
			want:  "lang vendor - lib refuses - - -",
		},
		"in a folder of its name, the folder named": {
			files: with(around(""), map[string]string{"acme/acme.php": module, "acme/lib/a.php": "lib"}), named: "acme",
			want: "- - - lib refuses - - -",
		},
		"at the top of a repository": {
			files: with(around(""), map[string]string{"acme.php": module, "lib/a.php": "lib"}),
			want:  "- - - lib refuses vendor - -",
		},
	} {
		t.Run(name, func(t *testing.T) {
			target := newTarget(t, php.Options{Path: filepath.Join(vendor(t, tc.files), filepath.FromSlash(tc.named))})
			got, _ := answer(t, run(t, target, list()))["error"].(string)
			if i := strings.Index(got, refuses); i >= 0 {
				j := strings.Index(got[i:], ");")
				got = got[:i] + "refuses" + got[i+j+len(");"):]
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestAskingForWHMCSItselfIsRefusedInWords(t *testing.T) {
	for _, file := range []string{"init.php", "configuration.php", "dbconnect.php"} {
		target := newTarget(t, php.Options{Path: vendor(t, acme(`require __DIR__ . '/../../../`+file+`';`))})
		s := run(t, target, list())
		c := s.Calls[0]
		if c.Ending != transcript.EndThrew || !strings.Contains(c.Throwable.Message, "The module asks for "+file) || c.Throwable.File != "<whmcs>/"+file {
			t.Errorf("%s: %s %s", file, c.Ending, show(t, c.Throwable))
		}
	}
}

func TestEveryKindOfSession(t *testing.T) {
	dir := vendor(t, map[string]string{"acme.php": `<?php
if (!defined('WHMCS')) {
    die('no direct access');
}
function acme_MetaData() { return ['args' => func_num_args(), 'uri' => $_SERVER['REQUEST_URI'] ?? '']; }
function acme_ConfigOptions() { return ['Plan' => ['Type' => 'text', 'Loader' => 'acme_Plans']]; }
function acme_Plans($params) { return ['a' => 'A', 'host' => $params['serverhostname']]; }
function acme_ListAccounts(array $params) { return ['success' => false, 'error' => implode(',', array_keys($params)) . '.']; }
`})
	target := newTarget(t, php.Options{Path: dir})
	type call struct {
		ID, Function, Ending string
		Value                any
	}
	want := map[string][]call{
		transcript.SessionDirect: nil,
		transcript.SessionMetaData: {
			{"metadata", "MetaData", transcript.EndReturned, nil},
		},
		transcript.SessionMetaDataWeb: {
			{"metadata-web", "MetaData", transcript.EndReturned, nil},
		},
		transcript.SessionOptions: {
			{"options", "ConfigOptions", transcript.EndReturned, nil},
			{"loader:Plan", "acme_Plans", transcript.EndReturned, map[string]any{"a": "A", "host": "panel.example.test"}},
		},
		transcript.SessionList: {
			{"list", "ListAccounts", transcript.EndReturned, map[string]any{"success": false, "error": "serverhostname."}},
		},
		transcript.SessionEmpty: {
			{"list-empty", "ListAccounts", transcript.EndReturned, map[string]any{"success": false, "error": "."}},
		},
		transcript.SessionLocale: {
			{"list-locale", "ListAccounts", transcript.EndReturned, map[string]any{"success": false, "error": "serverhostname."}},
		},
		transcript.SessionRepeat: {
			{"repeat-1", "ListAccounts", transcript.EndReturned, map[string]any{"success": false, "error": "serverhostname."}},
			{"repeat-2", "ListAccounts", transcript.EndReturned, map[string]any{"success": false, "error": "serverhostname."}},
		},
	}
	for _, planned := range planAll(map[string]any{"serverhostname": "panel.example.test"}) {
		s := run(t, target, planned)
		var got []call
		for _, c := range s.Calls {
			made := call{c.ID, c.Function, c.Ending, c.Value}
			if c.Function == "MetaData" || c.Function == "ConfigOptions" {
				made.Value = nil
			}
			got = append(got, made)
		}
		if diff := cmp.Diff(want[planned.ID], got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", planned.ID, diff)
		}
		if planned.ID == transcript.SessionDirect && (s.Shutdown == nil || s.Shutdown.Phase != transcript.PhaseLoad) {
			t.Errorf("direct: shutdown %s", show(t, s.Shutdown))
		}
	}
}

func planAll(params map[string]any) []scenario.Session {
	return scenario.Plan([]contract.Need{
		contract.NeedDirect, contract.NeedMetaDataWeb, contract.NeedOptions, contract.NeedRepeat, contract.NeedLocale, contract.NeedEmpty,
	}, params)
}

func TestSessionsCanRunAtTheSameTime(t *testing.T) {
	target := newTarget(t, php.Options{Path: vendor(t, acme(
		`file_put_contents(__DIR__ . '/n', 'x', FILE_APPEND); return ['success' => false, 'error' => file_get_contents(__DIR__ . '/n')];`))})
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if got := answer(t, run(t, target, list()))["error"]; got != "x" {
				t.Errorf("got %v", got)
			}
		})
	}
	wg.Wait()
}

func TestSettings(t *testing.T) {
	target := newTarget(t, php.Options{
		Path: vendor(t, acme(`return ['success' => false, 'error' => implode(' ', array_map('ini_get',
			['display_errors', 'memory_limit', 'precision', 'user_agent', 'opcache.enable_cli']))];`)),
		MaxMemory: 100 << 20, Ini: []string{"precision=9", "user_agent=a (b; c)"},
	})
	want := fmt.Sprintf("stderr %d 9 a (b; c) 0", 100<<20)
	if got := answer(t, run(t, target, list()))["error"]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFunctionsTheVendorSwitchedOffStayOff(t *testing.T) {
	target := newTarget(t, php.Options{
		Path: vendor(t, acme(`header('X-A: 1'); return ['success' => false, 'error' => json_encode(function_exists('shell_exec'))];`)),
		PHP:  []string{"php", "-d", "disable_functions=shell_exec"},
	})
	s := run(t, target, list())
	if got := answer(t, s)["error"]; got != "false" || !slices.Equal(s.Calls[0].Headers, []string{"X-A: 1"}) {
		t.Errorf("shell_exec is there: %v; headers %q", got, s.Calls[0].Headers)
	}
}

func TestACommandThatNeedsTheCallersHome(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("DOCKER_HOST", "unix:///here")
	command := script(t, `[ "$HOME" = "`+home+`" ] && [ "$DOCKER_HOST" = unix:///here ] || { echo "no version is set" >&2; exit 1; }; exec php "$@"`)
	target := newTarget(t, php.Options{Path: vendor(t, acme(`return ['success' => false, 'error' => 'there'];`)), PHP: command})
	if got := answer(t, run(t, target, list()))["error"]; got != "there" {
		t.Errorf("got %v", got)
	}
}

func TestACommandThatNeedsAddressSpace(t *testing.T) {
	command := script(t, `ulimit -v | grep -qx unlimited || { echo "cannot reserve memory" >&2; exit 1; }; exec php "$@"`)
	target := newTarget(t, php.Options{Path: vendor(t, acme(`return ['success' => false, 'error' => 'there'];`)), PHP: command})
	if got := answer(t, run(t, target, list()))["error"]; got != "there" {
		t.Errorf("got %v", got)
	}
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	dir := vendor(t, acme(`return ['success' => false, 'error' => implode(' ', array_map(function ($f) {
		return is_file(__DIR__ . "/$f") ? file_get_contents(__DIR__ . "/$f") : '-';
	}, ['inside.txt', 'outside.txt', 'around/acme.php']))];`))
	outside := filepath.Join(t.TempDir(), "secret.txt")
	for path, text := range map[string]string{filepath.Join(dir, "real.txt"): "real", outside: "secret"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"inside.txt": "real.txt", "outside.txt": outside, "around": "."} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	var said notes
	target := newTarget(t, php.Options{Path: dir, Note: said.add})
	if got := answer(t, run(t, target, list()))["error"]; got != "real - -" {
		t.Errorf("got %q, want %q", got, "real - -")
	}
	said.has(t, "outside.txt is not part of the test")
	said.has(t, "around is not part of the test")
}

func TestAFolderThatIsTooLargeIsRefused(t *testing.T) {
	dir := vendor(t, acme(empty))
	big, err := os.Create(filepath.Join(dir, "big"))
	if err != nil {
		t.Fatal(err)
	}
	// A hole takes no room on disk.
	if err := errors.Join(big.Truncate(600<<20), big.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := describe(t, dir); !errors.Is(err, php.ErrTooBig) {
		t.Errorf("error %v, want %v", err, php.ErrTooBig)
	}
}

func TestAFileAmongStrangersIsTakenAlone(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for name, text := range map[string]string{"acme.php": acme(`return ['success' => false, 'error' => implode(' ', scandir(__DIR__))];`)["acme.php"], "private.txt": "x"} {
		if err := os.WriteFile(filepath.Join(temp, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	target := newTarget(t, php.Options{Path: filepath.Join(temp, "acme.php")})
	if got := answer(t, run(t, target, list()))["error"]; got != ". .. acme.php" {
		t.Errorf("the module finds %q", got)
	}
}

func TestALocaleOtherThanC(t *testing.T) {
	locales := t.TempDir()
	compile := exec.Command("localedef", "-i", "de_DE", "-f", "UTF-8", filepath.Join(locales, "de_DE.UTF-8"))
	if out, err := compile.CombinedOutput(); err != nil {
		t.Skipf("no locale can be made here: %v: %s", err, out)
	}
	target := newTarget(t, php.Options{
		Path: vendor(t, acme(`return ['success' => false, 'error' => localeconv()['decimal_point']];`)),
		Env:  []string{"LOCPATH=" + locales},
	})
	planned := list()
	planned.Locale = true
	s := run(t, target, planned)
	if got := answer(t, s)["error"]; got != "," || !s.Sees.Locale || s.SessionInfo.Locale != "de_DE.UTF-8" {
		t.Errorf("decimal point %q, seen %v, locale %q", got, s.Sees.Locale, s.SessionInfo.Locale)
	}
	s = run(t, target, list())
	if got := answer(t, s)["error"]; got != "." || s.Sees.Locale || s.SessionInfo.Locale != "" {
		t.Errorf("without asking: decimal point %q, seen %v, locale %q", got, s.Sees.Locale, s.SessionInfo.Locale)
	}
}

func TestNoLocaleOtherThanC(t *testing.T) {
	if out, err := exec.Command("locale", "-a").Output(); err != nil || strings.Contains(string(out), "_") {
		t.Skip("this machine has another locale, or does not tell")
	}
	target := newTarget(t, php.Options{Path: vendor(t, acme(empty))})
	planned := list()
	planned.Locale = true
	if s := run(t, target, planned); s.Sees.Locale || s.SessionInfo.Locale != "" {
		t.Errorf("locale %q, seen %v", s.SessionInfo.Locale, s.Sees.Locale)
	}
}
