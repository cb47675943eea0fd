package judge

import (
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// upstream gathers what was seen of the module's requests, nil when nobody
// watched them.
func upstream(t *transcript.Transcript) *contract.Upstream {
	u := contract.Upstream{Caught: transcript.InterceptNamespace}
	for _, s := range t.Sessions {
		if s.Upstream == nil || len(s.Troubles) > 0 {
			continue
		}
		u.Calls += len(s.Calls)
		u.Requests += requests(s)
		switch s.Upstream.Level {
		case transcript.InterceptNamespace:
		case transcript.InterceptListener:
			u.Caught = transcript.InterceptListener
		default:
			u.Caught = transcript.InterceptProxy
		}
	}
	if u.Calls == 0 {
		return nil
	}
	if talk := t.Conversation(); talk != nil {
		u.Conversation = conversation(talk)
	}
	if x := t.Extension; x != nil && x.Points > 0 {
		u.Points = &contract.Points{Possible: x.Points, Tried: x.Tried, Reason: x.Reason}
	}
	if x := t.Extension; x != nil && x.Leaves != nil && x.Leaves.Possible > 0 {
		l := x.Leaves
		u.Leaves = &contract.Leaves{Kinds: l.Kinds, KindsTried: l.KindsTried, Possible: l.Possible, Tried: l.Tried, Reason: l.Reason}
	}
	return &u
}

// requests counts the exchanges in which a request arrived. A connection that
// the module dropped before is none.
func requests(s *transcript.Session) int {
	n := 0
	for _, x := range s.Exchanges {
		if x.Method != "" {
			n++
		}
	}
	return n
}

func conversation(talk *transcript.Session) *contract.Conversation {
	c := contract.Conversation{Answers: talk.Upstream.Answers, Accounts: talk.Calls[0].Len(), Requests: requests(talk)}
	at := map[string]int{}
	for _, x := range talk.Exchanges {
		if x.Method == "" {
			continue
		}
		shape := x.Shape()
		i, known := at[shape]
		switch {
		case known:
			c.Kinds[i].Count++
		case len(c.Kinds) == contract.MaxRequestKinds:
			c.More++
		default:
			at[shape] = len(c.Kinds)
			address := strings.TrimSuffix(strings.TrimPrefix(shape, x.Method+" "), "?")
			c.Kinds = append(c.Kinds, contract.RequestKind{Method: x.Method, Address: address, Count: 1})
		}
	}
	return &c
}
