package recording

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"syncproof/internal/phpvalue"
	"syncproof/internal/upstream"
)

// sessionSecret is something the panel gave out that opens it: a cookie, a
// token. label says where it was found and is the same in each conversation.
type sessionSecret struct{ label, value string }

// Names of what opens a panel. What certainly does is replaced even where it is
// not sent again; what may do so only where it is.
var (
	opens = regexp.MustCompile(`(?i)^((access|refresh|auth|session|api|id|bearer)[_-]?token|(api|secret|private|access)[_-]?key|(api|client)[_-]?secret|secret|passw(or)?d|jwt)$`)
	may   = regexp.MustCompile(`(?i)token|session|sid$|ticket|auth|csrf|xsrf|key$|secret|nonce|cookie|hash`)
)

// sessionSecrets finds what replies gave out and later requests sent back.
func sessionSecrets(c *Conversation) []sessionSecret {
	f := sessionFinder{known: map[string]bool{}, labels: map[string]int{}, offered: map[string]int{}}
	for i, e := range c.Entries {
		f.sent = sentIn(c.Entries[i+1:])
		f.cookies(e.Reply)
		for _, name := range sortedNames(e.Reply.Header) {
			for _, v := range e.Reply.Header[name] {
				f.offer("header "+name, strings.TrimPrefix(name, "X-"), v)
			}
		}
		f.body(e.Reply.Body)
	}
	return f.found
}

type sessionFinder struct {
	// sent is all that was sent after the reply that is being looked at.
	sent    string
	found   []sessionSecret
	known   map[string]bool
	labels  map[string]int
	offered map[string]int
}

// mostOffered bounds the values looked at under one name: a list of accounts has
// thousands, and what opens a panel stands in none.
const mostOffered = 200

func (f *sessionFinder) cookies(r upstream.Reply) {
	for _, cookie := range (&http.Response{Header: r.Header}).Cookies() {
		if drawn(cookie.Value) {
			f.add("cookie "+cookie.Name, cookie.Value)
			if plain, err := url.QueryUnescape(cookie.Value); err == nil && plain != cookie.Value {
				f.add("cookie "+cookie.Name+" without escapes", plain)
			}
		}
	}
}

// body looks at a reply's keys, or elements and attributes.
func (f *sessionFinder) body(raw []byte) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return
	}
	if raw[0] == '{' || raw[0] == '[' {
		if v, err := phpvalue.Decode(raw); err == nil {
			f.value("", v)
			return
		}
	}
	fields, _ := xmlFields(raw)
	for _, x := range fields {
		name := x.name[strings.LastIndexAny(x.name, ".:@")+1:]
		f.offer("element "+name, name, x.value)
	}
}

func (f *sessionFinder) value(key string, v any) {
	switch t := v.(type) {
	case map[string]any:
		for _, k := range sortedNames(t) {
			f.value(k, t[k])
		}
	case []any:
		for _, e := range t {
			f.value(key, e)
		}
	case string:
		f.offer("key "+key, key, t)
	case json.Number:
		f.offer("key "+key, key, t.String())
	}
}

// offer takes a value for a secret by its name, and by its being sent again.
func (f *sessionFinder) offer(label, name, value string) {
	if f.offered[label]++; f.offered[label] > mostOffered {
		return
	}
	if drawn(value) && (opens.MatchString(name) || may.MatchString(name) && f.isSent(value)) {
		f.add(label, value)
	}
}

func (f *sessionFinder) isSent(value string) bool { return strings.Contains(f.sent, value) }

// sentIn is the text of requests as it is and without escapes.
func sentIn(entries []Entry) string {
	var b strings.Builder
	for _, e := range entries {
		for _, name := range sortedNames(e.Request.Header) {
			b.WriteString(strings.Join(e.Request.Header[name], "\n") + "\n")
		}
		for _, text := range []string{e.Request.Target, string(e.Request.Body)} {
			b.WriteString(text + "\n" + formText(text) + "\n" + html.UnescapeString(text) + "\n" + strings.ReplaceAll(text, `\/`, "/") + "\n")
		}
	}
	return b.String()
}

func (f *sessionFinder) add(label, value string) {
	if f.known[value] {
		return
	}
	f.known[value] = true
	f.labels[label]++
	if n := f.labels[label]; n > 1 {
		label += " " + strconv.Itoa(n)
	}
	f.found = append(f.found, sessionSecret{"session " + label, value})
}

// drawn reports whether a value looks drawn by lot. Ordinary words that happen
// to stand in a cookie are not replaced: they may also stand in an account.
func drawn(value string) bool {
	if len(value) < 8 || len(value) > 8<<10 || strings.ContainsFunc(value, unicode.IsSpace) {
		return false
	}
	different := map[rune]bool{}
	digits, letters := 0, 0
	for _, r := range value {
		different[r] = true
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	mixed := digits > 0 && letters > 0 || letters == 0 && digits >= 12
	return len(different) >= 4 && (mixed || len(value) >= 24 && !strings.Contains(value, "."))
}

// canary is the value that takes a server parameter's place in recordings: easy
// to recognise, and of digits where the secret is, so that JSON stays JSON.
func canary(name, value string) string {
	if value != "" && strings.Trim(value, "0123456789") == "" {
		return shaped(name, value)
	}
	short := strings.ToLower(strings.TrimPrefix(name, "server"))
	short = strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, short)
	return fmt.Sprintf("syncproof-canary-%s-%s", short, shaped(name, "0a0a0a"))
}
