package transcript

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Recorder writes events as they come and folds them at the same time, from
// the very lines it writes, so that what is judged is what is stored. It may be
// used from several goroutines.
type Recorder struct {
	mu     sync.Mutex
	out    io.Writer
	redact func([]byte) []byte
	folded Transcript
	err    error
}

// NewRecorder returns a recorder that writes to out. redact takes secrets out
// of a line before anything else sees it; nil leaves lines as they are.
func NewRecorder(out io.Writer, redact func([]byte) []byte) *Recorder {
	if redact == nil {
		redact = func(line []byte) []byte { return line }
	}
	return &Recorder{out: out, redact: redact}
}

// Record stores one event. After a failed write (a full disk, say) the run goes
// on in memory and Err returns that failure.
func (r *Recorder) Record(e Event) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("recording event %q: %w", e.Event, err)
	}
	line = r.redact(line)
	parsed, err := DecodeEvent(line)
	if err != nil {
		return fmt.Errorf("recording event %q: %w", e.Event, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		if _, err := r.out.Write(append(line, '\n')); err != nil {
			r.err = fmt.Errorf("writing the transcript: %w", err)
		}
	}
	return r.folded.fold(parsed)
}

// Err is the first failure to write, or nil.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Transcript returns the evidence recorded so far. Call it when no more events
// are recorded.
func (r *Recorder) Transcript() *Transcript {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &r.folded
}

// MaxLine bounds one line of a transcript, in bytes.
const MaxLine = 64 << 20

// Errors Read can return, for errors.Is.
var (
	ErrEmpty   = errors.New("the transcript is empty")
	ErrNewer   = errors.New("the transcript was written by a newer version of syncproof")
	ErrNoStart = errors.New("this is not a syncproof transcript: its first line is not a \"run\" event")
)

// Read folds a stored transcript. A transcript that breaks off, as after a
// crash, is read up to its last whole line and has no End; a line that is
// broken anywhere else is an error that names the line.
func Read(in io.Reader) (*Transcript, error) {
	var t Transcript
	reader := bufio.NewReaderSize(in, 64<<10)
	for n := 1; ; n++ {
		line, whole, err := readLine(reader)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		e, err := DecodeEvent(line)
		if err != nil && !whole && n > 1 {
			break
		}
		if err := t.apply(e, err, n); err != nil {
			return nil, err
		}
	}
	if t.Header.Version == 0 {
		return nil, ErrEmpty
	}
	return &t, nil
}

func (t *Transcript) apply(e Event, decodeErr error, n int) error {
	if t.Header.Version == 0 {
		header, ok := e.Body.(*Header)
		switch {
		case decodeErr != nil || !ok || header.Version < 1:
			return ErrNoStart
		case header.Version > FormatVersion:
			return fmt.Errorf("%w (format %d, this version reads up to %d)", ErrNewer, header.Version, FormatVersion)
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

// readLine returns one line without its end and whether the end was there.
func readLine(r *bufio.Reader) (line []byte, whole bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
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
