package upstream_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"syncproof/internal/upstream"
)

// An authority that is kept is the same in the next run, and its key is for its owner.
func TestKeptAuthority(t *testing.T) {
	path := filepath.Join(t.TempDir(), "authority.pem")
	first, made, err := upstream.KeptAuthority(path)
	if err != nil || !made {
		t.Fatalf("made %t, %v", made, err)
	}
	second, made, err := upstream.KeptAuthority(path)
	if err != nil || made || string(first.PEM()) != string(second.PEM()) {
		t.Fatalf("made %t again, %v", made, err)
	}
	stored, err := os.ReadFile(path)
	if err != nil || string(stored) != string(first.PEM()) {
		t.Errorf("the file holds %q: %v", stored, err)
	}
	info, err := os.Stat(path + upstream.KeySuffix)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("got the key's mode %v: %v", info.Mode(), err)
	}
}

// Files of others are never written over.
func TestForeignAuthorities(t *testing.T) {
	dir := t.TempDir()
	own := filepath.Join(dir, "own.pem")
	if _, _, err := upstream.KeptAuthority(own); err != nil {
		t.Fatal(err)
	}
	read := func(path string) string {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	other := filepath.Join(dir, "other.pem")
	if _, _, err := upstream.KeptAuthority(other); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, cert, key, want string
	}{
		{"no certificate", "hello", "", "was not made by syncproof"},
		{"no key", read(own), "", "its key is not in"},
		{"no key inside", read(own), "hello", "was not made by syncproof"},
		{"another key", read(own), read(other + upstream.KeySuffix), "is not that of the certificate"},
		{"a broken certificate", "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n", read(own + upstream.KeySuffix), "reading the certificate in"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.pem")
			write(t, path, tt.cert)
			if tt.key != "" {
				write(t, path+upstream.KeySuffix, tt.key)
			}
			_, made, err := upstream.KeptAuthority(path)
			if made || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("made %t with the error %v, want %q", made, err, tt.want)
			}
			if now := read(path); now != tt.cert {
				t.Errorf("the file was changed to %q", now)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
