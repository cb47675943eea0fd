package scenario

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/request"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// Series is a list that was read page by page: the requests for its first two
// pages, numbered from 1.
type Series struct {
	First, Second int
	// List leads to the rows in the first page's reply; Known says that there are
	// any.
	List  string
	Known bool
}

// mostSeries bounds how many lists are looked at. More are the pages of what
// belongs to single accounts.
const mostSeries = 5

// PagedLists finds the lists a conversation read page by page.
func PagedLists(talk []transcript.Exchange) []Series {
	var all []Series
	for j, later := range talk {
		i := slices.IndexFunc(talk[:j], func(x transcript.Exchange) bool { return request.SameList(x, later) })
		again := slices.ContainsFunc(all, func(s Series) bool { return s.First == i+1 })
		if i < 0 || again || len(all) == mostSeries || request.SamePage(talk[i], later) {
			continue
		}
		if talk[i].Status != http.StatusOK || later.Status != http.StatusOK {
			continue
		}
		s := Series{First: i + 1, Second: j + 1}
		s.List, s.Known = rowsOf(talk[i])
		all = append(all, s)
	}
	return all
}

// rowsOf leads to the longest list of a reply that stands in no other list.
func rowsOf(x transcript.Exchange) (list string, known bool) {
	if x.Leaves == nil {
		return "", false
	}
	most := 0
	for _, r := range x.Leaves.Rows {
		inside := slices.ContainsFunc(x.Leaves.Rows, func(o transcript.LeafRow) bool { return strings.HasPrefix(r.Path, o.Path+".") })
		if !inside && r.Of > most {
			most, list, known = r.Of, r.List, true
		}
	}
	return list, known
}

// totalNames match names of values that say how many rows a list has.
var totalNames = regexp.MustCompile(`(?i)(total|count|found|matches|num_?(results|records|rows|accounts|items))`)

// partNames match names that say something else in numbers: of this page.
var partNames = regexp.MustCompile(`(?i)(page|limit|offset)`)

// Totals leads to the values that say how many accounts the panel has: those
// that do, by their name and by what they say.
func Totals(talk *transcript.Session) []string {
	accounts := strconv.Itoa(talk.Calls[0].Len())
	var paths []string
	for _, x := range talk.Exchanges {
		if x.Leaves == nil {
			continue
		}
		for _, l := range x.Leaves.List {
			name := l.Path[strings.LastIndexByte(l.Path, '.')+1:]
			if l.Value == accounts && totalNames.MatchString(name) && !partNames.MatchString(name) {
				paths = append(paths, l.Path)
			}
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// pages adds the conversations in which the pages of a list do not fit together.
func (e *extender) pages() {
	for _, s := range PagedLists(e.talk.Exchanges) {
		e.page(fault.SamePage, Upstream{At: s.Second, Page: s.First})
		if s.Known {
			e.page(fault.PageShift, Upstream{At: s.Second, Page: s.First, Paths: []string{s.List}})
		}
	}
	if totals := Totals(e.talk); len(totals) > 0 {
		e.page(fault.TotalMore, Upstream{Paths: totals})
	}
}

func (e *extender) page(id string, u Upstream) {
	if !e.run.wants(id, u.At) {
		return
	}
	u.Fault, _ = fault.Find(id)
	e.replay()
	name := transcript.PageID(id, u.At)
	e.add(e.replayed(name, "list the accounts while the panel sends "+u.Fault.Title, u, name))
}
