package infer

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strings"
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
	default:
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
