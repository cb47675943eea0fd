package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
)

// FuzzScan holds the scanner against the standard decoder: they must agree on
// what a JSON document is.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		"", " ", "null", "nul", "-", "-0", "01", "1.", "1.5e+3", "1e", `"a\u00e9\n"`, `"\x"`, `"\u12"`, "\"\n\"", "[", "[]", "[1,]", "[1,2]",
		"{}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1,"b":[{}]}`, `{a:1}`, "tru", "[true,false,null]", "\xff", "\"\xff\"", "[1 2]", "1 2",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := scanner{text: text}
		err := s.value(0)
		whole := err == nil && len(bytes.Trim(text[s.pos:], space)) == 0
		if errors.Is(err, errTooDeep) {
			return
		}
		if whole != json.Valid(text) {
			t.Fatalf("scanner: %v (%v at %d), standard decoder: %v", whole, err, s.pos, json.Valid(text))
		}
		if err != nil && !errors.Is(err, errSyntax) && !errors.Is(err, errBreaksOff) {
			t.Fatalf("unknown error %v", err)
		}
		if whole {
			takeApart(t, bytes.Trim(text, space))
		}
	})
}

// takeApart checks that the pieces of a document are documents themselves.
func takeApart(t *testing.T, document []byte) {
	t.Helper()
	sound := func(piece []byte) {
		if !json.Valid(piece) {
			t.Fatalf("took the unsound piece %q out of %q", piece, document)
		}
	}
	var err error
	n, want := 0, 0
	switch document[0] {
	case '{':
		var whole map[string]json.RawMessage
		seen := map[string]bool{}
		err = errors.Join(json.Unmarshal(document, &whole), eachMember(document, func(key, value []byte) error {
			sound(key)
			sound(value)
			var name string
			if err := json.Unmarshal(key, &name); err != nil {
				return err
			}
			if !seen[name] {
				n++
			}
			seen[name] = true
			return nil
		}))
		want = len(whole)
	case '[':
		var whole []json.RawMessage
		err = errors.Join(json.Unmarshal(document, &whole), eachElement(document, func(value []byte) error {
			sound(value)
			n++
			return nil
		}))
		want = len(whole)
	}
	if err != nil || n != want {
		t.Fatalf("took %d pieces out of %q, want %d (%v)", n, document, want, err)
	}
}
