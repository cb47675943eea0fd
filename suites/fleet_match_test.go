package suites

import (
	"testing"

	"github.com/google/go-cmp/cmp"

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
