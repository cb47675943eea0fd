package playedpanel

import (
	"context"
	"errors"
	"maps"
	"strings"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// reach is what a call showed that was made to see whether the module's requests
// arrive. Without that, an answer says nothing about the panel that was played: the
// module may list a server of its own.
type reach struct {
	// arrived says that a request did, distrusted that the module refused the
	// certificate.
	arrived, distrusted bool
	// problem is what was wrong with a connection, "" for nothing.
	problem string
	// at is where the module was told to ask.
	at      string
	trouble *transcript.Trouble
}

// trialFault answers the trial: a module tries again after it less often than after
// others.
const trialFault = "http-401"

// reaches says whether requests of the module arrive in sessions such as this one.
func (t *Target) reaches(ctx context.Context, level string, s scenario.Session) error {
	t.trying.Lock()
	defer t.trying.Unlock()
	own, err := t.try(ctx, level, s.Upstream.Scheme)
	if err != nil || own.arrived {
		return err
	}
	if own.distrusted && beforeTrust(s.Upstream.Fault) {
		return nil
	}
	if own.distrusted {
		return t.distrusted(own)
	}
	other := scenario.HTTP
	if s.Upstream.Scheme == scenario.HTTP {
		other = scenario.HTTPS
	}
	second, err := t.try(ctx, level, other)
	switch {
	case err != nil || second.arrived:
		// A module may refuse to ask without TLS, or never use it.
		return err
	case own.trouble != nil:
		return unplayable{own.trouble.Message, own.trouble.Advice}
	case second.distrusted:
		return t.distrusted(second)
	}
	return t.unreached(level, own)
}

// beforeTrust says that a fault strikes before the module is shown a certificate.
func beforeTrust(f fault.Fault) bool {
	return f.Layer == fault.Connect || f.Play.Act == fault.TLSSilent || f.Play.Act == fault.TLSGarbage
}

// try makes the call, once for each scheme.
func (t *Target) try(ctx context.Context, level, scheme string) (reach, error) {
	if known, tried := t.tried[scheme]; tried {
		return known, nil
	}
	f, _ := fault.Find(trialFault)
	params := maps.Clone(t.Params)
	params["serversecure"], params["serverhttpprefix"] = scheme == scenario.HTTPS, scheme
	notes := &noted{}
	p, err := t.play(ctx, level, scenario.Session{
		ID: "reach:" + scheme, Purpose: "see whether requests arrive", Request: scenario.RequestAdmin,
		Upstream: &scenario.Upstream{Fault: f, Scheme: scheme},
		Steps:    []scenario.Step{{Call: "reach", Function: "ListAccounts", Params: params}},
	}, notes)
	if err != nil {
		return reach{}, err
	}
	r := reach{at: p.toldWhere(), trouble: notes.trouble}
	for _, x := range p.seen {
		r.arrived = r.arrived || x.Request != nil
		r.distrusted = r.distrusted || x.Request == nil && strings.HasPrefix(x.Problem, upstream.HandshakeEnded)
		if r.problem == "" {
			r.problem = x.Problem
		}
	}
	t.tried[scheme] = r
	return r, nil
}

// noted is a sink that keeps no more than the first trouble.
type noted struct{ trouble *transcript.Trouble }

func (n *noted) Record(e transcript.Event) error {
	switch body := e.Body.(type) {
	case transcript.Trouble:
		if n.trouble == nil {
			n.trouble = &body
		}
	case *transcript.Trouble:
		if n.trouble == nil {
			n.trouble = body
		}
	}
	return nil
}

func (t *Target) unreached(level string, r reach) error {
	reason := "no request of the module reached the control panel that syncproof plays"
	if r.problem != "" {
		reason += " (" + r.problem + ")"
	}
	if level == transcript.InterceptNamespace {
		return unplayable{
			reason + ", in a network of the command's own", "check that the module asks the server named by serverhostname and serverport. When the command " +
				"only has the module run elsewhere, as docker and ssh do, name with panel.listen an address of this machine that the module reaches from there",
		}
	}
	return unplayable{
		reason + " at " + r.at, "check that the module asks the server named by serverhostname, serverip and serverport. When it runs in a container or on " +
			"another machine, name with panel.listen an address of this machine to listen at, and with panel.host the name under which it is reached from there",
	}
}

func (t *Target) distrusted(r reach) error {
	advice := "have the program that runs the module trust the certificate in the file that SYNCPROOF_CA_FILE names"
	switch {
	case t.Command:
	case t.Kept != "":
		advice = "have the PHP that runs the module trust " + t.Kept + " (curl.cainfo and openssl.cafile in its php.ini; restart the web server)"
	default:
		advice = "name a file with panel.authority (--panel-authority); syncproof puts the certificate of its authority there, " +
			"and the PHP that runs the module has to trust it (curl.cainfo and openssl.cafile in its php.ini)"
	}
	return unplayable{
		"the module does not trust the certificate of the control panel that syncproof plays (" + r.problem + ")",
		advice + ". Without that, play the panel over plain http (--server-secure=false), where all but FLT-18, PAR-02, PAR-05 and PAR-08 can be tested",
	}
}

// Reached says whether requests of the module arrive at the panel that is played, how
// they are caught, and what to do where they do not. It makes a call to find out. The
// error is the context's, or that the panel could not be opened.
func (t *Target) Reached(ctx context.Context) (level, problem, advice string, err error) {
	level = t.levelHere(ctx)
	err = t.reaches(ctx, level, scenario.Session{Upstream: &scenario.Upstream{Scheme: scenario.SchemeOf(t.Params)}})
	var why unplayable
	if errors.As(err, &why) {
		return level, why.reason, why.advice, nil
	}
	return level, "", "", err
}
