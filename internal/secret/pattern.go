package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// pattern is one run of bytes that gives a secret away once escapes are undone.
type pattern struct {
	name string
	// encoding is empty for the secret as it is.
	encoding string
	bytes    []byte
	// folds says that the pattern may be broken over lines, as base64 and
	// hexadecimal text is in mails.
	folds bool
}

// How a secret was found, as marks show it. Escapes have their names in
// layer.go.
const (
	inBase64   = "base64"
	inHex      = "hex"
	isReversed = "reversed"
	isCutOff   = "cut-off"
	inCase     = "other-case"
)

// minCased is how long a secret must be to be found in small or capital letters
// as well: a shorter password may well be some account's name but for its case.
const minCased = 12

// traceCut is how much of an argument PHP shows in a stack trace before "...",
// by its default of zend.exception_string_param_max_len.
const traceCut = 15

// patterns lists all that gives one secret away, apart from escapes.
func patterns(name, value string) []pattern {
	all := []pattern{{name: name, bytes: []byte(value)}}
	add := func(encoding string, text []byte, folds bool) {
		known := slices.ContainsFunc(all, func(p pattern) bool { return bytes.Equal(p.bytes, text) })
		if !known && len(text) >= MinLength {
			all = append(all, pattern{name: name, encoding: encoding, bytes: text, folds: folds})
		}
	}
	if len(value) > traceCut {
		add(isCutOff, []byte(value[:traceCut]+"..."), false)
	}
	for _, cased := range []string{strings.ToLower(value), strings.ToUpper(value)} {
		if len(value) >= minCased && !isWeak(cased) {
			add(inCase, []byte(cased), false)
		}
	}
	backwards := []byte(value)
	slices.Reverse(backwards)
	add(isReversed, backwards, false)
	if utf8.ValidString(value) {
		letters := []rune(value)
		slices.Reverse(letters)
		add(isReversed, []byte(string(letters)), false)
	}
	add(inHex, []byte(hex.EncodeToString([]byte(value))), true)
	add(inHex, []byte(strings.ToUpper(hex.EncodeToString([]byte(value)))), true)
	for _, form := range forms(value) {
		for offset := range 3 {
			for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				add(inBase64, base64Core(alphabet, form, offset), true)
			}
		}
	}
	return all
}

// base64Core is the part of the base64 text that is the same whatever stands
// before and after the value, which begins offset bytes into a group of three.
func base64Core(alphabet *base64.Encoding, value string, offset int) []byte {
	text := alphabet.EncodeToString([]byte(strings.Repeat("\x00", offset) + value))
	first := (offset*8 + 5) / 6
	last := (offset + len(value)) * 8 / 6
	return []byte(text[first:last])
}

// forms are the ways a secret is written into something that is then coded as a
// whole, such as a JSON body in base64.
func forms(value string) []string {
	all := []string{
		value, url.QueryEscape(value), strings.ReplaceAll(url.QueryEscape(value), "+", "%20"), html.EscapeString(value),
		strings.NewReplacer("&", "&amp;", `"`, "&quot;", "'", "&#039;", "<", "&lt;", ">", "&gt;").Replace(value),
	}
	for _, escapeHTML := range []bool{false, true} {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(escapeHTML)
		if err := e.Encode(value); err != nil {
			continue
		}
		text := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), `"`), `"`)
		// PHP escapes slashes and everything that is not ASCII unless told not to.
		all = append(all, text, strings.ReplaceAll(text, "/", `\/`), ascii(text), ascii(strings.ReplaceAll(text, "/", `\/`)))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ascii writes what is not ASCII as JSON's \uXXXX.
func ascii(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r < 0x10000:
			writeUnit(&b, r)
		default:
			writeUnit(&b, 0xD800+(r-0x10000)>>10)
			writeUnit(&b, 0xDC00+(r-0x10000)&0x3FF)
		}
	}
	return b.String()
}

func writeUnit(b *strings.Builder, unit rune) {
	b.WriteString(`\u` + hex.EncodeToString([]byte{byte(unit >> 8), byte(unit)}))
}
