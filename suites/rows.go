package suites

import (
	"encoding/json"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// failRow notes a failure at a field of one account in the list. Past the
// findings that are kept it only counts, because a million rows may be wrong.
func (c *Case) failRow(a contract.Account, field string, describe func() contract.Finding) {
	if c.result.Count >= contract.MaxFindings {
		c.Fail(contract.Finding{})
		return
	}
	place := c.inFunction(c.listCall(), rowPlace(a, field))
	f := describe()
	place.Want, place.Got, place.Note = f.Want, f.Got, join(f.Note, c.odd)
	c.Fail(place)
}

// refuseRow asserts what a row check already knows not to hold, so that nothing
// is built for the rows in which it does.
func (c *Case) refuseRow(a contract.Account, field string, actual any, m matcher, note string) {
	if c.result.Count >= contract.MaxFindings {
		c.Fail(contract.Finding{})
		return
	}
	place := c.inFunction(c.listCall(), rowPlace(a, field))
	place.Note = join(note, c.odd)
	c.ExpectIn(place, actual, m)
}

// unseen is the outcome of a rule about a case that the list may not contain;
// seen takes it back.
func (c *Case) unseen(reason, supply string) { c.NotTestable(reason, supply) }

func (c *Case) seen() {
	if c.result.Outcome == contract.NotTestable {
		c.result.Outcome, c.result.Reason, c.result.Supply = contract.Pass, "", ""
	}
}

// follow makes the rule fail as a consequence of another one's failure. The
// check it returns looks at nothing.
func (c *Case) follow(rule, reason string) RowCheck {
	following(rule, reason).apply(c)
	return ignoreRow
}

func ignoreRow(contract.Account) {}

// scalarText is a value as text, when it is a string of any bytes, an int or a
// float. What else stands there is judged by the rules about types.
func scalarText(v any) (string, bool) {
	switch t := v.(type) {
	case string:
		return t, true
	case json.Number:
		return t.String(), true
	}
	if raw, ok := phpvalue.Bytes(v); ok {
		return string(raw), true
	}
	return "", false
}

// Keys of the metadata that say how to read the list.
const (
	keyIdentifierField = "ListAccountsUniqueIdentifierField"
	keyProductField    = "ListAccountsProductField"
)

// declared returns what the module's metadata says under a key, or noKey.
func declared(t *transcript.Transcript, key string) any {
	meta, ok := returnedMap(t, transcript.CallMetaData)
	if !ok {
		return noKey{}
	}
	return lookup(meta, key)
}

// identifierField is the field that the metadata names as the identifier, ""
// where it names none.
func identifierField(t *transcript.Transcript) string {
	field, _ := declared(t, keyIdentifierField).(string)
	return field
}

// answeredList reports whether a call of ListAccounts() returned success with a
// list.
func answeredList(call *transcript.Call) bool {
	if call == nil || call.Ending != transcript.EndReturned {
		return false
	}
	envelope, _ := phpvalue.Map(call.Value)
	return envelope["success"] == true && phpvalue.KindOf(envelope["accounts"]) == phpvalue.KindAccounts
}

// repeats yields the repeated calls of ListAccounts() that returned a list.
func repeats(t *transcript.Transcript) []*transcript.Call {
	var calls []*transcript.Call
	for _, id := range []string{transcript.CallRepeat1, transcript.CallRepeat2} {
		if call := t.Call(id); answeredList(call) {
			calls = append(calls, call)
		}
	}
	return calls
}
