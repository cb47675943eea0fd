package phpvalue_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/phpvalue"
)

type tagged = map[string]any

func bytesOf(b64 string) tagged { return tagged{"$php": "bytes", "b64": b64} }

func TestDescriptions(t *testing.T) {
	long := strings.Repeat("ü", 130)
	for name, tc := range map[string]struct {
		value      any
		show, kind string
		isArray    bool
		isInt      bool
		isFloat    bool
	}{
		"null":           {nil, "null", "null", false, false, false},
		"string":         {"a", `"a" (string)`, "string", false, false, false},
		"empty string":   {"", `"" (string)`, "string", false, false, false},
		"true":           {true, "true (bool)", "bool", false, false, false},
		"int":            {json.Number("-42"), "-42 (int)", "int", false, true, false},
		"big int":        {json.Number("9223372036854775807"), "9223372036854775807 (int)", "int", false, true, false},
		"float":          {json.Number("1.0"), "1.0 (float)", "float", false, false, true},
		"float with e":   {json.Number("9.223372036854776e+18"), "9.223372036854776e+18 (float)", "float", false, false, true},
		"NAN":            {tagged{"$php": "float", "value": "NAN"}, "NAN (float)", "float", false, false, true},
		"empty array":    {[]any{}, "[] (array)", "array", true, false, false},
		"list of one":    {[]any{nil}, "array with 1 entry", "array", true, false, false},
		"list":           {[]any{1, 2}, "array with 2 entries", "array", true, false, false},
		"map":            {tagged{"b": 1, "a": 2}, "array with keys a, b", "array", true, false, false},
		"odd keys":       {tagged{"a\nb": 1}, `array with keys a\nb`, "array", true, false, false},
		"many keys":      {tagged{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1, "h": 1, "i": 1, "j": 1}, "array with keys a, b, c, d, e, f, g, h and 2 more", "array", true, false, false},
		"tagged array":   {tagged{"$php": "array", "entries": []any{[]any{"$php", 1}}}, "array with keys $php", "array", true, false, false},
		"accounts":       {tagged{"$php": "accounts", "count": 3}, "array", "array", true, false, false},
		"bytes":          {bytesOf("Y2Fm6Q=="), `"caf\xE9" (string that is not valid UTF-8)`, "string that is not valid UTF-8", false, false, false},
		"broken bytes":   {bytesOf("?"), `"" (string that is not valid UTF-8)`, "string that is not valid UTF-8", false, false, false},
		"object":         {tagged{"$php": "object", "class": `Carbon\Carbon`}, `a Carbon\Carbon object`, `Carbon\Carbon object`, false, false, false},
		"nameless":       {tagged{"$php": "object"}, "a object", "object", false, false, false},
		"odd class":      {tagged{"$php": "object", "class": "A\x1b[2J"}, `a "A\x1B[2J" object`, `"A\x1B[2J" object`, false, false, false},
		"closure":        {tagged{"$php": "closure"}, "a closure", "closure", false, false, false},
		"resource":       {tagged{"$php": "resource", "type": "curl"}, "a curl resource", "curl resource", false, false, false},
		"typeless":       {tagged{"$php": "resource"}, "a resource", "resource", false, false, false},
		"depth":          {tagged{"$php": "depth"}, "a value nested too deeply to record", "value nested too deeply to record", false, false, false},
		"recursion":      {tagged{"$php": "recursion"}, "a reference to a value around it", "reference to a value around it", false, false, false},
		"unknown kind":   {tagged{"$php": "enum"}, "a value of an unknown kind", "value of an unknown kind", false, false, false},
		"kind no string": {tagged{"$php": 5}, "array with keys $php", "array", true, false, false},
		"long string":    {long, `"` + strings.Repeat("ü", 120) + `…" (260 bytes in all) (string)`, "string", false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := phpvalue.Show(tc.value); got != tc.show {
				t.Errorf("Show: %s, want %s", got, tc.show)
			}
			if got := phpvalue.TypeName(tc.value); got != tc.kind {
				t.Errorf("TypeName: %s, want %s", got, tc.kind)
			}
			if got := phpvalue.IsArray(tc.value); got != tc.isArray {
				t.Errorf("IsArray: %v", got)
			}
			if got := phpvalue.IsInt(tc.value); got != tc.isInt {
				t.Errorf("IsInt: %v", got)
			}
			if got := phpvalue.IsFloat(tc.value); got != tc.isFloat {
				t.Errorf("IsFloat: %v", got)
			}
		})
	}
}

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		``: `""`, `a b`: `"a b"`, `"\`: `"\"\\"`, "\n\r\t": `"\n\r\t"`, "\x00\x1b\x7f": `"\x00\x1B\x7F"`,
		"ü語😀": `"ü語😀"`, "\xe9": `"\xE9"`, "a\xc3": `"a\xC3"`, "\ufffd": "\"\ufffd\"", "\u00a0\u2003": `"\u{00A0}\u{2003}"`,
		"\u200b\u202e\ufeff": `"\u{200B}\u{202E}\u{FEFF}"`, "\u2028": `"\u{2028}"`, "\U000E0001": `"\u{E0001}"`, "\u0085": `"\u{0085}"`,
	} {
		if got := phpvalue.Quote(text); got != want {
			t.Errorf("Quote(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestMap(t *testing.T) {
	for name, tc := range map[string]struct {
		value any
		want  map[string]any
		ok    bool
	}{
		"map":        {tagged{"a": "b"}, map[string]any{"a": "b"}, true},
		"empty list": {[]any{}, map[string]any{}, true},
		"list":       {[]any{"a"}, nil, false},
		"string":     {"a", nil, false},
		"object":     {tagged{"$php": "object"}, nil, false},
		"accounts":   {tagged{"$php": "accounts"}, nil, false},
		"tagged": {
			tagged{"$php": "array", "entries": []any{[]any{"$php", "x"}, []any{json.Number("7"), "y"}, []any{bytesOf("/w=="), "z"}}},
			map[string]any{"$php": "x", "7": "y", `"\xFF" (string that is not valid UTF-8)`: "z"}, true,
		},
		"tagged and broken": {tagged{"$php": "array", "entries": []any{1, []any{"a"}, []any{"b", 1, 2}, []any{"c", 3}}}, map[string]any{"c": 3}, true},
		"tagged and empty":  {tagged{"$php": "array"}, map[string]any{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := phpvalue.Map(tc.value)
			if diff := cmp.Diff(tc.want, got); diff != "" || ok != tc.ok {
				t.Errorf("ok %v (-want +got):\n%s", ok, diff)
			}
		})
	}
}

func TestEqual(t *testing.T) {
	values := []any{
		nil, true, false, "", "1", json.Number("1"), json.Number("1.0"), []any{}, []any{"1"}, []any{json.Number("1")},
		tagged{}, tagged{"a": nil}, tagged{"b": nil}, tagged{"a": nil, "b": nil}, tagged{"a": []any{nil}}, bytesOf("/w=="),
	}
	for i, a := range values {
		for j, b := range values {
			if got := phpvalue.Equal(a, b); got != (i == j) {
				t.Errorf("Equal(%s, %s) = %v", phpvalue.Show(a), phpvalue.Show(b), got)
			}
		}
	}
	if !phpvalue.Equal(tagged{"a": []any{"x"}, "b": nil}, tagged{"b": nil, "a": []any{"x"}}) {
		t.Error("the order of keys counts")
	}
}

func TestBytes(t *testing.T) {
	if raw, ok := phpvalue.Bytes(bytesOf("Y2Fm6Q==")); !ok || string(raw) != "caf\xe9" {
		t.Errorf("got %q, %v", raw, ok)
	}
	for _, v := range []any{nil, "a", bytesOf("?"), tagged{"$php": "float"}, tagged{}} {
		if _, ok := phpvalue.Bytes(v); ok && phpvalue.KindOf(v) != phpvalue.KindBytes {
			t.Errorf("%s is bytes", phpvalue.Show(v))
		}
	}
}

// FuzzQuote: whatever the bytes, one short line of text that moves no cursor.
func FuzzQuote(f *testing.F) {
	for _, seed := range []string{"", "a\"b", "\xff\xfe", "\x1b[2J", "\u202e", strings.Repeat("x", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quoted := phpvalue.Quote(text)
		if !utf8.ValidString(quoted) || strings.ContainsFunc(quoted, unicode.IsControl) || len(quoted) > 2000 ||
			!strings.HasPrefix(quoted, `"`) {
			t.Fatalf("%q became %q", text, quoted)
		}
	})
}
