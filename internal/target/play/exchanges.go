package play

import (
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
)

// Exchanges are those of a session as the transcript keeps them. withLeaves notes
// what the replies are made of as well, which only the conversation with a panel
// that works is asked for.
func Exchanges(seen []upstream.Exchange, withLeaves bool) []*transcript.Exchange {
	told := make([]*transcript.Exchange, 0, len(seen))
	for _, x := range seen {
		told = append(told, exchanged(x))
	}
	if withLeaves {
		leaves(seen, told)
	}
	return told
}

// exchanged is an exchange as the transcript keeps it.
func exchanged(x upstream.Exchange) *transcript.Exchange {
	e := &transcript.Exchange{
		At: x.Started.UTC().Format(time.RFC3339Nano), N: x.N, Via: x.Via, Status: x.Status, Fault: x.Fault, Problem: x.Problem, GaveUp: x.GaveUp, Seconds: x.Seconds,
	}
	if r := x.Request; r != nil {
		e.Method, e.URL, e.Address = r.Method, r.Scheme+"://"+r.Host+r.Target, r.Address
		e.RequestHeaders, e.RequestBody = r.Header, body(r.Body)
	}
	if x.Reply != nil {
		e.PageSize, e.Changed = x.Reply.PageSize, x.Reply.Changed
		e.ReplyBody, e.ReplyKind = body(x.Reply.Body), replyKind(x.Reply.Body)
	}
	return e
}

// body keeps the beginning of what was sent.
func body(raw []byte) transcript.Output {
	const most = 4 << 10
	return transcript.NewOutput(int64(len(raw)), raw[:min(len(raw), most)])
}

// Described is the panel as the transcript describes it: budget is how long the
// module had.
func Described(level string, u *scenario.Upstream, budget time.Duration) *transcript.Upstream {
	return &transcript.Upstream{
		Level: level, Scheme: u.Scheme, Answers: u.Answers,
		Fault: u.Fault.ID, At: u.At, Through: u.Through, Paths: u.Paths, Page: u.Page,
		Fleet: u.Fleet, Size: u.Size, Budget: budget.Seconds(),
	}
}
