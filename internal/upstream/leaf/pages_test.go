package leaf_test

import (
	"strings"
	"testing"

	"syncproof/internal/upstream/leaf"
)

func TestAdd(t *testing.T) {
	tests := []struct{ name, body, path, want string }{
		{"a number", page, "total", strings.Replace(page, `"total":3`, `"total":8`, 1)},
		{"a text that is a number", `{"total":"3"}`, "total", `{"total":"8"}`},
		{"nothing yet", `{"total":0}`, "total", `{"total":5}`},
		{"an attribute", `<r a="1" total="2"/>`, "r.@total", `<r a="1" total="7"/>`},
		{"an element", "<r><total> 3 </total></r>", "r.total", "<r><total>8</total></r>"},
		// Nothing to add to.
		{"a text", page, "data.1.mail", ""},
		{"a number below zero", `{"total":-1}`, "total", ""},
		{"a fraction", `{"total":1.5}`, "total", ""},
		{"no such value", `{"total":3}`, "count", ""},
		{"broken JSON", `{"total":3`, "total", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, done := leaf.Add([]byte(test.body), test.path, 5)
			same(t, string(got), done, test.want, test.body)
		})
	}
}

func same(t *testing.T, got string, done bool, want, body string) {
	t.Helper()
	changed := want != ""
	if !changed {
		want = body
	}
	if done != changed || got != want {
		t.Errorf("%v, got\n%s\nwant\n%s", done, got, want)
	}
}

func TestLastRow(t *testing.T) {
	tests := []struct{ name, body, list, want string }{
		{"the last of three", page, "data", `{"id":3,"mail":"c"}`},
		{"the only one", `{"data":[ 7 ]}`, "data", "7"},
		{"of a reply that is the list", "[1,2]", "", "2"},
		{"by name", `{"data":{"one":{"id":1},"two":{"id":2}}}`, "data", `"two":{"id":2}`},
		{"elements", document, "r", "<row id='2'><login>b</login></row>"},
		{"the only element", `<r k="v"><row/></r>`, "r", "<row/>"},
		{"an empty list", `{"data":[]}`, "data", ""},
		{"an empty element", `<r k="v"/>`, "r", ""},
		{"an object that is no list", `{"data":{"id":4}}`, "data", ""},
		{"a document that is no list", "<r/>", "", ""},
		{"no such list", page, "rows", ""},
		{"no reply", "", "", ""},
		{"no reply to look for a list in", "", "data", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := leaf.LastRow([]byte(test.body), test.list); string(got) != test.want || (got == nil) != (test.want == "") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPrepend(t *testing.T) {
	tests := []struct{ name, body, list, row, want string }{
		{"to a list", `{"data": [ {"id":4}]}`, "data", `{"id":3}`, `{"data": [ {"id":3},{"id":4}]}`},
		{"to a reply that is the list", "[4]", "", "3", "[3,4]"},
		{"by name", `{"data":{"two":{"id":2},"six":{"id":6}}}`, "data", `"one":{"id":1}`, `{"data":{"one":{"id":1},"two":{"id":2},"six":{"id":6}}}`},
		{"before an element with others", "<r><row><id>4</id></row></r>", "r", "<row/>", "<r><row/><row><id>4</id></row></r>"},
		{"before an empty element", `<r k="v"><row/></r>`, "r", "<row>x</row>", `<r k="v"><row>x</row><row/></r>`},
		{"to an empty list", `{"data":[]}`, "data", "3", ""},
		{"to an object that is no list", `{"data":{"id":4}}`, "data", `"id":3`, ""},
		{"to no list", "ok=1", "data", "3", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, done := leaf.Prepend([]byte(test.body), test.list, []byte(test.row))
			same(t, string(got), done, test.want, test.body)
		})
	}
}
