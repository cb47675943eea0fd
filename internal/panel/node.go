package panel

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"syncproof/internal/phpvalue"
)

// source is a file split into lines, for messages.
type source struct {
	file  string
	lines []string
}

func newSource(file string, raw []byte) source {
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(raw))
	return source{file: file, lines: strings.Split(text, "\n")}
}

func (s source) at(line, column int) place {
	p := place{file: s.file, line: line, column: column}
	if line >= 1 && line <= len(s.lines) {
		p.text = s.lines[line-1]
	}
	return p
}

func (s source) token(t *token.Token) place {
	if t == nil || t.Position == nil {
		return s.at(1, 1)
	}
	return s.at(t.Position.Line, t.Position.Column)
}

// node is a value that knows where it stands: a mapping when keys is not nil, a
// list when items is not nil, else a plain value.
type node struct {
	place place
	keys  []entry
	items []*node
	// value is a string, bool, json.Number or nil, and text how it was written.
	value any
	text  string
	// block is the first line of a text in a block after |, 0 for other values.
	block int
}

// entry is one key of a mapping with its value.
type entry struct {
	name  string
	place place
	node  *node
}

// get is the value of a key, nil when there is none; so is any value of nil.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.keys {
		if e.name == name {
			return e.node
		}
	}
	return nil
}

// find follows a path of keys and list positions, nil when it leads nowhere.
func (n *node) find(path []string) *node {
	for _, step := range path {
		if n == nil {
			return nil
		}
		if n.items == nil {
			n = n.get(step)
			continue
		}
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= len(n.items) {
			return nil
		}
		n = n.items[i]
	}
	return n
}

// plain is the value as package schema takes it.
func (n *node) plain() any {
	switch {
	case n.keys != nil:
		object := make(map[string]any, len(n.keys))
		for _, e := range n.keys {
			object[e.name] = e.node.plain()
		}
		return object
	case n.items != nil:
		list := make([]any, 0, len(n.items))
		for _, item := range n.items {
			list = append(list, item.plain())
		}
		return list
	default:
		return n.value
	}
}

// string is a plain value as it was written, "" for nil.
func (n *node) string() string {
	if n == nil {
		return ""
	}
	if s, ok := n.value.(string); ok {
		return s
	}
	return n.text
}

// number is a whole number, otherwise when there is none.
func (n *node) number(otherwise int) int {
	if n == nil {
		return otherwise
	}
	i, err := strconv.Atoi(n.string())
	if err != nil {
		return otherwise
	}
	return i
}

// show describes the value in one line for a message.
func (n *node) show() string {
	switch s, isText := n.value.(string); {
	case n.keys != nil:
		return "keys and values"
	case n.items != nil && len(n.items) == 0:
		return "an empty list"
	case n.items != nil:
		return "a list"
	case isText:
		return phpvalue.Quote(s)
	}
	return n.text
}

// converter turns the parser's tree into nodes.
type converter struct {
	source   source
	problems []*Error
}

func (c *converter) node(from ast.Node) *node {
	n := &node{place: c.source.token(from.GetToken())}
	switch v := from.(type) {
	case *ast.MappingNode:
		c.mapping(n, v.Values, v.IsFlowStyle)
	case *ast.MappingValueNode:
		c.mapping(n, []*ast.MappingValueNode{v}, false)
	case *ast.SequenceNode:
		n.items = make([]*node, 0, len(v.Values))
		for _, item := range v.Values {
			n.items = append(n.items, c.node(item))
		}
	case *ast.StringNode:
		n.value = v.Value
	case *ast.LiteralNode:
		n.value, n.block = v.Value.Value, n.place.line+1
	case *ast.BoolNode:
		n.value, n.text = v.Value, strconv.FormatBool(v.Value)
	case *ast.NullNode:
		n.text = "nothing"
	case *ast.IntegerNode:
		n.value, n.text = json.Number(fmt.Sprint(v.Value)), v.GetToken().Value
	case *ast.FloatNode:
		n.value, n.text = json.Number(strconv.FormatFloat(v.Value, 'g', -1, 64)), v.GetToken().Value
	default:
		c.problems = append(c.problems, n.place.problem("this value cannot be used here; if it is text, put it in quotes"))
	}
	return n
}

func (c *converter) mapping(n *node, values []*ast.MappingValueNode, flow bool) {
	n.keys = make([]entry, 0, len(values))
	lines := map[string]int{}
	for _, v := range values {
		t := v.Key.GetToken()
		e := entry{name: t.Value, place: c.source.token(t), node: c.node(v.Value)}
		// An empty value has no place of its own.
		if e.node.text == "nothing" && e.node.value == nil {
			e.node.place = e.place
		}
		if first, twice := lines[e.name]; twice {
			c.problems = append(c.problems, e.place.problem(
				"the key %s stands here a second time, first in line %d; remove one of them", phpvalue.Quote(e.name), first))
			continue
		}
		lines[e.name] = e.place.line
		n.keys = append(n.keys, e)
	}
	// A mapping without braces begins at its first key, not at the colon.
	if !flow && len(n.keys) > 0 {
		n.place = n.keys[0].place
	}
}
