package recording

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/phpvalue"
)

// miss describes a request that matches none of the recorded ones.
func (c *Conversation) miss(q question) Miss {
	what := "the recording has no answer to " + c.shown(q.method+" "+q.address+q.path)
	if len(c.asked) == 0 {
		return Miss{Message: what + ": it holds no request at all"}
	}
	nearest, fields := c.nearest(q)
	m := Miss{Nearest: nearest + 1, Fields: fields, Codes: c.codes(c.asked[nearest], q, fields)}
	m.Message = fmt.Sprintf("%s: its nearest request, number %d, %s", what, m.Nearest, c.compared(c.asked[nearest], q, fields[0]))
	switch more := len(fields) - 1; more {
	case 0:
	case 1:
		m.Message += ", and they also differ in " + c.named(fields[1])
	default:
		m.Message += ", and they differ in " + strconv.Itoa(more) + " more parts, such as " + c.named(fields[1])
	}
	return m
}

// codes reports whether two requests differ in nothing but digests and nonces.
func (c *Conversation) codes(known, q question, fields []string) bool {
	return !slices.ContainsFunc(fields, func(name string) bool {
		recorded, had := known.value(name)
		asked, has := q.value(name)
		return !had || !has || len(recorded) != len(asked) || len(asked) < minDigest || !sameCode(recorded, asked)
	})
}

// minDigest is how long a digest is at least, in base64.
const minDigest = 20

// nearest is the recorded request that differs least. Where a request goes tells
// more than what it carries.
func (c *Conversation) nearest(q question) (at int, fields []string) {
	best := -1
	for i, known := range c.asked {
		differing := differences(known, q, c.loose)
		cost := len(differing)
		for _, name := range []string{theMethod, theAddress, inPath} {
			if slices.Contains(differing, name) {
				cost += maxFields
			}
		}
		if best < 0 || cost < best {
			best, at, fields = cost, i, differing
		}
	}
	return at, fields
}

// compared says how two requests differ in one part.
func (c *Conversation) compared(known, q question, name string) string {
	switch name {
	case theMethod:
		return "is a " + c.shown(known.method)
	case theAddress:
		return "went to " + c.shown(known.address)
	case inPath:
		return "has the path " + c.shown(known.path)
	}
	recorded, had := known.value(name)
	asked, has := q.value(name)
	// A secret that is cut in two would not be found.
	recorded, asked = c.hide.Text(recorded), c.hide.Text(asked)
	switch {
	case !had:
		return fmt.Sprintf("has no %s where this one has %s", c.named(name), c.given(name, asked))
	case !has:
		return fmt.Sprintf("has %s=%s where this one has none", c.named(name), c.shown(recorded))
	}
	before, after := c.apart(recorded, asked)
	return fmt.Sprintf("has %s=%s where this one has %s", c.named(name), before, c.given(name, after))
}

// apart cuts long values down to where they differ.
func (c *Conversation) apart(a, b string) (string, string) {
	const lead = 20
	if len(a) <= maxShown && len(b) <= maxShown {
		return a, b
	}
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	if same <= lead {
		return a, b
	}
	return "…" + strings.ToValidUTF8(a[same-lead:], "?"), "…" + strings.ToValidUTF8(b[same-lead:], "?")
}

// given is a field with its value, without saying again which part it is in.
func (c *Conversation) given(name, value string) string {
	if _, key, ok := strings.Cut(name, ":"); ok {
		return c.shown(key) + "=" + c.shown(value)
	}
	return c.shown(value)
}

// named is a field in words: query page.
func (c *Conversation) named(name string) string {
	return c.shown(strings.Replace(name, ":", " ", 1))
}

// maxShown bounds what is shown of a value, in bytes.
const maxShown = 80

// shown is text without secrets and of a bearable length.
func (c *Conversation) shown(text string) string {
	text = c.hide.Text(text)
	if len(text) > maxShown {
		text = strings.ToValidUTF8(text[:maxShown], "") + "…"
	}
	return phpvalue.Printable(text)
}
