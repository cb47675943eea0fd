package yamlfile

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"syncproof/internal/phpvalue"
)

// Place is where a key or value was given: in a line of a file, or by a flag.
type Place struct {
	// File is the file as it was named.
	File string
	// Line and Column count from 1, the column in characters; both are 0 for a
	// flag.
	Line, Column int
	// Text is the whole line.
	Text string
	// Flag is the flag of the command line that gave the value instead, such as
	// --server-port.
	Flag string

	discretion Discretion
}

// Subject is how a message calls the setting of that name: as the user wrote it.
func (p Place) Subject(name string) string {
	if p.Flag != "" {
		return p.Flag
	}
	return name
}

// Problem makes an Error at this place, worded as by fmt.Sprintf. It shows as much
// of the line as messages may.
func (p Place) Problem(format string, args ...any) *Error {
	return p.ProblemWithin(math.MaxInt, format, args...)
}

// ProblemWithin is Problem for a line of which only the first characters may be
// shown, such as one whose end may hold a secret; a negative number shows nothing.
func (p Place) ProblemWithin(visible int, format string, args ...any) *Error {
	return &Error{File: p.File, Line: p.Line, Column: p.Column, Message: fmt.Sprintf(format, args...), Excerpt: p.excerpt(visible)}
}

// formProblem is a problem of a file that is not understood.
func (p Place) formProblem(message string) *Error {
	visible := math.MaxInt
	if p.discretion != nil {
		visible = p.discretion.Form(p.Text, p.Column)
	}
	return p.ProblemWithin(visible, "%s", message)
}

// maxExcerpt is how much of a line is shown, in characters.
const maxExcerpt = 100

// excerpt shows the line and a mark under the column. It shows nothing when the
// mark would stand outside what may be shown.
func (p Place) excerpt(visible int) string {
	if p.discretion != nil {
		visible = min(visible, p.discretion.Line(p.Text, p.Column))
	}
	from := 0
	if p.Column > maxExcerpt {
		from = p.Column - maxExcerpt/2
	}
	// A line can be as long as the file.
	line := []rune(p.Text[:min(len(p.Text), (from+maxExcerpt+1)*utf8.UTFMax)])
	to := min(len(line), visible, from+maxExcerpt)
	if p.Line < 1 || p.Column < 1 || p.Column > to+1 || from > to {
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
	number := fmt.Sprintf("%4d", p.Line)
	margin := strings.Repeat(" ", len(number))
	return number + " | " + oneWide(text) + "\n" + margin + " | " + strings.Repeat(" ", p.Column-1-from) + "^"
}

// oneWide makes every character one column wide, so that the mark stands where it
// should and nothing moves the cursor.
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
