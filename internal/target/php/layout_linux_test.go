package php

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What a session did to a folder is seen, with or without looking into all of it.
func TestLayoutAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		do              func(dir string) error
		untouched, same bool
	}{
		"nothing":               {func(string) error { return nil }, true, true},
		"a file that was there": {func(dir string) error { return overwrite(filepath.Join(dir, "below", "file")) }, false, false},
		"a new file":            {func(dir string) error { return os.WriteFile(filepath.Join(dir, "below", "new"), nil, 0o600) }, false, false},
		"a new folder":          {func(dir string) error { return os.Mkdir(filepath.Join(dir, "new"), 0o700) }, false, false},
		"a file taken away":     {func(dir string) error { return os.Remove(filepath.Join(dir, "below", "file")) }, false, false},
		"another mode":          {func(dir string) error { return os.Chmod(filepath.Join(dir, "below"), 0o750) }, false, false},
		"a file that came and went": {func(dir string) error {
			path := filepath.Join(dir, "below", "brief")
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				return err
			}
			return os.Remove(path)
		}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "below"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "below", "file"), []byte("text"), 0o600); err != nil {
				t.Fatal(err)
			}
			// Far enough from now for the clock of any file system.
			for _, path := range []string{"below/file", "below", "."} {
				long := time.Now().Add(-time.Hour)
				if err := os.Chtimes(filepath.Join(dir, path), long, long); err != nil {
					t.Fatal(err)
				}
			}
			before, err := layoutOf(dir)
			if err != nil {
				t.Fatal(err)
			}
			if before.untouched() {
				t.Error("a folder that was made just now counts as settled")
			}
			for path, at := range before {
				at.settled = true
				before[path] = at
			}
			if err := tc.do(dir); err != nil {
				t.Fatal(err)
			}
			if got := before.untouched(); got != tc.untouched {
				t.Errorf("untouched: %v, want %v", got, tc.untouched)
			}
			if _, same := before.again(dir); same != tc.same {
				t.Errorf("the same: %v, want %v", same, tc.same)
			}
		})
	}
}

// overwrite changes a file but for its size and the time it shows.
func overwrite(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte("TEXT"), info.Mode().Perm()); err != nil {
		return err
	}
	if changedAt(info) == 0 {
		// Where the kernel notes no changes, this one would not be seen.
		return nil
	}
	return os.Chtimes(path, info.ModTime(), info.ModTime())
}
