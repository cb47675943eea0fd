package secret

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
	"strings"
)

// hit is one place where a secret shows, from start to before end. layers is
// how many escapes had to be undone to see it.
type hit struct {
	start, end     int
	name, encoding string
	layers         int
}

// window is how much text is taken apart at a time, so that memory stays small
// beside a text of any size. Windows overlap by the longest form of a secret and
// a margin in which the one before has the say, because an escape, or a mark,
// may be cut where a window begins.
const (
	window = 256 << 10
	margin = 2 * maxMark
)

// maxMark bounds the length of a mark.
const maxMark = 256

func (r *Redactor) windowSize() int { return window + r.reach + 2*margin }

// hits finds every secret in text, in order and apart: what overlaps is one hit
// that spans all of it, so that nothing of either secret stays.
func (r *Redactor) hits(text []byte) []hit {
	var found []hit
	for from := 0; ; from += window {
		part := text[from:min(len(text), from+r.windowSize())]
		last := from+len(part) == len(text)
		for _, h := range r.search(part) {
			if inCharge(h.start, from == 0, last) {
				h.start, h.end = h.start+from, h.end+from
				found = append(found, h)
			}
		}
		if last {
			return r.merge(text, found)
		}
	}
}

// inCharge reports whether a hit is this window's to tell: each place but the
// first and last belongs to exactly one window.
func inCharge(start int, first, last bool) bool {
	return (first || start >= margin) && (last || start < window+margin)
}

// search finds secrets in any order; the same one may come several times.
func (r *Redactor) search(text []byte) []hit {
	return append(r.plainHits(text), r.packed(text)...)
}

// plainHits is search without a look into what is compressed.
func (r *Redactor) plainHits(text []byte) []hit {
	found := r.scan(nil, text, false, func(start, end int, p *pattern) hit {
		return hit{start, end, p.name, p.encoding, 0}
	})
	for from, to := range r.escaped(text) {
		before := len(found)
		for _, outer := range layers() {
			found = r.under(found, text[from:to], outer)
		}
		for i := before; i < len(found); i++ {
			found[i].start, found[i].end = found[i].start+from, found[i].end+from
		}
	}
	return found
}

// escaped yields the stretches of text in which a secret with an escape in it
// can lie: around each escape as far as the longest pattern reaches. Between two
// escapes of one secret there is no more than that either. Most text has few
// escapes, and undoing them takes twenty times as long as a plain search.
func (r *Redactor) escaped(text []byte) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		from, last := -1, -1
		for i := range text {
			if !escapeByte(text, i) {
				continue
			}
			if from >= 0 && i-last > maxEscape+r.longest {
				if !yield(from, last+maxEscape+r.longest) {
					return
				}
				from = -1
			}
			if from < 0 {
				from = max(0, i-r.longest)
			}
			last = i
		}
		if from >= 0 {
			yield(from, min(len(text), last+maxEscape+r.longest))
		}
	}
}

// under searches text with one layer taken off, and with each second layer
// below it: a form in a JSON body, base64 in a URL.
func (r *Redactor) under(found []hit, text []byte, outer layer) []hit {
	once, ok := outer.strip(text)
	if !ok {
		return found
	}
	found = r.scan(found, once.text, outer.folding, func(start, end int, p *pattern) hit {
		from, to := once.source(start, end)
		return hit{from, to, p.name, describe(p, outer.name), 1}
	})
	for _, inner := range layers() {
		twice, ok := inner.strip(once.text)
		if !ok {
			continue
		}
		found = r.scan(found, twice.text, outer.folding || inner.folding, func(start, end int, p *pattern) hit {
			from, to := once.source(twice.source(start, end))
			return hit{from, to, p.name, describe(p, outer.name, inner.name), 2}
		})
	}
	return found
}

// describe names how a secret was found: by its own encoding, or else by the
// escapes around it.
func describe(p *pattern, names ...string) string {
	if p.encoding != "" {
		return p.encoding
	}
	return strings.Join(slices.Compact(names), " ")
}

func (r *Redactor) scan(found []hit, text []byte, folding bool, at func(start, end int, p *pattern) hit) []hit {
	for from := 0; ; {
		start, p := r.patterns.next(text, from, folding)
		if p == nil {
			return found
		}
		found = append(found, at(start, start+len(p.bytes), p))
		// Another secret may begin within this one.
		from = start + 1
	}
}

// merge joins hits that overlap and leaves out those within marks. Of several
// from the same place the longest gives its name, and of those the one with the
// fewest escapes.
func (r *Redactor) merge(text []byte, found []hit) []hit {
	slices.SortStableFunc(found, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.layers, b.layers))
	})
	var merged []hit
	for _, h := range found {
		if r.inMark(text, h) {
			continue
		}
		last := len(merged) - 1
		if last >= 0 && h.start < merged[last].end {
			merged[last].end = max(merged[last].end, h.end)
			continue
		}
		merged = append(merged, h)
	}
	return merged
}

// inMark reports whether a hit lies within a mark that stands there already.
func (r *Redactor) inMark(text []byte, h hit) bool {
	from := bytes.LastIndex(text[max(0, h.start-maxMark):h.start], []byte(markStart))
	if from < 0 {
		return false
	}
	rest := text[max(0, h.start-maxMark)+from:]
	end := bytes.IndexByte(rest, ']')
	if end < 0 || len(text)-len(rest)+end < h.end {
		return false
	}
	return slices.ContainsFunc(r.marks, func(m string) bool { return bytes.HasPrefix(rest, []byte(m)) })
}
