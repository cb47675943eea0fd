package infer

import (
	"slices"
	"strings"
)

// where says where a list stands in a document: the labels that lead to the list
// in JSON and forms, and to its elements in XML.
type where []string

func (w where) String() string { return strings.Join(w, "\x00") }

func placeOf(text string) where {
	if text == "" {
		return where{}
	}
	return strings.Split(text, "\x00")
}

// lists finds everything in a document that repeats, by place.
func (d *document) lists() map[string][]*value {
	all := map[string][]*value{}
	var walk func(v *value, at where)
	walk = func(v *value, at where) {
		if v.kind == isList {
			all[at.String()] = v.kids
			return
		}
		count := map[string]int{}
		for _, k := range v.elements() {
			count[k.label]++
		}
		for _, k := range v.elements() {
			place := append(slices.Clone(at), k.label)
			if k.kind == isElement && (count[k.label] > 1 || len(k.elements()) > 0) {
				// One element may be a list of one.
				all[place.String()] = append(all[place.String()], k)
			}
			if count[k.label] == 1 {
				walk(k, place)
			}
		}
	}
	walk(d.root, where{})
	return all
}

// group are the requests of one shape.
type group struct {
	exchanges []exchange
	// list is where the accounts or plans stand in the replies, records what stands there.
	list    where
	listed  bool
	records *merged
	fields  map[string]found
	// accounts are, for each record, the account it is about; -1 for none.
	accounts []int
}

// sort the exchanges into groups, in the order of the first of each.
func grouped(exchanges []exchange, shape func(*exchange) string) []*group {
	var groups []*group
	by := map[string]*group{}
	for i := range exchanges {
		key := shape(&exchanges[i])
		if by[key] == nil {
			by[key] = &group{}
			groups = append(groups, by[key])
		}
		by[key].exchanges = append(by[key].exchanges, exchanges[i])
	}
	return groups
}

func (g *group) notation() string {
	for _, x := range g.exchanges {
		if x.reply != nil {
			return x.reply.notation
		}
	}
	return ""
}

// at are the records of all replies at a place.
func (g *group) at(place string) []*value {
	var list []*value
	for _, x := range g.exchanges {
		if x.reply != nil {
			list = append(list, x.reply.lists()[place]...)
		}
	}
	return list
}

// maxRecords bounds how many records are looked at.
const maxRecords = 20_000

// bestList finds the list of the group that looks most like one of accounts, and
// how much so; 0 when there is none.
func (g *group) bestList() int {
	places := map[string]bool{}
	for _, x := range g.exchanges {
		if x.reply == nil {
			continue
		}
		for place, items := range x.reply.lists() {
			if len(items) > 1 {
				places[place] = true
			}
		}
	}
	best := 0
	for _, place := range slices.Sorted(keys(places)) {
		records := g.at(place)
		if len(records) > maxRecords {
			records = records[:maxRecords]
		}
		m := merge(records)
		fields := findFields(m)
		if m.leaf() {
			fields = scalarFields(m)
		}
		n := 0
		for _, f := range identities() {
			if fields[f].at != nil {
				n++
			}
		}
		if n == 0 {
			continue
		}
		score := len(records) * len(fields) * len(fields)
		if score > best {
			best = score
			g.list, g.listed, g.records, g.fields = placeOf(place), true, m, fields
		}
	}
	return best
}

// scalarFields takes a list of single values for names of accounts.
func scalarFields(m *merged) map[string]found {
	texts := m.texts()
	if distinct(texts)*10 < len(texts)*9 || slices.Contains(texts, "") {
		return nil
	}
	s := scorer{texts: texts, given: texts}
	field, why := fieldUsername, "the list holds names only"
	switch {
	case s.share(isHost) >= 0.7:
		field, why = fieldDomain, "the list holds domains only"
	case s.share(isAddress) > 0, s.share(func(t string) bool { return len(t) > 64 || strings.ContainsAny(t, " <>/") }) > 0:
		return nil
	case s.share(func(t string) bool { return strings.Trim(t, "0123456789") == "" }) == 1:
		field, why = fieldID, "the list holds numbers only"
	}
	return map[string]found{field: {m, why}}
}
