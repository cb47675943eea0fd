package panel

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"syncproof/internal/phpvalue"
)

// Error is one thing that is wrong with a profile.
type Error struct {
	// File is the profile as it was named.
	File string
	// Line and Column count from 1, the column in characters; 0 where the
	// problem has no place in the file.
	Line, Column int
	// Message says what is wrong and what to write instead.
	Message string
	// Excerpt shows the line with a mark under the column; empty where nothing
	// can be shown.
	Excerpt string
}

// Error returns place, message and excerpt.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": " + e.Message)
	if e.Excerpt != "" {
		b.WriteString("\n" + e.Excerpt)
	}
	return b.String()
}

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

// place is where something stands in a profile.
type place struct {
	file         string
	line, column int
	// text is the whole line.
	text string
}

func (p place) problem(format string, args ...any) *Error {
	return &Error{File: p.file, Line: p.line, Column: p.column, Message: fmt.Sprintf(format, args...), Excerpt: excerpt(p)}
}

// maxExcerpt is how much of a line is shown, in characters.
const maxExcerpt = 100

// excerpt shows the line and a mark under the column.
func excerpt(p place) string {
	line := []rune(p.text)
	if p.line < 1 || p.column < 1 || p.column > len(line)+1 {
		return ""
	}
	from := 0
	if p.column > maxExcerpt {
		from = p.column - maxExcerpt/2
	}
	to := min(len(line), from+maxExcerpt)
	text, mark := string(line[from:to]), p.column-1-from
	if to < len(line) {
		text += " …"
	}
	if from > 0 {
		text, mark = "…"+text, mark+1
	}
	number := fmt.Sprintf("%4d", p.line)
	return number + " | " + oneWide(text) + "\n" + strings.Repeat(" ", len(number)) + " | " + strings.Repeat(" ", mark) + "^"
}

// oneWide makes every character one column wide, so that the mark stands where
// it should and nothing moves the cursor.
func oneWide(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case phpvalue.Printable(string(r)) != string(r):
			return '.'
		}
		return r
	}, text)
}
