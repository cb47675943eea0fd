package process

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// wires are the pipes between Run and the program. The program gets the pipes
// themselves, not copies made by os/exec, so that waiting for its end never
// means waiting for a grandchild that holds a pipe open.
type wires struct {
	stdout, stderr *sink
	lines          *liner
	// theirs are the program's ends, ours the ends kept.
	theirs, ours []*os.File
	begin        []func()
	running      sync.WaitGroup
	overflow     chan struct{}
}

// wire makes the pipes and hands the program's ends to cmd.
func wire(cmd *exec.Cmd, o Options) (*wires, error) {
	w := &wires{overflow: make(chan struct{})}
	if err := w.connect(cmd, o); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *wires) connect(cmd *exec.Cmd, o Options) error {
	w.stdout = &sink{keep: o.Limits.Stdout, stop: o.Limits.StopAfter, overflow: w.overflow}
	w.stderr = &sink{keep: o.Limits.Stderr}
	var err error
	if cmd.Stdin, err = w.feed(o.Stdin); err != nil {
		return err
	}
	if cmd.Stdout, err = w.collect(w.stdout.read); err != nil {
		return err
	}
	if cmd.Stderr, err = w.collect(w.stderr.read); err != nil {
		return err
	}
	if o.Result == nil && o.Request == nil {
		return nil
	}
	w.lines = &liner{max: o.Limits.Line, take: o.Result}
	if w.lines.take == nil {
		w.lines.take = func([]byte) {}
	}
	result, err := w.collect(w.lines.read)
	if err != nil {
		return err
	}
	request, err := w.feed(o.Request)
	if err != nil {
		return err
	}
	// ExtraFiles start at descriptor 3.
	cmd.ExtraFiles = []*os.File{result, request}
	return nil
}

// collect returns the write end of a pipe whose other end is given to read.
func (w *wires) collect(read func(io.Reader)) (*os.File, error) {
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	w.theirs, w.ours = append(w.theirs, theirs), append(w.ours, ours)
	w.begin = append(w.begin, func() { read(toTheLast(ours)) })
	return theirs, nil
}

// feed returns something from which data can be read once.
func (w *wires) feed(data []byte) (*os.File, error) {
	if len(data) == 0 {
		null, err := os.Open(os.DevNull)
		if err != nil {
			return nil, err
		}
		w.theirs = append(w.theirs, null)
		return null, nil
	}
	theirs, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	w.theirs, w.ours = append(w.theirs, theirs), append(w.ours, ours)
	w.begin = append(w.begin, func() {
		// A program that does not read its input is free to do so.
		_, _ = ours.Write(data)
		_ = ours.Close()
	})
	return theirs, nil
}

// started closes the program's ends on this side and begins to read and write.
func (w *wires) started() {
	closeAll(w.theirs)
	w.theirs = nil
	for _, f := range w.begin {
		w.running.Go(f)
	}
}

// drain waits until everything written has been read, but not for ever: a
// process that escaped may keep a pipe open. What was written before is read in
// any case, however slow this machine is, or whoever takes the lines.
func (w *wires) drain() {
	end := time.Now().Add(settle)
	for _, f := range w.ours {
		// A pipe that cannot have deadlines is closed instead.
		if err := f.SetDeadline(end); err != nil && !errors.Is(err, os.ErrClosed) {
			timer := time.AfterFunc(settle, func() { _ = f.Close() })
			defer timer.Stop()
		}
	}
	w.running.Wait()
}

func (w *wires) report(res *Result) {
	res.Stdout, res.Stderr = w.stdout.Stream, w.stderr.Stream
	if w.lines != nil {
		res.LongLines = w.lines.long
	}
}

func (w *wires) close() {
	closeAll(w.theirs)
	closeAll(w.ours)
}

func closeAll(files []*os.File) {
	for _, f := range files {
		_ = f.Close()
	}
}

// chunk is how much is read at a time.
const chunk = 64 << 10

// tailBytes is how much of a stream's end is looked at for PHP's last words.
const tailBytes = 4 << 10

// sink counts a stream, keeps its beginning, and remembers its end.
type sink struct {
	Stream
	keep     int
	last     []byte
	stop     int64
	overflow chan struct{}
}

func (s *sink) read(r io.Reader) { s.readInto(make([]byte, chunk), r) }

// readInto is read with a buffer of the caller's.
func (s *sink) readInto(buf []byte, r io.Reader) {
	for {
		n, err := r.Read(buf)
		s.add(buf[:n])
		if err != nil {
			return
		}
	}
}

func (s *sink) add(p []byte) {
	before := s.Bytes
	s.Bytes += int64(len(p))
	if room := s.keep - len(s.Kept); room > 0 {
		s.Kept = append(s.Kept, p[:min(room, len(p))]...)
	}
	s.last = append(s.last, p...)
	if over := len(s.last) - tailBytes; over > 0 {
		s.last = append(s.last[:0], s.last[over:]...)
	}
	if s.stop > 0 && before <= s.stop && s.Bytes > s.stop {
		close(s.overflow)
	}
}

func (s *sink) tail() []byte { return s.last }

// liner splits a stream into lines of bounded length.
type liner struct {
	max  int
	take func([]byte)
	long int
}

func (l *liner) read(r io.Reader) { l.readFrom(bufio.NewReaderSize(r, chunk)) }

func (l *liner) readFrom(in *bufio.Reader) {
	var line []byte
	tooLong := false
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > l.max+1 {
			tooLong = true
		}
		if !tooLong {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if tooLong {
			l.long++
		} else if text := bytes.TrimSuffix(line, []byte("\n")); len(text) > 0 {
			l.take(text)
		}
		line, tooLong = line[:0], false
		if err != nil {
			return
		}
	}
}

// Lines gives each line of r, without its end, to take, as Run does with what
// a program writes to its result channel. It returns how many lines were left
// out for being longer than most bytes.
func Lines(r io.Reader, most int, take func(line []byte)) (long int) {
	l := &liner{max: most, take: take}
	l.read(r)
	return l.long
}
