package infer

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// record makes the renderer of records of accounts.
func (t *table) record(notation string, fields map[string]found, accounts []int, todo func(string, ...any)) (r *renderer, used func(field string) bool) {
	r = &renderer{notation: notation, special: map[*merged]string{}, todo: todo}
	times := t.times()
	known := map[*merged]string{}
	fieldOf := func(m *merged) string {
		if f, seen := known[m]; seen {
			return f
		}
		f := ""
		for name, at := range fields {
			if at.at == m && slices.Equal(aligned(m.texts(), accounts), aligned(t.column(name, accounts), accounts)) {
				f = name
			}
		}
		if f == "" {
			f = t.same(m.texts(), accounts)
		}
		known[m] = f
		return f
	}
	r.leaf = func(m *merged) string {
		if field := fieldOf(m); field != "" {
			return t.expression(notation, field, m)
		}
		return t.derived(notation, m, accounts, times)
	}
	r.field = func(m *merged) string {
		inner := ""
		m.walk(func(n *merged) bool {
			if inner == "" && n.leaf() {
				inner = fieldOf(n)
			}
			return inner == ""
		})
		return inner
	}
	r.plural = func(list, item *merged) string { return plural(notation, list, item) }
	return r, func(field string) bool { return known[fields[field].at] == field }
}

// column are the values of a field, by record.
func (t *table) column(field string, accounts []int) []string {
	list := make([]string, len(accounts))
	for i, a := range accounts {
		if a >= 0 && t.fields[field] != nil {
			list[i] = t.fields[field][a]
		}
	}
	return list
}

// aligned leaves out records about no account.
func aligned(texts []string, accounts []int) []string {
	var list []string
	for i, a := range accounts {
		if a >= 0 {
			list = append(list, texts[i])
		}
	}
	return list
}

// expression is the template of a field.
func (t *table) expression(notation, field string, m *merged) string {
	plain := "." + field
	if field == fieldCreated && t.dating != nil {
		return dateExpression(notation, t.dating.php, m)
	}
	switch {
	case notation == notationXML:
		return "{{xml " + plain + "}}"
	case notation == notationForm:
		return "{{form " + plain + "}}"
	case m.seen(isNumber) || m.seen(isBool):
		return "{{number " + plain + "}}"
	case m.seen(isNull):
		return "{{null " + plain + "}}"
	}
	// A word such as *unknown* in place of an address.
	if field == fieldEmail {
		for _, text := range m.texts() {
			if text != "" && !strings.ContainsAny(text, "@{") && !strings.Contains(text, "`") {
				return "{{json (or_else " + goText(text) + " .email)}}"
			}
		}
	}
	return "{{json " + plain + "}}"
}

// goText is a text as templates write it.
func goText(text string) string { return "`" + strings.ReplaceAll(text, "`", "") + "`" }

func dateExpression(notation, format string, m *merged) string {
	date := "date `" + format + "` .created"
	switch {
	case notation == notationXML:
		return "{{" + date + "}}"
	case notation == notationForm:
		return "{{form (" + date + ")}}"
	case m.seen(isNumber):
		return "{{if .created}}{{number (" + date + ")}}{{else}}null{{end}}"
	}
	return "{{null (" + date + ")}}"
}

// derived is the template of a value that follows from fields: the date in
// another notation, or something that depends on the state.
func (t *table) derived(notation string, m *merged, accounts []int, times []*time.Time) string {
	texts := m.texts()
	if distinct(texts) < 2 {
		return ""
	}
	byRecord := make([]*time.Time, len(accounts))
	for i, a := range accounts {
		if a >= 0 {
			byRecord[i] = times[a]
		}
	}
	if n := alsoDate(texts, byRecord); n != nil {
		return dateExpression(notation, n.php, m)
	}
	return t.byState(notation, m, texts, accounts)
}

// byState finds one value for active accounts and another for suspended ones.
func (t *table) byState(notation string, m *merged, texts []string, accounts []int) string {
	states := t.fields[fieldState]
	if states == nil || len(t.words) < 2 {
		return ""
	}
	of := map[bool]string{}
	for i, a := range accounts {
		if a < 0 || len(m.per[i]) == 0 {
			continue
		}
		suspended := states[a] == wordOf(t.words, "suspended")
		text := (&renderer{notation: notation}).seen(m.per[i])
		if notation == notationXML {
			text = escaped(texts[i])
		}
		if before, seen := of[suspended]; seen && before != text {
			return ""
		}
		of[suspended] = text
	}
	if len(of) < 2 {
		return ""
	}
	return fmt.Sprintf("{{if .suspended}}%s{{else}}%s{{end}}", literal(of[true]), literal(of[false]))
}

func wordOf(words []word, state string) string {
	for _, w := range words {
		if w.state == state {
			return w.text
		}
	}
	return ""
}

// plural is the template of several addresses or domains of one account.
func plural(notation string, list, item *merged) string {
	name := ""
	if list != nil {
		name = plainName(strings.Join(list.path, ""))
	}
	var v4, v6, hosts, others int
	if item != nil {
		for _, v := range item.all() {
			switch {
			case isIPv4(v.text):
				v4++
			case isIPv6(v.text):
				v6++
			case isHost(v.text):
				hosts++
			default:
				others++
			}
		}
	}
	var field string
	switch {
	case others > 0 || hosts > 0 && v4+v6 > 0:
		return ""
	case hosts > 0, v4+v6 == 0 && strings.Contains(name, "alias"):
		field = fieldAliases
	case v4+v6 == 0 && strings.HasSuffix(name, "v6"), v6 > 0 && v4 == 0:
		field = fieldIPv6s
	case v4 > 0, strings.HasSuffix(name, "v4"), strings.HasSuffix(name, "ips"):
		field = fieldIPs
	default:
		return ""
	}
	if notation == notationXML {
		if item == nil {
			return ""
		}
		each := func(field string) string {
			return "{{range ." + field + "}}<" + item.key + ">{{xml .}}</" + item.key + ">{{end}}"
		}
		if v4 > 0 && v6 > 0 {
			return each(fieldIPs) + each(fieldIPv6s)
		}
		return each(field)
	}
	if notation == notationForm || v4 > 0 && v6 > 0 {
		return ""
	}
	return "{{json ." + field + "}}"
}
