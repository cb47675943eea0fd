package recording

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/upstream"
)

// minSecret is how long a text must be to be replaced wherever it stands.
const minSecret = 6

// replacement is a secret and what takes its place.
type replacement struct{ from, to string }

// swap replaces secrets by others in whatever spelling they stand, so that what
// reads them sees the same spelling of the others. The nil swap changes nothing.
type swap struct {
	replacer *strings.Replacer
	nothing  bool
}

// newSwap replaces each secret of from by the one of the same name in to. user
// is the name that secrets are hashed and coded with.
func newSwap(from, to map[string]string, user string) *swap {
	var pairs []replacement
	for _, name := range slices.Sorted(maps.Keys(from)) {
		if other, ok := to[name]; ok && from[name] != other {
			pairs = append(pairs, spelled(user, from[name], other)...)
		}
	}
	slices.SortStableFunc(pairs, func(a, b replacement) int { return cmp.Compare(len(b.from), len(a.from)) })
	list := make([]string, 0, 2*len(pairs))
	for _, p := range pairs {
		list = append(list, p.from, p.to)
	}
	return &swap{replacer: strings.NewReplacer(list...), nothing: len(list) == 0}
}

// spelled lists how a secret and its replacement are spelled, the plainest first.
func spelled(user, from, to string) []replacement {
	var pairs []replacement
	known := map[string]bool{}
	add := func(a, b string) {
		if !known[a] && a != b && len(a) >= minSecret {
			known[a] = true
			pairs = append(pairs, replacement{a, b})
		}
	}
	for _, value := range meant(from) {
		for _, s := range spellings() {
			add(s.write(value), s.write(to))
		}
		inURL := func(s string) string { return percent(s, "-_.", "+", "0123456789ABCDEF") }
		for _, in := range [][2]string{{value, to}, {user + ":" + value, user + ":" + to}} {
			add(inURL(base64.StdEncoding.EncodeToString([]byte(in[0]))), inURL(base64.StdEncoding.EncodeToString([]byte(in[1]))))
		}
		before, after := hashed(user, value), hashed(user, to)
		for _, d := range digests() {
			for i := range before {
				add(d.write(before[i]), d.write(after[i]))
			}
		}
	}
	return pairs
}

// text replaces secrets in a text, which need not be valid UTF-8.
func (s *swap) text(text string) string {
	if s == nil || s.nothing || text == "" {
		return text
	}
	// Padding of base64 may itself be escaped, so that escapes come first.
	return s.literals(s.coded(s.escapes(s.replacer.Replace(text)), 0))
}

// escaped matches a word with escapes of addresses in it, however many of its
// signs are escaped.
var escaped = regexp.MustCompile("[A-Za-z0-9._~!*'()$+,:;@-]*(?:%[0-9A-Fa-f]{2}[A-Za-z0-9._~!*'()$+,:;@-]*)+")

// escapes replaces secrets that are escaped in a way of their own.
func (s *swap) escapes(text string) string {
	return escaped.ReplaceAllStringFunc(text, func(word string) string {
		for _, undo := range []func(string) (string, error){url.QueryUnescape, url.PathUnescape} {
			plain, err := undo(word)
			if err != nil {
				continue
			}
			if swapped := s.coded(s.replacer.Replace(plain), 0); swapped != plain {
				return percent(swapped, "-_.~", "%20", "0123456789ABCDEF")
			}
		}
		return word
	})
}

// literal matches a string of JSON with an escape in it.
var literal = regexp.MustCompile(`"(?:[^"\\\x00-\x1f]|\\.)*\\(?:[^"\\\x00-\x1f]|\\.)+"`)

// literals replaces secrets in strings of JSON that are escaped in a way of
// their own.
func (s *swap) literals(text string) string {
	return literal.ReplaceAllStringFunc(text, func(quoted string) string {
		var plain string
		if json.Unmarshal([]byte(quoted), &plain) != nil {
			return quoted
		}
		if swapped := s.coded(s.replacer.Replace(plain), 0); swapped != plain {
			return `"` + jsonText(swapped, false, "/", false) + `"`
		}
		return quoted
	})
}

// coded matches what may be base64.
var coded = regexp.MustCompile(`[A-Za-z0-9+/_-]{8,}={0,2}`)

// coded replaces secrets inside base64, itself in base64 at most once more.
func (s *swap) coded(text string, depth int) string {
	const deepest = 1
	return coded.ReplaceAllStringFunc(text, func(code string) string {
		for _, part := range []string{"", "/"} {
			words := []string{code}
			if part != "" {
				words = strings.Split(code, part)
			}
			changed := false
			for i, word := range words {
				encoding, plain := decodeBase64(word)
				if encoding == nil {
					continue
				}
				swapped := s.replacer.Replace(plain)
				if depth < deepest {
					swapped = s.coded(swapped, depth+1)
				}
				if swapped != plain {
					words[i], changed = encoding.EncodeToString([]byte(swapped)), true
				}
			}
			if changed {
				return strings.Join(words, part)
			}
		}
		return code
	})
}

func decodeBase64(code string) (*base64.Encoding, string) {
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if plain, err := e.DecodeString(code); err == nil {
			return e, string(plain)
		}
	}
	return nil, ""
}

// request replaces secrets in all of a request but where it goes.
func (s *swap) request(r upstream.Request) upstream.Request {
	if s == nil || s.nothing {
		return r
	}
	r.Target, r.Body, r.Header = s.text(r.Target), []byte(s.text(string(r.Body))), s.header(r.Header)
	return r
}

func (s *swap) reply(r upstream.Reply) upstream.Reply {
	if s == nil || s.nothing {
		return r
	}
	r.Body, r.Header = []byte(s.text(string(r.Body))), s.header(r.Header)
	return r
}

func (s *swap) header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, v := range values {
			out[name] = append(out[name], s.text(v))
		}
	}
	return out
}
