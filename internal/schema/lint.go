package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// keywords are those gojsonschema really implements, with how their value
// nests: "" for plain data, "schema" for a schema, "schemas" for a list and
// "map" for a map of schemas.
func keywords() map[string]string {
	return map[string]string{
		"$schema": "", "$id": "", "title": "", "description": "", "examples": "", "default": "", "$comment": "",
		"$ref": "", "type": "", "enum": "", "const": "", "required": "", "format": "", "pattern": "",
		"minimum": "", "maximum": "", "exclusiveMinimum": "", "exclusiveMaximum": "",
		"minLength": "", "maxLength": "", "minItems": "", "maxItems": "", "minProperties": "", "uniqueItems": "",
		"items": "schema", "additionalProperties": "schema", "not": "schema", "propertyNames": "schema",
		"if": "schema", "then": "schema", "else": "schema",
		"allOf": "schemas", "anyOf": "schemas", "oneOf": "schemas",
		"properties": "map", "$defs": "map", "definitions": "map",
	}
}

// lint refuses a schema that says something the library would ignore.
func lint(node any, at string) error {
	object, ok := node.(map[string]any)
	if !ok {
		if _, isBool := node.(bool); isBool {
			return nil
		}
		return fmt.Errorf("%s is not a schema", at)
	}
	known := keywords()
	for _, key := range slices.Sorted(maps.Keys(object)) {
		nesting, ok := known[key]
		if !ok {
			return fmt.Errorf("%s has the unknown keyword %q", at, key)
		}
		if ref, isText := object[key].(string); key == "$ref" && (!isText || !strings.HasPrefix(ref, "#")) {
			return fmt.Errorf("%s refers to %v, outside this schema", at, object[key])
		}
		if err := lintNested(object[key], nesting, at+"/"+key); err != nil {
			return err
		}
	}
	if name, ok := object["format"].(string); ok {
		if _, known := formats()[name]; !known {
			return fmt.Errorf("%s has the unknown format %q", at, name)
		}
	}
	return nil
}

func lintNested(value any, nesting, at string) error {
	switch nesting {
	case "schema":
		return lint(value, at)
	case "schemas":
		list, _ := value.([]any)
		for i, s := range list {
			if err := lint(s, fmt.Sprintf("%s/%d", at, i)); err != nil {
				return err
			}
		}
	case "map":
		object, _ := value.(map[string]any)
		for _, k := range slices.Sorted(maps.Keys(object)) {
			if err := lint(object[k], at+"/"+k); err != nil {
				return err
			}
		}
	}
	return nil
}
