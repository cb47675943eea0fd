package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
)

// Wrap changes how the requests of one session travel.
type Wrap func(Exchanger) Exchanger

// RunThrough makes one session whose requests travel another way; see Run.
func (c *Conductor) RunThrough(ctx context.Context, s scenario.Session, sink target.Sink, wrap Wrap) error {
	this := *c
	this.exchanger = wrap(c.exchanger)
	return this.Run(ctx, s, sink)
}

// Adding adds a key to every request.
func Adding(to Exchanger, key, value string) Exchanger { return adding{to, key, value} }

type adding struct {
	Exchanger
	key, value string
}

// Exchange puts the key first: what the request holds stays byte for byte.
func (a adding) Exchange(ctx context.Context, request []byte) (Reply, error) {
	member, err := json.Marshal(map[string]string{a.key: a.value})
	if err != nil {
		return Reply{}, fmt.Errorf("adding %s to a request: %w", a.key, err)
	}
	longer := slices.Concat(member[:len(member)-1], []byte{','}, request[1:])
	return a.Exchanger.Exchange(ctx, longer)
}
