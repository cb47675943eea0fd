package transcripttest

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"unicode/utf8"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// Array is a PHP array with string keys. Values may be string, bool, nil, int,
// json.Number (with a '.' for a PHP float), Array or map[string]any, List or
// []any, and what the helpers of this package return. Under the key "accounts"
// of what ListAccounts() returns, a List, an Array or Entries becomes account
// events, as the recorder makes them.
type Array = map[string]any

// List is a PHP list.
type List = []any

// Entries is a PHP array whose keys need saying one by one, in order. A key is
// a string or an int.
type Entries []Entry

// Entry is one entry of Entries.
type Entry struct {
	Key   any
	Value any
}

// Text is a PHP string of any bytes.
func Text(s string) any {
	if utf8.ValidString(s) {
		return s
	}
	return Array{phpvalue.Tag: phpvalue.KindBytes, "b64": base64.StdEncoding.EncodeToString([]byte(s))}
}

// Float is a PHP float by its text, such as 1.0.
func Float(text string) any { return json.Number(text) }

// NaN is PHP's NAN.
func NaN() any { return Array{phpvalue.Tag: phpvalue.KindFloat, "value": "NAN"} }

// Object is an instance of a class.
func Object(class string) any { return Array{phpvalue.Tag: phpvalue.KindObject, "class": class} }

// Closure is an anonymous function.
func Closure() any { return Array{phpvalue.Tag: phpvalue.KindClosure} }

// Success is what a call that worked returns.
func Success(accounts ...any) Array {
	list := List{}
	return Array{"success": true, "accounts": append(list, accounts...)}
}

// Failure is what a call that failed returns.
func Failure(message string) Array { return Array{"success": false, "error": message} }

// Account is a well-formed account identified by its domain, with the given
// fields changed; a field set to Absent() is left out.
func Account(domain string, changes ...Array) Array {
	a := Array{
		"email": "owner@" + domain, "username": "user", "domain": domain, "uniqueIdentifier": domain,
		"product": "basic", "primaryip": "192.0.2.10", "created": "2019-07-02 13:15:00", "status": "Active",
	}
	return changed(a, changes)
}

func changed(a Array, changes []Array) Array {
	for _, change := range changes {
		maps.Copy(a, change)
	}
	maps.DeleteFunc(a, func(_ string, v any) bool { _, gone := v.(absent); return gone })
	return a
}

type absent struct{}

// Absent marks a key to leave out; see Account and MetaData.
func Absent() any { return absent{} }

// split takes the accounts out of a returned value.
func split(value any) (any, []transcript.AccountLine) {
	m, ok := value.(Array)
	if !ok {
		return value, nil
	}
	entries, isList, ok := listed(m["accounts"])
	if !ok {
		return value, nil
	}
	lines := make([]transcript.AccountLine, 0, len(entries))
	for _, e := range entries {
		raw, err := json.Marshal(e.Value)
		if err != nil {
			panic("a test's account cannot be written: " + err.Error())
		}
		lines = append(lines, transcript.AccountLine{Key: e.Key, Value: raw})
	}
	m = maps.Clone(m)
	m["accounts"] = Array{phpvalue.Tag: phpvalue.KindAccounts, "count": len(lines), "list": isList}
	return m, lines
}

func listed(v any) (entries Entries, isList, ok bool) {
	switch v := v.(type) {
	case List:
		for i, e := range v {
			entries = append(entries, Entry{i, e})
		}
		return entries, true, true
	case Entries:
		isList = true
		for i, e := range v {
			isList = isList && e.Key == i
		}
		return v, isList, true
	case Array:
		if phpvalue.KindOf(v) != "" {
			return nil, false, false
		}
		for k, e := range v {
			entries = append(entries, Entry{k, e})
		}
		return entries, false, true
	}
	return nil, false, false
}
