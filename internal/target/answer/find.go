package answer

import (
	"bytes"
	"errors"
)

// Ways in which a body holds no document that could be taken for the answer,
// besides those of the scanner.
var (
	errEmpty   = errors.New("the body is empty")
	errNone    = errors.New("there is no JSON document in the body")
	errSeveral = errors.New("there is more than one JSON document in the body")
	errPage    = errors.New("the body is a web page")
	errSource  = errors.New("the body is PHP source code")
)

// space is what JSON allows around a document. It is no noise: scripts end
// their output with a line break, and nothing is wrong with that.
const space = " \t\r\n"

// found is a body taken apart: the document, and what was printed around it.
type found struct {
	document      []byte
	before, after []byte
	// stream has the accounts, where they were taken out of the document.
	stream *Stream
}

// noise reports whether anything but white space stands around the document.
func (f found) noise() bool {
	return len(bytes.Trim(f.before, space))+len(bytes.Trim(f.after, space)) > 0
}

// find looks for the answer in a body. PHP prints warnings, byte order marks
// and forgotten echo output into the same stream, so the document may stand in
// other text. It must be clear which text is the answer: where two documents
// could be, or a document is broken, there is none, because a fragment taken
// for the answer would be judged as if the module had returned it.
func find(body []byte) (found, error) {
	text := bytes.Trim(body, space)
	if len(text) == 0 {
		return found{}, errEmpty
	}
	s := scanner{text: text}
	err := s.value(0)
	if err == nil && s.pos == len(text) {
		return found{document: text}, nil
	}
	if errors.Is(err, errTooDeep) || errors.Is(err, errBreaksOff) && isContainer(text) {
		return found{}, err
	}
	c, err := search(text)
	if err != nil {
		return found{}, err
	}
	f := found{document: text[c.start:c.end], before: text[:c.start], after: text[c.end:]}
	if c.envelope {
		return f, nil
	}
	return f, f.plausible()
}

// plausible refuses a document that stands in a web page or in source code:
// pages carry settings in their scripts, and sources hold braces.
func (f found) plausible() error {
	before := bytes.ToLower(f.before)
	if bytes.Contains(before, []byte("<?php")) {
		return errSource
	}
	if isPage(before) {
		return errPage
	}
	return nil
}

// isPage reports whether lower-case text has the marks of a whole web page.
// PHP's own messages in HTML have none of them.
func isPage(lower []byte) bool {
	for _, mark := range []string{"<!doctype", "<html", "<head", "<body", "<script"} {
		if bytes.Contains(lower, []byte(mark)) {
			return true
		}
	}
	return false
}

// candidate is a sound document that stands where an answer could stand.
type candidate struct {
	start, end int
	// marked says that it has a key only an answer of ListAccounts() or of the
	// protocol has; envelope, that it is one.
	marked, envelope bool
}

// candidates keeps the only one of each sort.
type candidates struct {
	only, marked       candidate
	count, markedCount int
}

func (cs *candidates) add(c candidate) {
	cs.only, cs.count = c, cs.count+1
	if c.marked {
		cs.marked, cs.markedCount = c, cs.markedCount+1
	}
}

func (cs *candidates) choose() (candidate, error) {
	switch {
	case cs.markedCount == 1:
		return cs.marked, nil
	case cs.count > 1:
		return candidate{}, errSeveral
	case cs.count == 1:
		return cs.only, nil
	}
	return candidate{}, errNone
}

// search looks for documents in text that is not one as a whole.
func search(text []byte) (candidate, error) {
	var cs candidates
	// Text made for it could be walked over again from each of its brackets.
	// Past this many bytes the body is treated as having no document.
	work := 8*len(text) + 1<<20
	start := 0
	if bytes.HasPrefix(text, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	for at := start; work > 0; {
		i := bytes.IndexAny(text[at:], "{[")
		if i < 0 {
			return cs.choose()
		}
		at += i
		s := scanner{text: text, pos: at}
		err := s.value(0)
		work -= s.pos - at + 1
		switch {
		case err == nil:
			if c, ok := assess(text, start, at, s.pos); ok {
				cs.add(c)
			}
			at = s.pos
		case s.keyed, errors.Is(err, errTooDeep):
			return candidate{}, err
		default:
			at++
		}
	}
	return candidate{}, errNone
}

// byteOrderMark is what some editors put before "<?php".
const byteOrderMark = "\xEF\xBB\xBF"

// assess decides whether a document may be the answer by where it stands.
// Messages quote JSON too ("the panel said {…} in file.php"), so a document
// must begin the body or a line, or follow an HTML tag; when it looks like an
// answer, it may also follow any text as long as it ends the body. Nothing
// quotes an envelope.
func assess(text []byte, first, start, end int) (candidate, bool) {
	answer, envelope := marks(text[start:end])
	c := candidate{start: start, end: end, marked: answer || envelope, envelope: envelope}
	if envelope {
		return c, true
	}
	atStart, atEnd := start == first, end == len(text)
	before := bytes.TrimRight(text[:start], " \t")
	lineBefore := atStart || len(before) == 0 || bytes.IndexByte([]byte("\r\n>"), before[len(before)-1]) >= 0
	after := bytes.TrimLeft(text[end:], " \t")
	lineAfter := atEnd || len(after) == 0 || bytes.IndexByte([]byte("\r\n<"), after[0]) >= 0
	if !telling(text[start:end]) {
		return c, atStart && lineAfter || atEnd && lineBefore
	}
	return c, atStart || lineBefore && lineAfter || c.marked && atEnd
}

// telling reports whether a document has keys. What has none, such as [0] or
// {}, also stands in dumps and in source code.
func telling(document []byte) bool {
	s := scanner{text: document}
	return s.value(0) == nil && s.keyed
}

// marks reports whether a document has the top-level key of what ListAccounts()
// returns, or that of an envelope.
func marks(document []byte) (answer, envelope bool) {
	if !isObject(document) {
		return false, false
	}
	err := eachMember(document, func(key, _ []byte) error {
		answer = answer || string(key) == `"success"`
		envelope = envelope || string(key) == envelopeKey
		return nil
	})
	return answer && err == nil, envelope && err == nil
}

// envelopeKey marks an answer in the form of an envelope, as it stands in the
// text.
const envelopeKey = `"syncproof"`
