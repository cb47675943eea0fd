package schema_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
	"syncproof/schemas"
)

func compile(tb testing.TB, text string) *schema.Schema {
	tb.Helper()
	s, err := schema.Compile("test", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func decoded(tb testing.TB, text string) any {
	tb.Helper()
	v, err := phpvalue.Decode([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// said shortens violations to path, keyword, detail and both values.
func said(violations []schema.Violation) []string {
	lines := []string{}
	for _, v := range violations {
		lines = append(lines, fmt.Sprintf("%s %s | want %s | got %s", strings.Join(v.Path, "/"), v.Keyword, v.Want(), v.Got()))
	}
	return lines
}

func TestEmbeddedSchemasCompile(t *testing.T) {
	for _, name := range []string{schemas.Account, schemas.Envelope, schemas.Judgement, schemas.Transcript} {
		raw, err := schemas.Read(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := schema.Compile(name, raw); err != nil {
			t.Error(err)
		}
	}
	for _, identifier := range []string{"", "domain", "username", "customfield.id", "email"} {
		if _, err := schema.Account(identifier); err != nil {
			t.Errorf("account identified by %q: %v", identifier, err)
		}
	}
}

// Whatever gojsonschema would ignore, fetch or guess is an error.
func TestCompileRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"misspelt keyword":      {`{"propertes": {}}`, `# has the unknown keyword "propertes"`},
		"keyword of draft 2020": {`{"items": {"dependentRequired": {}}}`, `#/items has the unknown keyword "dependentRequired"`},
		"patternProperties":     {`{"patternProperties": {}}`, `# has the unknown keyword "patternProperties"`},
		"deep inside":           {`{"properties": {"a": {"anyOf": [{}, {"typ": "string"}]}}}`, `#/properties/a/anyOf/1 has the unknown keyword "typ"`},
		"unknown format":        {`{"format": "email"}`, "# has the unknown format email"},
		"format that is a list": {`{"format": ["whmcs-host"]}`, "# has the unknown format [whmcs-host]"},
		"remote reference":      {`{"$ref": "http://127.0.0.1:1/x"}`, "# refers to http://127.0.0.1:1/x, outside this schema"},
		"file reference":        {`{"items": {"$ref": "other.json"}}`, "#/items refers to other.json, outside this schema"},
		"reference to a number": {`{"$ref": 1}`, "# refers to 1, outside this schema"},
		"beside a reference":    {`{"$ref": "#/definitions/a", "type": "string"}`, "# has keywords beside $ref, which draft 7 ignores"},
		"another draft":         {`{"$schema": "https://json-schema.org/draft/2020-12/schema"}`, "# is written for https://json-schema.org/draft/2020-12/schema, not for http://json-schema.org/draft-07/schema#"},
		"no schema":             {`[]`, "# is not a schema"},
		"property no schema":    {`{"properties": {"a": 1}}`, "#/properties/a is not a schema"},
		"properties a list":     {`{"properties": []}`, "#/properties does not hold schemas by name"},
		"anyOf an object":       {`{"anyOf": {}}`, "#/anyOf is not a list of schemas"},
		"tuple":                 {`{"items": [{}]}`, "#/items is not a schema"},
		"unknown type":          {`{"type": "text"}`, "has a primitive type that is NOT VALID"},
		"look-ahead":            {`{"pattern": "(?=a)"}`, "pattern"},
		"trailing text":         {`{} {}`, phpvalue.ErrTrailing.Error()},
		"duplicate key":         {`{"type": "string", "type": "object"}`, phpvalue.ErrDuplicate.Error()},
		"huge number":           {`{"minimum": 1e99999999}`, phpvalue.ErrNumber.Error()},
		"not UTF-8":             {"{\"title\": \"\xff\"}", phpvalue.ErrUTF8.Error()},
		"not JSON":              {`{`, "breaks off"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := schema.Compile("test", []byte(tc.text))
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), `schema "test": `) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestValidateRefusesForeignValues(t *testing.T) {
	s := compile(t, `{"type": "object", "properties": {"a": {"type": "string"}}}`)
	for name, v := range map[string]any{
		"int": 1, "float64": 1.5, "struct": struct{}{}, "strings": []string{"a"}, "int map": map[string]int{"a": 1},
		"nested int": map[string]any{"a": 1}, "listed int": []any{1}, "any map": map[any]any{},
	} {
		for way, validate := range map[string]func(any) ([]schema.Violation, error){"JSON": s.Validate, "PHP": s.ValidatePHP} {
			if violations, err := validate(v); err == nil || !strings.Contains(err.Error(), "was not decoded from JSON") {
				t.Errorf("%s as %s: got %v, %v", name, way, violations, err)
			}
		}
	}
}

func TestNumbersThatCrashTheLibrary(t *testing.T) {
	s := compile(t, `{"properties": {"n": {"type": "number", "minimum": 0, "maximum": 10}}}`)
	for text, want := range map[string][]string{
		"5":                         {},
		"1e2":                       {"n number_lte | want Must be less than or equal to 10 | got 1e2 (float)"},
		"1e99999999":                {"n number_lte | want Must be less than or equal to 10 | got 1e99999999 (float)"},
		"-1e99999999":               {"n number_gte | want Must be greater than or equal to 0 | got -1e99999999 (float)"},
		strings.Repeat("9", 100000): {"n number_lte | want Must be less than or equal to 10 | got " + strings.Repeat("9", 100000) + " (int)"},
	} {
		v := map[string]any{"n": json.Number(text)}
		violations, err := s.ValidatePHP(v)
		if err != nil {
			t.Errorf("%.20s: %v", text, err)
		}
		if diff := cmp.Diff(want, said(violations)); diff != "" {
			t.Errorf("%.20s (-want +got):\n%s", text, diff)
		}
		if _, err := s.Validate(v); len(text) > 3 && !errors.Is(err, phpvalue.ErrNumber) {
			t.Errorf("%.20s as JSON: got %v", text, err)
		}
	}
}

func TestViolationsComeInOrder(t *testing.T) {
	s, err := schema.Account("")
	if err != nil {
		t.Fatal(err)
	}
	v := decoded(t, `{"z": 1, "status": "x", "created": "x", "b": {}, "a": [], "email": 1, "domain": null}`)
	want := []string{
		`a additionalProperties | want no such key | got the key "a" (array)`,
		`b additionalProperties | want no such key | got the key "b" (array)`,
		`created format | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "x" (string)`,
		"domain type | want a string | got null",
		"email type | want a string | got 1 (int)",
		`primaryip required | want the key "primaryip" | got no such key`,
		`product required | want the key "product" | got no such key`,
		`status enum | want "Active" or "Suspended" | got "x" (string)`,
		`uniqueIdentifier required | want the key "uniqueIdentifier" | got no such key`,
		`username required | want the key "username" | got no such key`,
		`z additionalProperties | want no such key | got the key "z" (int)`,
	}
	for range 50 {
		violations, err := s.ValidatePHP(v)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, said(violations)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}

func TestPathsOfOddKeys(t *testing.T) {
	s := compile(t, `{"additionalProperties": {"additionalProperties": {"type": "string"}}}`)
	v := map[string]any{"a.b": map[string]any{"c/d": nil, "\x1f": nil, "": nil, "(root)": nil}}
	violations, err := s.Validate(v)
	if err != nil {
		t.Fatal(err)
	}
	var paths [][]string
	for _, v := range violations {
		paths = append(paths, v.Path)
	}
	want := [][]string{{"a.b", ""}, {"a.b", "\x1f"}, {"a.b", "(root)"}, {"a.b", "c/d"}}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSeveralViolationsOfOneValue(t *testing.T) {
	s := compile(t, `{"properties": {"a": {"minLength": 3, "enum": ["x"], "format": "whmcs-filled"}}}`)
	violations, err := s.Validate(decoded(t, `{"a": ""}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`a enum | want "x" | got "" (string)`, `a format | want a value that is not empty | got "" (string)`,
		`a minLength | want a value that is not empty | got "" (string)`,
	}
	if diff := cmp.Diff(want, said(violations)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhereAViolationIs(t *testing.T) {
	for _, tc := range []struct {
		path  []string
		field string
		at    bool
	}{
		{nil, "", false}, {[]string{"a"}, "a", true}, {[]string{"b"}, "b", false}, {[]string{"a", "a"}, "a", false}, {[]string{"b", "a"}, "a", false},
	} {
		v := schema.Violation{Path: tc.path}
		if v.Field() != tc.field || v.At("a") != tc.at {
			t.Errorf("%v: field %q, at a %v", tc.path, v.Field(), v.At("a"))
		}
	}
}

func TestNestedViolations(t *testing.T) {
	s := compile(t, `{
		"definitions": {"name": {"type": "string", "minLength": 1}},
		"properties": {
			"list": {"items": {"$ref": "#/definitions/name"}},
			"no": false,
			"choice": {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
			"both": {"type": ["string", "null"]},
			"mode": {"const": "a"}
		},
		"allOf": [{"required": ["mode"]}],
		"if": {"required": ["list"]}, "then": {"required": ["both"]}
	}`)
	violations, err := s.Validate(decoded(t, `{"list": ["x", 2, ""], "no": "secret", "choice": "c"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`both required | want the key "both" | got no such key`,
		`choice number_any_of | want Must validate at least one schema (anyOf) | got "c" (string)`,
		`choice type | want an int | got "c" (string)`,
		"list/1 type | want a string | got 2 (int)",
		`list/2 minLength | want a value that is not empty | got "" (string)`,
		`mode required | want the key "mode" | got no such key`,
		`no additionalProperties | want no such key | got the key "no" (string)`,
	}
	if diff := cmp.Diff(want, said(violations)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	violations, err = s.Validate(decoded(t, `{"mode": "b", "both": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"both type | want a string or null | got 1 (int)", `mode enum | want "a" | got "b" (string)`}, said(violations)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOneSchemaFromSeveralGoroutines(t *testing.T) {
	s, err := schema.Account("domain")
	if err != nil {
		t.Fatal(err)
	}
	v := decoded(t, `{"status": "x", "domain": ""}`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if violations, err := s.ValidatePHP(v); err != nil || len(violations) != 8 {
					t.Errorf("got %d violations, %v", len(violations), err)
					return
				}
				if _, err := schema.Account(""); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkAccount(b *testing.B) {
	s, err := schema.Account("domain")
	if err != nil {
		b.Fatal(err)
	}
	v := decoded(b, `{"email": "a@one.example", "username": "a", "domain": "one.example", "uniqueIdentifier": "one.example",
		"product": "basic", "primaryip": "192.0.2.1", "created": "2019-07-02 13:15:00", "status": "Active"}`)
	b.ReportAllocs()
	for b.Loop() {
		if violations, err := s.ValidatePHP(v); err != nil || len(violations) > 0 {
			b.Fatal(violations, err)
		}
	}
}
