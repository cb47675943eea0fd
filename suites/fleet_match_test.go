package suites

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

func TestPair(t *testing.T) {
	held := []transcript.Held{
		{ID: "7", Username: "anna", Domain: "anna.example", Email: "info@anna.example"},
		{ID: "8", Username: "bert", Domain: "bert.example"},
		{ID: "9", Username: "Anna", Domain: "ANNA.example"},
		{ID: "", Username: "", Domain: "cora.example."},
	}
	row := func(id, username, domain string) tt.Array {
		return tt.Account(domain, tt.Array{"uniqueIdentifier": id, "username": username, "domain": domain})
	}
	tests := []struct {
		name     string
		rows     tt.List
		of       []int
		missing  []int
		doubled  []int
		invented []int
		wrong    string
	}{
		{name: "all", rows: tt.List{row("7", "anna", "anna.example"), row("8", "bert", "bert.example"), row("9", "Anna", "ANNA.example"), row("cora.example", "", "cora.example")},
			of: []int{0, 1, 2, 3}},
		{name: "by name, in another order", rows: tt.List{row("Anna", "Anna", ""), row("cora.example", "", ""), row("anna", "anna", ""), row("bert", "bert", "")},
			of: []int{2, 3, 0, 1}},
		{name: "in lower case", rows: tt.List{row("anna", "anna", "anna.example"), row("anna", "anna", "anna.example"), row("bert.example", "", "bert.example"), row("cora.example", "", "")},
			of: []int{0, 0, 1, 3}, missing: []int{2}, doubled: []int{0},
			wrong: `1 account is missing, such as "9" ("Anna"); 1 account is listed more than once, such as "7" ("anna")`},
		{name: "twice", rows: tt.List{row("8", "bert", "bert.example"), row("8", "bert", "bert.example"), row("7", "anna", "anna.example"), row("9", "Anna", "ANNA.example"), row("cora.example", "", "cora.example")},
			of: []int{1, 1, 0, 2, 3}, doubled: []int{1}, wrong: `1 account is listed more than once, such as "8" ("bert")`},
		{name: "a row too many", rows: tt.List{row("7", "anna", "anna.example"), row("8", "bert", "bert.example"), row("9", "Anna", "ANNA.example"), row("cora.example", "", "cora.example"), row("total", "", "")},
			of: []int{0, 1, 2, 3, nobody}, invented: []int{4}, wrong: "1 row is no account of the panel, such as accounts[4]"},
		{name: "nothing", of: nil, missing: []int{0, 1, 2, 3}, wrong: `4 accounts are missing, such as "7" ("anna")`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			run := tt.Conformant(t)
			run.List().Returns(tt.Array{"success": true, "accounts": test.rows})
			p := pair(held, run.Transcript().Call(transcript.CallList))
			got := [][]int{p.of, p.missing(), p.doubled(), p.invented()}
			if diff := cmp.Diff([][]int{test.of, test.missing, test.doubled, test.invented}, got); diff != "" {
				t.Errorf("rows of, missing, doubled, invented (-want +got):\n%s", diff)
			}
			if p.wrong() != test.wrong {
				t.Errorf("wrong: %q, want %q", p.wrong(), test.wrong)
			}
		})
	}
}

// What speaks for an account: its identifier more than a name, both names
// together more than an identifier, the very letters more than others, the address
// where nothing else decides, and that it has no row yet where nothing at all does.
func TestTheAccountOfARow(t *testing.T) {
	held := []transcript.Held{
		{ID: "7", Username: "anna", Domain: "anna.example", Email: "a@one.example"},
		{ID: "8", Username: "bert", Domain: "bert.example", Email: "b@one.example"},
		{ID: "9", Username: "twin", Domain: "twin.example", Email: "c@one.example"},
		{ID: "10", Username: "twin", Domain: "twin.example", Email: "d@one.example"},
		{ID: "11"},
		{ID: "12", Username: "name", Email: "e@one.example"},
		{Username: "name"},
	}
	row := func(id, username, domain, email string) tt.Array {
		return tt.Array{"uniqueIdentifier": id, "username": username, "domain": domain, "email": email}
	}
	for name, tc := range map[string]struct {
		rows tt.List
		of   []int
	}{
		"an identifier against a name":           {tt.List{row("8", "anna", "", "")}, []int{1}},
		"an identifier against a domain":         {tt.List{row("8", "", "anna.example", "")}, []int{1}},
		"an identifier against both":             {tt.List{row("8", "anna", "anna.example", "")}, []int{0}},
		"an identifier against name and address": {tt.List{row("8", "anna", "", "a@one.example")}, []int{1}},
		"a name in the same letters":             {tt.List{row("ANNA.example", "bert", "", "")}, []int{0}},
		"a name against an identifier's letters": {tt.List{row("BERT", "anna", "", "")}, []int{1}},
		"a name against a domain":                {tt.List{row("", "anna", "bert.example", "")}, []int{0}},
		"a domain against a name in other case":  {tt.List{row("", "ANNA", "bert.example", "")}, []int{1}},
		"a name against a domain in other case":  {tt.List{row("", "bert", "ANNA.example", "")}, []int{1}},
		"an address":                             {tt.List{row("", "twin", "", "d@one.example")}, []int{3}},
		"an address in other case":               {tt.List{row("", "twin", "", "D@one.example")}, []int{3}},
		"nothing but an address":                 {tt.List{row("", "", "", "a@one.example")}, []int{nobody}},
		"nothing but who has no row":             {tt.List{row("", "twin", "", ""), row("", "twin", "", ""), row("", "twin", "", "")}, []int{2, 3, 2}},
		"an address against who has no row":      {tt.List{row("", "twin", "", "c@one.example"), row("", "twin", "", "c@one.example")}, []int{2, 2}},
		"nothing":                                {tt.List{row("", "", "", "")}, []int{nobody}},
		"spaces and a dot do not count":          {tt.List{row(" Anna.Example. ", "", "", "")}, []int{0}},
		"an identifier that is nobody's":         {tt.List{row("13", "", "", "")}, []int{nobody}},
		"a user name under another field":        {tt.List{row("bert", "", "", "")}, []int{1}},
		"a domain as the identifier of another":  {tt.List{row("bert.example", "anna", "", "")}, []int{1}},
		"a domain as the user name":              {tt.List{row("", "anna.example", "", "")}, []int{nobody}},
		"name, address and an identifier's case": {tt.List{row("BERT", "anna", "", "a@one.example")}, []int{0}},
		"what is empty is like nobody's":         {tt.List{row("", "name", "", "")}, []int{5}},
		"no text":                                {tt.List{tt.Array{"uniqueIdentifier": nil, "username": true}}, []int{nobody}},
		"a number":                               {tt.List{tt.Array{"uniqueIdentifier": 11}}, []int{4}},
	} {
		t.Run(name, func(t *testing.T) {
			run := tt.Conformant(t)
			run.List().Returns(tt.Array{"success": true, "accounts": tc.rows})
			if diff := cmp.Diff(tc.of, pair(held, run.Transcript().Call(transcript.CallList)).of); diff != "" {
				t.Errorf("accounts of the rows (-want +got):\n%s", diff)
			}
		})
	}
}

// A preview counts all that is missing and new, and names the first of each.
func TestPreviewOfAFleet(t *testing.T) {
	const n = contract.MaxPreviewRows + 2
	var held []transcript.Held
	rows := tt.List{tt.Account("here.example", tt.Array{"uniqueIdentifier": "here", "username": "here"})}
	want := contract.Preview{Held: n + 1, Listed: n + 1, Missing: n, New: n}
	for i := range n {
		gone, fresh := "gone-"+strconv.Itoa(i), "new-"+strconv.Itoa(i)
		held = append(held, transcript.Held{ID: gone})
		rows = append(rows, tt.Account("", tt.Array{"uniqueIdentifier": fresh, "username": "", "domain": ""}))
		if i < contract.MaxPreviewRows {
			want.MissingRows = append(want.MissingRows, strconv.Quote(gone))
			want.NewRows = append(want.NewRows, strconv.Quote(fresh))
		}
	}
	held = append(held, transcript.Held{ID: "here"})
	run := tt.Conformant(t)
	run.List().Returns(tt.Array{"success": true, "accounts": rows})
	if diff := cmp.Diff(&want, pair(held, run.Transcript().Call(transcript.CallList)).preview()); diff != "" {
		t.Errorf("preview (-want +got):\n%s", diff)
	}
}

// An account is called by its id and the first name it has.
func TestHeldName(t *testing.T) {
	for want, h := range map[string]transcript.Held{
		`"7" ("anna")`:        {ID: "7", Username: "anna", Domain: "a.example", Email: "b@a.example"},
		`"7" ("a.example")`:   {ID: "7", Domain: "a.example", Email: "b@a.example"},
		`"7" ("b@a.example")`: {ID: "7", Email: "b@a.example"},
		`"7"`:                 {ID: "7"},
	} {
		if got := heldName(h); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
