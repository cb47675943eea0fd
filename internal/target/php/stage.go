package php

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"syncproof/internal/recording"
	"syncproof/internal/scenario"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// stage plays the control panel for one session: a proxy of its own, and a
// network in which every address leads to it.
type stage struct {
	spec  scenario.Upstream
	proxy *upstream.Proxy
	ca    []byte
	// replay answers as recorded, nil unless that was asked for.
	replay    *recording.Replay
	mu        sync.Mutex
	cell      *netns.Cell
	exchanges []upstream.Exchange
}

// errNoStage says that this machine cannot keep the module's requests from
// reaching somebody.
var errNoStage = errors.New("the control panel cannot be played here")

// newStage opens the panel a session asks for; nil when it asks for none.
func (t *Target) newStage(ctx context.Context, s *session) (*stage, error) {
	if s.Upstream == nil {
		return nil, nil
	}
	if err := t.cells(ctx, s.engine); err != nil {
		return nil, err
	}
	authority, err := t.certifier()
	if err != nil {
		return nil, err
	}
	st := &stage{spec: *s.Upstream, ca: authority.PEM()}
	o := upstream.Options{
		Authority: authority, Fault: st.choose, Observe: st.observe, Name: st.name,
		Delay: time.Duration(st.spec.Delay * float64(time.Second)),
	}
	if err := t.answers(st, &o); err != nil {
		return nil, err
	}
	st.proxy, err = upstream.Listen(ctx, o)
	if err != nil {
		return nil, err
	}
	return st, nil
}

// errNoAnswers says that the conversation to repeat is not known.
var errNoAnswers = fmt.Errorf("%w: the module's requests were not recorded", errNoStage)

// answers gives the panel its good answers.
func (t *Target) answers(st *stage, o *upstream.Options) error {
	switch st.spec.Answers {
	case transcript.AnswersLive:
		if !t.options.Live {
			return fmt.Errorf("%w: no server was named", errNoStage)
		}
		forward := &upstream.Forward{}
		o.Good, o.Trusts = forward, forward.Trusts
	case transcript.AnswersRecorded:
		talk := t.conversation()
		if talk == nil {
			return errNoAnswers
		}
		st.replay = talk.Replay()
		o.Good = st.replay
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

// name is the name an address inside the session's network was looked up by.
func (st *stage) name(address netip.Addr) string {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.cell == nil {
		return ""
	}
	return st.cell.Name(address)
}

// cells says, once for the target, whether a module can be put into a network
// of its own.
func (t *Target) cells(ctx context.Context, e *engine) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.foreign {
		return fmt.Errorf("%w: the command that starts PHP runs it out of reach", errNoStage)
	}
	if t.options.NoNamespaces {
		return fmt.Errorf("%w: namespaces are switched off", errNoStage)
	}
	if !t.celled {
		t.celled, t.cellErr = true, netns.Check(ctx)
	}
	if t.cellErr != nil {
		return fmt.Errorf("%w: %w", errNoStage, t.cellErr)
	}
	return nil
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

func (st *stage) observe(x upstream.Exchange) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.exchanges = append(st.exchanges, x)
}

// caFile is where the session finds the authority's certificate.
func (s *session) caFile() string { return filepath.Join(s.dir, "ca.pem") }

// furnish puts the session into the network and has it trust the authority.
func (st *stage) furnish(s *session, o *process.Options) error {
	if st == nil {
		return nil
	}
	if err := os.WriteFile(s.caFile(), st.ca, 0o600); err != nil {
		return fmt.Errorf("writing the certificate of session %s: %w", s.ID, err)
	}
	o.Isolate = false
	o.Cell = &netns.Options{Ports: ports(s.Steps), CA: st.ca, Resolves: st.resolves}
	o.Ready = func(cell *netns.Cell) error {
		st.mu.Lock()
		st.cell = cell
		st.mu.Unlock()
		for _, l := range cell.Listeners() {
			st.proxy.Serve(l)
		}
		return nil
	}
	return nil
}

// resolves fails the lookup of the panel's name where that is the fault. A name
// that a redirect leads to always resolves.
func (st *stage) resolves(string) bool {
	f, struck := st.choose(1)
	return !struck || f.Play.Act != fault.Unresolvable
}

// ports are those the server parameters name.
func ports(steps []scenario.Step) []int {
	var list []int
	for _, step := range steps {
		if n, err := strconv.Atoi(fmt.Sprint(step.Params["serverport"])); err == nil {
			list = append(list, n)
		}
		if host, err := netip.ParseAddrPort(fmt.Sprint(step.Params["serverhostname"])); err == nil {
			list = append(list, int(host.Port()))
		}
	}
	return list
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
	if st.spec.Answers == transcript.AnswersLive {
		p.session.keep(recording.FromExchanges(st.exchanges))
	}
	for _, x := range st.exchanges {
		p.emit(transcript.EventExchange, "", exchanged(x))
	}
}

// abandon ends the panel of a session that is not made.
func (st *stage) abandon() {
	if st != nil {
		st.proxy.Close()
	}
}

// exchanged is an exchange as the transcript keeps it.
func exchanged(x upstream.Exchange) *transcript.Exchange {
	e := &transcript.Exchange{
		N: x.N, Via: x.Via, Status: x.Status, Fault: x.Fault, Problem: x.Problem, GaveUp: x.GaveUp, Seconds: x.Seconds,
	}
	if r := x.Request; r != nil {
		e.Method, e.URL = r.Method, r.Scheme+"://"+r.Host+r.Target
		e.RequestHeaders, e.RequestBody = r.Header, body(r.Body)
	}
	if x.Reply != nil {
		e.ReplyBody, e.ReplyKind = body(x.Reply.Body), replyKind(x.Reply.Body)
	}
	return e
}

// body keeps the beginning of what was sent.
func body(raw []byte) transcript.Output {
	const most = 4 << 10
	return transcript.NewOutput(int64(len(raw)), raw[:min(len(raw), most)])
}

// played describes the panel in the transcript.
func played(u *scenario.Upstream, budget time.Duration) *transcript.Upstream {
	return &transcript.Upstream{
		Level: transcript.InterceptNamespace, Scheme: u.Scheme, Answers: u.Answers,
		Fault: u.Fault.ID, At: u.At, Through: u.Through, Budget: budget.Seconds(),
	}
}
