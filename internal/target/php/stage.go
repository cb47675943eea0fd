package php

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"syncproof/internal/recording"
	"syncproof/internal/scenario"
	"syncproof/internal/target/play"
	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// stage plays the control panel for one session: a proxy of its own, and a
// network in which every address leads to it.
type stage struct {
	spec      scenario.Upstream
	proxy     *upstream.Proxy
	ca        []byte
	mu        sync.Mutex
	room      room
	exchanges []upstream.Exchange
}

// newStage opens the panel a session asks for; nil when it asks for none.
func (t *Target) newStage(ctx context.Context, s *session) (*stage, error) {
	if s.Upstream == nil {
		return nil, nil
	}
	if err := t.offers(ctx, s.level, s); err != nil {
		return nil, err
	}
	if err := playable(s.level, s.Upstream.Fault); err != nil {
		return nil, err
	}
	return t.openStage(ctx, s)
}

// openStage opens the panel whether or not the module's requests can be led to
// it.
func (t *Target) openStage(ctx context.Context, s *session) (*stage, error) {
	authority, err := t.certifier()
	if err != nil {
		return nil, err
	}
	st := &stage{spec: *s.Upstream, ca: authority.PEM()}
	o := upstream.Options{
		Authority: authority, Fault: st.choose, Observe: st.observe, Name: st.name, Hang: func() { st.hang(ctx) },
		Delay: time.Duration(st.spec.Delay * float64(time.Second)),
	}
	if st.spec.OnlyHost != "" {
		o.Spares = st.spares
	}
	if err := t.answers(st, &o); err != nil {
		return nil, err
	}
	if st.spec.Fault.Alters() {
		o.Good = play.Altered(o.Good, st.spec)
	}
	if s.level == transcript.InterceptNamespace {
		// It is given the doors of the session's network.
		st.proxy = upstream.New(ctx, o)
		return st, nil
	}
	st.proxy, err = upstream.Listen(ctx, o)
	return st, err
}

// errNoAnswers says that the conversation to repeat is not known.
var errNoAnswers = unplayable{
	"the module's requests were not recorded", "run syncproof again with a server that can list its accounts, or with a recording",
}

// answers gives the panel its good answers.
func (t *Target) answers(st *stage, o *upstream.Options) error {
	switch st.spec.Answers {
	case transcript.AnswersLive:
		if !t.options.Live {
			return unplayable{"no server was named", "name a test server with --server-hostname"}
		}
		forward := &upstream.Forward{}
		o.Good, o.Trusts = forward, forward.Trusts
	case transcript.AnswersRecorded:
		talk := t.conversation()
		if talk == nil {
			return errNoAnswers
		}
		o.Good = talk.Replay()
	case transcript.AnswersPanel:
		if t.options.Panel == nil {
			return unplayable{"no panel profile was given", "describe the control panel in a profile; docs/panel-profiles.md says how"}
		}
		o.Good = t.options.Panel(st.spec.Fleet, st.spec.Size)
	case transcript.AnswersEmpty:
		if t.options.EmptyPanel != nil {
			o.Good = t.options.EmptyPanel()
			return nil
		}
		if t.options.EmptyRecording == nil {
			return unplayable{"no server without accounts was recorded", "record one (syncproof record --as empty) and name it with --empty-recording"}
		}
		o.Good = t.options.EmptyRecording.Replay()
	}
	return nil
}

// conversation is what the panel is known to answer: the recording the target
// was given, or what this run's live conversation showed.
func (t *Target) conversation() *recording.Conversation {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.options.Recording != nil {
		return t.options.Recording
	}
	return t.recorded
}

// certifier is the authority of all the target's sessions.
func (t *Target) certifier() (*upstream.Authority, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.authority == nil {
		made, err := upstream.NewAuthority()
		if err != nil {
			return nil, err
		}
		t.authority = made
	}
	return t.authority, nil
}

func (st *stage) choose(n int) (fault.Fault, bool) {
	return st.spec.Fault, st.spec.Strikes(n)
}

// spares exempts requests to other hosts than the one that fails.
func (st *stage) spares(r upstream.Request) bool {
	host, _, err := net.SplitHostPort(r.Address)
	return err != nil || !strings.EqualFold(host, st.spec.OnlyHost)
}

func (st *stage) observe(x upstream.Exchange) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.exchanges = append(st.exchanges, x)
}

// caFile is where the session finds the authority's certificate.
func (s *session) caFile() string { return filepath.Join(s.dir, "ca.pem") }

// furnish leads the session to the panel and has it trust the authority.
func (st *stage) furnish(s *session, o *process.Options) error {
	if st == nil {
		return nil
	}
	if err := os.WriteFile(s.caFile(), st.ca, 0o600); err != nil {
		return fmt.Errorf("writing the certificate of session %s: %w", s.ID, err)
	}
	o.Isolate = false
	if s.level == transcript.InterceptNamespace {
		st.enclose(s, o)
		return nil
	}
	return st.proxied(s, o)
}

// trust are the settings that make PHP's clients trust the authority even where
// the system's certificates cannot be replaced.
func (s *session) trust() []string {
	if s.Upstream == nil {
		return nil
	}
	return []string{"curl.cainfo=" + s.caFile(), "openssl.cafile=" + s.caFile()}
}

// close ends the panel and records what was asked of it.
func (st *stage) close(p *pump) {
	if st == nil {
		return
	}
	st.proxy.Close()
	slices.SortFunc(st.exchanges, func(a, b upstream.Exchange) int { return a.N - b.N })
	if st.spec.Answers == transcript.AnswersLive || st.spec.Answers == transcript.AnswersPanel {
		p.session.keep(recording.FromExchanges(st.exchanges))
	}
	for _, x := range play.Exchanges(st.exchanges, p.session.ID == transcript.SessionConversation) {
		p.emit(transcript.EventExchange, "", x)
	}
	p.unheard = st.unheard()
	if err := st.room.failed; err != nil {
		p.emit(transcript.EventTrouble, "", &transcript.Trouble{
			Kind: transcript.TroubleUnsupported, Message: "the fault " + st.spec.Fault.ID + " could not be played: " + err.Error(), Advice: "run syncproof again",
		})
	}
}

// abandon ends the panel of a session that is not made.
func (st *stage) abandon() {
	if st != nil {
		st.proxy.Close()
	}
}
