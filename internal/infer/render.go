package infer

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// renderer writes merged values as a template.
type renderer struct {
	notation string
	// special replaces whole values.
	special map[*merged]string
	// leaf is the template of a single value, "" for the value as it was seen.
	leaf func(*merged) string
	// plural is the template of a list of single values, "" for none.
	plural func(list *merged, item *merged) string
	// field is the first field inside, by which one tells whether an account has it.
	field func(*merged) string
	todo  func(format string, args ...any)
	// fixed says that what differs need not be told.
	fixed bool
}

func (r *renderer) value(m *merged) string {
	if text, ok := r.special[m]; ok {
		return text
	}
	switch r.notation {
	case notationXML:
		return r.xml(m)
	case notationForm:
		return r.form(m)
	}
	return r.json(m)
}

func (r *renderer) json(m *merged) string {
	switch m.kind {
	case isObject:
		var members []string
		for _, k := range m.kids {
			members = append(members, literal(jsonText(k.key))+": "+r.value(k))
		}
		text := "{" + strings.Join(members, ", ") + "}"
		if len(text) > 150 && len(m.path) == 0 {
			text = "{" + strings.Join(members, ",\n ") + "}"
		}
		if m.seen(isNull) || m.lacking() {
			if field := r.field(m); field != "" {
				return "{{if ." + field + "}}" + text + "{{else}}null{{end}}"
			}
		}
		return text
	case isList:
		return r.jsonList(m)
	}
	if text := r.leaf(m); text != "" {
		return text
	}
	return r.first(m)
}

func (r *renderer) jsonList(m *merged) string {
	if len(m.kids) == 0 {
		if text := r.plural(m, nil); text != "" {
			return text
		}
		return "[]"
	}
	item := m.kids[0]
	if item.leaf() {
		if text := r.plural(m, item); text != "" {
			return text
		}
	} else if !item.many() {
		text := "[" + r.value(item) + "]"
		if field := r.field(item); item.lacking() && field != "" {
			return "{{if ." + field + "}}" + text + "{{else}}[]{{end}}"
		}
		return text
	}
	return r.first(m)
}

// first is the value of the first record that has one, as it was seen.
func (r *renderer) first(m *merged) string {
	var v *value
	differ := false
	shown := ""
	for _, list := range m.per {
		if len(list) == 0 {
			differ = differ || v != nil
			continue
		}
		text := r.seen(list)
		if v == nil {
			v, shown = list[0], text
		}
		differ = differ || text != shown
	}
	if differ && !r.fixed {
		r.todo("%s differs from account to account, and no field of accounts is like it; the first one's stands here", short(strings.Join(m.path, ".")))
	}
	return literal(shown)
}

func (r *renderer) seen(list []*value) string {
	var b strings.Builder
	for _, v := range list {
		switch r.notation {
		case notationXML:
			writeXML(&b, v)
		case notationForm:
			b.WriteString(url.QueryEscape(v.text))
		default:
			writeJSON(&b, v)
		}
	}
	return b.String()
}

func (r *renderer) xml(m *merged) string {
	if m.many() {
		if m.leaf() {
			if text := r.plural(nil, m); text != "" {
				return text
			}
		}
		return r.first(m)
	}
	open, inner := "<"+m.key, ""
	for _, k := range m.kids {
		if k.kind == isAttribute {
			text := r.leaf(k)
			if text == "" {
				text = literal(escaped(k.all()[0].text))
			}
			open += " " + k.key + `="` + text + `"`
			continue
		}
		inner += r.value(k)
	}
	if m.leaf() {
		if inner = r.leaf(m); inner == "" {
			inner = r.firstText(m)
		}
	}
	text := open + "/>"
	if inner != "" {
		text = open + ">" + inner + "</" + m.key + ">"
	}
	if m.lacking() {
		if field := r.field(m); field != "" {
			return "{{if ." + field + "}}" + text + "{{end}}"
		}
	}
	return text
}

// firstText is what stands in the first element that has it.
func (r *renderer) firstText(m *merged) string {
	texts := m.texts()
	if distinct(texts) > 1 && !r.fixed {
		r.todo("%s differs from account to account, and no field of accounts is like it; the first one's stands here", short(strings.Join(m.path, ".")))
	}
	for i := range texts {
		if _, there := m.single(i); there {
			return literal(escaped(texts[i]))
		}
	}
	return ""
}

func (r *renderer) form(m *merged) string {
	if m.kind != isObject {
		if text := r.leaf(m); text != "" {
			return text
		}
		return r.first(m)
	}
	var pairs []string
	for _, k := range m.kids {
		if text, ok := r.special[k]; ok {
			pairs = append(pairs, text)
		} else if k.kind == isList {
			for _, v := range k.per[0] {
				for _, item := range v.kids {
					pairs = append(pairs, literal(url.QueryEscape(k.label)+"[]="+url.QueryEscape(item.text)))
				}
			}
		} else {
			pairs = append(pairs, literal(url.QueryEscape(k.key))+"="+r.form(k))
		}
	}
	return strings.Join(pairs, "&")
}

func jsonText(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// Texts always encode.
	_ = e.Encode(text)
	return strings.TrimSuffix(b.String(), "\n")
}

func escaped(text string) string {
	var b strings.Builder
	// A strings.Builder does not fail.
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

func writeJSON(b *strings.Builder, v *value) {
	switch v.kind {
	case isObject, isList:
		b.WriteString(map[bool]string{true: "{", false: "["}[v.kind == isObject])
		for i, k := range v.kids {
			if i > 0 {
				b.WriteString(", ")
			}
			if v.kind == isObject {
				b.WriteString(jsonText(k.key) + ": ")
			}
			writeJSON(b, k)
		}
		b.WriteString(map[bool]string{true: "}", false: "]"}[v.kind == isObject])
	case isText:
		b.WriteString(jsonText(v.text))
	case isNull:
		b.WriteString("null")
	default:
		b.WriteString(v.text)
	}
}

func writeXML(b *strings.Builder, v *value) {
	b.WriteString("<" + v.key)
	for _, k := range v.kids {
		if k.kind == isAttribute {
			b.WriteString(" " + k.key + `="` + escaped(k.text) + `"`)
		}
	}
	inner := v.elements()
	if len(inner) == 0 && v.text == "" {
		b.WriteString("/>")
		return
	}
	b.WriteString(">" + escaped(v.text))
	for _, k := range inner {
		writeXML(b, k)
	}
	b.WriteString("</" + v.key + ">")
}

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
	field := ""
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
