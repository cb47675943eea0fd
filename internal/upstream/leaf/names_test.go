package leaf_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream/leaf"
)

// What are rows of a list, and how values are named, shows in the kinds of the
// leaves: a row's name is *.
func TestKinds(t *testing.T) {
	tests := []struct {
		name, body string
		want       []string
	}{
		{"one member is no list", `{"one":{"id":1}}`, []string{"one.id"}},
		{"members with one value each", `{"one":{"id":1},"two":{"id":2}}`, []string{"*.id"}},
		{"an empty first member", `{"one":{},"two":{"id":2}}`, []string{"two.id"}},
		{"less than half of the first member's names", `{"one":{"a":1,"b":2,"c":3},"two":{"a":4}}`, []string{"one", "one.a", "one.b", "one.c", "two.a"}},
		{"all of the first member's names, and more", `{"one":{"a":1},"two":{"a":2,"b":3,"c":4}}`, []string{"*.a", "*", "*.b", "*.c"}},
		{"none of the first member's names", `{"one":{"a":1,"b":2},"two":{"c":3}}`, []string{"one", "one.a", "one.b", "two.c"}},
		{"a list among the members", `{"one":{"":1},"two":[2]}`, []string{"one.", "two.*"}},
		{"lists among the members", `{"one":[1],"two":[2]}`, []string{"one.*", "two.*"}},
		{"a text among the members", `{"one":{"a":1},"two":"x"}`, []string{"one.a", "two"}},
		{"a list of one", `{"data":[1]}`, []string{"data.*"}},
		{"rows between white space", "\t[ { \"a\" :\r\n1 } ,\t[ true\t, null\r\n] ] ", []string{"*.a", "*", "*.*", "*.*"}},
		{"letters and digits are written as they are", `{"AZaz09_-":1}`, []string{"AZaz09_-"}},
		{"what stands next to them is not", "{\"@[`{/:.\":1}", []string{"%40%5B%60%7B%2F%3A%2E"}},
		{"characters of several bytes", `{"ü":1}`, []string{"%C3%BC"}},
		{"keys with escapes", `{"a\"\u0062":1}`, []string{"a%22b"}},
		{"an element in an element", "<r><a><b>x</b></a></r>", []string{"r.a.b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, l := range leaf.Take([]byte(test.body)).Leaves {
				got = append(got, l.Kind)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What is larger or deeper than anybody's list is left alone rather than taken
// apart for ever.
func TestBounds(t *testing.T) {
	repeat := strings.Repeat
	tests := []struct {
		name        string
		within, not string
	}{
		{"16 MiB", "[1" + repeat(" ", 16<<20-3) + "]", "[1" + repeat(" ", 16<<20-2) + "]"},
		{"lists in 60 others", repeat("[", 60) + "1" + repeat("]", 60), repeat("[", 61) + "1" + repeat("]", 61)},
		{"objects in 60 others", repeat(`{"a":`, 60) + "1" + repeat("}", 60), repeat(`{"a":`, 61) + "1" + repeat("}", 61)},
		{"elements in 59 others", repeat("<a>", 60) + "x" + repeat("</a>", 60), repeat("<a>", 61) + "x" + repeat("</a>", 61)},
		{"500000 values", "[[1]" + repeat(",1", 499_997) + "]", "[[1]" + repeat(",1", 499_998) + "]"},
		{"500000 tags and texts", "<r>x" + repeat("<a></a>", 249_998) + "</r>", "<r>" + repeat("<a></a>", 249_999) + "</r>"},
		{"a path of 200 characters", `{"` + repeat("a", 200) + `":1}`, `{"` + repeat("a", 201) + `":1}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if len(leaf.Take([]byte(test.within)).Leaves) == 0 {
				t.Error("has no leaves")
			}
			if found := leaf.Take([]byte(test.not)).Leaves; len(found) > 0 {
				t.Errorf("one more has leaves: %v", found)
			}
		})
	}
}
