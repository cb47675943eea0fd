// Package recording keeps a module's conversation with its control panel:
// what was asked, what was answered, in order. It answers the same requests the
// same way again, and is stored in a file that holds no secret.
package recording

import (
	"slices"
	"sync"
	"time"

	"syncproof/internal/secret"
	"syncproof/internal/upstream"
)

// Entry is one request with its answer.
type Entry struct {
	Request upstream.Request
	Reply   upstream.Reply
	// Started is when the module connected, and Seconds how long it took until
	// the answer was sent.
	Started time.Time
	Seconds float64
}

// Conversation is what was asked and answered, in order. It must not be changed
// once it has been replayed.
type Conversation struct {
	Entries []Entry
	// Volatile names the fields of requests that differ each time although the
	// same is asked, such as query:ts; see ParseField.
	Volatile []string

	// swap turns the secrets of a run into those the recording holds; nil where
	// they are the same.
	swap *swap
	// hide keeps secrets out of messages.
	hide *secret.Redactor

	mu     sync.Mutex
	misses []Miss

	once sync.Once
	// asked are the recorded requests taken apart.
	asked []question
	loose volatile
}

// FromExchanges keeps the exchanges that were answered in full.
func FromExchanges(exchanges []upstream.Exchange) *Conversation {
	c := &Conversation{}
	for _, x := range exchanges {
		if x.Request != nil && x.Reply != nil && x.Fault == "" && x.Problem == "" {
			c.Entries = append(c.Entries, Entry{Request: *x.Request, Reply: *x.Reply, Started: x.Started, Seconds: x.Seconds})
		}
	}
	return c
}

// maxMisses bounds how many misses are kept.
const maxMisses = 100

// Misses are the requests that replays of the conversation did not answer, the
// first ones.
func (c *Conversation) Misses() []Miss {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.misses)
}

func (c *Conversation) note(m Miss) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.misses) < maxMisses {
		c.misses = append(c.misses, m)
	}
}

// prepare takes the recorded requests apart, once for all replays.
func (c *Conversation) prepare() {
	c.once.Do(func() {
		c.loose = newVolatile(c.Volatile)
		if c.hide == nil {
			c.hide = secret.New(nil)
		}
		for _, e := range c.Entries {
			c.asked = append(c.asked, ask(e.Request, c.loose))
		}
	})
}
