package process

import (
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
	for i, read := range []func(io.Reader){t.stdout.read, t.stderr.read, t.lines.read} {
		_ = t.files[i].SetReadDeadline(time.Time{})
		t.running.Go(func() { read(tap{t.files[i]}) })
	}
	return t
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
