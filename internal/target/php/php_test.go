package php_test

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"syncproof/internal/phpvalue"
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
