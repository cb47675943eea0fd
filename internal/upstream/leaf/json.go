package leaf

import (
	"encoding/json"
	"strconv"
)

// reader scans a text that is known to be a JSON object or array, so that it never
// gets to the end before the last bracket.
type reader struct {
	body  []byte
	at    int
	nodes int
	// broken says that a bound was exceeded.
	broken bool
}

func parseJSON(body []byte) *node {
	r := reader{body: body}
	root := r.value(0)
	if r.broken {
		return nil
	}
	return root
}

func (r *reader) space() { r.at = skipBlank(r.body, r.at) }

func (r *reader) value(depth int) *node {
	r.space()
	n := &node{value: span{r.at, r.at}}
	r.nodes++
	r.broken = depth > maxDepth || r.nodes > maxNodes
	switch c := r.body[r.at]; c {
	case '{':
		n.kind = Object
		r.members(n, '}', depth)
	case '[':
		n.kind = Array
		r.members(n, ']', depth)
	case '"':
		n.kind = String
		r.text()
	case 't', 'f':
		n.kind = Bool
		r.word()
	case 'n':
		n.kind = Null
		r.word()
	default:
		n.kind = Number
		r.word()
	}
	n.value.to = r.at
	n.member = n.value
	return n
}

// members reads what stands between brackets.
func (r *reader) members(n *node, end byte, depth int) {
	r.at++
	for !r.broken {
		r.space()
		switch r.body[r.at] {
		case end:
			r.at++
			r.name(n)
			return
		case ',':
			r.at++
			continue
		}
		n.children = append(n.children, r.member(n.kind == Object, depth))
	}
}

func (r *reader) member(keyed bool, depth int) *node {
	if !keyed {
		return r.value(depth + 1)
	}
	from := r.at
	r.text()
	var name string
	// The text is valid, so this cannot fail.
	_ = json.Unmarshal(r.body[from:r.at], &name)
	r.space()
	r.at++ // the colon
	child := r.value(depth + 1)
	child.name, child.member.from = name, from
	return child
}

// name gives the members their places in paths.
func (r *reader) name(n *node) {
	for i, c := range n.children {
		c.segment = strconv.Itoa(i)
		if n.kind == Object {
			c.segment = escape(c.name)
		}
		c.alike = c.segment
	}
	if n.kind == Array || byName(n.children) {
		number(n.children)
	}
}

// byName holds for objects that are lists, with the rows' names as keys: each
// member has at least half of the first one's keys.
func byName(members []*node) bool {
	if len(members) < 2 || len(members[0].children) == 0 {
		return false
	}
	known := map[string]bool{}
	for _, c := range members[0].children {
		known[c.name] = true
	}
	for _, m := range members {
		shared := 0
		for _, c := range m.children {
			if known[c.name] {
				shared++
			}
		}
		if m.kind != Object || 2*shared < len(known) {
			return false
		}
	}
	return true
}

func (r *reader) text() {
	for r.at++; ; r.at++ {
		switch r.body[r.at] {
		case '\\':
			r.at++
		case '"':
			r.at++
			return
		}
	}
}

func (r *reader) word() {
	for c := r.body[r.at]; c != ',' && c != '}' && c != ']' && !blank(c); c = r.body[r.at] {
		r.at++
	}
}
