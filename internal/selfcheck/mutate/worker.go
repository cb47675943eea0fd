package mutate

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// worker is a process of a test binary that runs tests for one mutant after the
// other. Starting one for each mutant takes as long as most tests do.
type worker struct {
	cmd     *exec.Cmd
	ask     io.WriteCloser
	answers chan string
}

func (b *binary) start(ctx context.Context) (*worker, error) {
	cmd := b.command(ctx, "-test.failfast", "-test.timeout", "0")
	cmd.Env = append(cmd.Env, "SYNCPROOF_MUTANTS_SERVED=1")
	ask, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the tests of %s: %w", b.Package, err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the tests of %s: %w", b.Package, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the tests of %s: %w", b.Package, err)
	}
	w := &worker{cmd: cmd, ask: ask, answers: make(chan string, 1)}
	go func() {
		defer close(w.answers)
		for lines := bufio.NewReader(out); ; {
			line, err := lines.ReadString('\n')
			if answer, found := strings.CutPrefix(line, "syncproof-mutant "); found {
				w.answers <- strings.TrimSpace(answer)
			}
			if err != nil {
				return
			}
		}
	}()
	return w, nil
}

func (w *worker) stop() {
	if w == nil {
		return
	}
	w.ask.Close()
	_ = w.cmd.Process.Kill() // it may have ended
	for range w.answers {
	}
	_ = w.cmd.Wait() // it was killed
}

// fails runs the tests with a mutant switched on, 0 for none, and names what
// failed first. A mutant that ends the process or takes too long is noticed too.
func (j job) fails(ctx context.Context, mutant int, limit time.Duration) (failed bool, by string, err error) {
	b := j.binary
	limit += 3 * j.took
	if b.starting[mutant] {
		return j.failsAlone(ctx, mutant, limit), "", nil
	}
	if b.worker == nil {
		if b.worker, err = b.start(ctx); err != nil {
			return false, "", err
		}
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	answer := ""
	if _, err := fmt.Fprintf(b.worker.ask, "%d %s\n", mutant, j.run); err == nil {
		select {
		case answer = <-b.worker.answers:
		case <-timer.C:
		}
	}
	if answer == "" {
		b.worker.stop()
		b.worker = nil
		// It may be what ran before that a process did not survive.
		return j.failsAlone(ctx, mutant, limit), "", nil
	}
	verdict, by, _ := strings.Cut(answer, " ")
	return verdict != "pass", by, nil
}

// failsAlone runs the tests in a process of their own.
func (j job) failsAlone(ctx context.Context, mutant int, limit time.Duration) bool {
	cmd := j.binary.command(ctx, "-test.failfast", "-test.timeout", limit.String(), "-test.run", j.run)
	cmd.Env = append(cmd.Env, "SYNCPROOF_MUTANT="+strconv.Itoa(mutant))
	return cmd.Run() != nil
}
