package transcripttest

import (
	"encoding/base64"
	"fmt"
	"net"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// Varied is Conformant with the sessions in which what the module finds is
// varied, made with a server that works, and the faults that keep it waiting in
// place of all faults.
func Varied(tb testing.TB) *Run {
	tb.Helper()
	r := conformant(tb, scenario.Plan([]contract.Need{
		contract.NeedLoad, contract.NeedMetaDataWeb, contract.NeedCall, contract.NeedRepeat, contract.NeedFaults("FLT-02"),
		contract.NeedServerParams, contract.NeedServerForms, contract.NeedSuperglobals, contract.NeedCredentials,
		contract.NeedTwoServers, contract.NeedIPv6, contract.NeedHelpers, contract.NeedTestConnection, contract.NeedSocketTimeout,
	}, scenario.Run{Params: params(), Answers: transcript.AnswersLive}))
	r.Header.Live = true
	r.EachLoad(func(l *transcript.Load) {
		l.Functions = append(l.Functions, transcript.Symbol{Name: Module + "_TestConnection", File: "acme.php", Line: 5, End: 9})
	})
	return r
}

// Surrounded is a run with a server that works and the session in which WHMCS has
// no services.
func Surrounded(tb testing.TB) *Run {
	tb.Helper()
	r := conformant(tb, scenario.Plan([]contract.Need{contract.NeedLoad, contract.NeedCall, contract.NeedRepeat, contract.NeedEmptyDatabase},
		scenario.Run{Params: params(), Answers: transcript.AnswersLive}))
	r.Header.Live = true
	return r
}

// Asks are the ways in which the module of Varied asks servers.
type Asks struct {
	Scheme, Host, Port string
	Password           string
}

// vary makes a session one in which the module asked the servers it was given,
// once in each call, and reported what they answered.
func (s *Session) vary(planned scenario.Session) {
	s.Info.Helpers, s.Info.Settings, s.Exchanges = planned.Helpers, planned.Settings, nil
	if planned.Upstream == nil {
		return
	}
	for i, c := range s.Calls {
		c.Info.At = fmt.Sprintf("2026-03-01T10:00:%02d.5Z", 2*i)
		s.Ask(i, AskedBy(planned.Steps[i].Params))
		u := planned.Upstream
		if u.Answers == transcript.AnswersNone || u.OnlyHost != "" && planned.Steps[i].Params["serverhostname"] == u.OnlyHost {
			c.Returns(Failure("The panel did not answer with a list of accounts."))
		} else {
			c.Returns(Accounts())
		}
	}
}

// AskedBy is where the module asks when it is given the parameters.
func AskedBy(params map[string]any) Asks {
	a := Asks{
		Scheme: fmt.Sprint(params["serverhttpprefix"]), Host: fmt.Sprint(params["serverhostname"]), Port: fmt.Sprint(params["serverport"]),
		Password: fmt.Sprint(params["serverpassword"]),
	}
	if a.Host == "" {
		a.Host = fmt.Sprint(params["serverip"])
	}
	if a.Port == "" {
		a.Port = "8443"
	}
	return a
}

// Ask adds a request that the module made in the session's i-th call.
func (s *Session) Ask(i int, a Asks) {
	address := net.JoinHostPort(a.Host, a.Port)
	s.Exchanges = append(s.Exchanges, transcript.Exchange{
		N: len(s.Exchanges) + 1, Via: "direct", Method: "GET", URL: a.Scheme + "://" + address + "/accounts", Address: address,
		At: fmt.Sprintf("2026-03-01T10:00:%02d.75Z", 2*i), Fault: s.Info.Upstream.Fault, Seconds: 3,
		GaveUp:         s.Info.Upstream.Fault == "silent-request",
		RequestHeaders: map[string][]string{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("root:"+a.Password))}},
	})
}
