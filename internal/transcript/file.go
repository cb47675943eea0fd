package transcript

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxLine bounds one line of a transcript, in bytes.
const MaxLine = 64 << 20

// Errors Read can return, for errors.Is.
var (
	ErrEmpty   = errors.New("the transcript is empty")
	ErrNewer   = errors.New("the transcript was written by a newer version of syncproof")
	ErrNoStart = errors.New("this is not a syncproof transcript: its first line is not a \"run\" event")
)

// Read folds a stored transcript, compressed or not, and keeps it in memory; Open
// leaves its accounts in the file. A transcript that breaks off, as after a
// crash, is read up to its last whole line and has no End; a line that is broken
// anywhere else is an error that names the line.
func Read(in io.Reader) (*Transcript, error) {
	r := &reader{}
	buffered := bufio.NewReaderSize(in, 64<<10)
	if isPacked(buffered) {
		return r.done(r.members(buffered, nil))
	}
	return r.done(r.lines(buffered, nil))
}

// reader folds the lines of a stored transcript one by one.
type reader struct {
	t Transcript
	// n is the number of the line at hand, from 1.
	n int
	// over says that the transcript breaks off here.
	over bool
	// head and entries are the memory of one member, for the next one.
	head    bytes.Buffer
	entries []plainLine
}

func (r *reader) done(err error) (*Transcript, error) {
	if err != nil {
		return nil, err
	}
	if r.t.Header.Version == 0 {
		return nil, ErrEmpty
	}
	return &r.t, nil
}

// lines folds text to its end. file is where the text lies, nil when accounts
// are to be kept in memory.
func (r *reader) lines(in *bufio.Reader, file io.ReaderAt) error {
	var at int64
	for !r.over {
		line, whole, err := readLine(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", r.n+1, err)
		}
		size := int64(len(line)) + 1
		if err := r.line(line, whole, file, at); err != nil {
			return err
		}
		at += size
	}
	return nil
}

// line folds one line, which begins in the file at that offset.
func (r *reader) line(line []byte, whole bool, file io.ReaderAt, at int64) error {
	r.n++
	if p, plain := scanAccount(line); plain && r.t.Header.Version != 0 {
		return r.account(p, line, file, at)
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	e, err := DecodeEvent(line)
	if err != nil && r.t.Header.Version == 0 {
		if newer := newerHeader(line); newer != nil {
			return newer
		}
	}
	if err != nil && !whole && r.n > 1 {
		r.over = true
		return nil
	}
	if err := r.t.apply(e, err, r.n); err != nil {
		return err
	}
	if e.Event == EventAccount {
		c, _ := r.t.foldAccount(e.Session, e.Call)
		r.place(c, line, file, at)
	}
	return nil
}

func (r *reader) account(p plainLine, line []byte, file io.ReaderAt, at int64) error {
	c, err := r.t.foldAccount(string(p.session), string(p.call))
	if err != nil {
		return fmt.Errorf("line %d: %w", r.n, err)
	}
	c.rows.count(r.t.seeded(), p.key, p.value)
	r.place(c, line, file, at)
	return nil
}

// place remembers where the line of the account that was counted last is found.
func (r *reader) place(c *Call, line []byte, file io.ReaderAt, at int64) {
	if file == nil {
		c.rows.keep(line)
		if len(c.rows.pending) >= blockSize {
			c.rows.take(r.t.failed).pack()
		}
		return
	}
	size := int64(len(line)) + 1
	if last := len(c.rows.blocks) - 1; last >= 0 {
		if b := c.rows.blocks[last]; b.at+b.size == at && b.size+size <= blockSize {
			b.size, b.n = b.size+size, b.n+1
			return
		}
	}
	c.rows.blocks = append(c.rows.blocks, &block{first: c.rows.n - 1, n: 1, from: file, at: at, size: size, failed: r.t.failed})
}

func (t *Transcript) apply(e Event, decodeErr error, n int) error {
	if t.Header.Version == 0 {
		header, ok := e.Body.(*Header)
		switch {
		case decodeErr != nil || !ok || header.Version < 1:
			return ErrNoStart
		case header.Version > FormatVersion:
			return newer(header.Version)
		}
	}
	if decodeErr != nil {
		return fmt.Errorf("line %d: %w", n, decodeErr)
	}
	if err := t.fold(e); err != nil {
		return fmt.Errorf("line %d: %w", n, err)
	}
	return nil
}

// readLine returns one line without its end and whether the end was there. The
// line is good until the next one is read.
func readLine(r *bufio.Reader) (line []byte, whole bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if err == nil && line == nil {
			return part[:len(part)-1], true, nil
		}
		line = append(line, part...)
		switch {
		case len(line) > MaxLine:
			return nil, false, fmt.Errorf("the line is longer than %d MiB", MaxLine>>20)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, false, nil
		case err != nil:
			return nil, false, err
		}
		return bytes.TrimSuffix(line, []byte("\n")), true, nil
	}
}

func errLongLine(n int) error {
	return fmt.Errorf("line %d: the line is longer than %d MiB", n, MaxLine>>20)
}

// newerHeader is the error for a first line of which not even the shape is known.
func newerHeader(line []byte) error {
	var first struct {
		Event   string `json:"event"`
		Version int    `json:"version"`
	}
	if json.Unmarshal(line, &first) == nil && first.Event == EventRun && first.Version > FormatVersion {
		return newer(first.Version)
	}
	return nil
}

func newer(version int) error {
	return fmt.Errorf("%w (format %d, this version reads up to %d)", ErrNewer, version, FormatVersion)
}
