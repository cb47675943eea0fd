package cover_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/selfcheck/cover"
)

func TestRead(t *testing.T) {
	const profile = `mode: set
a/b/one.go:1.2,3.4 2 0
a/b/one.go:5.2,6.4 3 1
a/b/two.go:1.1,2.2 1 0
a/c/one.go:1.2,3.4 4 0
a/b/one.go:1.2,3.4 2 1
a/b/one.go:5.2,6.4 3 0
`
	got, err := cover.Read(profile)
	if err != nil {
		t.Fatal(err)
	}
	want := []cover.Share{{Package: "a/b", Statements: 6, Run: 5}, {Package: "a/c", Statements: 4}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := got[0].Percent(); got != 83.3 {
		t.Errorf("got %v", got)
	}
	for _, bad := range []string{"", "a.go:1.1,2.2 1", "a.go:1.1,2.2 x 1", "a.go:1.1,2.2 1 x", "a 1 1"} {
		if _, err := cover.Read(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestCheck(t *testing.T) {
	floors, err := cover.Floors("# comment\n\na 50\nb 99.9\ngone 1\n")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	got := cover.Check(&out, []cover.Share{{"a", 2, 1}, {"b", 3, 2}, {"c", 1, 1}}, floors)
	want := []string{
		"b: 66.6 % of the statements are run, 99.9 % have to be", "c has no floor", "gone has a floor and does not exist, or was not measured",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := "  50.0 %  at least  50.0 %  a\n  66.6 %  at least  99.9 %  b\n 100.0 %  at least   0.0 %  c\n"; out.String() != want {
		t.Errorf("got %q", out.String())
	}
	for _, bad := range []string{"a", "a b", "a 101", "a -1"} {
		if _, err := cover.Floors(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestTheFloors(t *testing.T) {
	raw, err := os.ReadFile("../../../tools/coverage.txt")
	if err != nil {
		t.Fatal(err)
	}
	if floors, err := cover.Floors(string(raw)); err != nil || len(floors) == 0 {
		t.Errorf("%v, %v", floors, err)
	}
}
