package suites

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// variant is a session in which what the module finds was varied, with the call
// made in it.
type variant struct {
	*transcript.Session
	call *transcript.Call
}

// variantOf is the session with that id; the gate says why it shows nothing.
func variantOf(t *transcript.Transcript, id string) (variant, gate) {
	if g := askSession(t, id); !g.open {
		return variant{}, g
	}
	s := t.Session(id)
	if len(s.Calls) == 0 {
		return variant{}, notTestable("the transcript breaks off before the call this rule looks at", "run syncproof again")
	}
	v := variant{s, s.Calls[0]}
	switch v.call.Ending {
	case transcript.EndNotReached:
		return variant{}, unloaded(t, "so "+v.call.Function+"() could not be called")
	case transcript.EndMissing:
		if v.call.Function == "ListAccounts" {
			return variant{}, following("LOAD-01", "the module does not define "+t.Header.Target.Module+"_ListAccounts()")
		}
	}
	return v, opened()
}

// variantsBy are the sessions whose ids begin so, in order, without those that
// show nothing.
func variantsBy(t *transcript.Transcript, prefix string) []variant {
	var all []variant
	for _, s := range t.Sessions {
		if !strings.HasPrefix(s.ID, prefix) {
			continue
		}
		if v, g := variantOf(t, s.ID); g.open {
			all = append(all, v)
		}
	}
	return all
}

// askVariants is met when one of the sessions shows something.
func askVariants(t *transcript.Transcript, ids ...string) gate {
	var closed gate
	for i, id := range ids {
		_, g := variantOf(t, id)
		if g.open {
			return g
		}
		if i == 0 {
			closed = g
		}
	}
	return closed
}

// askVariant is met when a need for varied sessions is.
func askVariant(n contract.Need, t *transcript.Transcript) gate {
	switch n {
	case contract.NeedServerParams, contract.NeedServerForms:
		return askVariants(t, transcript.SessionServerTLS, transcript.SessionServerPlain, transcript.SessionServerIP)
	case contract.NeedCredentials:
		return askVariants(t, transcript.SessionCredentials)
	case contract.NeedTwoServers:
		return askVariants(t, transcript.SessionTwoServers)
	case contract.NeedIPv6:
		return askVariants(t, transcript.SessionServerIPv6)
	case contract.NeedSocketTimeout:
		return askVariants(t, transcript.SessionSocketTimeout)
	default:
		// The check says what is missing.
		return opened()
	}
}

// requests are the exchanges in which a request arrived.
func (v variant) requests() []transcript.Exchange {
	return slices.DeleteFunc(slices.Clone(v.Exchanges), func(x transcript.Exchange) bool { return x.Method == "" })
}

// refused says that the call reported a failure.
func (v variant) refused() bool { return refusedBy(v.call) }

// refusedBy says that a call of ListAccounts() reported a failure.
func refusedBy(call *transcript.Call) bool {
	return answerOf(call)["success"] == false
}

// answerOf is the array that a call returned, nil where it returned none.
func answerOf(call *transcript.Call) map[string]any {
	answer, _ := phpvalue.Map(call.Value)
	return answer
}

// outcomeWords says what became of a call that was to report a failure.
func outcomeWords(call *transcript.Call) string {
	answer := answerOf(call)
	switch {
	case answer["success"] == false:
		return "it reported " + phpvalue.Show(answer["error"])
	case answer["success"] == true:
		return "success => true with " + plural(int64(call.Len()), "account", "accounts")
	case call.Ending == transcript.EndReturned:
		return showAnswer(call.Value)
	}
	return "it " + endingWords(call)
}

// broken points a finding at the line where a call broke, unless that is in
// syncproof's own code.
func (c *Case) broken(call *transcript.Call, at string) contract.Finding {
	place := c.inFunction(call, at)
	inside := place
	locate(&inside, call)
	if !strings.HasPrefix(inside.File, "syncproof/") {
		return inside
	}
	return place
}

// givenServer is the server a call was told to ask.
type givenServer struct {
	host, ip, port string
	secure         bool
}

func serverOf(call *transcript.Call) givenServer {
	params, _ := phpvalue.Map(call.Params)
	text := func(key string) string {
		s, _ := scalarText(params[key])
		return s
	}
	return givenServer{
		host: text("serverhostname"), ip: text("serverip"), port: text("serverport"),
		secure: params["serverhttpprefix"] == "https",
	}
}

// name is how the server is named in findings.
func (s givenServer) name() string {
	host := s.host
	if host == "" {
		host = s.ip
	}
	return net.JoinHostPort(host, s.port)
}

// has says that a request went to the server, by name or by address.
func (s givenServer) has(x transcript.Exchange) bool {
	host, _ := addressed(x)
	return host != "" && (strings.EqualFold(host, s.host) || strings.EqualFold(host, s.ip))
}

// addressed is where a request went: the connection's own address, or that in
// the request where none was noted.
func addressed(x transcript.Exchange) (host, port string) {
	if host, port, err := net.SplitHostPort(x.Address); err == nil {
		return strings.TrimSuffix(host, "."), port
	}
	u, err := url.Parse(x.URL)
	if err != nil {
		return "", ""
	}
	return u.Hostname(), u.Port()
}

// overTLS says that a request was sent encrypted.
func overTLS(x transcript.Exchange) bool { return strings.HasPrefix(x.URL, "https:") }

// unasked is why nothing can be said of a module that sent no request.
func unasked() gate {
	return notTestable("the module made no request that syncproof could see for the servers it was given",
		"check that the module asks the server named by serverhostname and serverport")
}
