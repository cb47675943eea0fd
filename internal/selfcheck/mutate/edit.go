package mutate

import (
	"bytes"
	"cmp"
	"slices"
)

// edit puts text at an offset in place of the bytes up to end. Nothing puts in a
// line break, so that lines keep their numbers.
type edit struct {
	at, end int
	text    string
	// closing edits end what was opened before them: of several at one offset
	// those come first, and the last opened first.
	closing bool
	order   int
}

// around puts text before and after a stretch.
func (s *source) around(from, to int, before, after string) {
	n := len(s.edits)
	s.edits = append(s.edits,
		edit{at: from, end: from, text: before, order: n},
		edit{at: to, end: to, text: after, closing: true, order: n})
}

func (s *source) replace(from, to int, text string) {
	s.edits = append(s.edits, edit{at: from, end: to, text: text, order: len(s.edits)})
}

// apply makes the edits. What is found later lies within what was found earlier.
func apply(raw []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int {
		if a.at != b.at {
			return cmp.Compare(a.at, b.at)
		}
		switch {
		case a.closing && b.closing:
			return cmp.Compare(b.order, a.order)
		case a.closing:
			return -1
		case b.closing:
			return 1
		}
		return cmp.Compare(a.order, b.order)
	})
	var out bytes.Buffer
	last := 0
	for _, e := range edits {
		out.Write(raw[last:e.at])
		out.WriteString(e.text)
		last = e.end
	}
	out.Write(raw[last:])
	return out.Bytes()
}
