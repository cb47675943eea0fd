package config

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"syncproof/internal/phpvalue"
)

// Error is one thing that is wrong with the configuration.
type Error struct {
	// File is the file as it was named; empty when a flag is wrong, which
	// Message then names.
	File string
	// Line and Column count from 1, the column in characters; 0 where the
	// problem has no place in the file.
	Line, Column int
	// Message says what is wrong and what to write instead.
	Message string
	// Excerpt shows the line with a mark under the column, secrets left out;
	// empty where nothing can be shown.
	Excerpt string

	err error
}

// Error returns place, message and excerpt.
func (e *Error) Error() string {
	var b strings.Builder
	switch {
	case e.File != "" && e.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d: ", e.File, e.Line, e.Column)
	case e.File != "":
		b.WriteString(e.File + ": ")
	}
	b.WriteString(e.Message)
	if e.Excerpt != "" {
		b.WriteString("\n" + e.Excerpt)
	}
	return b.String()
}

// Unwrap returns the system's error behind this one, if there is any.
func (e *Error) Unwrap() error { return e.err }

// join returns the problems in the order of the file, each only once.
func join(problems []*Error) error {
	slices.SortStableFunc(problems, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	problems = slices.CompactFunc(problems, func(a, b *Error) bool {
		return a.Line == b.Line && a.Column == b.Column && a.Message == b.Message
	})
	if len(problems) == 1 {
		return problems[0]
	}
	all := make([]error, 0, len(problems))
	for _, p := range problems {
		all = append(all, p)
	}
	return errors.Join(all...)
}

// place is where a key or value was given: in a line of a file, or by a flag.
type place struct {
	file         string
	line, column int
	// text is the whole line.
	text string
	flag string
}

// subject is how a message calls the setting: as the user wrote it.
func (p place) subject(name string) string {
	if p.flag != "" {
		return p.flag
	}
	return name
}

// problem makes an Error at this place. shown limits how many characters of the
// line the excerpt may show, for lines whose end may hold a secret; 0 for all.
func (p place) problem(shown int, format string, args ...any) *Error {
	e := &Error{File: p.file, Line: p.line, Column: p.column, Message: fmt.Sprintf(format, args...)}
	if p.line > 0 {
		e.Excerpt = excerpt(p, shown)
	}
	return e
}

// maxExcerpt is how much of a line is shown, in characters.
const maxExcerpt = 100

// maxColumn is how far into a line excerpts are made; looking for secrets in a
// line of a megabyte takes longer than the message is worth.
const maxColumn = 2000

// excerpt shows the line and a mark under the column. It shows nothing when the
// mark would stand outside what may be shown.
func excerpt(p place, shown int) string {
	if p.column > maxColumn {
		return ""
	}
	p.text = p.text[:min(len(p.text), 2*maxColumn*utf8.UTFMax)]
	line := []rune(p.text)
	visible := secretStart(p.text)
	if shown > 0 {
		visible = min(visible, shown)
	}
	from := 0
	if p.column > maxExcerpt {
		from = p.column - maxExcerpt/2
	}
	to := min(len(line), visible, from+maxExcerpt)
	if p.column < 1 || p.column > to+1 || from > to {
		return ""
	}
	text := string(line[from:to])
	if to < len(line) {
		text = strings.TrimRight(text, " \t") + " …"
	}
	if from > 0 {
		text = "…" + text
		from--
	}
	number := fmt.Sprintf("%4d", p.line)
	margin := strings.Repeat(" ", len(number))
	return number + " | " + clean(text) + "\n" + margin + " | " + strings.Repeat(" ", p.column-1-from) + "^"
}

// clean makes every character one column wide, so that the mark stands where it
// should and nothing moves the cursor.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return ' '
		}
		if phpvalue.Printable(string(r)) != string(r) {
			return '.'
		}
		return r
	}, text)
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
