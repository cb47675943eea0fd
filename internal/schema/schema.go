// Package schema validates values with gojsonschema and closes the gaps that
// were measured in it: it crashes on numbers with huge exponents and on Go
// types it does not expect, lets any Go int pass as a string, orders its errors
// by chance, ignores misspelt keywords and has lax format checkers.
package schema

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/xeipuuv/gojsonschema"

	"syncproof/internal/phpvalue"
	"syncproof/schemas"
)

// Schema is a compiled schema. It may be used from several goroutines.
type Schema struct {
	name     string
	compiled *gojsonschema.Schema
}

// Keywords a Violation can name, as JSON Schema spells them.
const (
	Type     = "type"
	Required = "required"
	Enum     = "enum"
	Format   = "format"
)

// Violation is one place where a value breaks a schema.
type Violation struct {
	// Path leads to the value, or to the object that lacks a required key,
	// which is then its last element.
	Path []string
	// Keyword is the schema keyword that was broken.
	Keyword string
	// Detail is the expected type, the missing key, the format's name, or the
	// allowed values.
	Detail string
	// Value is the offending value; nil for a missing key.
	Value any
	// Text is the library's own description.
	Text string
}

// Field is the last element of the path, "" at the root.
func (v Violation) Field() string {
	if len(v.Path) == 0 {
		return ""
	}
	return v.Path[len(v.Path)-1]
}

// Want is what the schema asks for, in a PHP developer's words.
func (v Violation) Want() string {
	switch v.Keyword {
	case Required:
		return "the key " + phpvalue.Quote(v.Detail)
	case Type:
		return "a PHP " + strings.NewReplacer("object", "array with string keys", "boolean", "bool", "integer", "int").Replace(v.Detail)
	case Enum:
		return v.Detail
	case Format:
		return formatWords(v.Detail)
	default:
		return v.Text
	}
}

// Got is what was there instead.
func (v Violation) Got() string {
	if v.Keyword == Required {
		return "no such key"
	}
	return phpvalue.Show(v.Value)
}

// Account returns the schema of one account.
func Account() (*Schema, error) {
	raw, err := schemas.Read(schemas.Account)
	if err != nil {
		return nil, err
	}
	return Compile(schemas.Account, raw)
}

// Compile prepares a schema. It refuses keywords it does not know, because
// gojsonschema silently ignores them, and references that leave the document,
// because gojsonschema would fetch them.
func Compile(name string, raw []byte) (*Schema, error) {
	document, err := phpvalue.Decode(raw)
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", name, err)
	}
	if err := lint(document, "#"); err != nil {
		return nil, fmt.Errorf("schema %q: %w", name, err)
	}
	addFormats()
	compiled, err := gojsonschema.NewSchema(gojsonschema.NewRawLoader(document))
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", name, err)
	}
	return &Schema{name: name, compiled: compiled}, nil
}

// Validate checks a value decoded by package phpvalue. A value of any other
// origin is refused, because the library would pass or crash on it.
func (s *Schema) Validate(value any) (violations []Violation, err error) {
	if err := guard(value); err != nil {
		return nil, fmt.Errorf("schema %q: %w", s.name, err)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("schema %q: the schema library failed: %v", s.name, r)
		}
	}()
	result, err := s.compiled.Validate(gojsonschema.NewRawLoader(plain(value)))
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", s.name, err)
	}
	for _, e := range result.Errors() {
		v := violation(e)
		if len(v.Path) == 0 {
			v.Value = value
		}
		violations = append(violations, v)
	}
	slices.SortStableFunc(violations, compare)
	return violations, nil
}

// rootless marks a value that is no PHP array but whose recorded form is a JSON
// object: a PHP object, bytes that are no text, and so on. The library must see
// something that no object schema accepts.
type rootless = []any

// plain turns tagged values into what JSON Schema should see: a PHP object
// where an array belongs, or bytes where a string belongs, must not pass.
func plain(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		if list, isList := v.([]any); isList && len(list) == 0 {
			// PHP cannot tell an empty list from an empty map.
			return map[string]any{}
		}
		return v
	}
	if phpvalue.KindOf(m) == "" {
		return m
	}
	if flat, ok := phpvalue.Map(m); ok {
		return flat
	}
	return rootless{}
}

func violation(e gojsonschema.ResultError) Violation {
	v := Violation{Path: path(e), Value: e.Value(), Text: e.Description()}
	details := e.Details()
	switch e.Type() {
	case "required":
		v.Keyword, v.Detail, v.Value = Required, fmt.Sprint(details["property"]), nil
		v.Path = append(v.Path, v.Detail)
	case "invalid_type":
		v.Keyword, v.Detail = Type, fmt.Sprint(details["expected"])
	case "enum":
		v.Keyword, v.Detail = Enum, strings.ReplaceAll(fmt.Sprint(details["allowed"]), `", "`, `" or "`)
	case "format":
		v.Keyword, v.Detail = Format, fmt.Sprint(details["format"])
	default:
		v.Keyword = e.Type()
	}
	return v
}

// path uses a separator that cannot stand in a key PHP developers write; the
// library's own "." can.
func path(e gojsonschema.ResultError) []string {
	const separator = "\x1f"
	return strings.Split(e.Context().String(separator), separator)[1:]
}

func compare(a, b Violation) int {
	if c := slices.Compare(a.Path, b.Path); c != 0 {
		return c
	}
	if c := strings.Compare(a.Keyword, b.Keyword); c != 0 {
		return c
	}
	return strings.Compare(a.Detail, b.Detail)
}

// guard refuses what crashes or fools the library.
func guard(v any) error {
	switch t := v.(type) {
	case nil, string, bool:
		return nil
	case json.Number:
		return phpvalue.CheckNumber(t)
	case []any:
		for _, e := range t {
			if err := guard(e); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		for _, e := range t {
			if err := guard(e); err != nil {
				return err
			}
		}
		return nil
	default:
		return fmt.Errorf("a value of Go type %T was not decoded from JSON", v)
	}
}
