package phpvalue_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/phpvalue"
)

func TestDecode(t *testing.T) {
	for text, want := range map[string]any{
		`null`: nil, `true`: true, ` "a" `: "a", `1`: json.Number("1"), `1.0`: json.Number("1.0"), `-0.0`: json.Number("-0.0"),
		`1e+25`: json.Number("1e+25"), `12345678901234567890123`: json.Number("12345678901234567890123"), `[]`: []any{}, `{}`: map[string]any{},
		`{"Email": 1, "email": 2, "email ": 3, "": 4}`: map[string]any{
			"Email": json.Number("1"), "email": json.Number("2"), "email ": json.Number("3"), "": json.Number("4"),
		},
		`[[], {"a": [null]}]`: []any{[]any{}, map[string]any{"a": []any{nil}}},
		`"\u0000\u2028😀"`:     "\x00\u2028😀",
	} {
		got, err := phpvalue.Decode([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	deep := strings.Repeat("[", phpvalue.MaxDepth+2) + strings.Repeat("]", phpvalue.MaxDepth+2)
	for name, tc := range map[string]struct {
		text string
		is   error
		says string
	}{
		"nothing":          {"", nil, "it is empty where a JSON document should be"},
		"white space":      {" \n", nil, "it is empty where a JSON document should be"},
		"HTML":             {"<html>", nil, "it is not JSON"},
		"broken off":       {`{"a": [1, `, nil, "the JSON document breaks off after 10 bytes"},
		"in a string":      {`"abc`, nil, "the JSON document breaks off after 4 bytes"},
		"text after":       {`{} x`, phpvalue.ErrTrailing, ""},
		"document after":   {`1 2`, phpvalue.ErrTrailing, ""},
		"bracket after":    {`[]]`, phpvalue.ErrTrailing, ""},
		"key twice":        {`{"a": 1, "b": {"c": 1, "\u0063": 2}}`, phpvalue.ErrDuplicate, `: "c"`},
		"huge exponent":    {`[1e99999999]`, phpvalue.ErrNumber, ""},
		"negative one":     {`-1E-1000`, phpvalue.ErrNumber, ""},
		"number too long":  {strings.Repeat("9", 1001), phpvalue.ErrNumber, ""},
		"too deep":         {deep, phpvalue.ErrDepth, ""},
		"not UTF-8":        {"\"\xff\"", phpvalue.ErrUTF8, ""},
		"comma at the end": {`[1,]`, nil, "it is not JSON"},
		"key no string":    {`{1: 2}`, nil, "it is not JSON"},
		"no colon":         {`{"a" 1}`, nil, "it is not JSON"},
		"single quotes":    {`{'a': 1}`, nil, "it is not JSON"},
		"leading zero":     {`01`, nil, ""},
		"byte order mark":  {"\ufeff{}", nil, "it is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := phpvalue.Decode([]byte(tc.text))
			if err == nil {
				t.Fatalf("got %v", v)
			}
			if tc.is != nil && !errors.Is(err, tc.is) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v, want %v %q", err, tc.is, tc.says)
			}
		})
	}
	shallow := strings.Repeat("[", phpvalue.MaxDepth) + strings.Repeat("]", phpvalue.MaxDepth)
	if _, err := phpvalue.Decode([]byte(shallow)); err != nil {
		t.Errorf("%d levels: %v", phpvalue.MaxDepth, err)
	}
}

func TestCheckNumber(t *testing.T) {
	for text, ok := range map[string]bool{
		"0": true, "-1": true, "1.5": true, "1e308": true, "1e999": true, "1E-999": true, "1e+0001": true, "1e0": true,
		"1e1000": false, "1e-1000": false, "1E+99999999": false, strings.Repeat("1", 1000): true, strings.Repeat("1", 1001): false,
	} {
		if err := phpvalue.CheckNumber(json.Number(text)); (err == nil) != ok {
			t.Errorf("%.20s: %v", text, err)
		}
	}
}

func TestPairs(t *testing.T) {
	n := func(s string) any { return json.Number(s) }
	for name, tc := range map[string]struct {
		value   any
		want    []phpvalue.Pair
		names   []string
		ordered bool
	}{
		"list":       {[]any{"a", nil}, []phpvalue.Pair{{Key: n("0"), Value: "a"}, {Key: n("1"), Value: nil}}, []string{"0", "1"}, true},
		"empty list": {[]any{}, []phpvalue.Pair{}, nil, true},
		"one key":    {tagged{"b": "x"}, []phpvalue.Pair{{Key: "b", Value: "x"}}, []string{"b"}, true},
		"two keys":   {tagged{"b": "x", "a": "y"}, []phpvalue.Pair{{Key: "a", Value: "y"}, {Key: "b", Value: "x"}}, []string{"a", "b"}, false},
		"tagged": {
			tagged{"$php": "array", "entries": []any{[]any{"b", "x"}, 5, []any{n("7"), "y"}, []any{bytesOf("/w=="), "z"}}},
			[]phpvalue.Pair{{Key: "b", Value: "x"}, {Key: n("7"), Value: "y"}, {Key: bytesOf("/w=="), Value: "z"}},
			[]string{"b", "7", `"\xFF" (string that is not valid UTF-8)`}, true,
		},
		"string":   {"a", nil, nil, true},
		"object":   {tagged{"$php": "object", "class": "A"}, nil, nil, false},
		"accounts": {tagged{"$php": "accounts", "count": n("1")}, nil, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := phpvalue.Pairs(tc.value)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for i, p := range got {
				if p.Name() != tc.names[i] {
					t.Errorf("entry %d is named %s, want %s", i, p.Name(), tc.names[i])
				}
			}
			if got := phpvalue.Ordered(tc.value); got != tc.ordered {
				t.Errorf("ordered: %v", got)
			}
		})
	}
}

// FuzzDecode holds Decode against the standard decoder: it takes nothing that
// is not JSON, refuses JSON only for its stated reasons, and loses nothing.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`null`, `[1,]`, `{"a":1,"a":2}`, `1e99999999`, `{} {}`, `{"a" "b"}`, "\"\xff\"", `[[[[]]]]`, `{"$php":"bytes","b64":"?"}`, `-`, `"\ud800"`, ` `,
		`{"b":1,"a":2}`, `]`, `{"a":`, `{"$php":"object","class":"A\u001b[2J"}`, `{"$php":"float","value":"\n"}`,
	} {
		f.Add([]byte(seed))
	}
	stated := []error{phpvalue.ErrDuplicate, phpvalue.ErrDepth, phpvalue.ErrNumber, phpvalue.ErrUTF8}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := phpvalue.Decode(raw)
		if err == nil != json.Valid(raw) {
			for _, reason := range stated {
				if errors.Is(err, reason) && json.Valid(raw) {
					return
				}
			}
			t.Fatalf("Decode: %v, json.Valid: %v", err, json.Valid(raw))
		}
		if err != nil {
			return
		}
		describe(t, v)
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		again, err := phpvalue.Decode(text)
		if err != nil || !phpvalue.Equal(v, again) {
			t.Fatalf("%s became %s: %v", raw, text, err)
		}
	})
}

// describe checks that a value of any shape can be shown on one line.
func describe(t *testing.T, v any) {
	t.Helper()
	for _, text := range []string{phpvalue.Show(v), phpvalue.TypeName(v)} {
		if text == "" || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			t.Fatalf("%v is shown as %q", v, text)
		}
	}
	for _, p := range phpvalue.Pairs(v) {
		describe(t, p.Value)
	}
}
