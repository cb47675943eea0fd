//go:build unix

package php_test

import (
	"path/filepath"
	"strings"
	"testing"

	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

// silently is a PHP that ends without a word before the test, as often as it may.
func silently(t *testing.T, often, how string) []string {
	t.Helper()
	did := filepath.Join(t.TempDir(), "did")
	return script(t, `case "$*" in *probe.php) exec php "$@";; esac
for n in `+often+`; do if mkdir "`+did+`$n" 2>/dev/null; then `+how+`; fi; done
exec php "$@"`)
}

func TestAProcessOfWhichNothingWasHeardIsStartedAgain(t *testing.T) {
	for name, tc := range map[string]struct{ often, how, trouble, note string }{
		"status 0 once":  {"1", "exit 0", "", "status 0 after "},
		"killed once":    {"1", "kill -KILL $$", "", "SIGKILL after "},
		"status 0 twice": {"1 2", "exit 0", "ended before the test began (status 0, twice)", "status 0 after "},
		"killed, then 0": {"1 2", "if [ $n = 1 ]; then kill -SEGV $$; fi; exit 0", "ended before the test began (status 0, twice)", "SIGSEGV after "},
		// Whoever says why is believed the first time.
		"a reason":      {"1", "echo 'no licence' >&2; exit 0", `ended before the test began (status 0): "no licence"`, ""},
		"a status":      {"1", "exit 5", "ended before the test began (status 5)", ""},
		"nothing wrong": {"1", "true", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := newTarget(t, php.Options{Path: vendor(t, acme(empty)), PHP: silently(t, tc.often, tc.how)})
			s := run(t, target, list())
			trouble, note := "", strings.Join(s.Exit.Notes, "\n")
			if len(s.Troubles) > 0 {
				trouble = s.Troubles[0].Message
			}
			if !strings.HasSuffix(trouble, tc.trouble) || (trouble == "") != (tc.trouble == "") {
				t.Errorf("trouble %q, want %q", trouble, tc.trouble)
			}
			if !strings.Contains(note, tc.note) || (note == "") != (tc.note == "") {
				t.Errorf("note %q, want %q", note, tc.note)
			}
			want := transcript.EndNoAnswer
			if tc.trouble == "" {
				want = transcript.EndReturned
			}
			if got := s.Calls[0].Ending; got != want {
				t.Errorf("the call ended as %s, want %s", got, want)
			}
		})
	}
}
