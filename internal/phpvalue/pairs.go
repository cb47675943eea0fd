package phpvalue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Pair is one entry of a PHP array.
type Pair struct {
	// Key is a string, an int as json.Number, or tagged bytes.
	Key   any
	Value any
}

// Name is the key as text, as Map has it.
func (p Pair) Name() string {
	switch k := p.Key.(type) {
	case string:
		return k
	case json.Number:
		return k.String()
	default:
		return Show(k)
	}
}

// Pairs returns the entries of a PHP array of any shape, nil for every other
// value. They come in PHP's order where that is known; see Ordered.
func Pairs(v any) []Pair {
	switch t := v.(type) {
	case []any:
		pairs := make([]Pair, len(t))
		for i, e := range t {
			pairs[i] = Pair{json.Number(strconv.Itoa(i)), e}
		}
		return pairs
	case map[string]any:
		switch KindOf(t) {
		case KindArray:
			return taggedPairs(t)
		case "":
			pairs := make([]Pair, 0, len(t))
			for _, k := range slices.Sorted(maps.Keys(t)) {
				pairs = append(pairs, Pair{k, t[k]})
			}
			return pairs
		}
	}
	return nil
}

func taggedPairs(v map[string]any) []Pair {
	list, _ := v["entries"].([]any)
	pairs := make([]Pair, 0, len(list))
	for _, e := range list {
		if pair, ok := e.([]any); ok && len(pair) == 2 {
			pairs = append(pairs, Pair{pair[0], pair[1]})
		}
	}
	return pairs
}

// Ordered reports whether Pairs gives the entries in PHP's order: a JSON object
// keeps none, so that only one with a single key says enough.
func Ordered(v any) bool {
	m, ok := v.(map[string]any)
	return !ok || KindOf(m) == KindArray || len(m) < 2
}

// DecodeOrdered is Decode for a document whose own keys come in an order that
// counts, as the options of ConfigOptions() do: an object of two keys or more
// becomes a tagged array. Objects inside it do not.
func DecodeOrdered(raw []byte) (any, error) {
	v, err := Decode(raw)
	m, ok := v.(map[string]any)
	if err != nil || !ok || KindOf(m) != "" || len(m) < 2 {
		return v, err
	}
	keys, err := keyOrder(raw)
	if err != nil {
		return nil, err
	}
	entries := make([]any, 0, len(keys))
	for _, k := range keys {
		entries = append(entries, []any{k, m[k]})
	}
	return map[string]any{Tag: KindArray, "entries": entries}, nil
}

// keyOrder reads the keys of a valid JSON object in the document's order.
func keyOrder(raw []byte) ([]string, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("reading the order of keys: %w", err)
	}
	var keys []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("reading the order of keys: %w", err)
		}
		text, _ := key.(string)
		keys = append(keys, text)
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return nil, fmt.Errorf("reading the order of keys: %w", err)
		}
	}
	return keys, nil
}
