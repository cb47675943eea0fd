package php_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

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
