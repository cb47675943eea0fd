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

// suspects are the pairs of bytes with which something begins that may hide a
// secret: a pattern, an escape, what gzip or zlib wrote. A list of a million
// accounts has next to none of them, and one pass tells so.
type suspects [1 << 16 / 64]uint64

func newSuspects(x *index) suspects {
	s := suspects(x.pairs)
	for _, first := range []byte(escapeBytes) {
		for second := range 256 {
			s.add(first, byte(second))
		}
	}
	for second := range 256 {
		if beginsMember(byte(0x1F), byte(second)) {
			s.add(0x1F, byte(second))
		}
		if beginsMember('x', byte(second)) {
			s.add('x', byte(second))
		}
	}
	for _, begin := range packedBegins() {
		s.add(begin[0], begin[1])
	}
	return s
}

func (s *suspects) add(first, second byte) {
	pair := uint16(first)<<8 | uint16(second)
	s[pair>>6] |= 1 << (pair & 63)
}

// in reports whether the text has such a pair. An escape at its very end is none:
// it has nothing to escape.
func (s *suspects) in(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	pair := uint16(text[0])
	for _, c := range text[1:] {
		pair = pair<<8 | uint16(c)
		if s[pair>>6]&(1<<(pair&63)) != 0 {
			return true
		}
	}
	return false
}
