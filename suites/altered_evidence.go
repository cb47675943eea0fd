package suites

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/request"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// change is one session in which a value of one reply was changed.
type change struct {
	point
	leaf transcript.Leaf
	// owner is the row of the good list whose account the value belongs to, nobody
	// when it belongs to the list as a whole.
	owner int
	// judged says that the value belongs to a list of accounts at all, and that no
	// module could leave an account out because of it and be right.
	judged bool
}

// changes are the recorded changes in the order they were planned.
func changes(t *transcript.Transcript) []change {
	talk := t.Conversation()
	if talk == nil {
		return nil
	}
	known, names := catalogue(), namesOfAccounts(talk)
	var all []change
	for _, s := range t.Sessions {
		p, _ := struckIn(s, transcript.LeafPrefix, known, talk)
		if p.request == nil || p.request.Leaves == nil || len(s.Upstream.Paths) != 1 {
			continue
		}
		i := slices.IndexFunc(p.request.Leaves.List, func(l transcript.Leaf) bool { return l.Path == s.Upstream.Paths[0] })
		if i < 0 {
			continue
		}
		c := change{point: p, leaf: p.request.Leaves.List[i]}
		c.owner, c.judged = belongsTo(c.leaf, p.request.Leaves.Rows, names)
		all = append(all, c)
	}
	return all
}

// met says that the change was made to the reply it was meant for: modules that
// ask for several things at once do not always ask in the same order.
func (c change) met() bool {
	return slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return x.Fault == c.fault.ID && x.Shape() == c.request.Shape() && slices.Equal(request.PageOf(x), request.PageOf(*c.request))
	})
}

// belongsTo finds the account a value belongs to.
func belongsTo(l transcript.Leaf, rows []transcript.LeafRow, names map[string]int) (owner int, judged bool) {
	for _, r := range rows {
		account := objectOwner(asFields(r.Values), names)
		if account == nobody {
			continue
		}
		if l.Path == r.List && l.Kind != "" && isContainer(l) {
			return nobody, true
		}
		if rest, inside := strings.CutPrefix(l.Path, r.Path+"."); inside && !choosing(l, rest) || l.Path == r.Path && isContainer(l) {
			return account, true
		}
	}
	return nobody, false
}

func isContainer(l transcript.Leaf) bool {
	return l.Type == "object" || l.Type == "array" || l.Type == "element"
}

func asFields(values []transcript.LeafValue) []request.Field {
	fields := make([]request.Field, 0, len(values))
	for _, v := range values {
		fields = append(fields, request.Field{In: request.InBody, Name: v.Name, Value: v.Value})
	}
	return fields
}

// choosers match names of values by which a module can choose which rows are
// accounts to list: states, kinds, owners, servers, and dates that an account
// ends at. What is to be done with an unknown one is STAT-02's concern, or
// nobody's.
var choosers = regexp.MustCompile(`(?i)(stat|suspen|activ|enabl|disabl|delet|terminat|remov|cancel|expir|archiv|trash|end|type|kind|class|categ|role|resell|admin|owner|parent|master|primary|system|hidden|flag|mode|main|default|visib|valid|lock|server|node|host|region|location|product|service|(^|\.)@?(is|has|in|ns|xsi))`)

// choosing holds for values a module can choose rows by.
func choosing(l transcript.Leaf, inRow string) bool {
	return l.Type == "bool" || l.Type == "null" || choosers.MatchString(inRow)
}

// at names the change the way a reader meets it.
func (c change) at() string {
	return "ListAccounts() with reply " + strconv.Itoa(c.Upstream.At) + ", " + c.request.Method + " " + shortURL(c.request.URL) +
		", changed at " + c.leaf.Path + ": " + c.fault.Title + " (" + c.choice() + ")"
}

// choice is how the change is named on the command line.
func (c change) choice() string {
	return fault.LeafPrefix + strings.TrimPrefix(c.ID, transcript.LeafPrefix)
}

// pageFault is one session in which the pages of a list did not fit together.
type pageFault struct{ point }

func pageFaults(t *transcript.Transcript, rule string) []pageFault {
	talk := t.Conversation()
	if talk == nil {
		return nil
	}
	var all []pageFault
	known := catalogue()
	for _, s := range t.Sessions {
		if p, ok := struckIn(s, transcript.PagePrefix, known, talk); ok && (rule == everyFault || p.rule == rule) {
			all = append(all, pageFault{p})
		}
	}
	return all
}

// choice is how the fault is named on the command line.
func (p pageFault) choice() string {
	return strings.TrimSuffix(strings.TrimPrefix(p.ID, transcript.PagePrefix), "@all")
}

func (p pageFault) at() string {
	if p.request == nil {
		return "ListAccounts() while every answer holds " + p.fault.Title + " (" + p.choice() + ")"
	}
	return "ListAccounts() with request " + strconv.Itoa(p.Upstream.At) + ", " + p.request.Method + " " + shortURL(p.request.URL) +
		", answered so: " + p.fault.Title + " (" + p.choice() + ")"
}

// askAltered is met when the conversation could be repeated as it was.
func askAltered(t *transcript.Transcript) gate {
	if g := askConversation(t); !g.open {
		return g
	}
	switch {
	case t.Planned(transcript.SessionReplay):
		return askReplay(t)
	case t.Extension == nil && (!t.Finished() || t.End.Stopped):
		return notTestable("the run ended before it was known which calls this rule looks at", "run syncproof again")
	}
	// Nothing was changed, and the checks say why.
	return opened()
}

// unmade is the gate of sessions, of those that are wanted, that were planned and
// show nothing.
func unmade(t *transcript.Transcript, wanted func(session string) bool) gate {
	for _, id := range t.Header.Plan {
		if !wanted(id) {
			continue
		}
		if g := askSession(t, id); !g.open {
			return g
		}
	}
	return opened()
}
