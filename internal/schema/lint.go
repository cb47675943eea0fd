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
		"minLength": "", "maxLength": "", "minItems": "", "maxItems": "", "uniqueItems": "",
		"minProperties": "", "maxProperties": "", "additionalProperties": "schema", "propertyNames": "schema",
		"items": "schema", "contains": "schema", "not": "schema",
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
		if err := lintText(object, key, at); err != nil {
			return err
		}
		if err := lintNested(object[key], nesting, at+"/"+key); err != nil {
			return err
		}
	}
	return nil
}

// draft is the newest draft the library knows; under any other name it guesses.
const draft = "http://json-schema.org/draft-07/schema#"

// lintText checks the keywords whose text the library takes on trust.
func lintText(object map[string]any, key, at string) error {
	text, isText := object[key].(string)
	_, isFormat := formats()[text]
	switch {
	case key == "format" && !isFormat:
		return fmt.Errorf("%s has the unknown format %v", at, object[key])
	case key == "$schema" && text != draft:
		return fmt.Errorf("%s is written for %v, not for %s", at, object[key], draft)
	case key == "$ref" && (!isText || !strings.HasPrefix(text, "#")):
		return fmt.Errorf("%s refers to %v, outside this schema", at, object[key])
	case key == "$ref" && len(object) > 1:
		return fmt.Errorf("%s has keywords beside $ref, which draft 7 ignores", at)
	}
	return nil
}

func lintNested(value any, nesting, at string) error {
	switch nesting {
	case "schema":
		return lint(value, at)
	case "schemas":
		list, ok := value.([]any)
		if !ok {
			return fmt.Errorf("%s is not a list of schemas", at)
		}
		for i, s := range list {
			if err := lint(s, fmt.Sprintf("%s/%d", at, i)); err != nil {
				return err
			}
		}
	case "map":
		object, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("%s does not hold schemas by name", at)
		}
		for _, k := range slices.Sorted(maps.Keys(object)) {
			if err := lint(object[k], at+"/"+k); err != nil {
				return err
			}
		}
	}
	return nil
}
