// Package secret takes secrets out of everything syncproof writes: transcripts,
// reports, messages.
//
// A secret is found as it is, JSON-escaped, URL-encoded, HTML-escaped,
// backslash-escaped, in base64 at any offset, in hexadecimal, reversed, in small or
// capital letters when it is long, cut off as PHP's stack traces do, in pairs of
// these such as base64 in a URL, and in what gzip or zlib compressed, as bytes or
// in base64. It is replaced by a mark that names it and how it was found, such as
// [redacted:serverpassword base64], so that rules can still tell a leak.
//
// Secrets shorter than MinLength bytes, those of less than three different bytes
// and those that are part of a word of the transcript's own vocabulary cannot be
// told from ordinary data: the password "test" would tear holes into half of a
// transcript. They are replaced only
// where a whole string of a transcript equals them and is not the value of one
// of the eight account fields; see Redactor.Weak. Numbers are never replaced,
// since a transcript with text for a number could not be read any more.
package secret

import (
	"maps"
	"slices"
	"strings"
)

// MinLength is how long a secret must be, in bytes, to be found within text.
const MinLength = 6

// Redactor knows a run's secrets. It may be used from several goroutines.
type Redactor struct {
	patterns index
	suspects suspects
	// weak maps secrets that only whole strings can be compared with to their
	// names.
	weak map[string]string
	// marks are how marks begin, by which they are recognised.
	marks []string
	// longest is the length of the longest pattern, and reach how long it can
	// get with escapes.
	longest, reach int
}

// New returns a redactor for secrets by name, such as serverpassword. Names show
// in marks. Empty secrets are left out. Of two names for the same secret the
// first in alphabetical order is shown.
func New(named map[string]string) *Redactor {
	r := &Redactor{weak: map[string]string{}}
	var all []pattern
	for _, name := range slices.Sorted(maps.Keys(named)) {
		value := named[name]
		switch {
		case value == "":
		case isWeak(value):
			if _, known := r.weak[value]; !known {
				r.weak[value] = name
			}
		default:
			all = append(all, patterns(name, value)...)
		}
		r.marks = append(r.marks, markStart+name+"]", markStart+name+" ")
	}
	r.patterns = newIndex(all)
	r.suspects = newSuspects(&r.patterns)
	for _, p := range all {
		r.longest = max(r.longest, len(p.bytes))
	}
	r.reach = r.longest * maxExpansion
	return r
}

// Weak names the secrets that are replaced only where a whole string equals
// them, in alphabetical order, so that the user can be told.
func (r *Redactor) Weak() []string {
	return slices.Sorted(maps.Values(r.weak))
}

// Text replaces every secret in a message, log or report. Weak secrets stay.
func (r *Redactor) Text(text string) string {
	if r.patterns.empty() {
		return text
	}
	hits := r.hits([]byte(text))
	if len(hits) == 0 {
		return text
	}
	return string(replace([]byte(text), hits))
}

// Contains reports whether a secret other than a weak one is in text. A mark is
// none.
func (r *Redactor) Contains(text string) bool {
	return !r.patterns.empty() && len(r.hits([]byte(text))) > 0
}

const markStart = "[redacted:"

// mark is what stands for a secret that was found.
func mark(name, encoding string) string {
	if encoding == "" {
		return markStart + name + "]"
	}
	return markStart + name + " " + encoding + "]"
}

// replace puts marks in the place of hits, which are in order and apart.
func replace(text []byte, hits []hit) []byte {
	out := make([]byte, 0, len(text)+len(hits)*len(markStart))
	at := 0
	for _, h := range hits {
		out = append(out, text[at:h.start]...)
		out = append(out, mark(h.name, h.encoding)...)
		at = h.end
	}
	return append(out, text[at:]...)
}

// isWeak reports whether a secret cannot be told from ordinary data. Less than
// three different bytes is what rulers and padding are made of.
func isWeak(value string) bool {
	different := map[byte]bool{}
	for i := range len(value) {
		different[value[i]] = true
	}
	return len(value) < MinLength || len(different) < 3 || strings.Contains(vocabulary, value)
}
