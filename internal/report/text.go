package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible returns s with every character escaped that could move a cursor, hide
// text, turn its direction, or is illegal in XML: what a module printed must not
// act on the reader's terminal, CI log or browser. Line breaks are escaped too,
// so the result is one line.
func visible(s string) string { return escape(s, "") }

// visibleLines is visible for text of our own that has line breaks on purpose.
func visibleLines(s string) string { return escape(s, "\n") }

func escape(s, keep string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02X`, s[i])
		case r == '#' && commands(s[i:]):
			b.WriteString(`\u{0023}`)
		case shows(r) || strings.ContainsRune(keep, r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		default:
			fmt.Fprintf(&b, `\u{%04X}`, r)
		}
	}
	return b.String()
}

// commands reports whether text begins with what a CI system takes for a command
// wherever it stands in a line of a job's log: GitHub's older form, that of Azure
// Pipelines and that of TeamCity.
func commands(text string) bool {
	return strings.HasPrefix(text, "##[") || strings.HasPrefix(text, "##vso[") || strings.HasPrefix(text, "##teamcity[")
}

// longestCommand is as much as commands looks at.
const longestCommand = len("##teamcity[")

// inert is a line that GitHub does not take for a command. It looks past blanks
// at the beginning of a line for "::".
func inert(line string) string {
	rest := strings.TrimLeft(line, " ")
	if !strings.HasPrefix(rest, "::") {
		return line
	}
	return line[:len(line)-len(rest)] + `\u{003A}` + rest[1:]
}

// shows reports whether r is seen as what it is. The ignorable letters (such as
// the Hangul filler) and variation selectors count as graphic in Unicode but
// leave no mark; U+2800 is a blank that is no space.
func shows(r rune) bool {
	switch {
	case ' ' <= r && r <= '~':
		return true
	case r == '\u2800', unicode.Is(unicode.Zs, r):
		return false
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return false
	}
	return unicode.IsGraphic(r)
}

// clip cuts s to at most n characters and says how long it was.
func clip(s string, n int) string {
	seen := 0
	for i := range s {
		if seen == n {
			return fmt.Sprintf("%s… (%d bytes in all)", s[:i], len(s))
		}
		seen++
	}
	return s
}

// oneLine is foreign text made safe and short enough for one line.
func oneLine(s string, n int) string { return visible(clip(s, n)) }

// unwrap joins our own multi-line text to one line.
func unwrap(s string) string { return strings.Join(strings.Fields(s), " ") }

// plural writes a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// list joins words as a sentence does.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
