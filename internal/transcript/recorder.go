package transcript

import (
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
	// open are the calls, by session, of which accounts are not stored yet.
	open map[string]*Call
	err  error
	// scratch holds memory for lines.
	scratch sync.Pool
}

// NewRecorder returns a recorder that writes to out, from which long lists are
// read back when it is a *File; otherwise they stay in memory. redact takes
// secrets out of a line before anything else sees it, and gives back the very line
// only when it changed nothing; nil leaves lines as they are.
func NewRecorder(out io.Writer, redact func([]byte) []byte) *Recorder {
	if redact == nil {
		redact = func(line []byte) []byte { return line }
	}
	return &Recorder{out: out, redact: redact, open: map[string]*Call{}}
}

// Record stores one event. After a failed write (a full disk, say) the run goes
// on in memory and Err returns that failure; when the transcript has reached its
// budget Record itself returns ErrBudget, and nothing more is recorded.
func (r *Recorder) Record(e Event) error {
	switch a := e.Body.(type) {
	case *AccountLine:
		return r.account(e, a)
	case AccountLine:
		return r.account(e, &a)
	}
	// json.Marshal would go over the line twice more.
	line, err := e.MarshalJSON()
	if err != nil {
		return fmt.Errorf("recording event %q: %w", e.Event, err)
	}
	redacted := r.redact(line)
	if logged, ok := e.Body.(*Record); ok && len(redacted) == len(line) && &redacted[0] == &line[0] && logged.asDecoded() {
		return r.record(e, redacted)
	}
	return r.decoded(e.Event, redacted)
}

// account records an entry of a list.
func (r *Recorder) account(e Event, a *AccountLine) error {
	// What is kept of the line is copied, so that the next one can have its memory.
	scratch, _ := r.scratch.Get().(*[]byte)
	if scratch == nil {
		scratch = new([]byte)
	}
	defer r.scratch.Put(scratch)
	line, p, plain := appendAccount((*scratch)[:0], e.Envelope, a)
	*scratch = line[:0]
	if !plain {
		var err error
		if line, err = json.Marshal(e); err != nil {
			return fmt.Errorf("recording event %q: %w", e.Event, err)
		}
	}
	redacted := r.redact(line)
	if !plain || len(redacted) != len(line) || &redacted[0] != &line[0] {
		line = redacted
		if p, plain = scanAccount(line); !plain {
			return r.decoded(e.Event, line)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c, err := r.folded.foldAccount(string(p.session), string(p.call))
	if err != nil {
		return err
	}
	c.rows.count(r.folded.seeded(), p.key, p.value)
	return r.keep(c, line)
}

// decoded records a line that is read again before it counts.
func (r *Recorder) decoded(event string, line []byte) error {
	e, err := DecodeEvent(line)
	if err != nil {
		return fmt.Errorf("recording event %q: %w", event, err)
	}
	return r.record(e, line)
}

// record stores an event and its line, from which the same would be read.
func (r *Recorder) record(e Event, line []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full() {
		return ErrBudget
	}
	if e.Event == EventAccount {
		if err := r.folded.fold(e); err != nil {
			return err
		}
		c, _ := r.folded.foldAccount(e.Session, e.Call)
		return r.keep(c, line)
	}
	r.store(e.Session)
	r.write(append(line, '\n'))
	if file, ok := r.out.(*File); ok && e.Event == EventExit && r.err == nil {
		r.note(file.flush())
	}
	if r.full() {
		return ErrBudget
	}
	return r.folded.fold(e)
}

// keep adds an account to those of its call that are not stored yet.
func (r *Recorder) keep(c *Call, line []byte) error {
	id := c.Session.ID
	if other := r.open[id]; other != nil && other != c {
		r.store(id)
	}
	file, stored := r.out.(*File)
	if stored && len(c.rows.blocks) > 0 && c.rows.pending == nil {
		c.rows.pending = file.spareLines()
	}
	c.rows.keep(line)
	if stored {
		r.open[id] = c
	} else {
		r.write(c.rows.pending[len(c.rows.pending)-len(line)-1:])
	}
	if len(c.rows.pending) >= blockSize {
		if r.open[id] != nil {
			r.store(id)
		} else {
			c.rows.take(r.folded.failed)
		}
	}
	if r.full() {
		return ErrBudget
	}
	return nil
}

// store gives the accounts of a session that are not stored yet to the file.
// What cannot be written stays in memory.
func (r *Recorder) store(session string) {
	c := r.open[session]
	if c == nil {
		return
	}
	delete(r.open, session)
	b := c.rows.take(r.folded.failed)
	if file, ok := r.out.(*File); ok && r.err == nil {
		if r.note(file.block(b)); r.err == nil {
			return
		}
	}
	b.pack()
}

// settle waits for what the file does on the side.
func (r *Recorder) settle() {
	if file, ok := r.out.(*File); ok && r.err == nil {
		r.note(file.settle())
	}
}

// write adds a line to the transcript.
func (r *Recorder) write(line []byte) {
	if r.err == nil {
		_, err := r.out.Write(line)
		r.note(err)
	}
}

// full says that the transcript may not grow any more.
func (r *Recorder) full() bool { return errors.Is(r.err, ErrBudget) }

func (r *Recorder) note(err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("writing the transcript: %w", err)
	}
}

// Err is the first failure to write, or nil.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.settle()
	return r.err
}

// Look shows the evidence recorded so far, and lets nothing be recorded until look
// returns. Of sessions that are not over there may be less than was recorded.
func (r *Recorder) Look(look func(*Transcript)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	look(&r.folded)
}

// Transcript returns the evidence recorded so far. Call it when no more events
// are recorded, or none until it was looked at.
func (r *Recorder) Transcript() *Transcript {
	r.mu.Lock()
	defer r.mu.Unlock()
	for session := range r.open {
		r.store(session)
	}
	r.settle()
	return &r.folded
}
