package php_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

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
	// Renamed: only what is called php is taken for PHP itself.
	launcher := filepath.Join(t.TempDir(), "launcher")
	if err := os.Rename(script(t, `ulimit -v >&2; exec php "$@"`)[0], launcher); err != nil {
		t.Fatal(err)
	}
	target := newTarget(t, php.Options{Path: vendor(t, acme(empty)), PHP: []string{launcher}})
	if got := run(t, target, list()).Exit.Stderr.Text; got != "unlimited\n" {
		t.Errorf("the address space is %q, want unlimited", got)
	}
}

// Builds for WebAssembly die from opening a descriptor, together with what they
// had printed.
func TestPHPThatDiesFromDescriptors(t *testing.T) {
	said := &notes{}
	target := newTarget(t, php.Options{
		Path: vendor(t, acme("")), Note: said.add,
		PHP: script(t, `[ -z "$SYNCPROOF_RESULT_FD" ] || { echo "RuntimeError: missing function" >&2; exit 1; }
exec php "$@"`),
	})
	probe, trouble, err := target.Probe(t.Context())
	if err != nil || trouble != nil || !probe.Files || probe.PHP == "" {
		t.Errorf("got %+v, %+v, %v; want a PHP that is reached through files", probe, trouble, err)
	}
	said.has(t, "does not inherit descriptors")
}
