package suites

import (
	"encoding/json"
	"hash/maphash"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// difference is one place in which two lists disagree.
type difference struct {
	at           string
	first, again string
	// field is the account's key that differs, "" when whole is set.
	field string
	// whole says that the account as a whole came, went or multiplied.
	whole bool
}

// differences compares two lists account by account, whatever their order, by
// the documented fields: WHMCS makes no documented use of others. Accounts are
// paired by identifier; those that share one, or have none, are compared as a
// whole.
func differences(first, again *transcript.Call) iter.Seq[difference] {
	return func(yield func(difference) bool) {
		differ := differing(first, again)
		a, b := index(first, differ), index(again, differ)
		for _, id := range slices.Sorted(maps.Keys(differ)) {
			for _, d := range compareRows(id, a[id], b[id]) {
				if !yield(d) {
					return
				}
			}
		}
	}
}

// differing names the accounts that are not the same in both lists. It keeps a
// number for each account, not the account, because lists can be long.
func differing(first, again *transcript.Call) map[string]bool {
	ids := map[string]bool{}
	if first.SameAccounts(again) {
		return ids
	}
	seed := maphash.MakeSeed()
	a, b := fingerprints(first, seed), fingerprints(again, seed)
	for id := range keysOf(a, b) {
		if a[id] != b[id] {
			ids[id] = true
		}
	}
	return ids
}

// fingerprints has a number for each account, which adds up over those that share
// an identifier, in whatever order they come.
func fingerprints(call *transcript.Call, seed maphash.Seed) map[string]uint64 {
	prints := make(map[string]uint64, call.Len())
	for a := range call.Accounts() {
		prints[rowID(a)] += hashed(seed, a)
	}
	return prints
}

// hashed tells accounts with one id apart without building the text of the usual
// one, whose fields are all strings. What is no account is in its id altogether.
func hashed(seed maphash.Seed, a contract.Account) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, key := range contract.Fields() {
		switch v := lookup(a.Fields, key).(type) {
		case noKey:
			h.WriteString("\x00")
		case string:
			h.WriteString("\x01" + v)
		default:
			h.WriteString("\x02" + canonical(v))
		}
	}
	return h.Sum64()
}

// index groups the wanted accounts of a list by identifier.
func index(call *transcript.Call, wanted map[string]bool) map[string][]contract.Account {
	rows := map[string][]contract.Account{}
	if len(wanted) == 0 {
		return rows
	}
	for a := range call.Accounts() {
		if id := rowID(a); wanted[id] {
			rows[id] = append(rows[id], a)
		}
	}
	return rows
}

// documented is an account without the keys WHMCS does not document; an entry
// of another kind is itself.
func documented(a contract.Account) any {
	if a.Fields == nil {
		return a.Value
	}
	kept := make(map[string]any, len(contract.Fields()))
	for _, key := range contract.Fields() {
		if v, ok := a.Fields[key]; ok {
			kept[key] = v
		}
	}
	return kept
}

// rowID tells accounts apart whatever their position: by the identifier, else
// by the whole of it.
func rowID(a contract.Account) string {
	if id, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier]); id != "" {
		return withIdentifier + id
	}
	return canonical(documented(a))
}

// withIdentifier begins an id that is an identifier; no JSON text begins so.
const withIdentifier = "="

// rowAt names an account by its id, as a finding does.
func rowAt(id string) string {
	if identifier, ok := strings.CutPrefix(id, withIdentifier); ok {
		return "accounts[" + phpvalue.Quote(identifier) + "]"
	}
	return "accounts[without identifier: " + phpvalue.Quote(id) + "]"
}

// canonical writes a value so that equal PHP values give equal text.
func canonical(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return phpvalue.Show(v)
	}
	return string(text)
}

func compareRows(id string, a, b []contract.Account) []difference {
	if len(a) == 1 && len(b) == 1 {
		return compareFields(id, a[0].Fields, b[0].Fields)
	}
	left, right := counted(a), counted(b)
	var found []difference
	for _, row := range slices.Sorted(keysOf(left, right)) {
		if left[row] != right[row] {
			found = append(found, difference{at: rowAt(id), first: times(left[row]), again: times(right[row]), whole: true})
		}
	}
	return found
}

func compareFields(id string, a, b map[string]any) []difference {
	var found []difference
	for _, key := range contract.Fields() {
		x, y := lookup(a, key), lookup(b, key)
		if !equal(x).ok(y) {
			found = append(found, difference{at: rowAt(id) + "." + key, field: key, first: showOrMissing(x), again: showOrMissing(y)})
		}
	}
	return found
}

func counted(rows []contract.Account) map[string]int {
	counts := map[string]int{}
	for _, r := range rows {
		counts[canonical(documented(r))]++
	}
	return counts
}

func times(n int) string {
	switch n {
	case 0:
		return "not in the list"
	case 1:
		return "in the list once"
	}
	return "in the list " + strconv.Itoa(n) + " times"
}

// keysOf yields the keys that either of two maps has, each once.
func keysOf[V any](a, b map[string]V) iter.Seq[string] {
	both := make(map[string]struct{}, len(a))
	for key := range a {
		both[key] = struct{}{}
	}
	for key := range b {
		both[key] = struct{}{}
	}
	return maps.Keys(both)
}

// order lists the identifiers that occur once, in order.
func order(call *transcript.Call) []string {
	var ids []string
	counts := map[string]int{}
	for a := range call.Accounts() {
		if id, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier]); id != "" {
			ids = append(ids, id)
			counts[id]++
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return counts[id] > 1 })
}

// common keeps of a what b has as well.
func common(a, b []string) []string {
	known := make(map[string]bool, len(b))
	for _, id := range b {
		known[id] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(id string) bool { return !known[id] })
}

// ordinal counts from 1 as people do.
func ordinal(i int) string { return strconv.Itoa(i + 1) }
