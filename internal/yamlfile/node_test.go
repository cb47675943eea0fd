package yamlfile_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/yamlfile"
)

const menu = `# of the day
soup: tomato
price: 4.50
courses: 0x3
vegan: true
wine:
served: [noon, "evening"]
fish: {name: cod, from: [north, 1]}
recipe: |
  wash
  cook
tables:
  - seats: 2
  - seats: 4
    by: window
guests: []
`

func read(t *testing.T, text string) *yamlfile.File {
	t.Helper()
	file, err := yamlfile.Read("menu.yaml", []byte(text), options())
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestNodesKnowTheirPlaces(t *testing.T) {
	root := read(t, menu).Root
	for _, tt := range []struct {
		path         []string
		line, column int
		show, text   string
	}{
		{nil, 2, 1, "keys and values", ""},
		{[]string{"soup"}, 2, 7, `"tomato"`, "tomato"},
		{[]string{"price"}, 3, 8, "4.50", "4.50"},
		{[]string{"courses"}, 4, 10, "0x3", "0x3"},
		{[]string{"vegan"}, 5, 8, "true", "true"},
		{[]string{"wine"}, 6, 1, "nothing", "nothing"},
		{[]string{"served"}, 7, 9, "a list", ""},
		{[]string{"served", "1"}, 7, 16, `"evening"`, "evening"},
		{[]string{"fish"}, 8, 7, "keys and values", ""},
		{[]string{"fish", "from", "1"}, 8, 33, "1", "1"},
		{[]string{"recipe"}, 9, 9, `"wash\ncook\n"`, "wash\ncook\n"},
		{[]string{"tables", "1"}, 14, 5, "keys and values", ""},
		{[]string{"tables", "1", "by"}, 15, 9, `"window"`, "window"},
		{[]string{"guests"}, 16, 9, "an empty list", ""},
	} {
		n := root.Find(tt.path)
		if n == nil {
			t.Errorf("%v leads nowhere", tt.path)
			continue
		}
		if n.Place.Line != tt.line || n.Place.Column != tt.column || n.Show() != tt.show || n.String() != tt.text {
			t.Errorf("%v: %d:%d %s %q, want %d:%d %s %q", tt.path, n.Place.Line, n.Place.Column, n.Show(), n.String(), tt.line, tt.column, tt.show, tt.text)
		}
	}
	for _, path := range [][]string{{"none"}, {"soup", "x"}, {"tables", "2"}, {"tables", "-1"}, {"tables", "x"}, {"none", "none"}} {
		if n := root.Find(path); n != nil {
			t.Errorf("%v leads to %s", path, n.Show())
		}
	}
}

func TestNodesGiveTheirValues(t *testing.T) {
	root := read(t, menu).Root
	want := map[string]any{
		"soup": "tomato", "price": json.Number("4.5"), "courses": json.Number("3"), "vegan": true, "wine": nil,
		"served": []any{"noon", "evening"}, "fish": map[string]any{"name": "cod", "from": []any{"north", json.Number("1")}},
		"recipe": "wash\ncook\n", "tables": []any{map[string]any{"seats": json.Number("2")}, map[string]any{"seats": json.Number("4"), "by": "window"}},
		"guests": []any{},
	}
	if diff := cmp.Diff(want, root.Plain()); diff != "" {
		t.Errorf("values differ (-want +got):\n%s", diff)
	}
	if got := root.Get("recipe").Block; got != 10 {
		t.Errorf("the block begins in line %d, want 10", got)
	}
	if got := root.Get("soup").Block; got != 0 {
		t.Errorf("a plain text begins a block in line %d", got)
	}
	if !root.Get("wine").Empty() || root.Get("soup").Empty() || root.Get("guests").Empty() {
		t.Error("only wine has no value")
	}
	got := fmt.Sprint(root.Get("courses").Number(7), root.Get("price").Number(7), root.Find([]string{"tables", "0", "seats"}).Number(7), root.Get("none").Number(7))
	if want := "7 7 2 7"; got != want {
		t.Errorf("numbers %s, want %s", got, want)
	}
	if diff := cmp.Diff([][]string{{"tomato"}, {"noon", "evening"}, {"north", ""}, {}, {""}}, [][]string{
		root.Get("soup").Texts(), root.Get("served").Texts(), root.Get("fish").Get("from").Texts(), root.Get("guests").Texts(), root.Get("price").Texts(),
	}); diff != "" {
		t.Errorf("texts differ (-want +got):\n%s", diff)
	}
}

// A missing value can be asked for what would be in it.
func TestNothingHasNothing(t *testing.T) {
	var none *yamlfile.Node
	if none.Get("x") != nil || none.Find([]string{"x"}) != nil || none.Entries() != nil || none.String() != "" || none.Number(3) != 3 {
		t.Error("nothing has something")
	}
	for _, text := range []string{"", "# soup\n", "---\n", "\n\n"} {
		if root := read(t, text).Root; root != nil {
			t.Errorf("%q holds %s", text, root.Show())
		}
	}
}

func TestLinesEndInEveryWay(t *testing.T) {
	for _, end := range []string{"\n", "\r\n", "\r"} {
		file := read(t, "\xEF\xBB\xBFsoup: x"+end+"fish: y"+end)
		n := file.Root.Get("fish")
		if n == nil || n.Place.Line != 2 || n.Place.Text != "fish: y" || file.At(1, 1).Text != "soup: x" || file.At(9, 1).Text != "" {
			t.Errorf("%q: %+v", end, n)
		}
	}
}

func TestPlaces(t *testing.T) {
	at := read(t, menu).At(2, 7)
	want := "menu.yaml:2:7: soup is 5% \"cold\"\n   2 | soup: tomato\n     |       ^"
	if got := at.Problem("%s is 5%% %q", at.Subject("soup"), "cold").Error(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := at.ProblemWithin(6, "cold").Excerpt; got != "   2 | soup: …\n     |       ^" {
		t.Errorf("got\n%s", got)
	}
	for _, visible := range []int{5, 0, -1} {
		if got := at.ProblemWithin(visible, "cold").Excerpt; got != "" {
			t.Errorf("of %d characters is shown\n%s", visible, got)
		}
	}
	flag := yamlfile.Place{Flag: "--soup"}
	if got := flag.Problem("%s is cold", flag.Subject("soup")).Error(); got != "--soup is cold" {
		t.Errorf("got %s", got)
	}
}
