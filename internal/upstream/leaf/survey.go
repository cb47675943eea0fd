package leaf

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Leaf is one value of a reply, standing for all of its kind.
type Leaf struct {
	// Path leads to it, keys and numbers from 0 with dots between, such as
	// data.4.email; Kind is the path with the numbers of rows as *.
	Path, Kind string
	Type       Type
	// Value is what the value says where it is a number outside of any list, ""
	// otherwise.
	Value string
}

// Row is a row of a list.
type Row struct {
	// Path leads to it, List to the list, which has Of rows.
	Path, List string
	Of         int
	// Values are the texts and numbers the row holds itself.
	Values []Value
}

// Value is one of a row's values.
type Value struct{ Name, Value string }

// Survey is what a reply holds: one leaf of each kind, from the middle row where
// there are rows, and the rows these come from, in the order of the reply.
type Survey struct {
	Leaves []Leaf
	Rows   []Row
}

// Take surveys a reply. What is neither JSON nor XML holds nothing.
func Take(body []byte) Survey {
	root := parse(body)
	if root == nil {
		return Survey{}
	}
	s := survey{body: body, seen: map[string]bool{}, rows: map[string]bool{}}
	s.walk(root, place{})
	slices.SortStableFunc(s.found, func(a, b found) int { return cmp.Compare(a.from, b.from) })
	var out Survey
	for _, f := range s.found {
		out.Leaves = append(out.Leaves, f.Leaf)
	}
	out.Rows = s.out
	return out
}

type found struct {
	Leaf
	from int
}

type survey struct {
	body  []byte
	found []found
	seen  map[string]bool
	rows  map[string]bool
	out   []Row
}

// place is where the walk is: the path, its kind, and the rows around.
type place struct {
	path, kind string
	rows       []Row
	nodes      []*node
}

func (p place) at(c *node, list string) place {
	below := place{path: join(p.path, c.segment), kind: join(p.kind, c.alike), rows: p.rows, nodes: p.nodes}
	if c.rows > 0 {
		below.rows = append(slices.Clip(p.rows), Row{Path: below.path, List: list, Of: c.rows})
		below.nodes = append(slices.Clip(p.nodes), c)
	}
	return below
}

func join(path, segment string) string {
	if path == "" {
		return segment
	}
	return path + "." + segment
}

// walk takes the middle row first, and of the others what it lacks.
func (s *survey) walk(n *node, at place) {
	if n.kind.plain() || len(n.elements()) > 1 {
		s.add(n, at)
	}
	order := slices.Clone(n.children)
	slices.SortStableFunc(order, func(a, b *node) int { return cmp.Compare(a.aside(), b.aside()) })
	for _, c := range order {
		s.walk(c, at.at(c, at.path))
	}
}

// aside is how far a row stands from the middle.
func (n *node) aside() int {
	d := n.row - (n.rows-1)/2
	return max(d, -d)
}

func (s *survey) add(n *node, at place) {
	key := at.kind + " " + string(n.kind)
	empty := n.value.from == n.value.to && len(n.children) > 0
	if s.seen[key] || at.path == "" || len(at.path) > maxPath || empty {
		return
	}
	s.seen[key] = true
	f := found{Leaf: Leaf{Path: at.path, Kind: at.kind, Type: n.kind}, from: n.member.from}
	if text := s.text(n); len(at.rows) == 0 && isNumber(text) {
		f.Value = text
	}
	s.found = append(s.found, f)
	for i, r := range at.rows {
		if !s.rows[r.Path] {
			s.rows[r.Path] = true
			r.Values = s.values(at.nodes[i])
			s.out = append(s.out, r)
		}
	}
}

func isNumber(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 0
}

// text is what a value says, "" for what is neither text nor number.
func (s *survey) text(n *node) string {
	raw := string(s.body[n.value.from:n.value.to])
	switch n.kind {
	case Number:
		return raw
	case String:
		return unquoted(raw)
	case Text, Attribute:
		return unescaped(strings.TrimSpace(raw))
	default:
		return ""
	}
}

// Bounds of what is kept of a row's values.
const (
	maxValues = 40
	maxValue  = 200
)

func (s *survey) values(row *node) []Value {
	var values []Value
	if row.alike == "*" && row.name != "" {
		// Lists by name have no other identifier.
		values = append(values, Value{"id", row.name})
	}
	for _, c := range row.children {
		if text := s.text(c); text != "" && len(text) <= maxValue {
			values = append(values, Value{c.name, text})
		}
		// JSON:API keeps there what belongs to the object.
		if c.kind == Object && c.name == "attributes" {
			values = append(values, s.values(c)...)
		}
	}
	return values[:min(len(values), maxValues)]
}
