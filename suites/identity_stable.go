package suites

import (
	"encoding/binary"
	"math/bits"
	"strconv"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

func uid04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "UID-04", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Terminate,
			Title:  "an account keeps its identifier from call to call",
			Quote:  missingRows,
			Source: docSync,
			Why:    "An identifier that changes belongs to no service at the next sync. Its customer's service looks as if it did not exist on the server, and syncing such a service terminates it.",
			Fix:    "Use what identifies the account on the server for good. Do not use the position in the list, a random value, or anything that holds the time.",
			Good:   "'uniqueIdentifier' => (string) $row['id'],",
			Bad:    "foreach ($rows as $i => $row) { $accounts[] = ['uniqueIdentifier' => (string) $i /* … */]; }",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedRepeat},
		Check: checkStable,
	}
}

func checkStable(c *Case) {
	again := repeats(c.T)
	if len(again) == 0 {
		c.follow("DET-01", "the repeated calls of ListAccounts() returned no list")
		return
	}
	list := c.T.Call(transcript.CallList)
	before := sumOf(list)
	for _, call := range again {
		// A repeat that changed nothing costs no memory, however long the list.
		if sumOf(call) != before && compareIdentities(c, list, call) {
			return
		}
	}
}

// sum is a digest of a list's accounts that does not depend on their order.
type sum struct {
	n      int
	hi, lo uint64
}

func sumOf(call *transcript.Call) sum {
	var s sum
	for a := range call.Accounts() {
		id, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier])
		owner := ownerOf(a)
		both := digestOf(id, string(owner[:]))
		var carry uint64
		s.lo, carry = bits.Add64(s.lo, binary.LittleEndian.Uint64(both[:8]), 0)
		s.hi, _ = bits.Add64(s.hi, binary.LittleEndian.Uint64(both[8:]), carry)
		s.n++
	}
	return s
}

// ownerOf is a digest of what tells whose account it is, besides the
// identifier; zero where nothing does.
func ownerOf(a contract.Account) digest {
	username, _ := scalarText(a.Fields[contract.FieldUsername])
	domain, _ := scalarText(a.Fields[contract.FieldDomain])
	email, _ := scalarText(a.Fields[contract.FieldEmail])
	if !schema.IsFilled(username) && !schema.IsFilled(domain) && !schema.IsFilled(email) {
		return digest{}
	}
	return digestOf(username, domain, email)
}

// compareIdentities finds accounts that are known by another identifier than in
// the first call. An account that only came or went is no such case: somebody
// may have created or deleted it. It reports whether it found any.
func compareIdentities(c *Case, list, again *transcript.Call) bool {
	before, after := ownersOf(list), ownersOf(again)
	found := false
	for a := range again.Accounts() {
		owner := ownerOf(a)
		was, is := before[owner], after[owner]
		if owner == (digest{}) || was.times != 1 || is.times != 1 || was.id == is.id {
			continue
		}
		found = true
		place := c.inFunction(again, rowPlace(a, contract.FieldUniqueIdentifier))
		place.Note = "the account with " + accountWords(a) + " had another identifier " + elsewhere(a, was.row)
		c.ExpectIn(place, a.Fields[contract.FieldUniqueIdentifier], beAsBefore(was.value))
	}
	return found || compareSets(c, list, again)
}

// elsewhere says where the account stood in the first call.
func elsewhere(a contract.Account, row int) string {
	if a.Row == row {
		return "in the first call"
	}
	return "at row " + strconv.Itoa(row) + " of the first call"
}

type ownership struct {
	times, row int
	id         digest
	value      any
}

func ownersOf(call *transcript.Call) map[digest]ownership {
	owners := make(map[digest]ownership, call.Len())
	for a := range call.Accounts() {
		value := a.Fields[contract.FieldUniqueIdentifier]
		id, _ := scalarText(value)
		owner := ownerOf(a)
		owners[owner] = ownership{times: owners[owner].times + 1, row: a.Row, id: digestOf(id), value: value}
	}
	return owners
}

// compareSets finds lists in which identifiers both went and came, where the
// accounts themselves cannot be told apart.
func compareSets(c *Case, list, again *transcript.Call) bool {
	gone, known := idsOf(list), idsOf(list)
	for id := range idsOf(again) {
		delete(gone, id)
	}
	if len(gone) == 0 {
		return false
	}
	missing := plural(int64(len(gone)), "identifier of the first call is", "identifiers of the first call are") + " missing here"
	found := false
	for a := range again.Accounts() {
		if id, ok := identifierOf(a); !ok || known[id] {
			continue
		}
		found = true
		place := c.inFunction(again, rowPlace(a, contract.FieldUniqueIdentifier))
		place.Note = missing
		c.ExpectIn(place, a.Fields[contract.FieldUniqueIdentifier], refuse("an identifier that the first call returned too"))
	}
	return found
}

func idsOf(call *transcript.Call) map[digest]bool {
	ids := make(map[digest]bool, call.Len())
	for a := range call.Accounts() {
		if id, ok := identifierOf(a); ok {
			ids[id] = true
		}
	}
	return ids
}
