package exchange

import (
	"context"
	"sync"

	"syncproof/internal/scenario"
	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

// probe remembers in which form the target answers. Some sessions can only be
// made with envelopes, and whether it gives them shows in any answer.
type probe struct {
	*probed
	// asking is held by whoever asks the target, so that one question is
	// enough for sessions that are made at the same time.
	asking chan struct{}
}

type probed struct {
	mu       sync.Mutex
	known    bool
	envelope bool
	// trouble is kept as well: a target that hangs is asked once.
	trouble *transcript.Trouble
}

func newProbe() probe { return probe{probed: &probed{}, asking: make(chan struct{}, 1)} }

// learn takes note of an answer. Trouble teaches nothing: it may be that call's
// alone.
func (p probe) learn(a answer.Answer, trouble *transcript.Trouble) {
	if trouble != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known, p.envelope, p.trouble = true, p.envelope || a.Envelope, nil
}

func (p probe) recall() (known, envelope bool, trouble *transcript.Trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known || p.trouble != nil, p.envelope, p.trouble
}

// envelopes returns nil when the target answers with envelopes, and otherwise
// the trouble with a session that shows something only they can show.
func (r *run) envelopes(ctx context.Context, shows string) (*transcript.Trouble, error) {
	known, envelope, trouble := r.probe.recall()
	if !known {
		var err error
		if envelope, trouble, err = r.ask(ctx); err != nil {
			return nil, err
		}
	}
	switch {
	case envelope:
		return nil, nil
	case trouble != nil:
		return trouble, nil
	}
	return r.unsupported("answers with the bare return value, which cannot show "+shows,
		"put bridge.php in front of the module (syncproof bridge), or point syncproof at the module's folder"), nil
}

// ask calls MetaData(), which costs the module nothing, to see the form of the
// answer.
func (r *run) ask(ctx context.Context) (envelope bool, trouble *transcript.Trouble, err error) {
	select {
	case r.probe.asking <- struct{}{}:
		defer func() { <-r.probe.asking }()
	case <-ctx.Done():
		return false, nil, ctx.Err()
	}
	if known, envelope, trouble := r.probe.recall(); known {
		return envelope, trouble, nil
	}
	step := scenario.Step{Call: transcript.CallMetaData, Function: "MetaData", NoParams: true}
	raw, err := requestFor(r.module, scenario.Session{ID: transcript.SessionMetaData}, step, "")
	if err != nil {
		return false, nil, err
	}
	reply, err := r.exchanger.Exchange(ctx, raw)
	if reply.Stream != nil {
		r.streams = append(r.streams, reply.Stream)
	}
	if f := failure(err); f != nil && ctx.Err() == nil {
		r.probe.despair(&f.Trouble)
		return false, &f.Trouble, nil
	}
	if err != nil {
		return false, nil, err
	}
	a, trouble := Read(reply, answer.Call{Session: transcript.SessionMetaData, ID: step.Call, Info: callInfo(step)})
	if trouble != nil {
		r.probe.despair(trouble)
	}
	r.probe.learn(a, trouble)
	return a.Envelope, trouble, nil
}

// despair keeps the trouble the question met with.
func (p probe) despair(trouble *transcript.Trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble = trouble
}
