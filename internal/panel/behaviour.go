package panel

import (
	"fmt"
	"slices"
	"strings"

	"syncproof/internal/nearest"
)

// Behaviour is something a panel does wrong with the pages of its lists.
type Behaviour struct {
	Name string
	// Title says in a few words what the panel does.
	Title string
}

// The names of behaviours.
const (
	listChanges  = "list-changes"
	ignoresPages = "ignores-pages"
	totalTooHigh = "total-too-high"
	totalTooLow  = "total-too-low"
)

// Behaviours lists what a panel can do wrong with pages.
func Behaviours() []Behaviour {
	return []Behaviour{
		{listChanges, "an account of a page before is gone when the next one is asked for, so that the others move up"},
		{ignoresPages, "every page is the first one"},
		{totalTooHigh, "the total counts one account more than the list has"},
		{totalTooLow, "the total counts one account less than the list has"},
	}
}

// Behave makes the panel do that with its lists from now on; seed chooses the
// account it is about. What the panel holds stays the same. It errs on a name that
// is none.
func (p *Panel) Behave(name string, seed uint64) error {
	var names []string
	for _, b := range Behaviours() {
		names = append(names, b.Name)
	}
	if !slices.Contains(names, name) {
		if meant := nearest.Words(name, names, 1); len(meant) > 0 {
			return fmt.Errorf("a panel cannot behave like %q%s", name, nearest.Question(meant))
		}
		return fmt.Errorf("a panel cannot behave like %q; there are %s", name, strings.Join(names, ", "))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.behaviour, p.chosen = name, seed
	return nil
}

// shown are the accounts a page is cut from, and where it begins.
func (p *Panel) shown(l *list, all []Account, w window) ([]Account, window) {
	switch {
	case p.behaviour == ignoresPages:
		w.offset = 0
	case p.behaviour == listChanges && w.offset > 0 && w.offset <= len(all):
		gone := int(p.chosen % uint64(w.offset))
		all = slices.Delete(slices.Clone(all), gone, gone+1)
		if l.paging == pagingCursor {
			// A cursor goes on behind the account it names, wherever that is now.
			w.offset--
		}
		w.offset = min(w.offset, len(all))
	}
	return all, w
}

// announced is the total a panel tells of a list.
func (p *Panel) announced(n int) int {
	switch p.behaviour {
	case totalTooHigh:
		return n + 1
	case totalTooLow:
		return max(0, n-1)
	}
	return n
}
