// Package phpvalue holds PHP values as they crossed from PHP, or from an
// endpoint, into syncproof, and describes them in a PHP developer's words.
//
// A value is one of: string, bool, nil, json.Number, []any, map[string]any.
// Native JSON stands for the PHP type of the same name: a number with a '.' or
// an 'e' in its text is a float, any other an int; a JSON array is a PHP list
// and a JSON object a PHP array with other keys. What JSON cannot say arrives
// as an object with the key "$php" that names the kind: bytes, float, object,
// closure, resource, array (with keys JSON cannot hold), depth, recursion.
package phpvalue

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tag is the object key that marks a value JSON cannot express natively.
const Tag = "$php"

// Kinds a tagged value can have.
const (
	KindBytes     = "bytes"     // a string that is not valid UTF-8, in "b64"
	KindFloat     = "float"     // NAN, INF or -INF, in "value"
	KindObject    = "object"    // an instance of "class"
	KindClosure   = "closure"   // an anonymous function
	KindResource  = "resource"  // a resource of "type"
	KindArray     = "array"     // "entries" as [key, value] pairs
	KindDepth     = "depth"     // nested deeper than the recorder follows
	KindRecursion = "recursion" // a reference to an enclosing value
	KindAccounts  = "accounts"  // the accounts list, recorded entry by entry
)

// KindOf returns the kind of a tagged value and "" for any other.
func KindOf(v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	kind, _ := m[Tag].(string)
	return kind
}

// IsArray reports whether v is a PHP array of any shape.
func IsArray(v any) bool {
	switch v := v.(type) {
	case []any:
		return true
	case map[string]any:
		kind := KindOf(v)
		return kind == "" || kind == KindArray || kind == KindAccounts
	}
	return false
}

// Map returns v as string-keyed entries when it is a PHP array. PHP cannot tell
// an empty list from an empty map, so an empty list gives an empty map. Lists
// with entries, and everything else, give nil and false.
func Map(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case map[string]any:
		if KindOf(v) == "" {
			return v, true
		}
		if KindOf(v) == KindArray {
			return entries(v), true
		}
	case []any:
		if len(v) == 0 {
			return map[string]any{}, true
		}
	}
	return nil, false
}

// entries flattens a tagged array; keys that are no valid text are shown
// escaped, which can never equal a documented key.
func entries(v map[string]any) map[string]any {
	list, _ := v["entries"].([]any)
	out := make(map[string]any, len(list))
	for _, e := range list {
		pair, ok := e.([]any)
		if !ok || len(pair) != 2 {
			continue
		}
		switch k := pair[0].(type) {
		case string:
			out[k] = pair[1]
		case json.Number:
			out[k.String()] = pair[1]
		default:
			out[Show(k)] = pair[1]
		}
	}
	return out
}

// IsFloat reports whether v is a PHP float.
func IsFloat(v any) bool {
	if n, ok := v.(json.Number); ok {
		return strings.ContainsAny(n.String(), ".eE")
	}
	return KindOf(v) == KindFloat
}

// IsInt reports whether v is a PHP int.
func IsInt(v any) bool {
	_, ok := v.(json.Number)
	return ok && !IsFloat(v)
}

// Bytes returns the raw bytes of a string that is not valid UTF-8.
func Bytes(v any) ([]byte, bool) {
	if KindOf(v) != KindBytes {
		return nil, false
	}
	text, _ := v.(map[string]any)["b64"].(string)
	raw, err := base64.StdEncoding.DecodeString(text)
	return raw, err == nil
}

// TypeName names v's PHP type: string, int, float, bool, null, array, a class
// name followed by "object", and so on.
func TypeName(v any) string {
	switch t := v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "bool"
	case json.Number:
		if IsFloat(t) {
			return "float"
		}
		return "int"
	case []any:
		return "array"
	case map[string]any:
		return taggedTypeName(t)
	}
	return fmt.Sprintf("%T", v)
}

func taggedTypeName(m map[string]any) string {
	switch kind := KindOf(m); kind {
	case "", KindArray, KindAccounts:
		return "array"
	case KindBytes:
		return "string that is not valid UTF-8"
	case KindFloat:
		return "float"
	case KindObject:
		if class, _ := m["class"].(string); class != "" {
			return word(class) + " object"
		}
		return "object"
	case KindClosure:
		return "closure"
	case KindResource:
		if of, _ := m["type"].(string); of != "" {
			return word(of) + " resource"
		}
		return "resource"
	case KindDepth:
		return "value nested too deeply to record"
	case KindRecursion:
		return "reference to a value around it"
	default:
		return "value of an unknown kind"
	}
}

// word is a name as it is, unless it could hide or move the cursor: what came
// from an endpoint may claim to be anything.
func word(name string) string {
	odd := func(r rune) bool { return r == utf8.RuneError || !unicode.IsGraphic(r) }
	if len(name) > maxShown || strings.ContainsFunc(name, odd) {
		return Quote(name)
	}
	return name
}

// maxShown bounds how many characters of one string Show prints.
const maxShown = 120

// Show describes v for a person in one line: value, then type in brackets
// where the value alone would not tell. Control characters are escaped.
func Show(v any) string {
	switch t := v.(type) {
	case nil:
		return "null"
	case string:
		return Quote(t) + " (string)"
	case bool:
		return strconv.FormatBool(t) + " (bool)"
	case json.Number:
		return t.String() + " (" + TypeName(t) + ")"
	case []any:
		if len(t) == 0 {
			return "[] (array)"
		}
		return fmt.Sprintf("array with %s", count(len(t), "entry", "entries"))
	case map[string]any:
		return showTagged(t)
	}
	return fmt.Sprint(v)
}

func showTagged(m map[string]any) string {
	switch KindOf(m) {
	case "":
		return "array with keys " + showKeys(m)
	case KindArray:
		return "array with keys " + showKeys(entries(m))
	case KindAccounts:
		return "array"
	case KindBytes:
		raw, _ := Bytes(m)
		return quoteBytes(raw) + " (string that is not valid UTF-8)"
	case KindFloat:
		value, _ := m["value"].(string)
		return word(value) + " (float)"
	default:
		return "a " + TypeName(m)
	}
}

func showKeys(m map[string]any) string {
	const most = 8
	keys := slices.Sorted(maps.Keys(m))
	var b strings.Builder
	for i, k := range keys {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(keys)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strings.Trim(Quote(k), `"`))
	}
	return b.String()
}

// Quote writes s in double quotes on one line, cut to a readable length, with
// everything that could hide or move the cursor escaped.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	shown := 0
	for i, r := range s {
		if shown == maxShown {
			fmt.Fprintf(&b, `…" (%d bytes in all)`, len(s))
			return b.String()
		}
		shown++
		size := utf8.RuneLen(r)
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02X`, s[i])
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == ' ' || unicode.IsGraphic(r) && !unicode.Is(unicode.Zs, r):
			b.WriteString(s[i : i+size])
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02X`, r)
		default:
			fmt.Fprintf(&b, `\u{%04X}`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func quoteBytes(raw []byte) string { return Quote(string(raw)) }

// Printable escapes what could move a terminal's cursor, hide text or break a
// report's format, and keeps line breaks.
func Printable(s string) string {
	clean := true
	for i, r := range s {
		if !printable(r) || r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02X`, s[i])
		case printable(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02X`, r)
		default:
			fmt.Fprintf(&b, `\u{%04X}`, r)
		}
	}
	return b.String()
}

func printable(r rune) bool {
	return r == '\n' || r == ' ' || unicode.IsGraphic(r) && !unicode.Is(unicode.Zs, r)
}

// Equal reports whether a and b are the same PHP value: same types, same
// values, same keys. The order of keys does not count.
func Equal(a, b any) bool {
	switch x := a.(type) {
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, Equal)
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && maps.EqualFunc(x, y, Equal)
	default:
		switch b.(type) {
		case []any, map[string]any:
			return false
		}
		return a == b
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// WholeRunes drops a character that was cut in two at the end.
func WholeRunes(b []byte) []byte {
	for cut := 0; cut < utf8.UTFMax && cut < len(b); cut++ {
		r, size := utf8.DecodeLastRune(b[:len(b)-cut])
		if r != utf8.RuneError || size > 1 {
			return b[:len(b)-cut]
		}
	}
	return b
}
