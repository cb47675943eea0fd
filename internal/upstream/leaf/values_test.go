package leaf_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream/leaf"
)

// What is kept of a row is what tells whose row it is.
func TestRowValues(t *testing.T) {
	x200 := strings.Repeat("x", 200)
	var fields []string
	var first40 []leaf.Value
	for i := range 45 {
		name := fmt.Sprintf("f%02d", i)
		fields = append(fields, `"`+name+`":"v"`)
		if i < 40 {
			first40 = append(first40, leaf.Value{Name: name, Value: "v"})
		}
	}
	many := "{" + strings.Join(fields, ",") + "}"
	tests := []struct {
		name, body string
		want       []leaf.Row
	}{
		{"a list of one", `[{"id":7,"on":true}]`, []leaf.Row{{Path: "0", Of: 1, Values: []leaf.Value{{Name: "id", Value: "7"}}}}},
		{"long texts", `[{"a":"` + x200 + `","b":"` + x200 + `x"}]`, []leaf.Row{{Path: "0", Of: 1, Values: []leaf.Value{{Name: "a", Value: x200}}}}},
		{"many values", "[" + many + "]", []leaf.Row{{Path: "0", Of: 1, Values: first40}}},
		{"many values by name", `{"one":` + many + `,"two":` + many + "}", []leaf.Row{
			{Path: "one", Of: 2, Values: append([]leaf.Value{{Name: "id", Value: "one"}}, first40[:39]...)},
		}},
		{"JSON:API", `{"data":[{"type":"accounts","attributes":{"name":"a","plan":{"id":3}},"links":{"self":"/a"}}]}`, []leaf.Row{
			{Path: "data.0", List: "data", Of: 1, Values: []leaf.Value{{Name: "type", Value: "accounts"}, {Name: "name", Value: "a"}}},
		}},
		{"a list of attributes", `[{"id":"a","attributes":["b"]}]`, []leaf.Row{
			{Path: "0", Of: 1, Values: []leaf.Value{{Name: "id", Value: "a"}}},
			{Path: "0.attributes.0", List: "0.attributes", Of: 1},
		}},
		{"elements", `<r><row k="x &amp; y"> a &lt; b </row><row/></r>`, []leaf.Row{
			{Path: "r.row.0", List: "r", Of: 2, Values: []leaf.Value{{Name: "k", Value: "x & y"}}},
		}},
		{"elements with elements", `<r><row><n> a &lt; b </n><m><![CDATA[a &lt; b]]></m></row><row/></r>`, []leaf.Row{
			{Path: "r.row.0", List: "r", Of: 2, Values: []leaf.Value{{Name: "n", Value: "a < b"}, {Name: "m", Value: "a &lt; b"}}},
			{Path: "r.row.1", List: "r", Of: 2},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, leaf.Take([]byte(test.body)).Rows); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
