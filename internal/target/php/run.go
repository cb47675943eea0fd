package php

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"unicode/utf8"

	"syncproof/internal/phpvalue"
	"syncproof/internal/recording"
	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
)

// Run makes one session in a PHP process of its own: a fresh one, or one that was
// forked off for it before the module was loaded.
func (t *Target) Run(ctx context.Context, planned scenario.Session, sink target.Sink) error {
	m, s, err := t.ready()
	if err != nil {
		return err
	}
	e, err := t.inspect(ctx)
	if err != nil {
		return undrivable(planned, err, sink)
	}
	return target.Again(planned, sink, func(sink target.Sink) error {
		if t.mayFork(planned, e) {
			done, err := t.runForked(ctx, planned, m, s, e, sink)
			if done || err != nil {
				return err
			}
		}
		return t.runFresh(ctx, planned, m, s, e, sink)
	})
}

func (t *Target) keeper(planned scenario.Session) func(*recording.Conversation) {
	return func(talk *recording.Conversation) {
		if planned.ID == transcript.SessionConversation {
			t.remember(talk)
		}
	}
}

// remember keeps the conversation with a real server, which the sessions that
// repeat it depend on.
func (t *Target) remember(talk *recording.Conversation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.recorded = talk
}

// Recorded is the conversation that the last session called "conversation" had
// with a real server, nil when there was none.
func (t *Target) Recorded() *recording.Conversation {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.recorded
}

func (t *Target) runSession(ctx context.Context, s *session, from *scratch, sink target.Sink) error {
	p := newPump(s, newRelabel(s.module, from.mounts, s), sink)
	st, err := t.newStage(ctx, s)
	if err != nil {
		return p.unplayable(err)
	}
	o, err := s.options(t.options, t.proxy(), p.take)
	if err == nil {
		err = st.furnish(s, &o)
	}
	if err != nil {
		st.abandon()
		return err
	}
	res, err := process.Run(ctx, o)
	st.close(p)
	if err != nil {
		p.begin(nil)
		p.emit(transcript.EventTrouble, "", startTrouble(err))
		p.unreached()
		return p.err
	}
	if s.files {
		if res.LongLines, err = readResult(s, p.take); err != nil {
			return err
		}
	}
	if s.before == "" && p.inexplicable(res) {
		s.tainted = true
		return &unheardError{p.account(res)}
	}
	return p.close(ctx, t.options, res)
}

func (t *Target) proxy() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed.proxy()
}

// readResult gives the lines of the result file to take.
func readResult(s *session, take func([]byte)) (long int, err error) {
	f, err := os.Open(s.resultFile())
	if err != nil {
		// The module can delete what it likes; then there was no result.
		if errors.Is(err, os.ErrNotExist) {
			return 0, nil
		}
		return 0, fmt.Errorf("reading the result of session %s: %w", s.ID, err)
	}
	defer f.Close()
	return process.Lines(f, transcript.MaxLine/2, take), nil
}

// close records how the session ended.
func (p *pump) close(ctx context.Context, o Options, res process.Result) error {
	booted := p.began
	p.begin(nil)
	if !booted && !res.Interrupted {
		p.emit(transcript.EventTrouble, "", p.silent(o, res))
	}
	p.unreached()
	p.emit(transcript.EventExit, "", p.exit(o, res))
	if p.err != nil {
		return p.err
	}
	return ctx.Err()
}

func (p *pump) exit(o Options, res process.Result) *transcript.Exit {
	p.session.tainted = res.Leftover > 0 || res.TimedOut || res.Interrupted || res.DiskFull
	x := &transcript.Exit{
		Status: res.Status, Signal: res.Signal, TimedOut: res.TimedOut, Interrupted: res.Interrupted,
		// PHP's own memory limit ends with a shutdown event that says so.
		OutOfMemory: res.OutOfMemory && !p.ended,
		FileTooBig:  res.FileTooBig || res.DiskFull, Leftover: res.Leftover, Unheard: p.unheard,
		Stdout: p.output(res.Stdout), Stderr: p.output(res.Stderr),
		Seconds: res.Duration.Seconds(), Notes: p.notes(res.LongLines),
	}
	if res.TimedOut {
		x.Limit = p.session.patience(o).Seconds()
	}
	if res.DiskFull {
		x.Notes = append(x.Notes, fmt.Sprintf("the session was stopped: it had written more than %d MiB (--max-disk)", o.MaxDisk>>20))
	}
	return x
}

// output describes a standard stream. Its text is cut before paths are
// replaced, so that a stream is not searched for long.
func (p *pump) output(s process.Stream) transcript.Output {
	const most = 4 << 10
	out := transcript.Output{Bytes: s.Bytes}
	if len(s.Kept) == 0 {
		return out
	}
	text := p.labels.text.Replace(string(s.Kept))
	// The length of our own paths must not show either.
	out.Bytes += int64(len(text) - len(s.Kept))
	if len(text) > most {
		text = text[:most]
		// A character cut in two would turn text into bytes.
		for i := 0; i < utf8.UTFMax && !utf8.ValidString(text[len(text)-min(utf8.UTFMax, len(text)):]); i++ {
			text = text[:len(text)-1]
		}
	}
	if utf8.ValidString(text) {
		out.Text = text
	} else {
		out.Text = map[string]any{
			phpvalue.Tag: phpvalue.KindBytes,
			"b64":        base64.StdEncoding.EncodeToString([]byte(text)),
		}
	}
	return out
}

// unplayable records a session whose control panel could not be played.
func (p *pump) unplayable(err error) error {
	if !errors.Is(err, errNoStage) {
		return err
	}
	var why unplayable
	errors.As(err, &why)
	p.begin(nil)
	p.emit(transcript.EventTrouble, "", &transcript.Trouble{
		Kind: transcript.TroubleUnsupported, Message: err.Error(), Advice: why.advice,
	})
	p.unreached()
	return p.err
}

// undrivable records a session that could not be made because of PHP itself.
func undrivable(planned scenario.Session, err error, sink target.Sink) error {
	var trouble troubled
	if !errors.As(err, &trouble) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		trouble = troubled{*startTrouble(err)}
	}
	p := newPump(&session{Session: planned, network: transcript.NetworkNone}, nil, sink)
	p.begin(nil)
	p.emit(transcript.EventTrouble, "", &trouble.Trouble)
	p.unreached()
	return p.err
}
