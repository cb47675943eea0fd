package request

import (
	"maps"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/transcript"
)

// Of says what a request does, by its method and, where that leaves it open, by
// what it names as its operation or by its path. said is what it was told by, in
// words for a finding; it is empty when nothing says it.
func Of(x transcript.Exchange) (in Intent, said string) {
	place := pathOf(x.URL)
	switch method := strings.ToUpper(x.Method); method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, "PROPFIND", "REPORT", "SEARCH", "QUERY":
		if said := plainlyWrites(x, place); said != "" {
			return Writes, said
		}
		return Reads, "the method " + method
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		if signsAt(place) {
			return Reads, "a path for signing in and out"
		}
		return Writes, "the method " + method
	case http.MethodPost:
		return ofPost(x, place)
	}
	return Unsaid, ""
}

// plainlyWrites finds what panels that know no method but GET are told to do to
// an account, such as /json-api/suspendacct. Only the plainest words count: by its
// method the request reads.
func plainlyWrites(x transcript.Exchange, place string) (said string) {
	for _, op := range operations(x) {
		if words := wordsOf(op.name); len(words) == 1 && slices.Contains(plainVerbs(), words[0]) || doesToAccount(words) {
			return op.words()
		}
	}
	if parts := deeds(place); len(parts) > 0 && doesToAccount(wordsOf(parts[len(parts)-1])) {
		return "the path"
	}
	return ""
}

// doesToAccount holds for a plain verb with an account behind it.
func doesToAccount(words []string) bool {
	return len(words) == 2 && slices.Contains(plainVerbs(), words[0]) && slices.Contains(accountNouns(), words[1])
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

func ofPost(x transcript.Exchange, place string) (Intent, string) {
	for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		if instead := header(x, name); instead != "" && !strings.EqualFold(instead, http.MethodPost) {
			x.Method = instead
			return Of(x)
		}
	}
	if signsAt(place) {
		return Reads, "a path for signing in and out"
	}
	ops := operations(x)
	for _, wanted := range []Intent{Writes, Reads} {
		for _, op := range ops {
			if op.intent() == wanted {
				return wanted, op.words()
			}
		}
	}
	if len(ops) > 0 {
		return Unsaid, ops[0].words()
	}
	if in := intentOfName(strings.Join(deeds(place), "/")); in != Unsaid {
		return in, "the path"
	}
	return Unsaid, ""
}

// deeds are the last two parts of a path that could name what is done.
func deeds(place string) []string {
	var parts []string
	for _, p := range strings.Split(place, "/") {
		if ext := path.Ext(p); slices.Contains(programs(), strings.ToLower(ext)) {
			p = strings.TrimSuffix(p, ext)
		}
		if p != "" && !identifies(p) {
			parts = append(parts, p)
		}
	}
	return parts[max(0, len(parts)-2):]
}

func programs() []string {
	return []string{".php", ".cgi", ".pl", ".asp", ".aspx", ".do", ".json", ".xml", ".html"}
}

// identifies holds for a part of a path that names a thing: a number, a code, a
// secret that was taken out.
func identifies(part string) bool {
	return code.MatchString(part) || strings.Contains(part, "[redacted:")
}

var code = regexp.MustCompile(`^[0-9]+$|^[0-9a-fA-F-]{16,}$|^[0-9A-Za-z_.~-]{32,}$`)

// signsAt holds for the paths of sessions and tokens, also of a single one.
func signsAt(place string) bool {
	parts := deeds(place)
	if len(parts) == 2 && strings.ContainsAny(parts[1], "0123456789") && signs(wordsOf(parts[0])) {
		return true // sessions/a7f3
	}
	return len(parts) > 0 && signs(wordsOf(parts[len(parts)-1]))
}

func header(x transcript.Exchange, name string) string {
	for _, key := range slices.Sorted(maps.Keys(x.RequestHeaders)) {
		if values := x.RequestHeaders[key]; strings.EqualFold(key, name) && len(values) > 0 {
			return strings.TrimSpace(values[0])
		}
	}
	return ""
}

// Declared reports whether a request is one of those the vendor says only read:
// a method and a path, in which * stands for any characters.
func Declared(x transcript.Exchange, reads []string) bool {
	asked := strings.ToUpper(x.Method) + " " + pathOf(x.URL)
	return slices.ContainsFunc(reads, func(pattern string) bool { return matches(asked, pattern) })
}

func matches(text, pattern string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return text == pattern
	}
	text, ok := strings.CutPrefix(text, parts[0])
	for _, p := range parts[1 : len(parts)-1] {
		_, rest, found := strings.Cut(text, p)
		text, ok = rest, ok && found
	}
	return ok && strings.HasSuffix(text, parts[len(parts)-1])
}
