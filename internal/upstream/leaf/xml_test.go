package leaf_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream/leaf"
)

func TestTakeXML(t *testing.T) {
	text := func(path, value string) leaf.Leaf {
		return leaf.Leaf{Path: path, Kind: path, Type: leaf.Text, Value: value}
	}
	attribute := func(path, value string) leaf.Leaf {
		return leaf.Leaf{Path: path, Kind: path, Type: leaf.Attribute, Value: value}
	}
	tests := []struct {
		name, body string
		want       []leaf.Leaf
	}{
		{"an encoding that is declared", "<?xml version=\"1.0\" encoding=\"windows-1252\"?><r><n k=\"\x80\">M\xFCller</n><id>7</id></r>", []leaf.Leaf{
			{Path: "r", Kind: "r", Type: leaf.Element}, text("r.n", ""), attribute("r.n.@k", ""), text("r.id", "7"),
		}},
		{"Latin-1 that is not declared", "<r>M\xFCller</r>", nil},
		{"Latin-1 names", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r><Gr\xF6\xDFe>1</Gr\xF6\xDFe></r>", nil},
		{"other names in UTF-8", "<r><Größe>1</Größe></r>", []leaf.Leaf{text("r.Gr%C3%B6%C3%9Fe", "1")}},
		{"prefixes", `<s:r xmlns:s="urn:s" xmlns="urn:t" xmlnsx="3"><s:a>1</s:a></s:r>`, []leaf.Leaf{
			attribute("s%3Ar.@xmlnsx", "3"), text("s%3Ar.s%3Aa", "1"),
		}},
		{"white space in tags", "<r\n\ta = '1'\r\n b=\n\"2\" />", []leaf.Leaf{attribute("r.@a", "1"), attribute("r.@b", "2")}},
		{"attributes with marks of tags", `<r a="1>2" b="x/y='" c="3"/>`, []leaf.Leaf{attribute("r.@a", ""), attribute("r.@b", ""), attribute("r.@c", "3")}},
		{"an attribute without quotes and what follows it", `<r a="1" b=2 c="3">x</r>`, []leaf.Leaf{text("r", ""), attribute("r.@a", "1")}},
		{"an attribute without a value and what follows it", `<r a="1" b c="3">x</r>`, []leaf.Leaf{text("r", ""), attribute("r.@a", "1")}},
		{"comments and instructions", "<!DOCTYPE r><!-- <a> --><r><?php ?><a>1</a><!-- <b> --></r>", []leaf.Leaf{text("r.a", "1")}},
		{"an end of something else", "<r><a>1</b></r>", nil},
		{"an end too many", "<r>1</r></r>", nil},
		{"something broken behind the end", "<r><a>1</a></r><!", nil},
		{"nothing but an attribute", "<r a='1'/>", []leaf.Leaf{attribute("r.@a", "1")}},
		{"no end", "<r><a>1</a>", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, leaf.Take([]byte(test.body)).Leaves); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
