package php_test

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

// needPHP ends a test that needs PHP where there is none.
func needPHP(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
			t.Fatal("SYNCPROOF_REQUIRE_PHP is set, but there is no php")
		}
		t.Skip("there is no php here")
	}
}

// vendor writes a vendor's folder.
func vendor(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func newTarget(t *testing.T, o php.Options) *php.Target {
	t.Helper()
	needPHP(t)
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	target, err := php.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := target.Close(); err != nil {
			t.Errorf("closing the target: %v", err)
		}
	})
	return target
}

// list is the session most tests make: one call of ListAccounts.
func list() scenario.Session {
	return scenario.Session{
		ID: transcript.SessionList, Purpose: "list the accounts", Request: scenario.RequestAdmin,
		Steps: []scenario.Step{{
			Call: transcript.CallList, Function: "ListAccounts",
			Params: map[string]any{"serverhostname": "panel.example.test", "serverport": "2087"},
		}},
	}
}

// run makes one session and returns it.
func run(t *testing.T, target *php.Target, s scenario.Session) *transcript.Session {
	t.Helper()
	rec := transcript.NewRecorder(io.Discard, nil)
	if err := target.Run(t.Context(), s, rec); err != nil {
		t.Fatalf("the run could not go on: %v", err)
	}
	got := rec.Transcript().Session(s.ID)
	if got == nil {
		t.Fatal("no session was recorded")
	}
	return got
}

func show(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
