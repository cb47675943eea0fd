package leaf

import (
	"bytes"
	"encoding/json"
	"html"
	"slices"
	"strings"
)

// Mutation is one change of a value.
type Mutation struct {
	// ID is permanent.
	ID string
	// Title says in plain words what becomes of the value, Detail exactly.
	Title, Detail string
	// Of are the types it can be done to.
	Of []Type
}

// LongValue is how many bytes a very long value has.
const LongValue = 64 << 10

// Mutations lists every mutation, the smallest change first.
func Mutations() []Mutation {
	scalars := []Type{String, Number, Bool}
	return []Mutation{
		{ID: "empty", Title: "a value is empty", Detail: `the value is "", or an empty element or attribute`, Of: append(slices.Clone(scalars), Text, Attribute)},
		{ID: "null", Title: "a value is null", Detail: "the value is null", Of: scalars},
		{ID: "removed", Title: "a value is missing", Detail: "the key or element is left out", Of: append(slices.Clone(scalars), Null, Text, Attribute)},
		{ID: "type", Title: "a value has another type", Detail: "a text becomes a number, and anything else a text", Of: scalars},
		{ID: "nested", Title: "a value is in a list", Detail: "the value is the only one of a list, or of an element inside its own", Of: append(slices.Clone(scalars), Text)},
		{ID: "object", Title: "an object in place of a value", Detail: `the value stands in an object, as {"value": …}`, Of: scalars},
		{ID: "twice", Title: "a value is there twice", Detail: "the key or element occurs a second time, before it, with another value", Of: append(slices.Clone(scalars), Text)},
		{ID: "order", Title: "the values in another order", Detail: "the rows, members or elements come in reverse order", Of: []Type{Object, Array, Element}},
		{ID: "bytes", Title: "a value with bytes that are not UTF-8", Detail: "three Latin-1 bytes are added to the text", Of: []Type{String, Text, Attribute}},
		{ID: "long", Title: "a very long value", Detail: "the value is a text of 64 KiB", Of: append(slices.Clone(scalars), Text, Attribute)},
	}
}

// Suits reports whether it can be done to a type.
func (m Mutation) Suits(t Type) bool { return slices.Contains(m.Of, t) }

// Find returns the mutation with that id.
func Find(id string) (Mutation, bool) {
	all := Mutations()
	i := slices.IndexFunc(all, func(m Mutation) bool { return m.ID == id })
	if i < 0 {
		return Mutation{}, false
	}
	return all[i], true
}

const (
	another = "syncproof"
	latin1  = "\xFC\xE9\xDF"
)

// Apply does a mutation to the value at a path and leaves every other byte as it
// was. done is false, and the reply returned as it is, when there is no such
// value or it would not change.
func (m Mutation) Apply(body []byte, path string) (changed []byte, done bool) {
	n, around := lookUp(body, path)
	if n == nil || !m.Suits(n.kind) {
		return body, false
	}
	e := edit{body: body, n: n, around: around}
	changed = e.apply(m.ID)
	if changed == nil || bytes.Equal(changed, body) {
		return body, false
	}
	return changed, true
}

// edit is one change being made.
type edit struct {
	body      []byte
	n, around *node
}

func (e edit) apply(id string) []byte {
	value := string(e.body[e.n.value.from:e.n.value.to])
	isJSON := e.n.kind != Text && e.n.kind != Attribute
	switch id {
	case "removed":
		return e.removed()
	case "order":
		return e.reversed()
	case "twice":
		return e.twice(isJSON)
	case "empty":
		if isJSON {
			return e.put(`""`)
		}
		return e.put("")
	case "null":
		return e.put("null")
	case "type":
		return e.put(otherType(e.n.kind, value))
	case "nested":
		if isJSON {
			return e.put("[" + value + "]")
		}
		return e.put("<value>" + value + "</value>")
	case "object":
		return e.put(`{"value":` + value + "}")
	case "bytes":
		if isJSON {
			return e.put(strings.TrimSuffix(value, `"`) + latin1 + `"`)
		}
		return e.put(value + latin1)
	case "long":
		long := strings.Repeat("x", LongValue)
		if isJSON {
			long = `"` + long + `"`
		}
		return e.put(long)
	}
	return nil
}

// otherType turns texts into numbers and what is no text into text.
func otherType(t Type, value string) string {
	if t != String {
		return `"` + value + `"`
	}
	if text := unquoted(value); json.Valid([]byte(text)) && isNumber(text) {
		return text
	}
	return "7"
}

// put replaces the value.
func (e edit) put(with string) []byte {
	if !e.n.empty {
		return replace(e.body, e.n.value, with)
	}
	tag := string(e.body[e.n.member.from : e.n.member.to-len("/>")])
	return replace(e.body, e.n.member, strings.TrimSpace(tag)+">"+with+"</"+e.n.name+">")
}

func replace(body []byte, s span, with string) []byte {
	return slices.Concat(body[:s.from], []byte(with), body[s.to:])
}

// removed takes the value out with its key, and one of the commas beside it.
func (e edit) removed() []byte {
	cut := e.n.member
	if e.around.kind != Object && e.around.kind != Array {
		return replace(e.body, cut, "")
	}
	switch i := slices.Index(e.around.children, e.n); {
	case i < len(e.around.children)-1:
		cut.to = e.around.children[i+1].member.from
	case i > 0:
		cut.from = e.around.children[i-1].member.to
	}
	return replace(e.body, cut, "")
}

// twice puts another value of the same name before the value.
func (e edit) twice(isJSON bool) []byte {
	at := span{e.n.member.from, e.n.member.from}
	switch {
	case !isJSON:
		return replace(e.body, at, "<"+e.n.name+">"+another+"</"+e.n.name+">")
	case e.around.kind != Object:
		return nil
	}
	key := string(e.body[e.n.member.from:e.n.value.from])
	return replace(e.body, at, key+`"`+another+`",`)
}

// reversed turns the order of the members around. What stands between them
// stays where it is.
func (e edit) reversed() []byte {
	members := e.n.elements()
	if len(members) < 2 {
		return nil
	}
	out := bytes.Clone(e.body[:members[0].member.from])
	for i := range members {
		other := members[len(members)-1-i].member
		out = append(out, e.body[other.from:other.to]...)
		if i+1 < len(members) {
			out = append(out, e.body[members[i].member.to:members[i+1].member.from]...)
		}
	}
	return append(out, e.body[members[len(members)-1].member.to:]...)
}

func unquoted(value string) string {
	var text string
	// The value is valid, so this cannot fail.
	_ = json.Unmarshal([]byte(value), &text)
	return text
}

func unescaped(text string) string {
	if literal, ok := strings.CutPrefix(text, "<![CDATA["); ok {
		return strings.TrimSuffix(literal, "]]>")
	}
	return html.UnescapeString(text)
}
