package schema

import (
	"encoding/json"
	"strconv"
	"strings"

	"syncproof/internal/phpvalue"
)

// translateRoot gives the library a JSON value of the type that the PHP value
// has in a schema's eyes; see ValidatePHP. At the root a PHP list counts as an
// array with the keys 0, 1, 2 …, because PHP itself makes no difference.
func translateRoot(v any) any {
	if list, ok := v.([]any); ok {
		object := make(map[string]any, len(list))
		for i, e := range list {
			object[strconv.Itoa(i)] = translate(e)
		}
		return object
	}
	return translate(v)
}

// translate copies only what it has to change: nearly every account is a map of
// plain strings, and there may be a million of them.
func translate(v any) any {
	switch t := v.(type) {
	case json.Number:
		return bounded(t)
	case []any:
		return translateList(t)
	case map[string]any:
		if phpvalue.KindOf(t) != "" {
			return translateTagged(t)
		}
		return translateMap(t)
	}
	return v
}

func translateList(list []any) any {
	for _, e := range list {
		if needsTranslation(e) {
			out := make([]any, len(list))
			for j := range list {
				out[j] = translate(list[j])
			}
			return out
		}
	}
	return list
}

func translateMap(m map[string]any) any {
	for _, e := range m {
		if needsTranslation(e) {
			out := make(map[string]any, len(m))
			for k := range m {
				out[k] = translate(m[k])
			}
			return out
		}
	}
	return m
}

func needsTranslation(v any) bool {
	switch v.(type) {
	case nil, string, bool:
		return false
	}
	return true
}

// translateTagged stands in for what JSON cannot express. A value of no JSON
// type becomes null, which no schema of a PHP value allows.
func translateTagged(m map[string]any) any {
	switch phpvalue.KindOf(m) {
	case phpvalue.KindBytes:
		raw, _ := phpvalue.Bytes(m)
		return string(raw)
	case phpvalue.KindFloat:
		return json.Number("0.5")
	case phpvalue.KindAccounts:
		if m["list"] == true {
			return []any{}
		}
		return map[string]any{}
	}
	if flat, ok := phpvalue.Map(m); ok {
		return translateMap(flat)
	}
	return nil
}

// bounded replaces a number the library cannot compare by one of the same type
// and sign.
func bounded(n json.Number) json.Number {
	if phpvalue.CheckNumber(n) == nil {
		return n
	}
	if strings.HasPrefix(n.String(), "-") {
		return "-1e308"
	}
	return "1e308"
}
