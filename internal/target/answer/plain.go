package answer

import "bytes"

// mostPlainKeys bounds the keys of a plain object, which are compared in pairs.
const mostPlainKeys = 16

// plainObject is the length of the JSON object that text begins with, when it
// consists of texts in ASCII without escapes, stands without white space and has no
// key twice, and is 0 for everything else. Nearly every account is of that form,
// and reading it strictly takes ten times as long.
func plainObject(text []byte) int {
	if len(text) < 2 || text[0] != '{' {
		return 0
	}
	if text[1] == '}' {
		return 2
	}
	var keys [mostPlainKeys][]byte
	at := 1
	for n := range keys {
		end := plainText(text, at)
		if end == 0 || end == len(text) || text[end] != ':' {
			return 0
		}
		key := text[at:end]
		// There is no way to write a plain key but one.
		for _, other := range keys[:n] {
			if bytes.Equal(other, key) {
				return 0
			}
		}
		keys[n] = key
		if at = plainText(text, end+1); at == 0 || at == len(text) {
			return 0
		}
		switch text[at] {
		case '}':
			// An array with this key is written in another way.
			for _, key := range keys[:n+1] {
				if string(key) == `"$php"` {
					return 0
				}
			}
			return at + 1
		case ',':
			at++
		default:
			return 0
		}
	}
	return 0
}

// plainText is the end of the plain text that begins at that place with its
// quote, 0 where none does.
func plainText(text []byte, at int) int {
	if at >= len(text) || text[at] != '"' {
		return 0
	}
	for at++; at < len(text); at++ {
		switch c := text[at]; {
		case c == '"':
			return at + 1
		case c < 0x20, c >= 0x80, c == '\\':
			return 0
		}
	}
	return 0
}

// plainInt is the end of the whole number that begins at that place as PHP
// writes it.
func plainInt(text []byte, at int) int {
	end := at
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if end == at || end-at > 18 || text[at] == '0' && end > at+1 {
		return 0
	}
	return end
}

// accountEvent is a plain event of an account, taken apart.
type accountEvent struct {
	// call is without its quotes, nil where the event names none; key and value are
	// as they stand in the text.
	call, key, value []byte
	end              int
}

const accountHead = `{"event":"account",`

// plainAccount reads the event of an account that text begins with, when it is
// plain; end is 0 for everything else.
func plainAccount(text []byte) (e accountEvent) {
	if !bytes.HasPrefix(text, []byte(accountHead)) {
		return e
	}
	session := false
	for at := len(accountHead); ; {
		colon := plainText(text, at)
		if colon == 0 || colon == len(text) || text[colon] != ':' {
			return accountEvent{}
		}
		name, from := text[at+1:colon-1], colon+1
		var end int
		switch {
		case string(name) == "key" && e.key == nil:
			if end = plainInt(text, from); end == 0 {
				end = plainText(text, from)
			}
			e.key = text[from:max(from, end)]
		case string(name) == "value" && e.value == nil:
			if size := plainObject(text[min(len(text), from):]); size > 0 {
				end = from + size
			}
			e.value = text[min(len(text), from):max(min(len(text), from), end)]
		case string(name) == "call" && e.call == nil:
			if end = plainText(text, from); end > 0 {
				e.call = text[from+1 : end-1]
			}
		case string(name) == "session" && !session:
			session = true
			end = plainText(text, from)
		}
		if end == 0 || end >= len(text) {
			return accountEvent{}
		}
		switch text[end] {
		case '}':
			if e.key == nil || e.value == nil {
				return accountEvent{}
			}
			e.end = end + 1
			return e
		case ',':
			at = end + 1
		default:
			return accountEvent{}
		}
	}
}
