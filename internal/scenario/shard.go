package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/transcript"
)

// Shard is one of several equal parts of a plan; the zero Shard is all of it.
type Shard struct {
	// Part is the part's number from 1, and Of how many there are.
	Part, Of int
}

// maxShards bounds how many parts there can be.
const maxShards = 1000

// ParseShard reads "2/4". The error is for the user.
func ParseShard(text string) (Shard, error) {
	part, of, ok := strings.Cut(text, "/")
	n, err := strconv.Atoi(part)
	m, err2 := strconv.Atoi(of)
	if !ok || err != nil || err2 != nil || n < 1 || m < n || m > maxShards {
		return Shard{}, fmt.Errorf("takes a part and how many there are, such as 2/4, up to %d; got %q", maxShards, text)
	}
	return Shard{n, m}, nil
}

// Common reports whether every part makes a session: what the rest of the plan
// follows from.
func Common(id string, params map[string]any) bool {
	scheme := SchemeOf(params)
	return id == transcript.SessionConversation || id == FaultID(failing, scheme) || id == FaultID(silence, scheme)
}

// Sessions returns the part's share of a plan, in the plan's order. Each session
// but the common ones is in exactly one part. Sessions that follow another stay
// with it, and the parts take about equally long.
func (s Shard) Sessions(plan []Session, params map[string]any) []Session {
	if s.Of == 0 {
		return plan
	}
	part := deal(plan, s.Of)
	return slices.DeleteFunc(slices.Clone(plan), func(x Session) bool {
		return !Common(x.ID, params) && part[leader(x, plan)] != s.Part
	})
}

// deal gives each group of sessions a part: the longest first, each to the part
// that has least to do.
func deal(plan []Session, parts int) map[string]int {
	cost := map[string]float64{}
	var leaders []string
	for _, x := range plan {
		id := leader(x, plan)
		if _, known := cost[id]; !known {
			leaders = append(leaders, id)
		}
		cost[id] += x.cost()
	}
	slices.SortStableFunc(leaders, func(a, b string) int { return cmp.Compare(cost[b], cost[a]) })
	load := make([]float64, parts)
	part := map[string]int{}
	for _, id := range leaders {
		least := 0
		for i := range load {
			if load[i] < load[least] {
				least = i
			}
		}
		load[least] += cost[id]
		part[id] = least + 1
	}
	return part
}

// leader is the session at the head of those that follow one another.
func leader(s Session, plan []Session) string {
	for s.After != "" {
		at := slices.IndexFunc(plan, func(x Session) bool { return x.ID == s.After })
		if at < 0 {
			break
		}
		s = plan[at]
	}
	return s.ID
}

// cost is about how long a session takes, in the time of a short one. What only
// waits does so beside the others.
func (s Session) cost() float64 {
	const (
		waits = 1.5
		// accountsAtOnce is how many accounts take as long to list as PHP to start.
		accountsAtOnce = 500
	)
	cost := float64(max(1, len(s.Steps)))
	if s.Waits {
		cost *= waits
	}
	if s.Upstream != nil {
		cost += float64(s.Upstream.Size) / accountsAtOnce
	}
	return cost
}
