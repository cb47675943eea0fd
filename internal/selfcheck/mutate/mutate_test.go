package mutate_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/selfcheck/mutate"
)

const sample = `package sample

const (
	low  = 3
	high = 9
)

func within(n int) bool {
	if n < low || n > high {
		return false
	}
	return true
}

func named(text string) (found bool) {
	switch text {
	case "known":
		found = true
	}
	return found
}
`

const sampleTest = `package sample

import "testing"

func TestWithin(t *testing.T) {
	for n, want := range map[int]bool{2: false, 4: true, 9: true, 10: false} {
		if within(n) != want {
			t.Errorf("within(%d)", n)
		}
	}
}

func TestNamed(t *testing.T) {
	if named("other") {
		t.Error("other")
	}
}
`

// The sample's tests overlook two things: the lower bound itself, and everything
// about the text that is known.
func TestRun(t *testing.T) {
	root := t.TempDir()
	write(t, root, "go.mod", "module sample\n\ngo 1.26\n")
	write(t, root, "sample/sample.go", sample)
	write(t, root, "sample/sample_test.go", sampleTest)
	o := mutate.Options{
		Root: root, Package: "sample", Tests: []mutate.Tests{{Package: "sample"}}, Parts: 1, Limit: time.Minute, Log: io.Discard,
		Explained: mutate.Explanations{
			"sample/sample.go#named/text#*":   "the test overlooks that too",
			"sample/sample.go#within/flag#*":  "not true: a test notices",
			"sample/sample.go#named/drop#1":   "the test overlooks it",
			"sample/sample.go#within/early#1": "not true: a test notices",
			"sample/sample.go#gone/early#1":   "there is no such function",
			"other/other.go#any/early#1":      "another package's",
		},
	}
	got, err := mutate.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"killed": {
			"sample/sample.go#within/early#1", "sample/sample.go#within/early#2", "sample/sample.go#within/operand#1",
			"sample/sample.go#within/operand#2", "sample/sample.go#within/negate#1", "sample/sample.go#within/bound#2",
			"sample/sample.go#within/constant#2", "sample/sample.go#within/constant#1", "sample/sample.go#within/drop#1",
			"sample/sample.go#within/flag#1", "sample/sample.go#within/flag#2", "sample/sample.go#named/negate#1",
		},
		"survived":  {"sample/sample.go#within/bound#1", "sample/sample.go#named/flag#1"},
		"explained": {"sample/sample.go#named/drop#1", "sample/sample.go#named/text#1"},
		"needless":  {"sample/sample.go#within/early#1", "sample/sample.go#within/flag#*"},
		"unknown":   {"sample/sample.go#gone/early#1"},
	}
	have := map[string][]string{
		"killed": ids(got.Killed), "survived": ids(got.Survived), "explained": ids(got.Explained),
		"needless": got.Needless, "unknown": got.Unknown,
	}
	for _, list := range []map[string][]string{want, have} {
		for _, ids := range list {
			slices.Sort(ids)
		}
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, m := range got.Survived {
		if m.ID == "sample/sample.go#within/bound#1" && (m.Line != 9 || m.Before != "n < low" || m.After != "n <= low") {
			t.Errorf("got %+v", m)
		}
	}
	raw, err := os.ReadFile(filepath.Join(root, "sample", "sample.go"))
	if err != nil || string(raw) != sample {
		t.Errorf("the source itself was changed: %v", err)
	}
}

// Each row of a table alone notices what it is about, however quickly the next
// one follows.
func TestRowsThatFollowEachOther(t *testing.T) {
	const rows = 400
	var cases strings.Builder
	for i := range rows {
		fmt.Fprintf(&cases, "\tif n == %d {\n\t\tname = \"%d\"\n\t}\n", i, i)
	}
	root := t.TempDir()
	write(t, root, "go.mod", "module sample\n\ngo 1.26\n")
	write(t, root, "sample/sample.go", "package sample\n\nfunc word(n int) (name string) {\n"+cases.String()+"\treturn name\n}\n")
	write(t, root, "sample/sample_test.go", fmt.Sprintf(`package sample

import (
	"strconv"
	"testing"
)

func TestWords(t *testing.T) {
	for n := range %d {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			if word(n) != strconv.Itoa(n) {
				t.Fail()
			}
		})
	}
}
`, rows))
	o := mutate.Options{
		Root: root, Package: "sample", Tests: []mutate.Tests{{Package: "sample"}}, Parts: 1, Limit: time.Minute, Log: io.Discard,
		Only: func(id string) bool { return strings.Contains(id, "/drop#") },
	}
	got, err := mutate.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Killed) != rows {
		t.Errorf("%d of %d were noticed; not so %s", len(got.Killed), rows, ids(got.Survived))
	}
}

func TestTestsThatFailWithoutAnyChange(t *testing.T) {
	root := t.TempDir()
	write(t, root, "go.mod", "module sample\n\ngo 1.26\n")
	write(t, root, "sample/sample.go", "package sample\n\nfunc one() int { return 2 }\n")
	write(t, root, "sample/sample_test.go", "package sample\n\nimport \"testing\"\n\nfunc TestOne(t *testing.T) {\n\tif one() != 1 {\n\t\tt.Fail()\n\t}\n}\n")
	o := mutate.Options{Root: root, Package: "sample", Tests: []mutate.Tests{{Package: "sample"}}, Parts: 1, Limit: time.Minute, Log: io.Discard}
	if _, err := mutate.Run(t.Context(), o); err == nil {
		t.Error("every mutant of a package whose tests fail anyway would seem to be noticed")
	}
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func ids(mutants []mutate.Mutant) []string {
	ids := []string{}
	for _, m := range mutants {
		ids = append(ids, m.ID)
	}
	return ids
}

func TestReadExplained(t *testing.T) {
	got, err := mutate.ReadExplained("// why\n\n a/b.go#f/drop#1   only for speed\na/b.go#g/* too\n")
	if diff := cmp.Diff(mutate.Explanations{"a/b.go#f/drop#1": "only for speed", "a/b.go#g/*": "too"}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, text := range []string{"nonsense why", "a/b.go#f/drop#1", "a#f/d#1 why\na#f/d#1 why"} {
		if _, err := mutate.ReadExplained(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

// Explanations stand in a file of the repository; one that cannot be read would
// come to light only when somebody tries all mutants.
func TestTheExplainedMutants(t *testing.T) {
	raw, err := os.ReadFile("../../../tools/mutate/explained.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mutate.ReadExplained(string(raw)); err != nil {
		t.Error(err)
	}
}
