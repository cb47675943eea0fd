package answer

import (
	"errors"
	"fmt"

	"syncproof/internal/phpvalue"
)

// Ways in which text is not a JSON document.
var (
	errSyntax    = errors.New("the text is not JSON")
	errBreaksOff = errors.New("the text ends inside the JSON document")
	errTooDeep   = errors.New("the JSON document nests too deeply")
)

// scanner walks over JSON without building it, so that a document can be found
// in other text, measured and taken apart before any of it costs memory.
type scanner struct {
	text []byte
	pos  int
	// keyed says that a key and its colon were passed: what is broken after
	// that was meant as JSON and is no chance brace in other text.
	keyed bool
}

// value moves over one value.
func (s *scanner) value(depth int) error {
	if depth > phpvalue.MaxDepth {
		return errTooDeep
	}
	s.space()
	c, ok := s.peek()
	switch {
	case !ok:
		return errBreaksOff
	case c == '{':
		return s.object(depth)
	case c == '[':
		return s.array(depth)
	case c == '"':
		return s.str()
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case c == 't':
		return s.literal("true")
	case c == 'f':
		return s.literal("false")
	case c == 'n':
		return s.literal("null")
	}
	return s.syntax()
}

func (s *scanner) object(depth int) error {
	s.pos++
	if done, err := s.closes('}'); done || err != nil {
		return err
	}
	for {
		if err := s.key(); err != nil {
			return err
		}
		if err := s.value(depth + 1); err != nil {
			return err
		}
		if done, err := s.next('}'); done || err != nil {
			return err
		}
	}
}

func (s *scanner) array(depth int) error {
	s.pos++
	if done, err := s.closes(']'); done || err != nil {
		return err
	}
	for {
		if err := s.value(depth + 1); err != nil {
			return err
		}
		if done, err := s.next(']'); done || err != nil {
			return err
		}
	}
}

// key moves over an object's key and colon.
func (s *scanner) key() error {
	s.space()
	if err := s.expect('"'); err != nil {
		return err
	}
	s.pos--
	if err := s.str(); err != nil {
		return err
	}
	s.space()
	if err := s.expect(':'); err != nil {
		return err
	}
	s.keyed = true
	return nil
}

// closes moves over the closing bracket of an empty container.
func (s *scanner) closes(bracket byte) (bool, error) {
	s.space()
	c, ok := s.peek()
	if !ok {
		return false, errBreaksOff
	}
	if c == bracket {
		s.pos++
		return true, nil
	}
	return false, nil
}

// next moves over what follows a member: a comma, or the closing bracket.
func (s *scanner) next(bracket byte) (closed bool, err error) {
	if closed, err := s.closes(bracket); closed || err != nil {
		return closed, err
	}
	return false, s.expect(',')
}

func (s *scanner) str() error {
	s.pos++
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '"':
			s.pos++
			return nil
		case c < 0x20:
			return s.syntax()
		case c == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		default:
			s.pos++
		}
	}
	return errBreaksOff
}

func (s *scanner) escape() error {
	s.pos++
	c, ok := s.peek()
	if !ok {
		return errBreaksOff
	}
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos++
		return nil
	case 'u':
		s.pos++
	default:
		return s.syntax()
	}
	for range 4 {
		c, ok := s.peek()
		switch {
		case !ok:
			return errBreaksOff
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			s.pos++
		default:
			return s.syntax()
		}
	}
	return nil
}

func (s *scanner) number() error {
	if c, _ := s.peek(); c == '-' {
		s.pos++
	}
	if c, _ := s.peek(); c == '0' {
		s.pos++
	} else if err := s.digits(); err != nil {
		return err
	}
	if c, ok := s.peek(); ok && c == '.' {
		s.pos++
		if err := s.digits(); err != nil {
			return err
		}
	}
	if c, ok := s.peek(); ok && (c == 'e' || c == 'E') {
		s.pos++
		if c, _ := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		return s.digits()
	}
	return nil
}

// digits moves over at least one digit.
func (s *scanner) digits() error {
	start := s.pos
	for s.pos < len(s.text) && s.text[s.pos] >= '0' && s.text[s.pos] <= '9' {
		s.pos++
	}
	if s.pos > start {
		return nil
	}
	if s.pos == len(s.text) {
		return errBreaksOff
	}
	return s.syntax()
}

func (s *scanner) literal(word string) error {
	for i := range len(word) {
		if err := s.expect(word[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *scanner) space() {
	for s.pos < len(s.text) && isSpace(s.text[s.pos]) {
		s.pos++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func (s *scanner) peek() (byte, bool) {
	if s.pos >= len(s.text) {
		return 0, false
	}
	return s.text[s.pos], true
}

func (s *scanner) expect(want byte) error {
	c, ok := s.peek()
	if !ok {
		return errBreaksOff
	}
	if c != want {
		return s.syntax()
	}
	s.pos++
	return nil
}

func (s *scanner) syntax() error { return brokenError(s.pos) }

// brokenError is an errSyntax that knows the offset of the first wrong byte.
type brokenError int

func (b brokenError) Error() string { return fmt.Sprintf("%v at byte %d", errSyntax, int(b)+1) }

func (b brokenError) Is(target error) bool { return target == errSyntax }
