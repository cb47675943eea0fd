package playedpanel

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"syncproof/internal/recording"
	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/target/exchange"
	"syncproof/internal/target/play"
	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// performance is the panel played in one session.
type performance struct {
	target    *Target
	planned   scenario.Session
	level     string
	proxy     *upstream.Proxy
	authority *upstream.Authority
	// doors are where the module is told to ask; in a network of its own it finds
	// all servers.
	doors doors

	mu   sync.Mutex
	seen []upstream.Exchange
	cell cell
}

// play makes one session, and returns what was seen of it.
func (t *Target) play(ctx context.Context, level string, s scenario.Session, sink target.Sink) (*performance, error) {
	authority, err := t.certifier()
	if err != nil {
		return nil, err
	}
	p := &performance{target: t, planned: s, level: level, authority: authority}
	o := upstream.Options{
		Authority: authority, Fault: p.choose, Observe: p.observe,
		Delay: time.Duration(s.Upstream.Delay * float64(time.Second)),
	}
	if s.Upstream.OnlyHost != "" {
		o.Spares = p.spares
	}
	if err := t.answers(s, &o); err != nil {
		return nil, err
	}
	o.Good = play.Altered(o.Good, *s.Upstream)
	told := s
	// Whoever calls the module does not know of the panel.
	told.Upstream = nil
	if level == transcript.InterceptNamespace {
		o.Name, o.Hang = p.name, func() { p.hang(ctx) }
		p.proxy = upstream.New(ctx, o)
	} else if told.Steps, err = p.open(ctx, &o); err != nil {
		return nil, err
	}
	defer p.close()
	r := &recorder{performance: p, sink: sink}
	err = t.Caller.RunThrough(ctx, told, r, p.wrap)
	return p, errors.Join(err, r.finish())
}

// open opens the doors, behind which the panel is played.
func (p *performance) open(ctx context.Context, o *upstream.Options) ([]scenario.Step, error) {
	t, u := p.target, p.planned.Upstream
	p.doors = doors{listen: t.listen, first: t.Listen, host: t.Host, portOf: t.recordedPort, nameless: u.Fault.Play.Act == fault.Unresolvable}
	hang := u.Fault.Play.Act == fault.Hang
	if hang {
		p.doors.listen = listenStuck
	}
	o.Arrived, o.Leaving = p.doors.arrived, p.doors.leaving
	if trusts := o.Trusts; trusts != nil {
		o.Trusts = func(ctx context.Context, address, host string) bool {
			address, host = p.doors.meant(address, host)
			return trusts(ctx, address, host)
		}
	}
	steps, err := p.doors.steps(ctx, p.planned)
	if err != nil {
		p.doors.close()
		return nil, err
	}
	p.proxy = upstream.New(ctx, *o)
	if hang {
		// Nobody takes what waits there.
		return steps, nil
	}
	for _, d := range p.doors.list {
		p.proxy.Serve(d.listener)
	}
	return steps, nil
}

// close ends the panel. It may be called twice.
func (p *performance) close() {
	p.proxy.Close()
	p.doors.close()
}

func (d *doors) close() {
	for _, known := range d.list {
		_ = known.listener.Close()
	}
}

// meant is an address behind a door, and the host a certificate has to be for.
func (d *doors) meant(address, host string) (string, string) {
	_, port, err := net.SplitHostPort(address)
	for _, known := range d.list {
		if err == nil && known.told.port == port {
			return known.meant.String(), known.meant.name()
		}
	}
	return address, host
}

// toldWhere is where the module was told to ask, for messages: without the port, which
// is another one each time.
func (p *performance) toldWhere() string {
	for _, d := range p.doors.list {
		return d.toldName()
	}
	return ""
}

// budget is how long the module has.
func (t *Target) budget(s scenario.Session) time.Duration {
	if s.Waits {
		return patience * t.Timeout
	}
	return t.Timeout
}

// patience is how many times as long a module may take while the panel is silent.
const patience = 2

// furnished is an exchanger that starts a program, and patient one with a time limit.
type (
	furnished interface {
		Furnished(furnish func(*process.Options) error) exchange.Exchanger
	}
	patient interface {
		Patient(times int) exchange.Exchanger
	}
)

// CAKey is the key of a request that holds the certificate, in PEM, of the authority
// that signs those of the panel that is played.
const CAKey = "authority"

// wrap is how the session's requests travel.
func (p *performance) wrap(through exchange.Exchanger) exchange.Exchanger {
	if f, is := through.(furnished); is {
		through = f.Furnished(p.furnish)
	}
	if w, is := through.(patient); is && p.planned.Waits {
		through = w.Patient(patience)
	}
	return exchange.Adding(through, CAKey, string(p.authority.PEM()))
}

func (p *performance) choose(n int) (fault.Fault, bool) {
	return p.planned.Upstream.Fault, p.planned.Upstream.Strikes(n)
}

// spares exempts requests to other hosts than the one that fails.
func (p *performance) spares(r upstream.Request) bool {
	host, _, err := net.SplitHostPort(r.Address)
	return err != nil || !strings.EqualFold(host, p.planned.Upstream.OnlyHost)
}

func (p *performance) observe(x upstream.Exchange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, x)
}

// exchanges ends the panel and returns what was asked of it, in order.
func (p *performance) exchanges() []*transcript.Exchange {
	p.close()
	slices.SortFunc(p.seen, func(a, b upstream.Exchange) int { return a.N - b.N })
	u, conversation := p.planned.Upstream, p.planned.ID == transcript.SessionConversation
	if conversation && (u.Answers == transcript.AnswersLive || u.Answers == transcript.AnswersPanel) {
		p.target.remember(recording.FromExchanges(p.seen))
	}
	return play.Exchanges(p.seen, conversation)
}

// described is the panel as the transcript describes it.
func (p *performance) described() *transcript.Upstream {
	u := play.Described(p.level, p.planned.Upstream, p.target.budget(p.planned))
	for _, d := range p.doors.list {
		if u.Told == nil {
			u.Told = map[string]string{}
		}
		u.Told[d.given.String()] = net.JoinHostPort(d.toldName(), d.told.port)
	}
	return u
}
