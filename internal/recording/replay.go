package recording

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"syncproof/internal/upstream"
)

// Replay answers requests as recorded. It may be used from several goroutines.
type Replay struct {
	talk *Conversation
	now  func() time.Time

	mu     sync.Mutex
	given  []int
	misses []Miss
}

var _ upstream.Responder = (*Replay)(nil)

// Replay answers requests as recorded. Each has a place in the conversation of
// its own, so that one is made for every session.
func (c *Conversation) Replay() *Replay {
	c.prepare()
	return &Replay{talk: c, now: time.Now, given: make([]int, len(c.Entries))}
}

// Miss is a request the recording has no answer to.
type Miss struct {
	// Nearest is the number of the recorded request that is most like it, from
	// 1; 0 when none is.
	Nearest int
	// Fields are the parts in which they differ, such as query:page, and Message
	// says so in a sentence without secrets.
	Fields  []string
	Message string
	// Codes says that in each of them both requests hold what looks like a
	// digest or a nonce, of the same length.
	Codes bool
}

// Misses are the requests that were not answered, in order.
func (p *Replay) Misses() []Miss {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.misses)
}

// Respond gives the recorded answer to a request. Of several to the same request
// the one that was given least often comes next, in recorded order, so that they
// start over after the last.
func (p *Replay) Respond(_ context.Context, r upstream.Request) (upstream.Reply, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i, q := p.find(r)
	if i < 0 {
		miss := p.talk.miss(q)
		p.misses = append(p.misses, miss)
		p.talk.note(miss)
		return upstream.Reply{}, errors.New(miss.Message)
	}
	p.given[i]++
	return p.talk.Entries[i].Reply, nil
}

// Peek is what Respond would answer, without the answer counting as given.
func (p *Replay) Peek(_ context.Context, r upstream.Request) (upstream.Reply, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i, q := p.find(r)
	if i < 0 {
		return upstream.Reply{}, errors.New(p.talk.miss(q).Message)
	}
	return p.talk.Entries[i].Reply, nil
}

// find chooses the entry that answers a request, -1 for none.
func (p *Replay) find(r upstream.Request) (int, question) {
	q := ask(p.talk.swap.request(r), p.talk.loose)
	best, bestRank := -1, 0
	for i, known := range p.talk.asked {
		rank := p.rank(i, known, q)
		if rank == 0 {
			continue
		}
		if best < 0 || rank > bestRank || rank == bestRank && p.given[i] < p.given[best] {
			best, bestRank = i, rank
		}
	}
	return best, q
}

// How well a recorded request matches: a field that need not match may still say
// which of several requests is meant, as the cursor of a page does.
const (
	noMatch = iota
	matchByLook
	matchLoosely
	matchExactly
)

func (p *Replay) rank(i int, known, q question) int {
	differing := differences(known, q, p.talk.loose)
	if len(differing) == 0 {
		if slices.Equal(known.fields, q.fields) || len(differences(known, q, volatile{})) == 0 {
			return matchExactly
		}
		return matchLoosely
	}
	for _, name := range differing {
		recorded, had := known.value(name)
		asked, has := q.value(name)
		if !had || !has || !looksVolatile(name, recorded, asked, p.talk.Entries[i].Started, p.now()) {
			return noMatch
		}
	}
	return matchByLook
}

// The parts of a request that are no fields.
const (
	theMethod  = "method"
	theAddress = "address"
)

// differences names what differs between two requests, the most telling first,
// fields in the order of their names.
func differences(known, q question, loose volatile) []string {
	var names []string
	if known.method != q.method {
		names = append(names, theMethod)
	}
	if known.address != q.address {
		names = append(names, theAddress)
	}
	if known.path != q.path {
		names = append(names, inPath)
	}
	before := len(names)
	for _, f := range known.fields {
		if value, there := q.value(f.name); (!there || value != f.value) && !loose.has(f.name) {
			names = append(names, f.name)
		}
	}
	for _, f := range q.fields {
		if _, there := known.value(f.name); !there && !loose.has(f.name) {
			names = append(names, f.name)
		}
	}
	slices.Sort(names[before:])
	return names
}
