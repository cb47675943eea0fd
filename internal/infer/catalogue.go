package infer

import (
	"slices"
	"strconv"
	"strings"
)

// catalogue is a reply with the panel's plans in place of those recorded.
func (w *writer) catalogue(x *exchange) string {
	r := w.fixed(x)
	root := merge([]*value{x.reply.root})
	lists := x.reply.lists()
	n := -1
	for _, place := range slices.Sorted(keys(lists)) {
		template, ok := w.plans(x.reply.notation, lists[place])
		if !ok {
			continue
		}
		n = len(lists[place])
		root.walk(func(m *merged) bool {
			if !slices.Equal(m.path, placeOf(place)) {
				return true
			}
			switch r.notation {
			case notationXML:
				r.special[m] = "{{range .catalogue}}" + template + "{{end}}"
			case notationForm:
				r.special[m] = "{{range .catalogue}}{{if .index}}&{{end}}" + literal(m.label) + "[]=" + template + "{{end}}"
			default:
				r.special[m] = "[{{range .catalogue}}{{comma .index}}" + template + "{{end}}]"
			}
			return false
		})
	}
	r.leaf = func(m *merged) string {
		text, _ := m.single(0)
		if m.seen(isNumber) && n >= 0 && text == strconv.Itoa(n) && strings.Contains(plainName(m.label), "total") {
			return "{{len .catalogue}}"
		}
		return ""
	}
	if n >= 0 {
		comment(&w.routes, 4, "guessed", "this list has the plans of the accounts")
	}
	return prolog(x) + r.value(root)
}

// plans is the template of a plan, where records hold all that accounts have.
func (w *writer) plans(notation string, records []*value) (string, bool) {
	if len(records) == 0 {
		return "", false
	}
	m := merge(records)
	field := map[*merged]string{}
	m.walk(func(n *merged) bool {
		if n.leaf() && !n.many() {
			for plan, known := range map[string]string{"id": fieldPlanID, "name": fieldPlanName} {
				if holds(n.texts(), w.table.fields[known]) {
					field[n] = plan
				}
			}
		}
		return true
	})
	if len(field) == 0 {
		return "", false
	}
	taken := map[string]bool{}
	for _, f := range field {
		taken[f] = true
	}
	r := w.fixed(&exchange{reply: &document{notation: notation}})
	r.leaf = func(n *merged) string {
		f := field[n]
		if f == "" && !taken["name"] && slices.Contains([]string{"name", "label", "title"}, plainName(n.label)) {
			f = "name"
		}
		if f == "" {
			return ""
		}
		return map[string]string{notationXML: "{{xml ." + f + "}}", notationForm: "{{form ." + f + "}}", notationJSON: "{{json ." + f + "}}"}[notation]
	}
	return r.value(m), true
}

// holds says that a list has everything that is in another, and that is something.
func holds(list, wanted []string) bool {
	any := false
	for _, text := range wanted {
		if text == "" {
			continue
		}
		any = true
		if !slices.Contains(list, text) {
			return false
		}
	}
	return any && distinct(list) == len(list)
}
