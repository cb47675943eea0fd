package answer

// eachMember takes a sound JSON object apart. Keys are as they stand in the
// text, quotes and escapes included.
func eachMember(object []byte, visit func(key, value []byte) error) error {
	s := scanner{text: object}
	s.space()
	s.pos++
	if done, err := s.closes('}'); done || err != nil {
		return err
	}
	for {
		s.space()
		start := s.pos
		if err := s.str(); err != nil {
			return err
		}
		key := object[start:s.pos]
		s.space()
		s.pos++
		value, err := s.take()
		if err != nil {
			return err
		}
		if err := visit(key, value); err != nil {
			return err
		}
		if done, err := s.next('}'); done || err != nil {
			return err
		}
	}
}

// eachElement takes a sound JSON array apart.
func eachElement(array []byte, visit func(value []byte) error) error {
	s := scanner{text: array}
	s.space()
	s.pos++
	if done, err := s.closes(']'); done || err != nil {
		return err
	}
	for {
		value, err := s.take()
		if err != nil {
			return err
		}
		if err := visit(value); err != nil {
			return err
		}
		if done, err := s.next(']'); done || err != nil {
			return err
		}
	}
}

// take moves over one value and returns its text.
func (s *scanner) take() ([]byte, error) {
	s.space()
	start := s.pos
	if err := s.value(0); err != nil {
		return nil, err
	}
	return s.text[start:s.pos], nil
}
