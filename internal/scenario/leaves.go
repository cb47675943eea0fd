package scenario

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
	"syncproof/internal/upstream/leaf"
)

// altered adds the conversations in which good answers are changed.
func (e *extender) altered(needs []contract.Need) {
	if slices.Contains(needs, contract.NeedLeaves) {
		e.leaves()
	}
	if slices.Contains(needs, contract.NeedPages) {
		e.pages()
	}
}

// Change is one change of one value in the reply to one request.
type Change struct {
	Fault fault.Fault
	At    int
	Leaf  transcript.Leaf
}

// ID names the change's session and its call.
func (c Change) ID() string {
	return transcript.LeafID(c.Fault.ID[len(fault.LeafPrefix):], c.At, c.Leaf.Path)
}

// Changes enumerates every change of a value of each kind, one change after the
// other, so that a few of them show something of every kind.
func Changes(talk []transcript.Exchange) []Change {
	var changes []Change
	for _, m := range leaf.Mutations() {
		f, _ := fault.Find(fault.LeafPrefix + m.ID)
		for i, x := range talk {
			if x.Leaves == nil || x.Status != http.StatusOK {
				continue
			}
			for _, l := range x.Leaves.List {
				if m.Suits(leaf.Type(l.Type)) {
					changes = append(changes, Change{f, i + 1, l})
				}
			}
		}
	}
	return changes
}

func (e *extender) leaves() {
	all := Changes(e.talk.Exchanges)
	count := &transcript.LeafCount{Possible: len(all), Kinds: changed(all)}
	for _, x := range e.talk.Exchanges {
		if x.Leaves != nil && x.Leaves.Kinds > len(x.Leaves.List) {
			more := x.Leaves.Kinds - len(x.Leaves.List)
			count.Kinds += more
			count.Reason = "of a reply with very many kinds of values only the first were changed"
		}
	}
	chosen := slices.DeleteFunc(slices.Clone(all), func(c Change) bool { return !e.run.wantsChange(c) })
	if len(chosen) < len(all) {
		count.Reason = "only the faults that were asked for were tried"
	}
	if b := e.run.Budget; b > 0 && b < len(chosen) {
		count.Reason = fmt.Sprintf("the budget of %d ended there; --budget sets another", b)
		chosen = chosen[:b]
	}
	count.Tried, count.KindsTried = len(chosen), changed(chosen)
	e.extension.Leaves = count
	if len(chosen) > 0 {
		e.replay()
	}
	for _, c := range chosen {
		purpose := "list the accounts while in reply " + strconv.Itoa(c.At) + ", at " + c.Leaf.Path + ": " + c.Fault.Title
		e.add(e.replayed(c.ID(), purpose, Upstream{Fault: c.Fault, At: c.At, Paths: []string{c.Leaf.Path}}, c.ID()))
	}
}

// changed counts the kinds of values.
func changed(changes []Change) int {
	seen := map[string]bool{}
	for _, c := range changes {
		seen[strconv.Itoa(c.At)+" "+c.Leaf.Kind] = true
	}
	return len(seen)
}

func (r Run) wantsChange(change Change) bool {
	return len(r.Faults) == 0 || slices.ContainsFunc(r.Faults, func(c Choice) bool {
		return c.Fault == change.Fault.ID && (c.At == 0 || c.At == change.At) && (c.Path == "" || c.Path == change.Leaf.Path)
	})
}
