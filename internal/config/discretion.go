package config

import (
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"syncproof/internal/phpvalue"
)

// discretion keeps secrets out of messages: those somebody wrote into the file
// although none belongs there, also under a mistyped key.
type discretion struct{}

// maxColumn is how far into a line excerpts are made; looking for secrets in a
// line of a megabyte takes longer than the message is worth.
const maxColumn = 2000

// Line shows a line up to where a secret may begin.
func (discretion) Line(text string, column int) int {
	if column > maxColumn {
		return -1
	}
	return secretStart(text[:min(len(text), 2*maxColumn*utf8.UTFMax)])
}

var keyAtStart = regexp.MustCompile(`^[\s{-]*["']?([A-Za-z0-9_-]+)["']?\s*:`)

// Form shows little of the line: while a file is not understood, what follows may
// be a secret under a mistyped key, and the line itself a part of a secret, as
// when one of several lines was pasted without indentation. A line that begins
// with a setting of ours is shown, one with braces, an @ or a section up to the
// place only, any other line not at all.
func (discretion) Form(text string, column int) int {
	m := keyAtStart.FindStringSubmatch(text)
	shape, err := loadShape()
	if err != nil || m == nil || len(shape.sections(m[1])) == 0 && shape.Properties[m[1]] == nil {
		return -1
	}
	if strings.ContainsAny(text, "{@") || len(shape.sections(m[1])) == 0 || strings.HasSuffix(m[1], "_env") {
		return column
	}
	return math.MaxInt
}

// Key shows a key up to where it stops looking like one, and nothing behind it.
func (discretion) Key(e entry) (string, int) { return showKey(e.Name), keyEnd(e) }

var keyWord = regexp.MustCompile(`^[A-Za-z0-9_.-]*`)

// keyEnd is how much of a line may be shown that says no more than its key.
func keyEnd(e entry) int {
	return max(1, e.Place.Column-1+len(keyWord.FindString(e.Name)))
}

// showKey shows a key up to where it stops looking like one: what was typed as
// "token:secret" or "token secret" is one key to YAML.
func showKey(key string) string {
	word := keyWord.FindString(key)
	if word == key {
		return phpvalue.Quote(key)
	}
	return phpvalue.Quote(word+"…") + " (a key ends with a colon and a space)"
}

// show describes a value in one line for a message.
func show(n *node) string {
	if holdsLogin(n) {
		return "a value with an @, not shown in case it holds a password"
	}
	return n.Show()
}

// holdsLogin reports whether the value may be written user:password@host.
func holdsLogin(n *node) bool {
	s, _ := n.Value.(string)
	return strings.Contains(s, "@")
}

// beforeValue is how much of a line may be shown when its value may not.
func beforeValue(n *node) int { return max(1, n.Place.Column-1) }

// shown is how much of a line may be shown: of user:password@host only what
// comes before.
func shown(n *node) int {
	if holdsLogin(n) {
		return beforeValue(n)
	}
	return math.MaxInt
}

// secretWord finds words after which a line may hold a secret, and logins in
// addresses.
var secretWord = regexp.MustCompile(`(?i)[a-z0-9_-]*(pass|pwd|secret|token|hash|key|cred|auth)[a-z0-9_-]*["']?\s*:?|://[^/\s]*@`)

// envKey finds the keys that name a variable.
var envKey = regexp.MustCompile(`^(password|accesshash|token)_env["']?\s*:$`)

// secretStart is the number of characters of a line up to where a secret may
// begin. A name of a variable is shown: only its value is secret.
func secretStart(line string) int {
	for at := 0; ; {
		m := secretWord.FindStringIndex(line[at:])
		if m == nil {
			return utf8.RuneCountInString(line)
		}
		word := line[at+m[0] : at+m[1]]
		switch {
		case strings.HasPrefix(word, "://"):
			return utf8.RuneCountInString(line[:at+m[0]+len("://")])
		case !envKey.MatchString(word):
			return utf8.RuneCountInString(line[:at+m[1]])
		}
		at += m[1]
	}
}
