package cli_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/cli"
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
