package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xeipuuv/gojsonschema"

	"syncproof/internal/phpvalue"
)

// Keywords a Violation can name, as JSON Schema spells them.
const (
	Type       = "type"
	Required   = "required"
	Enum       = "enum"
	Format     = "format"
	MinLength  = "minLength"
	Additional = "additionalProperties"
)

// Violation is one place where a value breaks a schema.
type Violation struct {
	// Path leads to the value. A missing key and a key that may not be there
	// are its last element.
	Path []string
	// Keyword is the schema keyword that was broken; for those without a
	// constant here, the library's name of the error.
	Keyword string
	// Detail is the expected type, the key, the format's name, or the allowed
	// values.
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

// At reports whether the violation is about that key of the root.
func (v Violation) At(key string) bool { return len(v.Path) == 1 && v.Path[0] == key }

// Want is what the schema asks for, in a PHP developer's words.
func (v Violation) Want() string {
	switch v.Keyword {
	case Required:
		return "the key " + phpvalue.Quote(v.Detail)
	case Additional:
		return "no such key"
	case Type:
		return phpTypes(v.Detail)
	case Enum:
		return v.Detail
	case Format:
		return formats()[v.Detail].words
	case MinLength:
		return "a value that is not empty"
	default:
		return v.Text
	}
}

// Got is what was there instead. Of a key that may not be there only the type
// is told: it may hold a password.
func (v Violation) Got() string {
	switch v.Keyword {
	case Required:
		return "no such key"
	case Additional:
		return "the key " + phpvalue.Quote(v.Detail) + " (" + phpvalue.TypeName(v.Value) + ")"
	}
	return phpvalue.Show(v.Value)
}

// phpTypes names JSON Schema types as PHP does; the library writes several as
// [string,null].
func phpTypes(types string) string {
	names := strings.Split(strings.Trim(types, "[]"), ",")
	for i, name := range names {
		switch name {
		case "object", "array":
			names[i] = "array"
		case "boolean":
			names[i] = "bool"
		case "integer":
			names[i] = "int"
		case "number":
			names[i] = "int or float"
		}
	}
	names = slices.Compact(names)
	if names[0] == "array" || names[0] == "int" || names[0] == "int or float" {
		return "an " + strings.Join(names, " or ")
	}
	return "a " + strings.Join(names, " or ")
}

// violation reads one error of the library. Errors that only say that a nested
// schema failed are left out, since the library reports the nested ones beside
// them.
func violation(e gojsonschema.ResultError, original any) (Violation, bool) {
	v := Violation{Path: path(e), Keyword: e.Type(), Text: e.Description()}
	details := e.Details()
	switch e.Type() {
	case "condition_then", "condition_else", "number_all_of":
		return v, false
	case "required":
		v.Keyword, v.Detail = Required, fmt.Sprint(details["property"])
		v.Path = append(v.Path, v.Detail)
		return v, true
	case "additional_property_not_allowed":
		v.Keyword, v.Detail = Additional, fmt.Sprint(details["property"])
		v.Path = append(v.Path, v.Detail)
	case "false":
		v.Keyword, v.Detail = Additional, v.Field()
	case "invalid_type":
		v.Keyword, v.Detail = Type, fmt.Sprint(details["expected"])
	case "enum", "const":
		v.Keyword, v.Detail = Enum, strings.ReplaceAll(fmt.Sprint(details["allowed"]), `", "`, `" or "`)
	case "format":
		v.Keyword, v.Detail = Format, fmt.Sprint(details["format"])
	case "string_gte":
		v.Keyword, v.Detail = MinLength, fmt.Sprint(details["min"])
	}
	v.Value = lookup(original, v.Path)
	return v, true
}

// path uses a separator that no key can sensibly hold; the library's own "."
// stands in many.
func path(e gojsonschema.ResultError) []string {
	const separator = "\x00\x1f\x00"
	return strings.Split(e.Context().String(separator), separator)[1:]
}

// lookup finds a value by its path, in JSON and PHP values alike.
func lookup(v any, path []string) any {
	for _, step := range path {
		if list, ok := v.([]any); ok {
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(list) {
				return nil
			}
			v = list[i]
			continue
		}
		m, _ := phpvalue.Map(v)
		v = m[step]
	}
	return v
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
