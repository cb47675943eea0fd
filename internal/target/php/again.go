package php

import (
	"context"
	"errors"
	"fmt"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/target/process"
)

// unheardError says that a process ended before the test began, and nobody knows
// why. The module was not even read, so another process may try.
type unheardError struct{ account string }

func (e *unheardError) Error() string { return "PHP ended before the test began: " + e.account }

// runFresh makes a session in a process of its own, or in a second one when
// nothing was heard of the first and nothing explains that.
func (t *Target) runFresh(
	ctx context.Context, planned scenario.Session, m module, from *scratch, e *engine, sink target.Sink,
) error {
	var unheard *unheardError
	for {
		s, err := newSession(planned, m, from, e, t.options)
		if err != nil {
			return err
		}
		s.keep = t.keeper(planned)
		if unheard != nil {
			s.before = unheard.account
		}
		err = t.runSession(ctx, s, from, sink)
		left := s.leave(from)
		if !errors.As(err, &unheard) || left != nil {
			return errors.Join(err, left)
		}
	}
}

// inexplicable says that a process ended before the test began without a word, and
// not because somebody stopped it.
func (p *pump) inexplicable(res process.Result) bool {
	stopped := res.TimedOut || res.Interrupted || res.Overflowed || res.OutOfMemory || res.FileTooBig || res.DiskFull
	return !p.began && !stopped && (res.Status == 0 || res.Signal != "") && lastWords(res) == ""
}

// manner is the exit status or signal of a process, and how often it was seen.
func (p *pump) manner(res process.Result) string {
	how := fmt.Sprintf("status %d", res.Status)
	if res.Signal != "" {
		how = res.Signal
	}
	if p.session.before != "" {
		how += ", twice"
	}
	return how
}

// account is all that is known of a process nothing was heard of.
func (p *pump) account(res process.Result) string {
	text := fmt.Sprintf("%s after %.3f seconds, %d and %d bytes on its standard output and error",
		p.manner(res), res.Duration.Seconds(), res.Stdout.Bytes, res.Stderr.Bytes)
	if p.foreign > 0 || p.broken > 0 || res.LongLines > 0 {
		text += fmt.Sprintf(", %d foreign, %d unusable and %d overlong lines on the result channel", p.foreign, p.broken, res.LongLines)
	}
	if res.Leftover > 0 {
		text += fmt.Sprintf(", %d processes left", res.Leftover)
	}
	return text
}
