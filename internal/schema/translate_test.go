package schema_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
)

func TestPHPValuesInASchema(t *testing.T) {
	s := compile(t, `{
		"type": "object",
		"additionalProperties": false,
		"properties": {
			"text": {"type": "string"},
			"int": {"type": "integer"},
			"number": {"type": "number"},
			"list": {"type": "array", "items": {"type": "string"}},
			"map": {"type": "object"},
			"status": {"enum": ["a", "b"]}
		}
	}`)
	for name, tc := range map[string]struct {
		text string
		want []string
	}{
		"text":             {`{"text": "a", "status": "b"}`, []string{}},
		"bytes are text":   {`{"text": {"$php": "bytes", "b64": "/w=="}}`, []string{}},
		"but not any text": {`{"status": {"$php": "bytes", "b64": "/w=="}}`, []string{`status enum | want "a" or "b" | got "\xFF" (string that is not valid UTF-8)`}},
		"bytes unreadable": {`{"text": {"$php": "bytes", "b64": "?"}}`, []string{}},
		"object":           {`{"text": {"$php": "object", "class": "Carbon\\Carbon"}}`, []string{`text type | want a string | got a Carbon\Carbon object`}},
		"object as map":    {`{"map": {"$php": "object", "class": "stdClass"}}`, []string{"map type | want an array | got a stdClass object"}},
		"object as root":   {`{"$php": "object", "class": "stdClass"}`, []string{" type | want an array | got a stdClass object"}},
		"bytes as root":    {`{"$php": "bytes", "b64": "/w=="}`, []string{` type | want an array | got "\xFF" (string that is not valid UTF-8)`}},
		"closure":          {`{"list": {"$php": "closure"}}`, []string{"list type | want an array | got a closure"}},
		"resource":         {`{"text": {"$php": "resource", "type": "curl"}}`, []string{"text type | want a string | got a curl resource"}},
		"NAN":              {`{"number": {"$php": "float", "value": "NAN"}}`, []string{}},
		"NAN as int":       {`{"int": {"$php": "float", "value": "NAN"}}`, []string{"int type | want an int | got NAN (float)"}},
		"float as text":    {`{"text": 1.5}`, []string{"text type | want a string | got 1.5 (float)"}},
		"tagged array": {`{"$php": "array", "entries": [["text", 5], [{"$php": "bytes", "b64": "/w=="}, 1]]}`, []string{
			`"\xFF" (string that is not valid UTF-8) additionalProperties | want no such key | got the key "\"\\xFF\" (string that is not valid UTF-8)" (int)`,
			"text type | want a string | got 5 (int)",
		}},
		"tagged inside":     {`{"map": {"$php": "array", "entries": [["$php", "x"]]}}`, []string{}},
		"accounts list":     {`{"list": {"$php": "accounts", "count": 2, "list": true}}`, []string{}},
		"keyed accounts":    {`{"list": {"$php": "accounts", "count": 2, "list": false}}`, []string{"list type | want an array | got array"}},
		"empty list":        {`[]`, []string{}},
		"list":              {`["a"]`, []string{`0 additionalProperties | want no such key | got the key "0" (string)`}},
		"bytes in a list":   {`{"list": ["a", {"$php": "bytes", "b64": "/w=="}]}`, []string{}},
		"object in a list":  {`{"list": ["a", {"$php": "object", "class": "A"}]}`, []string{"list/1 type | want a string | got a A object"}},
		"null":              {`null`, []string{" type | want an array | got null"}},
		"unknown kind":      {`{"text": {"$php": "of tomorrow"}}`, []string{"text type | want a string | got a value of an unknown kind"}},
		"tag of no kind":    {`{"map": {"$php": 5}}`, []string{}},
		"$php as a key":     {`{"$php": 5}`, []string{`$php additionalProperties | want no such key | got the key "$php" (int)`}},
		"depth":             {`{"map": {"$php": "depth", "type": "array"}}`, []string{"map type | want an array | got a value nested too deeply to record"}},
		"keys of two kinds": {`{"text": "a", "map": {"a": {"b": [{"$php": "bytes", "b64": "/w=="}]}}}`, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			value := decoded(t, tc.text)
			violations, err := s.ValidatePHP(value)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, said(violations)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(decoded(t, tc.text), value); diff != "" {
				t.Errorf("the value was changed:\n%s", diff)
			}
		})
	}
}

// JSON documents that are no PHP values are taken as they are.
func TestJSONIsNotTakenForPHP(t *testing.T) {
	s := compile(t, `{"type": "object", "properties": {"a": {"type": "object"}}}`)
	for text, want := range map[string][]string{
		`[]`:                         {" type | want an array | got [] (array)"},
		`{"a": {"$php": "closure"}}`: {},
	} {
		violations, err := s.Validate(decoded(t, text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, said(violations)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// FuzzValidatePHP feeds whatever a module or a transcript can hold to the schema
// of an account: it must be judged, in the same way each time.
func FuzzValidatePHP(f *testing.F) {
	for _, seed := range []string{
		`null`, `[]`, `[1, "a"]`, `{"email": 1e99999999}`, `{"status": {"$php": "bytes", "b64": "/w=="}}`, `{"name": -1e400}`,
		`{"$php": "array", "entries": [[1, 2, 3], 5, [null, null], ["email", "a@b.c"]]}`, `{"$php": "array", "entries": 7}`,
		`{"domain": "\u0000", "created": "0000-00-00 00:00:00"}`, `{"a.b": {"": [[[]]]}}`, `{"$php": null}`,
	} {
		f.Add(seed)
	}
	s, err := schema.Account("domain")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := phpvalue.Decode([]byte(text))
		if err != nil {
			return
		}
		first, err := s.ValidatePHP(value)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.ValidatePHP(value)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(said(first), said(again)); diff != "" {
			t.Fatal(diff)
		}
		if _, isMap := phpvalue.Map(value); !isMap && !phpvalue.IsArray(value) && len(first) != 1 {
			t.Fatalf("%s is no array and has %d violations", text, len(first))
		}
	})
}
