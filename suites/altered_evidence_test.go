package suites

import (
	"testing"

	"syncproof/internal/transcript"
)

// A change counts where the value belongs to the list of accounts or to one of
// them, and where no module could rightly leave the account out because of it.
func TestBelongsTo(t *testing.T) {
	names := map[string]int{"one": 0, "two": 1}
	row := func(path, list, name string) transcript.LeafRow {
		return transcript.LeafRow{Path: path, List: list, Of: 2, Values: []transcript.LeafValue{{Name: "name", Value: name}}}
	}
	rows := []transcript.LeafRow{row("data.0", "data", "nobody's"), row("data.1", "data", "two")}
	for _, tc := range []struct {
		path, kind, typ string
		owner           int
		judged          bool
	}{
		{"data", "data", "array", nobody, true},
		{"data", "data", "object", nobody, true},
		{"data", "data", "element", nobody, true},
		{"data", "data", "string", nobody, false},
		{"data", "", "array", nobody, false},
		{"total", "total", "array", nobody, false},
		{"data.1", "data.*", "object", 1, true},
		{"data.1", "data.*", "element", 1, true},
		{"data.1", "data.*", "string", nobody, false},
		{"data.1.name", "data.*.name", "string", 1, true},
		{"data.1.quota", "data.*.quota", "bool", nobody, false},
		{"data.1.quota", "data.*.quota", "null", nobody, false},
		{"data.1.quota", "data.*.quota", "number", 1, true},
		{"data.1.suspended", "data.*.suspended", "string", nobody, false},
		{"data.1.has_shell", "data.*.has_shell", "string", nobody, false},
		{"data.10.name", "data.*.name", "string", nobody, false},
		{"data.0.name", "data.*.name", "string", nobody, false},
		{"data.0", "data.*", "object", nobody, false},
	} {
		leaf := transcript.Leaf{Path: tc.path, Kind: tc.kind, Type: tc.typ}
		if owner, judged := belongsTo(leaf, rows, names); owner != tc.owner || judged != tc.judged {
			t.Errorf("%s (%s, kind %q) belongs to %d, judged %t; want %d, %t", tc.path, tc.typ, tc.kind, owner, judged, tc.owner, tc.judged)
		}
	}
}
