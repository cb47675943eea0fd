// Package play is what playing the control panel for a session takes however the
// module's requests get there: good answers changed as a fault says, and what was
// asked and answered as the transcript keeps it.
package play

import (
	"context"
	"slices"
	"sync"
	"time"

	asking "syncproof/internal/request"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
	"syncproof/internal/upstream/leaf"
)

// alter changes good answers as a fault says. Its values are used by one session.
type alter struct {
	good upstream.Responder
	spec scenario.Upstream

	mu sync.Mutex
	// first is the reply to the request for a list's first page, asked that
	// request.
	first *upstream.Reply
	asked transcript.Exchange
	// again counts how often the first page was sent again.
	again int
}

// Altered gives good answers, changed as the session's fault says. It is for one
// session; where the fault changes no answers it gives them as they are.
func Altered(good upstream.Responder, spec scenario.Upstream) upstream.Responder {
	if !spec.Fault.Alters() {
		return good
	}
	return &alter{good: good, spec: spec}
}

// Respond gives the good answer, changed where the fault strikes.
func (a *alter) Respond(ctx context.Context, r upstream.Request) (upstream.Reply, error) {
	if a.spec.Fault.ID == fault.SamePage && r.N >= a.spec.At {
		if reply, ok := a.samePage(ctx, r); ok {
			return reply, nil
		}
	}
	reply, err := a.good.Respond(ctx, r)
	if err != nil {
		return reply, err
	}
	switch id := a.spec.Fault.ID; {
	case r.N == a.spec.Page:
		a.keep(r, reply)
	case !a.spec.Strikes(r.N):
	case id == fault.TotalMore:
		for _, path := range a.spec.Paths {
			reply.Body, _ = leaf.Add(reply.Body, path, fault.More)
		}
	case id == fault.PageShift:
		reply.Body = a.shifted(r, reply.Body)
	case len(a.spec.Paths) == 1:
		if m, known := leaf.Find(id[min(len(id), len(fault.LeafPrefix)):]); known {
			reply.Body, _ = m.Apply(reply.Body, a.spec.Paths[0])
		}
	}
	return reply, nil
}

func (a *alter) keep(r upstream.Request, reply upstream.Reply) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.first, a.asked = &reply, asExchange(r)
}

// Of a module that never ends, a few repetitions show as much as many, and each
// is kept in the transcript. So they soon come slowly.
const (
	quick = 50
	pause = 200 * time.Millisecond
)

// samePage is the first page in place of a later one.
func (a *alter) samePage(ctx context.Context, r upstream.Request) (upstream.Reply, bool) {
	a.mu.Lock()
	known := a.first != nil && asking.SameList(a.asked, asExchange(r))
	if !known {
		a.mu.Unlock()
		return upstream.Reply{}, false
	}
	a.again++
	reply, often := *a.first, a.again > quick
	a.mu.Unlock()
	if often {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return reply, true
}

// shifted is a page behind the last row of the first one.
func (a *alter) shifted(r upstream.Request, body []byte) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.first == nil || !asking.SameList(a.asked, asExchange(r)) {
		return body
	}
	if row := leaf.LastRow(a.first.Body, a.spec.Paths[0]); row != nil {
		body, _ = leaf.Prepend(body, a.spec.Paths[0], row)
	}
	return body
}

// asExchange is a request as package request takes it apart.
func asExchange(r upstream.Request) transcript.Exchange {
	return transcript.Exchange{
		Method: r.Method, URL: r.Scheme + "://" + r.Host + r.Target,
		RequestBody: transcript.NewOutput(int64(len(r.Body)), r.Body),
	}
}

// mostLeaves bounds how many kinds of values are noted of one reply.
const mostLeaves = 300

// leaves notes what the replies of a conversation are made of, each kind once for
// requests of the same kind.
func leaves(exchanges []upstream.Exchange, into []*transcript.Exchange) {
	seen := map[string]bool{}
	for i, x := range exchanges {
		if x.Reply == nil || x.Request == nil {
			continue
		}
		taken := leaf.Take(x.Reply.Body)
		fresh := slices.DeleteFunc(taken.Leaves, func(l leaf.Leaf) bool {
			key := into[i].Shape() + "\n" + l.Kind + "\n" + string(l.Type)
			known := seen[key]
			seen[key] = true
			return known
		})
		if len(fresh) > 0 {
			into[i].Leaves = noted(fresh, taken.Rows)
		}
	}
}

func noted(fresh []leaf.Leaf, rows []leaf.Row) *transcript.Leaves {
	out := &transcript.Leaves{Kinds: len(fresh)}
	for _, l := range fresh[:min(len(fresh), mostLeaves)] {
		out.List = append(out.List, transcript.Leaf{Path: l.Path, Kind: l.Kind, Type: string(l.Type), Value: l.Value})
	}
	for _, r := range rows[:min(len(rows), mostLeaves)] {
		row := transcript.LeafRow{Path: r.Path, List: r.List, Of: r.Of}
		for _, v := range r.Values {
			row.Values = append(row.Values, transcript.LeafValue(v))
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
