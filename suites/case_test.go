package suites_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

// wanting speaks to a PHP developer, and showing shows what it got as well.
type wanting struct{ types.GomegaMatcher }

func (wanting) Want() string { return "something else" }

type showing struct{ wanting }

func (showing) Got(any) string { return "what it got" }

// A check may use any matcher of Gomega; one that says what it wants in a PHP
// developer's words is quoted with them.
func TestExpect(t *testing.T) {
	c := suites.NewCase(suites.Rule{}, &transcript.Transcript{})
	place := contract.Finding{Call: "list", At: "here", Note: "a note"}
	for want, matcher := range map[bool]types.GomegaMatcher{true: gomega.Equal(1), false: gomega.Equal(2)} {
		if got := c.ExpectIn(place, 1, matcher); got != want {
			t.Errorf("%v matches: %t", matcher, got)
		}
	}
	if c.Expect("list", "there", "1", wanting{gomega.Equal(2)}) || c.ExpectIn(place, 1, showing{wanting{gomega.Equal(2)}}) {
		t.Error("1 equals 2")
	}
	want := []contract.Finding{
		{Call: "list", At: "here", Note: "Expected\n    <int>: 1\nto equal\n    <int>: 2; a note"},
		{Call: "list", At: "there", Want: "something else", Got: `"1" (string)`},
		{Call: "list", At: "here", Note: "a note", Want: "something else", Got: "what it got"},
	}
	if diff := cmp.Diff(want, c.Result().Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// Every failure counts, the first ones are kept, and what follows a failure does
// not take it back.
func TestFailuresOfACase(t *testing.T) {
	const n = contract.MaxFindings + 3
	c := suites.NewCase(suites.Rule{}, &transcript.Transcript{})
	for i := range n {
		c.Fail(contract.Finding{At: strconv.Itoa(i)})
	}
	c.NotApplicable("it is not declared")
	c.NotTestable("it was not seen", "look again")
	got := c.Result()
	if got.Outcome != contract.Fail || got.Count != n || len(got.Findings) != contract.MaxFindings || got.Reason+got.Supply != "" {
		t.Errorf("%s counts %d and keeps %d (%q, %q)", got.Outcome, got.Count, len(got.Findings), got.Reason, got.Supply)
	}
	for i, f := range got.Findings {
		if f.At != strconv.Itoa(i) {
			t.Errorf("finding %d is at %s", i, f.At)
		}
	}
}

// Keys that are words stand as they are, others in quotes.
func TestPlacesOfAFinding(t *testing.T) {
	long := strings.Repeat("k", 61)
	for key, want := range map[string]string{
		"extra": "accounts[0].extra", "extra_2-b.c": "accounts[0].extra_2-b.c", long[:60]: "accounts[0]." + long[:60], long: `accounts[0]["` + long + `"]`,
		"two words": `accounts[0]["two words"]`, "größe": `accounts[0]["größe"]`, "a/b": `accounts[0]["a/b"]`,
	} {
		got := ruled(t, listing(t, account(tt.Array{key: "x"})).Transcript(), "ACC-04")
		if len(got.Findings) != 1 || got.Findings[0].At != want {
			t.Errorf("%q: %+v, want it at %s", key, got.Findings, want)
		}
	}
}
