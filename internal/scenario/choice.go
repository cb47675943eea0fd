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
	// Path leads to the value that is to be changed in the reply, "" for each.
	Path string
}

// String is the choice as ParseChoice reads it.
func (c Choice) String() string {
	switch {
	case c.At == everyRequest:
		return c.Fault
	case c.Path == "":
		return c.Fault + "@" + strconv.Itoa(c.At)
	default:
		return c.Fault + "@" + strconv.Itoa(c.At) + ":" + c.Path
	}
}

// ParseChoice reads "truncated-json", "truncated-json@3" or
// "leaf-null@3:data.4.email". The error is for the user.
func ParseChoice(text string) (Choice, error) {
	id, at, hasAt := strings.Cut(strings.TrimSpace(text), "@")
	id = strings.ToLower(id)
	f, known := fault.Find(id)
	if !known {
		return Choice{}, fmt.Errorf("there is no fault %q; syncproof faults lists them", id)
	}
	at, path, hasPath := strings.Cut(at, ":")
	if hasPath && (path == "" || !strings.HasPrefix(f.ID, fault.LeafPrefix)) {
		return Choice{}, fmt.Errorf("%q names no value of a reply: only the faults %s… change one, such as %snull@2:data.4.email",
			text, fault.LeafPrefix, fault.LeafPrefix)
	}
	if !hasAt || strings.EqualFold(at, "all") && !hasPath {
		return Choice{Fault: id}, nil
	}
	n, err := strconv.Atoi(at)
	if err != nil || n < 1 {
		return Choice{}, fmt.Errorf("%q names no request: write the fault, @ and the request's number, such as %s@2", text, id)
	}
	return Choice{Fault: id, At: n, Path: path}, nil
}

// wants reports whether the run is to play a fault at a request, or blindly at
// every one.
func (r Run) wants(id string, at int) bool {
	return len(r.Faults) == 0 || slices.ContainsFunc(r.Faults, func(c Choice) bool {
		return c.Fault == id && (c.At == 0 || c.At == at)
	})
}
