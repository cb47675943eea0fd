package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"syncproof/internal/config"
)

// A file with settings and waivers cut at any byte is read or refused at its
// place.
func TestCutFilesAreReadOrRefused(t *testing.T) {
	const whole = `target: modules/servers/acme
timeout: 20s
server: {hostname: panel.example, port: 2087, password_env: PW}
limits:
  memory: 256MiB
run:
  only: [envelope, "ENV-05"]
waivers:
  - rule: STAT-01
    reason: fixed in 2.4
    owner: jane@example.com
    expires: 2027-01-31
`
	path := filepath.Join(t.TempDir(), "syncproof.yaml")
	read := func(text string) error {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := config.Load(t.Context(), path)
		return err
	}
	for n := range len(whole) {
		var problem *config.Error
		if err := read(whole[:n]); err != nil && (!errors.As(err, &problem) || problem.Message == "") {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	if err := read(whole); err != nil {
		t.Error(err)
	}
}
