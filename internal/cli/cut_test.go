package cli_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"syncproof/internal/cli"
	"syncproof/internal/transcript"
)

// A report cut at any byte is no report, and a transcript cut at any byte never
// says better of a module than the whole.
func TestCutResultsNeverSayBetter(t *testing.T) {
	whole, err := os.ReadFile("../../fixtures/transcripts/failure-called-success.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	syncproof := func(args ...string) (int, string) {
		var out, errs bytes.Buffer
		code := cli.Main(args, cli.System{In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: func(string) (string, bool) { return "", false }})
		return code, errs.String()
	}
	write := func(name string, text []byte) {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("whole.ndjson", whole)
	if code, said := syncproof("judge", "whole.ndjson", "--json", "whole.json"); code != cli.ExitNotConformant {
		t.Fatalf("the whole transcript ended with %d: %s", code, said)
	}
	report, err := os.ReadFile("whole.json")
	if err != nil {
		t.Fatal(err)
	}
	if code, said := syncproof("diff", "whole.json", "whole.json"); code != cli.ExitConformant {
		t.Fatalf("the whole report ended with %d: %s", code, said)
	}
	// Every byte near an end, and enough of the others.
	const want = "syncproof: cut.json: this is neither a JSON report of syncproof nor a transcript\n"
	for n := range cuts(len(bytes.TrimRight(report, "\n")), 400) {
		write("cut.json", report[:n])
		if code, said := syncproof("diff", "cut.json", "whole.json"); code != cli.ExitUsage || said != want {
			t.Fatalf("a report cut at %d: exit code %d, said %q", n, code, said)
		}
	}
	for n := range cuts(len(whole), 40) {
		write("cut.ndjson", whole[:n])
		code, said := syncproof("judge", "cut.ndjson")
		if code != cli.ExitNotConformant && code != cli.ExitIncomplete && code != cli.ExitNotDriven {
			t.Errorf("a transcript cut at %d: exit code %d, said %q", n, code, said)
		}
		if _, err := transcript.Read(bytes.NewReader(whole[:n])); (err != nil) != (code == cli.ExitNotDriven && !strings.Contains(said, "breaks off")) {
			t.Errorf("a transcript cut at %d: exit code %d, said %q, reading it says %v", n, code, said, err)
		}
	}
}

// cuts are lengths from 0 to just below the whole: all of the first and last
// forty, and some of those between.
func cuts(whole, some int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		const edge = 40
		step := max(1, (whole-2*edge)/some)
		for n := 0; n < whole; n++ {
			if n >= edge && n < whole-edge && (n-edge)%step != 0 {
				continue
			}
			if !yield(n) {
				return
			}
		}
	}
}
