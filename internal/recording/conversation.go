// Package recording keeps a module's conversation with its control panel:
// what was asked, what was answered, in order. It answers the same requests the
// same way again, and is stored in a file that holds no secret.
package recording

import (
	"context"
	"fmt"
	"sync"

	"syncproof/internal/upstream"
)

// Entry is one request with its answer.
type Entry struct {
	Request upstream.Request
	Reply   upstream.Reply
}

// Conversation is what was asked and answered, in order.
type Conversation struct {
	Entries []Entry
}

// FromExchanges keeps the exchanges that were answered in full.
func FromExchanges(exchanges []upstream.Exchange) *Conversation {
	c := &Conversation{}
	for _, x := range exchanges {
		if x.Request != nil && x.Reply != nil && x.Fault == "" && x.Problem == "" {
			c.Entries = append(c.Entries, Entry{*x.Request, *x.Reply})
		}
	}
	return c
}

// Replay answers requests as recorded. Each has a place in the conversation of
// its own, so that one is made for every session.
func (c *Conversation) Replay() *Replay {
	return &Replay{talk: c, given: map[string]int{}}
}

// Replay is an upstream.Responder. It may be used from several goroutines.
type Replay struct {
	talk  *Conversation
	mu    sync.Mutex
	given map[string]int
}

// Respond gives the recorded answer to a request.
func (p *Replay) Respond(_ context.Context, r upstream.Request) (upstream.Reply, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := keyOf(r)
	var same []Entry
	for _, e := range p.talk.Entries {
		if keyOf(e.Request) == key {
			same = append(same, e)
		}
	}
	if len(same) == 0 {
		return upstream.Reply{}, fmt.Errorf("the recording has no request %s %s://%s%s", r.Method, r.Scheme, r.Host, r.Target)
	}
	n := p.given[key] % len(same)
	p.given[key]++
	return same[n].Reply, nil
}

func keyOf(r upstream.Request) string {
	return r.Method + " " + r.Scheme + "://" + r.Host + r.Target + "\n" + string(r.Body)
}
