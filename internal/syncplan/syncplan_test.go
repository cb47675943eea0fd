package syncplan_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/syncplan"
)

// account has an identifier and the compared fields that are not the usual ones.
func account(id any, fields ...string) contract.Account {
	values := map[string]any{
		"uniqueIdentifier": id, "email": "a@example.com", "domain": "a.example", "primaryip": "192.0.2.1",
		"username": "a", "product": "starter", "status": "Active", "created": "2020-01-02 03:04:05",
	}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		values[name] = value
	}
	return contract.Account{Fields: values, Value: values}
}

func list(accounts ...contract.Account) iter.Seq[contract.Account] { return slices.Values(accounts) }

func TestCompare(t *testing.T) {
	invalid := map[string]any{phpvalue.Tag: phpvalue.KindBytes, "b64": "bfxsbGVy"} // müller in Latin-1
	cases := map[string]struct {
		held, answered iter.Seq[contract.Account]
		want           contract.Preview
	}{
		"nothing at all":  {nil, nil, contract.Preview{}},
		"the same":        {list(account("a"), account("b")), list(account("b"), account("a")), contract.Preview{Held: 2, Listed: 2}},
		"an empty answer": {list(account("a"), account("b")), list(), contract.Preview{Held: 2, Missing: 2, MissingRows: []string{"a", "b"}}},
		"no answer":       {list(account("a")), nil, contract.Preview{Held: 1, Missing: 1, MissingRows: []string{"a"}}},
		"one of each": {
			list(account("a"), account("b"), account("c")),
			list(account("d"), account("c", "status=Suspended", "domain=c.example"), account("b")),
			contract.Preview{
				Held: 3, Listed: 3, Missing: 1, MissingRows: []string{"a"}, New: 1, NewRows: []string{"d"},
				Changed: 1, ChangedRows: []contract.PreviewChange{{ID: "c", Fields: []string{"domain", "status"}}},
			},
		},
		"an address for mail is not compared": {
			list(account("a")), list(account("a", "email=other@example.com")), contract.Preview{Held: 1, Listed: 1},
		},
		"a number is its digits": {
			list(account("12"), account(json.Number("13"))), list(account(json.Number("12")), account("13")),
			contract.Preview{Held: 2, Listed: 2},
		},
		"case and blanks are nobody's guess": {
			list(account("Acme"), account("b")), list(account("acme"), account(" b")),
			contract.Preview{
				Held: 2, Listed: 2, Unclear: 4,
				Notes: []string{"4 rows have an identifier that differs from another one in capital letters or outer blanks only; " +
					"whether WHMCS tells those apart is not documented"},
			},
		},
		"the exact one counts before the one that differs in case": {
			list(account("acme"), account("Acme")), list(account("Acme"), account("acme")), contract.Preview{Held: 2, Listed: 2},
		},
		"a second row with the same identifier": {
			list(account("a")), list(account("a"), account("a", "domain=other.example")),
			contract.Preview{
				Held: 1, Listed: 2, Unclear: 1,
				Notes: []string{"1 row has the identifier of an earlier row; which of them WHMCS would use is not documented"},
			},
		},
		"identifiers that are none": {
			list(account("a"), account("")),
			list(account(nil), account(true), account([]any{"a"}), account(map[string]any{"x": "y"}), contract.Account{Value: "text"}, account("a")),
			contract.Preview{
				Held: 2, Listed: 6, Unclear: 6,
				Notes: []string{"6 rows have no identifier that could be compared; what WHMCS does with those is not documented"},
			},
		},
		"bytes that are no text": {
			list(account(invalid)), list(), contract.Preview{Held: 1, Missing: 1, MissingRows: []string{"m\xfcller"}},
		},
		"odd fields": {
			list(contract.Account{Fields: map[string]any{"uniqueIdentifier": "a", "product": json.Number("5"), "domain": []any{"x"}}}),
			list(contract.Account{Fields: map[string]any{"uniqueIdentifier": "a", "product": "5", "domain": map[string]any{"x": nil}, "created": nil}}),
			contract.Preview{Held: 1, Listed: 1, Changed: 1, ChangedRows: []contract.PreviewChange{{ID: "a", Fields: []string{"domain"}}}},
		},
		"an endless identifier": {
			list(account(strings.Repeat("ü", 200))), list(),
			contract.Preview{Held: 1, Missing: 1, MissingRows: []string{strings.Repeat("ü", 80) + "…"}},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(&c.want, syncplan.Compare(c.held, c.answered)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// fleet is n accounts from the first one on, all with another field changed.
func fleet(from, n int, fields ...string) iter.Seq[contract.Account] {
	return func(yield func(contract.Account) bool) {
		for i := range n {
			if !yield(account(fmt.Sprintf("acct-%06d", from+i), fields...)) {
				return
			}
		}
	}
}

func TestCompareCountsEverythingAndNamesTheFirst(t *testing.T) {
	got := syncplan.Compare(fleet(0, 30), fleet(15, 30, "product=other"))
	want := &contract.Preview{Held: 30, Listed: 30, Missing: 15, Changed: 15, New: 15}
	for i := range contract.MaxPreviewRows {
		want.MissingRows = append(want.MissingRows, fmt.Sprintf("acct-%06d", i))
		want.ChangedRows = append(want.ChangedRows, contract.PreviewChange{ID: fmt.Sprintf("acct-%06d", 15+i), Fields: []string{"product"}})
		want.NewRows = append(want.NewRows, fmt.Sprintf("acct-%06d", 30+i))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A comparison that looked at every pair would take minutes.
func TestCompareHandlesManyAccounts(t *testing.T) {
	const n = 100_000
	begun := time.Now()
	services := syncplan.Hold(fleet(0, n))
	for range 2 {
		got := services.Compare(fleet(n/2, n))
		if got.Held != n || got.Missing != n/2 || got.New != n/2 || got.Changed != 0 {
			t.Fatalf("got %+v", got)
		}
	}
	if took := time.Since(begun); took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
}
