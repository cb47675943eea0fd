// Package schema validates values with gojsonschema and closes the gaps that
// were measured in it: it crashes on numbers with huge exponents and on Go
// types it does not expect, lets any Go int pass as a string, orders its errors
// by chance, ignores misspelt keywords and has lax format checkers.
package schema

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/xeipuuv/gojsonschema"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/schemas"
)

// Schema is a compiled schema. It may be used from several goroutines.
type Schema struct {
	name     string
	compiled *gojsonschema.Schema
	// accounts says that it is the schema of accounts, and identifier which field
	// must not be empty besides; see Holds.
	accounts   bool
	identifier string
}

// Account returns the schema of one account. identifier is the field that the
// module's metadata names as the unique identifier; that field, when it is the
// domain or the username, must then not be empty. With "" or a custom field the
// schema is exactly the published one.
func Account(identifier string) (*Schema, error) {
	document, err := read(schemas.Account)
	if err != nil {
		return nil, err
	}
	if identifier == contract.FieldDomain || identifier == contract.FieldUsername {
		properties, _ := document["properties"].(map[string]any)
		field, _ := properties[identifier].(map[string]any)
		requireFilled(field)
	}
	s, err := compile(schemas.Account, document)
	if err == nil {
		s.accounts, s.identifier = true, identifier
	}
	return s, err
}

// requireFilled forbids the empty string. A field whose format already refuses
// blanks only needs a length; another one needs the format.
func requireFilled(field map[string]any) {
	if _, has := field[Format]; has {
		field[MinLength] = json.Number("1")
		return
	}
	field[Format] = FormatFilled
}

// Envelope returns the schema of what ListAccounts() returns, its list replaced
// by the recorder's placeholder.
func Envelope() (*Schema, error) {
	document, err := read(schemas.Envelope)
	if err != nil {
		return nil, err
	}
	return compile(schemas.Envelope, document)
}

func read(name string) (map[string]any, error) {
	raw, err := schemas.Read(name)
	if err != nil {
		return nil, err
	}
	document, err := phpvalue.Decode(raw)
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", name, err)
	}
	object, ok := document.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("schema %q is not a JSON object", name)
	}
	return object, nil
}

// Compile prepares a schema. It refuses keywords it does not know, because
// gojsonschema silently ignores them, and references that leave the document,
// because gojsonschema would fetch them.
func Compile(name string, raw []byte) (*Schema, error) {
	document, err := phpvalue.Decode(raw)
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", name, err)
	}
	return compile(name, document)
}

func compile(name string, document any) (schema *Schema, err error) {
	if err := lint(document, "#"); err != nil {
		return nil, fmt.Errorf("schema %q: %w", name, err)
	}
	addFormats()
	defer rescue(name, &err)
	compiled, err := gojsonschema.NewSchema(gojsonschema.NewRawLoader(document))
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", name, err)
	}
	return &Schema{name: name, compiled: compiled}, nil
}

// Validate checks a JSON value decoded by package phpvalue, in a fixed order. A
// value of any other origin is refused, because the library would pass it or
// crash on it.
func (s *Schema) Validate(value any) ([]Violation, error) {
	if err := guard(value); err != nil {
		return nil, fmt.Errorf("schema %q: %w", s.name, err)
	}
	return s.run(value, value)
}

// ValidatePHP checks a PHP value as package phpvalue holds it. In a schema,
// "object" stands for a PHP array with any keys, "string" for any PHP string,
// valid UTF-8 or not, and no type for a PHP object, a closure or a resource.
func (s *Schema) ValidatePHP(value any) ([]Violation, error) {
	translated := translateRoot(value)
	if err := guard(translated); err != nil {
		return nil, fmt.Errorf("schema %q: %w", s.name, err)
	}
	return s.run(translated, value)
}

// run validates seen and reports the values of original.
func (s *Schema) run(seen, original any) (violations []Violation, err error) {
	defer rescue(s.name, &err)
	result, err := s.compiled.Validate(gojsonschema.NewRawLoader(seen))
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", s.name, err)
	}
	for _, e := range result.Errors() {
		if v, ok := violation(e, original); ok {
			violations = append(violations, v)
		}
	}
	slices.SortStableFunc(violations, compare)
	return violations, nil
}

// rescue turns a crash of the library into an error.
func rescue(name string, err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("schema %q: the schema library failed: %v", name, r)
	}
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
