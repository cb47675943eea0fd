package scenario

import (
	"maps"
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// Upstream says how the control panel is to be played in a session.
type Upstream struct {
	// Answers says where good answers come from; see transcript.AnswersLive.
	Answers string
	// Fault is what it does wrong, at request number At, or at every request
	// when At is 0. With Through it does so at every request from At up to that
	// one. The zero Fault is none.
	Fault       fault.Fault
	At, Through int
	// Paths lead to the values of replies that the fault changes, and Page is the
	// request for the first page of the list whose pages it changes, from At on;
	// 0 when it changes none.
	Paths []string
	Page  int
	// Fleet names the accounts a played panel holds, and Size is how many.
	Fleet string
	Size  int
	// Delay is how many seconds an answer is held back where the fault does
	// that.
	Delay float64
	// Scheme is http or https, as the server parameters say.
	Scheme string
	// OnlyHost restricts a fault that answers requests to those to one host; ""
	// strikes all hosts.
	OnlyHost string
}

// Strikes reports whether the fault is to be played at the n-th request.
func (u Upstream) Strikes(n int) bool {
	switch {
	case u.Fault.ID == "":
		return false
	case u.At == 0:
		return true
	case u.Fault.ID == fault.SamePage:
		return n >= u.At
	default:
		return n >= u.At && n <= max(u.At, u.Through)
	}
}

// Schemes a module can be told to reach its panel by.
const (
	HTTP  = "http"
	HTTPS = "https"
)

// faultSessions are the blind faults: every request of the module is answered
// by one fault, over http and https, without knowing what a good answer is.
func faultSessions(needs []contract.Need, run Run) []Session {
	every, rules := false, map[string]bool{}
	for _, n := range needs {
		if rule, ok := n.Faults(); ok {
			every = every || n == contract.NeedEveryFault
			rules[rule] = true
		}
	}
	learn := learned(needs)
	var sessions []Session
	for _, f := range fault.All() {
		if !f.Blind() || !every && !rules[f.Rule] && !learn[f.ID] {
			continue
		}
		for _, scheme := range []string{HTTPS, HTTP} {
			if f.NeedsTLS() && scheme == HTTP {
				continue
			}
			if run.wants(f.ID, everyRequest) {
				sessions = append(sessions, faultSession(f, scheme, run.Params))
			}
		}
	}
	return sessions
}

// learned are the faults whose blind runs tell Extend, or rules about other
// sessions, something.
func learned(needs []contract.Need) map[string]bool {
	return map[string]bool{
		failing: slices.Contains(needs, contract.NeedRecovery),
		silence: slices.Contains(needs, contract.NeedSlow) || slices.Contains(needs, contract.NeedSocketTimeout),
	}
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
