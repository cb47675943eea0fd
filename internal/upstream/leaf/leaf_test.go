package leaf_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream/leaf"
)

const page = `{"data": [{"id":1,"mail":null},
 {"id":2, "mail":"b\"@x", "tags":["a","b"], "plan":{"id":"p"}},
 {"id":3,"mail":"c"}], "total":3, "next page":"x"}`

const document = `<?xml version="1.0"?>
<r total="2"><row id='1'><login>a &amp; b</login><plan/></row><row id='2'><login>b</login></row><note></note></r>`

func TestTake(t *testing.T) {
	two := []leaf.Value{{Name: "id", Value: "2"}, {Name: "mail", Value: `b"@x`}}
	one := []leaf.Value{{Name: "id", Value: "1"}}
	tests := []struct {
		name, body string
		want       leaf.Survey
	}{
		{"a page", page, leaf.Survey{
			Leaves: []leaf.Leaf{
				{Path: "data", Kind: "data", Type: leaf.Array},
				{Path: "data.0.mail", Kind: "data.*.mail", Type: leaf.Null},
				{Path: "data.1", Kind: "data.*", Type: leaf.Object},
				{Path: "data.1.id", Kind: "data.*.id", Type: leaf.Number},
				{Path: "data.1.mail", Kind: "data.*.mail", Type: leaf.String},
				{Path: "data.1.tags", Kind: "data.*.tags", Type: leaf.Array},
				{Path: "data.1.tags.0", Kind: "data.*.tags.*", Type: leaf.String},
				{Path: "data.1.plan.id", Kind: "data.*.plan.id", Type: leaf.String},
				{Path: "total", Kind: "total", Type: leaf.Number, Value: "3"},
				{Path: "next%20page", Kind: "next%20page", Type: leaf.String},
			},
			Rows: []leaf.Row{
				{Path: "data.1", List: "data", Of: 3, Values: two},
				{Path: "data.1.tags.0", List: "data.1.tags", Of: 2},
				{Path: "data.0", List: "data", Of: 3, Values: one},
			},
		}},
		{"accounts by name", `{"one":{"id":1,"on":true},"two":{"id":2}}`, leaf.Survey{
			Leaves: []leaf.Leaf{
				{Path: "one", Kind: "*", Type: leaf.Object},
				{Path: "one.id", Kind: "*.id", Type: leaf.Number},
				{Path: "one.on", Kind: "*.on", Type: leaf.Bool},
			},
			Rows: []leaf.Row{{Path: "one", Of: 2, Values: []leaf.Value{{Name: "id", Value: "one"}, {Name: "id", Value: "1"}}}},
		}},
		{"XML", document, leaf.Survey{
			Leaves: []leaf.Leaf{
				{Path: "r", Kind: "r", Type: leaf.Element},
				{Path: "r.@total", Kind: "r.@total", Type: leaf.Attribute, Value: "2"},
				{Path: "r.row.0", Kind: "r.row.*", Type: leaf.Element},
				{Path: "r.row.0.@id", Kind: "r.row.*.@id", Type: leaf.Attribute},
				{Path: "r.row.0.login", Kind: "r.row.*.login", Type: leaf.Text},
				{Path: "r.row.0.plan", Kind: "r.row.*.plan", Type: leaf.Text},
				{Path: "r.note", Kind: "r.note", Type: leaf.Text},
			},
			Rows: []leaf.Row{{Path: "r.row.0", List: "r", Of: 2, Values: []leaf.Value{{Name: "id", Value: "1"}, {Name: "login", Value: "a & b"}}}},
		}},
		{"HTML", "<html><br></html>", leaf.Survey{}},
		{"broken JSON", `{"a":`, leaf.Survey{}},
		{"a text", "ok=1", leaf.Survey{}},
		{"nothing", "", leaf.Survey{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, leaf.Take([]byte(test.body))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestApply(t *testing.T) {
	long := strings.Repeat("x", leaf.LongValue)
	const small = `{"a":"x", "b":[1, 2,3] ,"c":{"d":null}}`
	const xml = `<r><a k="v"/><b>x</b></r>`
	tests := []struct{ mutation, body, path, want string }{
		{"removed", small, "a", `{"b":[1, 2,3] ,"c":{"d":null}}`},
		{"removed", small, "b.1", `{"a":"x", "b":[1, 3] ,"c":{"d":null}}`},
		{"removed", small, "b.2", `{"a":"x", "b":[1, 2] ,"c":{"d":null}}`},
		{"removed", small, "c.d", `{"a":"x", "b":[1, 2,3] ,"c":{}}`},
		{"removed", `[1, 2]`, "1", `[1]`},
		{"null", "[1 ,true\r]", "0", "[null ,true\r]"},
		{"null", "[1 ,true\r]", "1", "[1 ,null\r]"},
		{"null", small, "a", `{"a":null, "b":[1, 2,3] ,"c":{"d":null}}`},
		{"empty", small, "b.0", `{"a":"x", "b":["", 2,3] ,"c":{"d":null}}`},
		{"type", small, "b.0", `{"a":"x", "b":["1", 2,3] ,"c":{"d":null}}`},
		{"type", small, "a", `{"a":7, "b":[1, 2,3] ,"c":{"d":null}}`},
		{"type", `{"a":"12"}`, "a", `{"a":12}`},
		{"type", `{"a":"012"}`, "a", `{"a":7}`},
		{"type", `{"a":"true"}`, "a", `{"a":7}`},
		{"type", `{"a":false}`, "a", `{"a":"false"}`},
		{"nested", `{"a":"x"}`, "a", `{"a":["x"]}`},
		{"object", `{"a":"x"}`, "a", `{"a":{"value":"x"}}`},
		{"twice", `{"b":1,"a" : "x"}`, "a", `{"b":1,"a" : "syncproof","a" : "x"}`},
		{"bytes", `{"a":"x"}`, "a", "{\"a\":\"x\xFC\xE9\xDF\"}"},
		{"long", `{"a":1}`, "a", `{"a":"` + long + `"}`},
		{"order", small, "b", `{"a":"x", "b":[3, 2,1] ,"c":{"d":null}}`},
		{"order", `{"z":{"a":1, "b":2}}`, "z", `{"z":{"b":2, "a":1}}`},
		{"removed", xml, "r.a.@k", `<r><a /><b>x</b></r>`},
		{"empty", xml, "r.a.@k", `<r><a k=""/><b>x</b></r>`},
		{"empty", xml, "r.b", `<r><a k="v"/><b></b></r>`},
		{"removed", xml, "r.b", `<r><a k="v"/></r>`},
		{"removed", `<r><a>1</a> <b>2</b></r>`, "r.a", `<r> <b>2</b></r>`},
		{"nested", "<r><a\tk='v'\n/></r>", "r.a", "<r><a\tk='v'><value></value></a></r>"},
		{"twice", xml, "r.b", `<r><a k="v"/><b>syncproof</b><b>x</b></r>`},
		{"nested", xml, "r.b", `<r><a k="v"/><b><value>x</value></b></r>`},
		{"bytes", xml, "r.a", "<r><a k=\"v\">\xFC\xE9\xDF</a><b>x</b></r>"},
		{"bytes", xml, "r.a.@k", "<r><a k=\"v\xFC\xE9\xDF\"/><b>x</b></r>"},
		{"long", xml, "r.a.@k", `<r><a k="` + long + `"/><b>x</b></r>`},
		{"long", xml, "r.b", `<r><a k="v"/><b>` + long + `</b></r>`},
		{"order", xml, "r", `<r><b>x</b><a k="v"/></r>`},
		// Nothing to change.
		{"null", small, "c.d", ""},
		{"empty", `{"a":""}`, "a", ""},
		{"twice", small, "b.0", ""},
		{"null", small, "z", ""},
		{"null", xml, "r.b", ""},
		{"order", `{"a":[]}`, "a", ""},
		{"order", `{"a":[1]}`, "a", ""},
		{"order", small, "a", ""},
		{"null", `{"a":`, "a", ""},
	}
	for _, test := range tests {
		t.Run(test.mutation+" "+test.path, func(t *testing.T) {
			m, ok := leaf.Find(test.mutation)
			if !ok {
				t.Fatal("there is no such mutation")
			}
			got, done := m.Apply([]byte(test.body), test.path)
			want := test.want
			if want == "" {
				want = test.body
			}
			if done != (test.want != "") || string(got) != want {
				t.Errorf("%v, got\n%s\nwant\n%s", done, got, want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	if m, ok := leaf.Find("no-such-mutation"); ok {
		t.Errorf("found %+v", m)
	}
}

// Whatever a panel answers, each change is made to exactly what it says.
func FuzzApply(f *testing.F) {
	for _, seed := range []string{page, document, `[]`, `[[[1]]]`, `{"":{"":1}}`, `{"a":1,"a":"2"}`, `<a><b/><b c="d" e='f'/></a>`, "<a", `<a b=>`, "{\"\xff\":1}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		kept := bytes.Clone(body)
		taken := leaf.Take(body)
		for i, l := range taken.Leaves {
			if i > 50 {
				break
			}
			for _, m := range leaf.Mutations() {
				got, done := m.Apply(body, l.Path)
				switch {
				case !bytes.Equal(body, kept):
					t.Fatal("the reply itself was changed")
				case done == bytes.Equal(got, body):
					t.Errorf("%s at %s: done is %v, got %q", m.ID, l.Path, done, got)
				case json.Valid(body) && m.ID != "bytes" && !json.Valid(got):
					t.Errorf("%s at %s: no JSON any more: %q", m.ID, l.Path, got)
				}
			}
			_, _ = leaf.Add(body, l.Path, 5)
		}
		for _, r := range taken.Rows {
			if row := leaf.LastRow(body, r.List); row != nil {
				if got, done := leaf.Prepend(body, r.List, row); !done || json.Valid(body) && !json.Valid(got) {
					t.Errorf("%q: the last row of %q before the first: %v, %q", body, r.List, done, got)
				}
			}
		}
	})
}
