package cli_test

import (
	"bytes"
	"fmt"
	"os"
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
