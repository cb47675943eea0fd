package report

import (
	"bytes"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncproof/internal/contract"
)

const (
	defaultWidth = 100
	minWidth     = 40
	// labelColumn is the width of "why", "evidence" and the like.
	labelColumn = 10
)

// printer lays out plain text in columns and colours whole pieces of it, so
// that escape sequences never count as width.
type printer struct {
	out    bytes.Buffer
	width  int
	styles styles
}

type styles struct {
	plain, bold, faint, good, warn, bad ansi.Style
}

func newPrinter(opt TerminalOptions) *printer {
	width := opt.Width
	if width <= 0 {
		width = defaultWidth
	}
	return &printer{width: max(width, minWidth), styles: newStyles(opt.Color)}
}

// newStyles are those of the sixteen colours every terminal has, or none at all.
func newStyles(color bool) styles {
	if !color {
		return styles{}
	}
	// From the beginning each time: styles that are made of one share its memory.
	bold := func() ansi.Style { return ansi.Style{}.Bold() }
	return styles{
		bold: bold(), faint: ansi.Style{}.Faint(),
		good: bold().ForegroundColor(ansi.Green),
		warn: bold().ForegroundColor(ansi.Yellow),
		bad:  bold().ForegroundColor(ansi.Red),
	}
}

func (s styles) verdict(v contract.Verdict) ansi.Style {
	switch v {
	case contract.Conformant:
		return s.good
	case contract.Incomplete:
		return s.warn
	default:
		return s.bad
	}
}

func (p *printer) blank() { p.out.WriteByte('\n') }

// line writes one line. Wrapping can put any part of a foreign text at its
// beginning.
func (p *printer) line(s string) {
	p.out.WriteString(inert(strings.TrimRight(s, " ")))
	p.out.WriteByte('\n')
}

// hang prints head at an indent and text behind it, wrapped. Further lines
// stand under the text where the head is short and under the indent plus six
// where it is long. Without a head the style is the text's.
//
// Here, in columns and in raw everything passes the escaper, whatever the caller
// did before; a second pass changes nothing.
func (p *printer) hang(style ansi.Style, head, text string, indent, gap int) {
	head, text = visible(head), visible(text)
	margin := strings.Repeat(" ", indent)
	if head == "" {
		for _, l := range wrap(text, p.width-indent, p.width-indent) {
			p.line(margin + p.render(style, l))
		}
		return
	}
	heads := wrap(head, p.width-indent, p.width-indent)
	for _, h := range heads[:len(heads)-1] {
		p.line(margin + p.render(style, h))
	}
	head = heads[len(heads)-1]
	used := indent + ansi.StringWidth(head) + gap
	under := used
	if under > p.width/2 || len(heads) > 1 {
		under = indent + 6
	}
	lines := wrap(text, p.width-used, p.width-under)
	p.line(margin + p.render(style, head) + strings.Repeat(" ", gap) + lines[0])
	for _, l := range lines[1:] {
		p.line(strings.Repeat(" ", under) + l)
	}
}

// labelled prints foreign or own text behind a small label.
func (p *printer) labelled(label, text string, indent int) {
	if text == "" {
		return
	}
	p.columns("", indent, label, oneLine(text, maxReason))
}

// columns prints a label and text at an indent, with an optional place in the
// room before it.
func (p *printer) columns(place string, indent int, label, text string) {
	place, text = visible(place), visible(text)
	column := labelColumn
	if isValueLabel(label) {
		column = len("want") + 2
	}
	room := p.width - indent - column
	before := strings.Repeat(" ", indent)
	if place != "" {
		before = strings.Repeat(" ", 6) + p.render(p.styles.bold, place) +
			strings.Repeat(" ", indent-6-ansi.StringWidth(place))
	}
	for _, l := range wrap(text, room, room) {
		p.line(before + p.render(p.styles.faint, pad(label, column)) + l)
		before, label = strings.Repeat(" ", indent), ""
	}
}

func isValueLabel(label string) bool {
	return label == "want" || label == "got" || label == "note" || label == "sync" || label == "code"
}

// rawLabelled prints text that is copied from the screen, unbroken.
func (p *printer) rawLabelled(label, text string) { p.raw(6, pad(label, labelColumn-2), text) }

func (p *printer) raw(indent int, label, text string) {
	p.line(strings.Repeat(" ", indent) + p.render(p.styles.faint, label) + "  " + visible(text))
}

// render leaves blank text alone: styled blanks would be trailing garbage.
func (p *printer) render(style ansi.Style, s string) string {
	if strings.TrimSpace(s) == "" {
		return s
	}
	return style.Styled(s)
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}

// wrap breaks text at single spaces into lines of at most width columns, the
// first of at most first columns; spaces beside a break stay, because in a value
// they matter. A word wider than a line is broken anywhere. It always returns at
// least one line.
func wrap(text string, first, width int) []string {
	width = max(width, 1)
	w := wrapper{room: min(first, width), width: width}
	for i, word := range strings.Split(text, " ") {
		w.add(word, i > 0)
	}
	return append(w.lines, w.line.String())
}

type wrapper struct {
	lines       []string
	line        strings.Builder
	room, width int
}

func (w *wrapper) flush() {
	w.lines = append(w.lines, w.line.String())
	w.line.Reset()
	w.room = w.width
}

func (w *wrapper) add(word string, spaced bool) {
	wide := displayWidth(word)
	switch {
	case !spaced:
		// The first word moves down whole when the first line has less room.
		if wide > w.room && w.room < w.width {
			w.flush()
		}
	case wide+1 > w.room:
		w.flush()
	default:
		w.line.WriteByte(' ')
		w.room--
	}
	for wide > w.room {
		head, tail, used := split(word, w.room)
		if tail == "" {
			break
		}
		w.line.WriteString(head)
		w.flush()
		word, wide = tail, wide-used
	}
	w.line.WriteString(word)
	w.room -= wide
}

// split cuts a word after at most that many columns, but never before its first
// character, however wide that is. used is the width of head.
func split(word string, most int) (head, tail string, used int) {
	for i, r := range word {
		wide := displayWidth(string(r))
		if used+wide > most && i > 0 {
			return word[:i], word[i:], used
		}
		used += wide
	}
	return word, "", used
}

// displayWidth adds up the characters one by one, so that the widths of a word's
// parts add up to its own.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		n += ansi.StringWidth(string(r))
	}
	return n
}
