package php_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"syncproof/internal/target/php"
)

func TestSyncs(t *testing.T) {
	const function = "<?php function acme_ConfigOptions() {}\n"
	tests := []struct {
		name  string
		files map[string]string
		path  string
		want  bool
		err   error
	}{
		{"the function", map[string]string{"acme/acme.php": function + "function acme_ListAccounts() {}"}, "acme", true, nil},
		{"in another spelling", map[string]string{"acme/acme.php": function + "function acme_listaccount() {}"}, "acme", true, nil},
		{"the metadata only", map[string]string{"acme/acme.php": function + "// ListAccountsUniqueIdentifierField"}, "acme", true, nil},
		{"in a file of its folder", map[string]string{"acme/acme.php": function, "acme/lib/sync.php": "<?php function acme_ListAccounts() {}"}, "acme", true, nil},
		{"named by its file", map[string]string{"acme/acme.php": function, "acme/lib/sync.php": "<?php function acme_ListAccounts() {}"}, "acme/acme.php", true, nil},
		{"encoded", map[string]string{"acme/acme.php": "<?php //0046b\nif(!extension_loaded('ionCube Loader')){die('x');}\n?>\nHR+cPxx"}, "acme/acme.php", true, nil},
		{"in a library only", map[string]string{"acme/acme.php": function, "acme/vendor/x/x.php": "<?php // ListAccounts"}, "acme", false, nil},
		{"not at all", map[string]string{"acme/acme.php": function, "other/other.php": "<?php function other_ListAccounts() {}"}, "acme", false, nil},
		{"a file beside modules", map[string]string{"index.php": "<?php", "acme/acme.php": "<?php function acme_ListAccounts() {}"}, "index.php", false, nil},
		{"no module", map[string]string{"acme/README.md": "ListAccounts"}, "acme", false, php.ErrNoModule},
		{"no PHP", map[string]string{"README.md": "ListAccounts"}, "README.md", false, php.ErrNotPHP},
		{"nothing", nil, "acme", false, php.ErrNoPath},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range tc.files {
				path := filepath.Join(dir, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, got, err := php.Syncs(filepath.Join(dir, filepath.FromSlash(tc.path)))
			if got != tc.want || !errors.Is(err, tc.err) {
				t.Errorf("got %v and %v, want %v and %v", got, err, tc.want, tc.err)
			}
		})
	}
}
