package transcript

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
)

// Opened is a stored transcript whose accounts are read from its file whenever
// they are asked for.
type Opened struct {
	*Transcript
	file *os.File
}

// Close ends the reading of accounts.
func (o Opened) Close() error { return o.file.Close() }

// Open folds the transcript in a file; see Read.
func Open(path string) (Opened, error) {
	file, err := os.Open(path)
	if err != nil {
		return Opened{}, err
	}
	r := &reader{}
	in := bufio.NewReaderSize(file, 64<<10)
	if isPacked(in) {
		err = r.members(in, file)
	} else {
		err = r.lines(in, file)
	}
	t, err := r.done(err)
	if err != nil {
		_ = file.Close()
		return Opened{}, err
	}
	return Opened{t, file}, nil
}

// isPacked looks for the first bytes of gzip.
func isPacked(in *bufio.Reader) bool {
	head, _ := in.Peek(2)
	return bytes.Equal(head, []byte{0x1f, 0x8b})
}

// largestMember is how long a gzip member may be to be read at once.
const largestMember = 2 * blockSize

// members folds compressed text. Members that hold nothing but accounts of one
// call are left where they are; whatever else there is, as in a file that other
// tools compressed, is taken as one text.
func (r *reader) members(in *bufio.Reader, file io.ReaderAt) error {
	source := &counted{in: in}
	text := &joined{r: r}
	var member *gzip.Reader
	for !r.over {
		at := source.n
		var err error
		if member == nil {
			member, err = gzip.NewReader(source)
		} else {
			err = member.Reset(source)
		}
		if errors.Is(err, io.EOF) && source.n == at {
			return text.end()
		}
		if err != nil {
			return text.end()
		}
		member.Multistream(false)
		if whole, err := r.member(member, text, file, at, source); err != nil || !whole {
			return errors.Join(err, text.end())
		}
	}
	return nil
}

// member folds one gzip member, and reports whether it was whole.
func (r *reader) member(in io.Reader, text *joined, file io.ReaderAt, at int64, source *counted) (bool, error) {
	head := &r.head
	head.Reset()
	_, err := head.ReadFrom(io.LimitReader(in, largestMember))
	if err != nil {
		return false, text.add(head.Bytes())
	}
	if head.Len() < largestMember && len(text.rest) == 0 && file != nil {
		if done, err := r.block(head.Bytes(), file, at, source.n-at); done || err != nil {
			return true, err
		}
	}
	if err := text.add(head.Bytes()); err != nil {
		return false, err
	}
	part := make([]byte, 64<<10)
	for {
		n, err := in.Read(part)
		if err := text.add(part[:n]); err != nil {
			return false, err
		}
		if err != nil {
			return errors.Is(err, io.EOF), nil
		}
	}
}

// block folds a member that holds accounts of one call and nothing else, and
// reports whether it did.
func (r *reader) block(lines []byte, file io.ReaderAt, at, size int64) (bool, error) {
	if !bytes.HasPrefix(lines, []byte(accountHead)) || !bytes.HasSuffix(lines, []byte("\n")) || r.t.Header.Version == 0 {
		return false, nil
	}
	var c *Call
	entries := r.entries[:0]
	for line := range bytes.Lines(lines) {
		p, ok := accountOf(line[:len(line)-1])
		if !ok {
			return false, nil
		}
		if c == nil {
			c, _ = r.t.foldAccount(string(p.session), string(p.call))
		}
		if c == nil || c.ID != string(p.call) || c.Session.ID != string(p.session) {
			return false, nil
		}
		entries = append(entries, p)
	}
	r.entries = entries
	if len(c.rows.pending) > 0 {
		c.rows.take(r.t.failed).pack()
	}
	b := &block{first: c.rows.n, n: len(entries), from: file, at: at, size: size, packed: true}
	for _, p := range entries {
		c.rows.count(r.t.seeded(), p.key, p.value)
		r.n++
	}
	b.failed = r.t.failed
	c.rows.blocks = append(c.rows.blocks, b)
	return true, nil
}

// accountOf takes any account event apart.
func accountOf(line []byte) (plainLine, bool) {
	if p, plain := scanAccount(line); plain {
		return p, true
	}
	e, err := DecodeEvent(line)
	if err != nil {
		return plainLine{}, false
	}
	body, ok := e.Body.(*AccountLine)
	if !ok {
		return plainLine{}, false
	}
	return plainLine{session: []byte(e.Session), call: []byte(e.Call), key: canonicalKey(body.Key), value: body.Value}, true
}

// joined makes lines of pieces of text.
type joined struct {
	r    *reader
	rest []byte
}

func (j *joined) add(text []byte) error {
	for len(text) > 0 && !j.r.over {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			j.rest = append(j.rest, text...)
			if len(j.rest) > MaxLine {
				return errLongLine(j.r.n + 1)
			}
			return nil
		}
		line := text[:end]
		if len(j.rest) > 0 {
			line = append(j.rest, line...)
			j.rest = nil
		}
		if len(line) > MaxLine {
			return errLongLine(j.r.n + 1)
		}
		if err := j.r.line(line, true, nil, 0); err != nil {
			return err
		}
		text = text[end+1:]
	}
	return nil
}

// end folds what came after the last line's end.
func (j *joined) end() error {
	if len(j.rest) == 0 || j.r.over {
		return nil
	}
	return j.r.line(j.rest, false, nil, 0)
}

// counted tells how much was read. It reads single bytes, so that gzip takes
// nothing beyond a member's end.
type counted struct {
	in *bufio.Reader
	n  int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counted) ReadByte() (byte, error) {
	b, err := c.in.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}
