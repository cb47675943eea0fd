package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/upstream/fault"
)

// everyRequest stands for all requests in a Choice and in the ids of sessions.
const everyRequest = 0

// Choice names a fault, and the request it is to be played at.
type Choice struct {
	Fault string
	// At is a request's number; 0 means wherever the fault can be played.
	At int
}

// String is the choice as ParseChoice reads it.
func (c Choice) String() string {
	if c.At == everyRequest {
		return c.Fault
	}
	return c.Fault + "@" + strconv.Itoa(c.At)
}

// ParseChoice reads "truncated-json" or "truncated-json@3". The error is for
// the user.
func ParseChoice(text string) (Choice, error) {
	id, at, hasAt := strings.Cut(strings.ToLower(strings.TrimSpace(text)), "@")
	if _, known := fault.Find(id); !known {
		return Choice{}, fmt.Errorf("there is no fault %q; syncproof faults lists them", id)
	}
	if !hasAt || at == "all" {
		return Choice{Fault: id}, nil
	}
	n, err := strconv.Atoi(at)
	if err != nil || n < 1 {
		return Choice{}, fmt.Errorf("%q names no request: write the fault, @ and the request's number, such as %s@2", text, id)
	}
	return Choice{Fault: id, At: n}, nil
}

// wants reports whether the run is to play a fault at a request, or blindly at
// every one.
func (r Run) wants(id string, at int) bool {
	return len(r.Faults) == 0 || slices.ContainsFunc(r.Faults, func(c Choice) bool {
		return c.Fault == id && (c.At == 0 || c.At == at)
	})
}
