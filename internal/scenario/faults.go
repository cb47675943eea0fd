package scenario

import (
	"maps"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// Upstream says how the control panel is to be played in a session.
type Upstream struct {
	// Fault is what it does wrong, at request number At, or at every request
	// when At is 0.
	Fault fault.Fault
	At    int
	// Scheme is http or https, as the server parameters say.
	Scheme string
}

// Schemes a module can be told to reach its panel by.
const (
	HTTP  = "http"
	HTTPS = "https"
)

// faultSessions are the blind faults: every request of the module is answered
// by one fault, over http and https, without knowing what a good answer is.
func faultSessions(needs []contract.Need, params map[string]any) []Session {
	every, rules := false, map[string]bool{}
	for _, n := range needs {
		if rule, ok := n.Faults(); ok {
			every = every || n == contract.NeedEveryFault
			rules[rule] = true
		}
	}
	var sessions []Session
	for _, f := range fault.All() {
		if !f.Blind() || !every && !rules[f.Rule] {
			continue
		}
		for _, scheme := range []string{HTTPS, HTTP} {
			if f.NeedsTLS() && scheme == HTTP {
				continue
			}
			sessions = append(sessions, faultSession(f, scheme, params))
		}
	}
	return sessions
}

func faultSession(f fault.Fault, scheme string, params map[string]any) Session {
	id := FaultID(f.ID, scheme)
	return Session{
		ID: id, Purpose: "list the accounts while the panel answers so: " + f.Title, Request: RequestAdmin,
		Upstream: &Upstream{Fault: f, Scheme: scheme}, Waits: f.Hangs(),
		Steps: []Step{{Call: id, Function: "ListAccounts", Params: withScheme(params, scheme)}},
	}
}

// FaultID names the session, and its call, in which a fault is played.
func FaultID(id, scheme string) string { return transcript.FaultPrefix + id + ":" + scheme }

// withScheme is the parameters of a server reached by the scheme.
func withScheme(params map[string]any, scheme string) map[string]any {
	p := maps.Clone(params)
	if p == nil {
		p = map[string]any{}
	}
	p["serversecure"] = scheme == HTTPS
	p["serverhttpprefix"] = scheme
	return p
}
