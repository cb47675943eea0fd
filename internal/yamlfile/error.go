package yamlfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Error is one thing that is wrong with a file, or with a flag that stands for
// one of its settings.
type Error struct {
	// File is the file as it was named; empty when a flag is wrong, which
	// Message then names.
	File string
	// Line and Column count from 1, the column in characters; 0 where the
	// problem has no place in the file.
	Line, Column int
	// Message says what is wrong and what to write instead.
	Message string
	// Excerpt shows the line with a mark under the column, without what must not
	// be shown; empty where nothing can be shown.
	Excerpt string
	// Err is the system's error behind this one, nil if there is none.
	Err error
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
func (e *Error) Unwrap() error { return e.Err }

// Join returns the problems in the order of the file, each only once; a single
// one as it is, and nil for none.
func Join(problems []*Error) error {
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
