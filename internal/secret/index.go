package secret

import (
	"bytes"
	"slices"
)

// index finds patterns in one pass. Two bits of information decide at most
// positions: whether any pattern begins with this pair of bytes.
type index struct {
	pairs [1 << 16 / 64]uint64
	// first holds the patterns by their first byte, longest first.
	first [256][]pattern
	some  bool
}

func newIndex(all []pattern) index {
	var x index
	for _, p := range all {
		pair := uint16(p.bytes[0])<<8 | uint16(p.bytes[1])
		x.pairs[pair>>6] |= 1 << (pair & 63)
		x.first[p.bytes[0]] = append(x.first[p.bytes[0]], p)
		x.some = true
	}
	for _, list := range x.first {
		slices.SortStableFunc(list, func(a, b pattern) int { return len(b.bytes) - len(a.bytes) })
	}
	return x
}

func (x *index) empty() bool { return !x.some }

// next finds the first place at or after from where a pattern begins, and the
// longest pattern there. With folding only patterns that can be broken over
// lines count.
func (x *index) next(text []byte, from int, folding bool) (at int, found *pattern) {
	for i := from; i+1 < len(text); i++ {
		pair := uint16(text[i])<<8 | uint16(text[i+1])
		if x.pairs[pair>>6]&(1<<(pair&63)) == 0 {
			continue
		}
		list := x.first[text[i]]
		for k := range list {
			if (list[k].folds || !folding) && bytes.HasPrefix(text[i:], list[k].bytes) {
				return i, &list[k]
			}
		}
	}
	return -1, nil
}
