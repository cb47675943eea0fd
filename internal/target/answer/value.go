package answer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// Bounds on one answer, besides the bound on its bytes, which is the sender's.
// They are far above what any panel holds and keep memory in hand: a document
// of tiny values takes up to fifty times its size once it is decoded.
const (
	// maxValue bounds the text of one value: one account, one event, or a
	// returned value without its accounts.
	maxValue = 8 << 20
	// maxNodes bounds how many values one such value may consist of.
	maxNodes = 1_000_000
	// maxEntries bounds accounts, and the events of an envelope.
	maxEntries = 1_000_000
	// maxText is how much printed text is kept.
	maxText = 4 << 10
)

// Bounds that were exceeded.
var (
	errValueSize  = fmt.Errorf("one value of it is larger than %d MiB", maxValue>>20)
	errValueNodes = fmt.Errorf("one value of it consists of more than %d values", maxNodes)
	errEntries    = fmt.Errorf("it has more than %d entries", maxEntries)
)

// decode reads one value of a document strictly and within the bounds.
func decode(text []byte) (any, error) {
	if len(text) > maxValue {
		return nil, errValueSize
	}
	if nodes(text) > maxNodes {
		return nil, errValueNodes
	}
	return parse(text)
}

// parse reads one value strictly.
func parse(text []byte) (any, error) {
	if loneSurrogate(text) {
		return nil, errSurrogate
	}
	v, err := phpvalue.Decode(text)
	if err != nil {
		return nil, withoutOffset(err)
	}
	return v, nil
}

// errSurrogate: the decoder would put the same character for each of them, so
// that two different names would become one. PHP refuses them as well.
var errSurrogate = errors.New(`an escape from \uD800 to \uDFFF stands without its other half, so it is no character`)

// loneSurrogate reports whether sound JSON text holds half of a pair of escapes.
func loneSurrogate(text []byte) bool {
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		i++
		unit := escapedUnit(text[i-1:])
		if !utf16.IsSurrogate(unit) {
			continue
		}
		second := escapedUnit(text[min(len(text), i+5):])
		if utf16.DecodeRune(unit, second) == utf8.RuneError {
			return true
		}
		i += 10
	}
	return false
}

// escapedUnit is what \uXXXX at the start of text stands for, 0 for all else.
func escapedUnit(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	if err != nil {
		return 0
	}
	return rune(unit)
}

// withoutOffset takes off the byte offset, which counts from the start of the
// piece that was decoded and not of the answer.
func withoutOffset(err error) error {
	inner := errors.Unwrap(err)
	if errors.Is(inner, phpvalue.ErrDuplicate) || errors.Is(inner, phpvalue.ErrNumber) {
		return inner
	}
	return err
}

// nodes counts, from above, the values that sound JSON text consists of.
func nodes(text []byte) int {
	n, inside := 1, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && inside:
			i++
		case c == '"':
			inside = !inside
		case !inside && (c == ',' || c == '{' || c == '['):
			n++
		}
	}
	return n
}

// member is one key of an object and the text of its value.
type member struct {
	key  string
	text []byte
}

// members takes a sound JSON object apart and refuses a key that occurs twice.
func members(object []byte) ([]member, error) {
	var list []member
	seen := map[string]bool{}
	err := eachMember(object, func(rawKey, text []byte) error {
		if len(list) == maxEntries {
			return errEntries
		}
		decoded, err := parse(rawKey)
		if err != nil {
			return err
		}
		key, ok := decoded.(string)
		if !ok {
			return errSyntax
		}
		if seen[key] {
			return fmt.Errorf("%w: %s", phpvalue.ErrDuplicate, phpvalue.Quote(key))
		}
		seen[key] = true
		list = append(list, member{key: key, text: text})
		return nil
	})
	return list, err
}

// escaped returns a value that came as plain JSON so that no part of it can
// pass for a tagged value, and whether anything had to be changed.
func escaped(v any) (any, bool) {
	changed := false
	switch t := v.(type) {
	case []any:
		for i, e := range t {
			plain, c := escaped(e)
			t[i], changed = plain, changed || c
		}
	case map[string]any:
		for k, e := range t {
			plain, c := escaped(e)
			t[k], changed = plain, changed || c
		}
		if _, tagged := t[phpvalue.Tag]; tagged {
			return asEntries(t), true
		}
	}
	return v, changed
}

// asEntries writes an array with a key JSON objects cannot hold here.
func asEntries(m map[string]any) map[string]any {
	pairs := make([]any, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		pairs = append(pairs, []any{k, m[k]})
	}
	return map[string]any{phpvalue.Tag: phpvalue.KindArray, "entries": pairs}
}

// inOrder writes an array with its entries in the order of the document, which
// a JSON object does not keep once it is read.
func inOrder(list []member, m map[string]any) map[string]any {
	pairs := make([]any, 0, len(list))
	for _, member := range list {
		pairs = append(pairs, []any{member.key, m[member.key]})
	}
	return map[string]any{phpvalue.Tag: phpvalue.KindArray, "entries": pairs}
}

// How the values in a text are written: as plain JSON, in which "$php" is a key
// like any other, or as package phpvalue describes.
const (
	plainJSON = false
	tagged    = true
)

// accountsOf takes a JSON array or object of accounts apart, entry by entry.
func accountsOf(text []byte, tagged bool) (lines []transcript.AccountLine, list bool, err error) {
	add := func(key any, entry []byte) error {
		if len(lines) == maxEntries {
			return errEntries
		}
		entry, err := entryText(key, entry, tagged)
		if err != nil {
			return err
		}
		lines = append(lines, transcript.AccountLine{Key: key, Value: entry})
		return nil
	}
	if text[0] == '[' {
		if moreThan(text, maxEntries) {
			return nil, false, errEntries
		}
		err = eachElement(text, func(entry []byte) error { return add(len(lines), entry) })
		return lines, true, err
	}
	keyed, err := members(text)
	if err != nil {
		return nil, false, err
	}
	for _, m := range keyed {
		if err := add(arrayKey(m.key), m.text); err != nil {
			return nil, false, err
		}
	}
	// PHP has one empty array; whether JSON wrote [] or {} says nothing.
	return lines, len(lines) == 0, nil
}

// arrayKey is the PHP array key a JSON key stands for: PHP holds "5" as int 5,
// but "05" as text.
func arrayKey(key string) any {
	if n, err := strconv.ParseInt(key, 10, 64); err == nil && strconv.FormatInt(n, 10) == key {
		return n
	}
	return key
}

// moreThan reports whether an array has more than that many elements. Walking
// over a million costs a thousandth of decoding them.
func moreThan(array []byte, most int) bool {
	n := 0
	return eachElement(array, func([]byte) error {
		if n++; n > most {
			return errEntries
		}
		return nil
	}) != nil
}

func keyText(key any) string {
	if name, ok := key.(string); ok {
		return phpvalue.Quote(name)
	}
	return fmt.Sprint(key)
}

// placeholder stands where the accounts were; see transcript.Returned.
func placeholder(count int, list bool) map[string]any {
	return map[string]any{phpvalue.Tag: phpvalue.KindAccounts, "count": count, "list": list}
}

// printed is text as a transcript holds it: counted in full, kept in part.
func printed(parts ...[]byte) transcript.Output {
	var total int64
	var kept []byte
	for _, p := range parts {
		total += int64(len(p))
		kept = append(kept, p[:min(len(p), maxText-len(kept))]...)
	}
	return transcript.NewOutput(total, kept)
}

// isLimit reports whether a document was refused for its size or depth.
func isLimit(err error) bool {
	for _, limit := range []error{errValueSize, errValueNodes, errEntries, errTooDeep, phpvalue.ErrDepth} {
		if errors.Is(err, limit) {
			return true
		}
	}
	return false
}
