package process

import (
	"bufio"
	"io"
	"os"
	"sync"
	"time"
)

// taps are what one run takes from the server's pipes.
type taps struct {
	stdout, stderr *sink
	lines          *liner
	files          []*os.File
	running        sync.WaitGroup
}

func (s *Server) tap(j Job) *taps {
	t := &taps{
		stdout: &sink{keep: j.Limits.Stdout}, stderr: &sink{keep: j.Limits.Stderr},
		lines: &liner{max: j.Limits.Line, take: j.Result}, files: []*os.File{s.stdout, s.stderr, s.results},
	}
	t.stdout.add(s.printed)
	t.stderr.add(s.complained)
	s.buffers.provide()
	for i, read := range []func(io.Reader){
		func(r io.Reader) { t.stdout.readInto(s.buffers.stdout, r) },
		func(r io.Reader) { t.stderr.readInto(s.buffers.stderr, r) },
		func(r io.Reader) {
			s.buffers.lines.Reset(r)
			t.lines.readFrom(s.buffers.lines)
		},
	} {
		_ = t.files[i].SetReadDeadline(time.Time{})
		t.running.Go(func() { read(tap{t.files[i]}) })
	}
	return t
}

// buffers are kept from run to run: to collect them again was a quarter of what a
// run takes on this side.
type buffers struct {
	stdout, stderr []byte
	lines          *bufio.Reader
}

func (b *buffers) provide() {
	if b.lines == nil {
		b.stdout, b.stderr, b.lines = make([]byte, chunk), make([]byte, chunk), bufio.NewReaderSize(nil, chunk)
	}
}

// report takes the rest: every process that could write has ended.
func (t *taps) report(res *Result) {
	for _, f := range t.files {
		_ = f.SetReadDeadline(time.Unix(1, 0))
	}
	t.running.Wait()
	res.Stdout, res.Stderr, res.LongLines = t.stdout.Stream, t.stderr.Stream, t.lines.long
}

// waiting returns what waits in a pipe.
func waiting(pipe *os.File) []byte {
	if pipe.SetReadDeadline(time.Unix(1, 0)) != nil {
		return nil
	}
	all := &sink{keep: defaultKept}
	all.read(tap{pipe})
	return all.Kept
}
