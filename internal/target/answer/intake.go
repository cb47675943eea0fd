package answer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// streamAt is how much of a body is read before it is taken apart while it
// arrives. Shorter ones are read as a whole.
const streamAt = 4 << 20

// Limits bound a body, in bytes.
type Limits struct {
	// Whole bounds what is in memory at a time: a body without a long list, or what
	// stands around the list. All bounds a body of any form; where it is no more than
	// Whole, nothing is taken apart while it arrives.
	Whole, All int64
	// at is streamAt but for tests.
	at int64
}

// LimitError says that a body is larger than it may be, in bytes.
type LimitError struct{ Most int64 }

func (e LimitError) Error() string {
	return fmt.Sprintf("the answer is larger than %d bytes", e.Most)
}

// Take reads a body. A long one that consists of accounts, or of events, is taken
// apart while it arrives: then the stream has its accounts, and somebody has to
// close it. read is how many bytes came. Errors are those of the reader, a
// LimitError or a SpoolError.
func Take(in io.Reader, l Limits) (body []byte, stream *Stream, read int64, err error) {
	if l.at == 0 {
		l.at = streamAt
	}
	body, err = io.ReadAll(io.LimitReader(in, min(l.at, l.Whole+1)))
	if err != nil || int64(len(body)) < min(l.at, l.Whole+1) {
		return body, nil, int64(len(body)), err
	}
	if l.All > l.Whole {
		if s, ok := newStream(in, body, l); ok {
			if err := s.take(); err != nil {
				_ = s.Close()
				return nil, nil, s.in.read, err
			}
			return nil, s, s.in.read, nil
		}
	}
	rest, err := io.ReadAll(io.LimitReader(in, l.Whole+1-int64(len(body))))
	body = append(body, rest...)
	if err == nil && int64(len(body)) > l.Whole {
		err = LimitError{l.Whole}
	}
	return body, nil, int64(len(body)), err
}

// window is the part of a body that is in memory.
type window struct {
	in   io.Reader
	text []byte
	pos  int
	// base is where the text begins in the body, white space before it left out.
	base int64
	read int64
	most int64
	eof  bool
}

const (
	// windowSize is how much is read at a time, and behind how much of what was
	// read stays, for messages.
	windowSize = 256 << 10
	behind     = 64
)

// more reads on, at least one byte or to the end. What lies behind the position
// goes when its place is needed.
func (w *window) more() error {
	if w.read > w.most {
		return LimitError{w.most}
	}
	if len(w.text) == cap(w.text) {
		gone := max(0, w.pos-behind)
		rest := w.text[gone:]
		if len(rest) > cap(w.text)/2 || cap(w.text) > 4*windowSize && len(rest) < windowSize {
			w.text = make([]byte, 0, max(2*len(rest), windowSize))
		}
		w.text = append(w.text[:0], rest...)
		w.pos, w.base = w.pos-gone, w.base+int64(gone)
	}
	n, err := io.ReadAtLeast(w.in, w.text[len(w.text):cap(w.text)], 1)
	w.text = w.text[:len(w.text)+n]
	w.read += int64(n)
	if errors.Is(err, io.EOF) {
		w.eof = true
		return nil
	}
	return err
}

// space moves to the next byte that is no white space, and reports whether there
// is one.
func (w *window) space() (byte, bool, error) {
	for {
		for w.pos < len(w.text) {
			if c := w.text[w.pos]; !isSpace(c) {
				return c, true, nil
			}
			w.pos++
		}
		if w.eof {
			return 0, false, nil
		}
		if err := w.more(); err != nil {
			return 0, false, err
		}
	}
}

// element moves over the value that begins here and returns its text, which is
// good until the window moves on. quick says that it is a plain one.
func (w *window) element(quick func([]byte) int) (text []byte, isPlain bool, err error) {
	for {
		if end := quick(w.text[w.pos:]); end > 0 {
			text = w.text[w.pos : w.pos+end]
			w.pos += end
			return text, true, nil
		}
		s := scanner{text: w.text, pos: w.pos}
		err := s.value(listDepth)
		// What ends with the window may go on behind it.
		if (errors.Is(err, errBreaksOff) || err == nil && s.pos == len(w.text)) && !w.eof {
			if len(w.text)-w.pos > maxValue {
				return nil, false, jsonError{errValueSize}
			}
			// Bytes may come one by one; looking again at each of them would take for ever.
			for enough := 2 * (len(w.text) - w.pos); len(w.text)-w.pos < enough && !w.eof; {
				if err := w.more(); err != nil {
					return nil, false, err
				}
			}
			continue
		}
		if err != nil {
			w.pos = s.pos
			return nil, false, jsonError{err}
		}
		text = w.text[w.pos:s.pos]
		w.pos = s.pos
		return text, false, nil
	}
}

// listDepth is how deep the entries of the list lie.
const listDepth = 2

// jsonError marks what is wrong with the document, not with the way it comes.
type jsonError struct{ error }

func (e jsonError) Unwrap() error { return e.error }

// rest reads what follows up to the end of the body, at most that many bytes.
func (w *window) rest(most int64) (text []byte, over bool, err error) {
	text = bytes.Clone(w.text[w.pos:])
	if !w.eof {
		var tail []byte
		tail, err = io.ReadAll(io.LimitReader(w.in, most+1))
		w.read += int64(len(tail))
		text = append(text, tail...)
	}
	return text, int64(len(text)) > most, err
}
