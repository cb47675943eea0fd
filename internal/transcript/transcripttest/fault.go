package transcripttest

import (
	"strings"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// FaultBudget is how many seconds the module had to report a fault.
const FaultBudget = 60

// play makes a session one in which the control panel played a fault and the
// module did all it should: it asked once, logged that, and reported a failure
// in words that fit the fault.
func (s *Session) play(u scenario.Upstream) {
	s.Info.Network = transcript.NetworkPlayed
	s.Info.Upstream = &transcript.Upstream{
		Level: transcript.InterceptNamespace, Scheme: u.Scheme, Fault: u.Fault.ID, At: u.At, Budget: FaultBudget,
	}
	if u.Fault.Layer != fault.Connect {
		s.Exchanges = []transcript.Exchange{Asked(u)}
	}
	call := s.Calls[0]
	call.Records = []transcript.Record{Logged("GET /accounts", "the answer")}
	call.Returns(Failure(refusal(u.Fault)))
}

// Asked is one request that met the fault.
func Asked(u scenario.Upstream) transcript.Exchange {
	x := transcript.Exchange{N: 1, Via: "direct", Fault: u.Fault.ID, Seconds: 0.01}
	if u.Fault.Layer == fault.TLS {
		x.Problem = "the module ended the TLS handshake"
		return x
	}
	x.Method, x.URL = "GET", u.Scheme+"://panel.example:8443/accounts"
	x.RequestHeaders = map[string][]string{"Authorization": {"Bearer [redacted:serverpassword]"}}
	if u.Fault.Layer == fault.Status || u.Fault.Layer == fault.Body {
		x.Status, x.ReplyBody = u.Fault.Play.Status, Printed(string(u.Fault.Play.Body))
	}
	return x
}

// Logged is a call of logModuleCall() with the password in its replace list.
func Logged(request, response any) transcript.Record {
	return transcript.Record{
		Function: "logModuleCall", Phase: transcript.PhaseCall, File: "acme.php", Line: 66,
		Args: List{Module, "ListAccounts", request, response, "", List{"[redacted:serverpassword]"}},
	}
}

func refusal(f fault.Fault) string {
	switch f.Layer {
	case fault.Connect, fault.TLS:
		return "The panel cannot be reached (" + f.Title + ")."
	case fault.Status:
		return "The panel answered with an HTTP error (" + f.Title + ")."
	case fault.Transport:
		return "The answer of the panel broke off."
	default:
		return "The panel did not answer with a list of accounts."
	}
}

// Fault is the session in which a fault was played over a scheme.
func (r *Run) Fault(id, scheme string) *Session {
	r.tb.Helper()
	return r.Session(scenario.FaultID(id, scheme))
}

// EachFault changes every session in which a fault was played.
func (r *Run) EachFault(change func(*Session)) {
	for _, s := range r.Sessions {
		if strings.HasPrefix(s.ID, transcript.FaultPrefix) {
			change(s)
		}
	}
}

// FaultsOf changes the sessions that test a rule.
func (r *Run) FaultsOf(rule string, change func(*Session)) {
	r.EachFault(func(s *Session) {
		if f, _ := fault.Find(s.Info.Upstream.Fault); f.Rule == rule {
			change(s)
		}
	})
}

// Unplayable makes a session one whose control panel could not be played.
func (s *Session) Unplayable(why string) {
	s.Boot, s.Load, s.Shutdown, s.Final, s.Exit, s.Exchanges = nil, nil, nil, false, nil, nil
	for _, c := range s.Calls {
		c.Result, c.Records, c.Unreached = Result{}, nil, true
	}
	s.Troubles = []transcript.Trouble{{
		Kind: transcript.TroubleUnsupported, Message: why, Advice: "run syncproof on a Linux machine that allows user namespaces",
	}}
}
