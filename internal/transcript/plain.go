package transcript

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
)

// plainLine is an account event in the form that nearly every one has: an int or
// a text without escapes as its key, and an object of such texts as its value.
// There may be millions of them, and encoding/json takes ten times as long.
type plainLine struct {
	session, call []byte
	// key and value stand as they do in the line.
	key, value []byte
}

// accountHead begins every account event that syncproof or its wrapper writes.
const accountHead = `{"event":"account",`

// scanAccount takes a line apart when it is plain, and so proves that
// encoding/json would read the same from it and write it in the same way. Of
// every other line it says nothing.
func scanAccount(line []byte) (p plainLine, ok bool) {
	if !bytes.HasPrefix(line, []byte(accountHead)) {
		return p, false
	}
	s := plainScanner{text: line, at: len(accountHead)}
	sound, wide := bare(line)
	if !sound || wide && !s.sound() {
		return p, false
	}
	for {
		name := s.quoted()
		if s.failed || !s.skip(':') {
			return p, false
		}
		if !s.member(&p, name) {
			return p, false
		}
		if s.skip('}') {
			break
		}
		if !s.skip(',') {
			return p, false
		}
	}
	return p, s.at == len(line) && p.session != nil && p.call != nil && p.key != nil && p.value != nil
}

// plainScanner walks over a bare line; failed says that it is not plain.
type plainScanner struct {
	text   []byte
	at     int
	failed bool
}

// member takes the value of one of the event's own keys, each of which may
// stand there once.
func (s *plainScanner) member(p *plainLine, name []byte) bool {
	var to *[]byte
	switch string(name) {
	case "session":
		to = &p.session
	case "call":
		to = &p.call
	case "nonce":
		// The wrapper's own; a transcript has none.
		s.quoted()
		return !s.failed
	case "key":
		to = &p.key
	case "value":
		to = &p.value
	default:
		return false
	}
	if *to != nil {
		return false
	}
	switch string(name) {
	case "key":
		*to = s.key()
	case "value":
		*to = s.object()
	default:
		*to = s.quoted()
	}
	return !s.failed
}

func (s *plainScanner) skip(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

// plainByte holds for the bytes of a text that stand for themselves and that
// encoding/json writes as they are.
func plainByte(c byte) bool {
	return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
}

// quoted is the inside of the text that begins here.
func (s *plainScanner) quoted() []byte {
	if !s.skip('"') {
		s.failed = true
		return nil
	}
	start, end := s.at, quoteAt(s.text, s.at)
	s.at = end + 1
	s.failed = s.failed || end == len(s.text)
	return s.text[start:end]
}

// key is an int or a text, with its quotes.
func (s *plainScanner) key() []byte {
	start := s.at
	if s.at < len(s.text) && s.text[s.at] == '"' {
		s.quoted()
		return s.text[start:min(s.at, len(s.text))]
	}
	s.skip('-')
	digits := s.at
	for s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' {
		s.at++
	}
	if s.at == digits || s.text[digits] == '0' && (s.at > digits+1 || digits > start) {
		s.failed = true
	}
	return s.text[start:s.at]
}

// object moves over an object of texts.
func (s *plainScanner) object() []byte {
	start := s.at
	if !s.skip('{') {
		s.failed = true
		return nil
	}
	if s.skip('}') {
		return s.text[start:s.at]
	}
	for {
		s.quoted()
		if s.failed || !s.skip(':') {
			s.failed = true
			return nil
		}
		s.quoted()
		if s.skip('}') && !s.failed {
			return s.text[start:s.at]
		}
		if s.failed || !s.skip(',') {
			s.failed = true
			return nil
		}
	}
}

// sound holds for text that is UTF-8 and has none of the two separators that
// encoding/json escapes.
func (s *plainScanner) sound() bool {
	return utf8.Valid(s.text) && !bytes.Contains(s.text, []byte("\u2028")) && !bytes.Contains(s.text, []byte("\u2029"))
}

// plainText holds for a text that is written as it is between quotes.
func plainText(text string) bool {
	for i := range len(text) {
		if !plainByte(text[i]) || text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return text != ""
}

// appendAccount writes an account event as json.Marshal does, where it is plain,
// and takes it apart at once.
func appendAccount(line []byte, e Envelope, a *AccountLine) ([]byte, plainLine, bool) {
	if !plainText(e.Session) || !plainText(e.Call) {
		return line, plainLine{}, false
	}
	line = append(line, accountHead...)
	line = append(append(append(line, `"session":"`...), e.Session...), `","call":"`...)
	line = append(append(line, e.Call...), `","key":`...)
	switch key := a.Key.(type) {
	case int:
		line = strconv.AppendInt(line, int64(key), 10)
	case int64:
		line = strconv.AppendInt(line, key, 10)
	case json.Number:
		line = append(line, key...)
	case string:
		if !plainText(key) {
			return line, plainLine{}, false
		}
		line = append(append(append(line, '"'), key...), '"')
	default:
		return line, plainLine{}, false
	}
	line = append(append(append(line, `,"value":`...), a.Value...), '}')
	p, ok := scanAccount(line)
	return line, p, ok
}

// body is the event's body as decoding it gives it. It shares nothing with the
// line.
func (p plainLine) body() *AccountLine {
	a := &AccountLine{Value: bytes.Clone(p.value)}
	if p.key[0] == '"' {
		a.Key = string(p.key[1 : len(p.key)-1])
	} else {
		a.Key = json.Number(p.key)
	}
	return a
}

// account is the entry that stands at a row.
func (p plainLine) account(row int) contract.Account {
	a := contract.Account{Row: row}
	if p.key[0] == '"' {
		a.Key = string(p.key[1 : len(p.key)-1])
	} else if digits := make([]byte, 0, 20); !bytes.Equal(p.key, strconv.AppendInt(digits, int64(row), 10)) {
		a.Key = string(p.key)
	}
	// All texts of an account share one string.
	value := string(p.value)
	fields := make(map[string]any, len(contract.Fields()))
	for at := 1; value[at] == '"'; {
		name := at + 1
		end := quoteAt(p.value, name)
		text := end + len(`":"`)
		last := quoteAt(p.value, text)
		fields[internName(value[name:end])] = value[text:last]
		at = last + len(`",`)
		if at >= len(value) {
			break
		}
	}
	a.Value = fields
	a.Fields, _ = phpvalue.Map(a.Value)
	return a
}

// internName is a name of which the documented ones hold on to no account.
func internName(name string) string {
	switch name {
	case contract.FieldEmail:
		return contract.FieldEmail
	case contract.FieldUsername:
		return contract.FieldUsername
	case contract.FieldDomain:
		return contract.FieldDomain
	case contract.FieldUniqueIdentifier:
		return contract.FieldUniqueIdentifier
	case contract.FieldProduct:
		return contract.FieldProduct
	case contract.FieldPrimaryIP:
		return contract.FieldPrimaryIP
	case contract.FieldCreated:
		return contract.FieldCreated
	case contract.FieldStatus:
		return contract.FieldStatus
	}
	return name
}
