package secret

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// layer undoes one kind of escaping over a whole text.
type layer struct {
	name string
	// marks are bytes one of which every escape begins with.
	marks string
	// needs are bytes of which one must be there, when not all marks will do.
	needs string
	// unescape reads the escape at the start of text: how many bytes it takes
	// and what it stands for. It takes none where there is no escape.
	unescape func(text []byte, to []byte) (taken int, out []byte)
	// folding restricts the search to what may be broken over lines.
	folding bool
}

// layers are tried in this order, alone and in pairs.
func layers() []layer {
	return []layer{
		{name: "url-encoded", marks: "%", unescape: unescapePercent},
		// In a form a plus is a blank; elsewhere in an address it is itself.
		{name: "url-encoded", marks: "%+", needs: "+", unescape: unescapeForm},
		{name: "html-escaped", marks: "&", unescape: unescapeEntity},
		{name: "json-escaped", marks: `\`, unescape: unescapeBackslash},
		{name: "", marks: "\r\n", unescape: unfold, folding: true},
	}
}

// escapeBytes are those that an escape may begin with.
const escapeBytes = `%&\+`

// escapeByte reports whether an escape, or a break within a line of base64 or
// hexadecimal text, may begin at that byte.
func escapeByte(text []byte, i int) bool {
	switch text[i] {
	case '%', '&', '\\', '+':
		return true
	case '\r', '\n':
		return folded(text, i)
	}
	return false
}

// folded reports whether the line break at i stands between two characters that
// a broken line can end and begin with.
func folded(text []byte, i int) bool {
	// A line ends in one or two characters; blank lines end the text.
	before, after := text[max(0, i-2):i], text[i+1:min(len(text), i+3)]
	before, after = bytes.TrimRight(before, "\r\n"), bytes.TrimLeft(after, "\r\n")
	return len(before) > 0 && len(after) > 0 && codeByte(before[len(before)-1]) && codeByte(after[0])
}

func codeByte(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b == '+' || b == '/' || b == '-' || b == '_' || b == '%'
}

// maxEscape is how many bytes an escape can take, itself escaped once.
const maxEscape = 2 * maxEntity

// maxExpansion is how many bytes of text one byte of a pattern can take: an
// escaped ampersand of an HTML entity of a byte in hexadecimal, broken lines
// included.
const maxExpansion = 40

// decoded is a text with one layer taken off. Byte i of it stood from starts[i]
// to ends[i] in the text it came from.
type decoded struct {
	text         []byte
	starts, ends []int32
}

// strip takes the layer off and reports whether there was anything to take off.
func (l layer) strip(text []byte) (decoded, bool) {
	if !bytes.ContainsAny(text, l.marks) || l.needs != "" && !bytes.ContainsAny(text, l.needs) {
		return decoded{}, false
	}
	d := decoded{text: make([]byte, 0, len(text)), starts: make([]int32, 0, len(text)), ends: make([]int32, 0, len(text))}
	changed := false
	var room [16]byte
	for i := 0; i < len(text); {
		taken, out := 0, room[:0]
		if startsEscape(text[i], l.marks) {
			taken, out = l.unescape(text[i:], out)
		}
		if taken == 0 {
			taken, out = 1, append(out, text[i])
		} else {
			changed = true
		}
		for range out {
			d.starts, d.ends = append(d.starts, int32(i)), append(d.ends, int32(i+taken))
		}
		i += taken
		d.text = append(d.text, out...)
	}
	return d, changed
}

func startsEscape(b byte, marks string) bool {
	for i := range len(marks) {
		if marks[i] == b {
			return true
		}
	}
	return false
}

// source is where the bytes from start to end of the decoded text lie in the
// text it came from.
func (d decoded) source(start, end int) (int, int) {
	return int(d.starts[start]), int(d.ends[end-1])
}

func unescapePercent(text, to []byte) (int, []byte) {
	if len(text) < 3 {
		return 0, to
	}
	b, err := strconv.ParseUint(string(text[1:3]), 16, 8)
	if err != nil {
		return 0, to
	}
	return 3, append(to, byte(b))
}

func unescapeForm(text, to []byte) (int, []byte) {
	if text[0] == '+' {
		return 1, append(to, ' ')
	}
	return unescapePercent(text, to)
}

func unfold(_, to []byte) (int, []byte) { return 1, to }

// maxEntity is the longest name of an HTML entity, with & and ;.
const maxEntity = 33

func unescapeEntity(text, to []byte) (int, []byte) {
	end := bytes.IndexByte(text[:min(len(text), maxEntity)], ';')
	if end < 0 {
		return 0, to
	}
	for _, b := range text[1:end] {
		if b != '#' && (b < '0' || b > '9') && (b|0x20 < 'a' || b|0x20 > 'z') {
			return 0, to
		}
	}
	plain := html.UnescapeString(string(text[:end+1]))
	// An unknown name stays as it is; of &ltd; only the known beginning would be
	// undone. Both keep their semicolon.
	if len(plain) > 1 && plain[len(plain)-1] == ';' {
		return 0, to
	}
	return end + 1, append(to, plain...)
}

// unescapeBackslash undoes JSON's escapes and those of PHP, JavaScript and
// shells, which agree: \uXXXX, \u{X}, \xXX, \n and the like, and a backslash
// before any other sign.
func unescapeBackslash(text, to []byte) (int, []byte) {
	if len(text) < 2 {
		return 0, to
	}
	switch c := text[1]; c {
	case 'u':
		return unescapeUnicode(text, to)
	case 'x':
		if len(text) < 4 {
			return 0, to
		}
		b, err := strconv.ParseUint(string(text[2:4]), 16, 8)
		if err != nil {
			return 0, to
		}
		return 4, append(to, byte(b))
	case 'n':
		return 2, append(to, '\n')
	case 'r':
		return 2, append(to, '\r')
	case 't':
		return 2, append(to, '\t')
	case 'b':
		return 2, append(to, '\b')
	case 'f':
		return 2, append(to, '\f')
	case 'v':
		return 2, append(to, '\v')
	case '0':
		return 2, append(to, 0)
	default:
		if c < '!' || c > '~' || c >= '1' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' {
			return 0, to
		}
		return 2, append(to, c)
	}
}

func unescapeUnicode(text, to []byte) (int, []byte) {
	if len(text) > 2 && text[2] == '{' {
		end := bytes.IndexByte(text[:min(len(text), len(`\u{10FFFF}`))], '}')
		if end < 0 {
			return 0, to
		}
		r, err := strconv.ParseUint(string(text[3:end]), 16, 21)
		if err != nil {
			return 0, to
		}
		return end + 1, utf8.AppendRune(to, rune(r))
	}
	first, ok := unit(text)
	if !ok {
		return 0, to
	}
	if utf16.IsSurrogate(first) {
		if second, ok := unit(text[6:]); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return 12, utf8.AppendRune(to, r)
			}
		}
	}
	return 6, utf8.AppendRune(to, first)
}

// unit reads \uXXXX.
func unit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	r, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(r), err == nil
}
