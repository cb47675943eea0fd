package phpvalue

import (
	"encoding/json"
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
