package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/cli"
	"syncproof/suites"
)

// docs/rules.md is generated; "make generate" writes it.
func TestRuleReferenceIsCurrent(t *testing.T) {
	want, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	code := cli.Main([]string{"rules", "--markdown"}, cli.System{Out: &got, Err: os.Stderr, Getenv: os.LookupEnv})
	if code != cli.ExitConformant {
		t.Fatalf("exit code %d", code)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("docs/rules.md is stale; run \"make generate\":\n%s", diff)
	}
}

// docs/rules has a page for each rule, and no others; "make generate" writes them.
func TestRulePagesAreCurrent(t *testing.T) {
	dir := t.TempDir()
	stale := filepath.Join(dir, "OLD-01.md")
	if err := os.WriteFile(stale, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	code := cli.Main([]string{"rules", "--pages", dir}, cli.System{Out: os.Stderr, Err: os.Stderr, Getenv: os.LookupEnv})
	if code != cli.ExitConformant {
		t.Fatalf("exit code %d", code)
	}
	want, got := folder(t, dir), folder(t, "../../docs/rules")
	if len(want) != len(suites.Rules())+1 {
		t.Errorf("%d pages for %d rules and their list", len(want), len(suites.Rules()))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/rules is stale; run \"make generate\":\n%s", diff)
	}
}

// folder is what lies in a folder.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(raw)
	}
	return files
}

// The README names the number of rules; "syncproof rules" counts them.
func TestReadmeCountsTheRules(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("judges it by\n%d rules, each with its source", len(suites.Rules()))
	if !strings.Contains(string(readme), want) {
		t.Errorf("the README does not say %q", want)
	}
}
