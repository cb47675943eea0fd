package secret

import (
	"bytes"
	"fmt"
	"io"
)

// Found is a place where a secret shows. It never holds the secret.
type Found struct {
	// Secret is the secret's name and Encoding how it was found, as in marks.
	Secret, Encoding string
	// Offset is where it begins, in bytes from the start, and Line the line it
	// begins in, from 1.
	Offset int64
	Line   int
}

// String describes the place in a sentence without the secret.
func (f Found) String() string {
	how := ""
	if f.Encoding != "" {
		how = " (" + f.Encoding + ")"
	}
	return fmt.Sprintf("line %d holds the secret %s%s", f.Line, f.Secret, how)
}

// maxFound is how many places Find returns; one is reason enough not to publish.
const maxFound = 100

// Find searches everything there is to read, such as a finished report, and
// returns the first places where a secret other than a weak one shows, at most a
// hundred. Marks are none. Memory stays small whatever the size.
func (r *Redactor) Find(in io.Reader) ([]Found, error) {
	if r.patterns.empty() {
		return nil, nil
	}
	f := finder{redactor: r, line: 1}
	buffer := make([]byte, 0, r.windowSize())
	for {
		n, err := io.ReadFull(in, buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			f.search(buffer, true)
			return f.found, nil
		}
		if err != nil {
			return f.found, fmt.Errorf("searching for secrets: %w", err)
		}
		f.search(buffer, false)
		if len(f.found) == maxFound {
			return f.found, nil
		}
		f.line += bytes.Count(buffer[:window], []byte("\n"))
		f.offset += window
		buffer = buffer[:copy(buffer, buffer[window:])]
	}
}

// finder keeps track of where in the whole a window lies.
type finder struct {
	redactor *Redactor
	found    []Found
	offset   int64
	line     int
	// until is the end of the last hit, of which the next window may see a part.
	until int64
}

func (f *finder) search(text []byte, last bool) {
	for _, h := range f.redactor.merge(text, f.redactor.search(text)) {
		start, end := f.offset+int64(h.start), f.offset+int64(h.end)
		if !inCharge(h.start, f.offset == 0, last) || start < f.until {
			continue
		}
		if len(f.found) == maxFound {
			return
		}
		f.until = end
		f.found = append(f.found, Found{
			Secret: h.name, Encoding: h.encoding, Offset: start,
			Line: f.line + bytes.Count(text[:h.start], []byte("\n")),
		})
	}
}
