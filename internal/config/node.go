package config

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"syncproof/internal/phpvalue"
)

// node is a value that knows where it was given: a mapping when keys is not
// nil, a list when items is not nil, else a plain value.
type node struct {
	place place
	keys  []entry
	items []*node
	// value is a string, bool, json.Number or nil, and text how it was written.
	value any
	text  string
}

// entry is one key of a mapping with its value.
type entry struct {
	name  string
	place place
	node  *node
}

func (n *node) get(name string) (entry, bool) {
	for _, e := range n.keys {
		if e.name == name {
			return e, true
		}
	}
	return entry{}, false
}

// find follows a path of keys and list positions, nil when it leads nowhere.
func (n *node) find(path []string) *node {
	for _, step := range path {
		if n == nil {
			return nil
		}
		if n.items != nil {
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(n.items) {
				return nil
			}
			n = n.items[i]
			continue
		}
		e, _ := n.get(step)
		n = e.node
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

// show describes the value in one line for a message.
func (n *node) show() string {
	switch {
	case n.keys != nil:
		return "keys and values"
	case n.items != nil && len(n.items) == 0:
		return "an empty list"
	case n.items != nil:
		return "a list"
	}
	switch s, isText := n.value.(string); {
	case n.holdsLogin():
		return "a value with an @, not shown in case it holds a password"
	case isText:
		return phpvalue.Quote(s)
	}
	return n.text
}

// holdsLogin reports whether the value may be written user:password@host.
func (n *node) holdsLogin() bool {
	s, _ := n.value.(string)
	return strings.Contains(s, "@")
}

// texts are the entries of a list of texts, or one text alone.
func (n *node) texts() []string {
	if n.items == nil {
		s, _ := n.value.(string)
		return []string{s}
	}
	list := make([]string, 0, len(n.items))
	for _, item := range n.items {
		s, _ := item.value.(string)
		list = append(list, s)
	}
	return list
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
		n.value = v.Value.Value
	case *ast.BoolNode:
		n.value, n.text = v.Value, strconv.FormatBool(v.Value)
	case *ast.NullNode:
		n.text = "nothing"
	case *ast.IntegerNode:
		n.value, n.text = json.Number(fmt.Sprint(v.Value)), v.GetToken().Value
	case *ast.FloatNode:
		n.value, n.text = json.Number(strconv.FormatFloat(v.Value, 'g', -1, 64)), v.GetToken().Value
	default:
		c.problems = append(c.problems, n.place.problem(0, "this value cannot be used here; if it is text, put it in quotes"))
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
			c.problems = append(c.problems, e.place.problem(e.shown(),
				"the key %s stands here a second time, first in line %d; remove one of them", showKey(e.name), first))
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

// tree builds nodes from what the command line gave.
func tree(overrides []Override) (*node, error) {
	root := &node{keys: []entry{}}
	shape, err := loadShape()
	if err != nil {
		return nil, err
	}
	for _, o := range overrides {
		path := strings.Split(o.Key, ".")
		wanted := shape.at(path)
		if wanted == nil {
			return nil, fmt.Errorf("the flag %s stands for the setting %s, which does not exist", o.Flag, o.Key)
		}
		if len(o.Values) == 0 && !wanted.is("array") {
			continue
		}
		root.put(path, flagNode(wanted, o), place{flag: o.Flag})
	}
	return root, nil
}

func (n *node) put(path []string, leaf *node, at place) {
	for len(path) > 1 {
		e, ok := n.get(path[0])
		if !ok {
			e = entry{name: path[0], place: at, node: &node{place: at, keys: []entry{}}}
			n.keys = append(n.keys, e)
		}
		n, path = e.node, path[1:]
	}
	for i, e := range n.keys {
		if e.name == path[0] {
			n.keys[i].node = leaf
			return
		}
	}
	n.keys = append(n.keys, entry{name: path[0], place: at, node: leaf})
}

// flagNode gives a flag's text the type the setting has, where it can be read so.
func flagNode(wanted *shape, o Override) *node {
	at := place{flag: o.Flag}
	text := func(s string) *node { return &node{place: at, value: s} }
	if wanted.is("array") && (len(o.Values) != 1 || !wanted.is("string")) {
		list := &node{place: at, items: []*node{}}
		for _, v := range o.Values {
			list.items = append(list.items, text(v))
		}
		return list
	}
	n := text(o.Values[len(o.Values)-1])
	switch s := n.value.(string); {
	case wanted.is("boolean") && (s == "true" || s == "false"):
		n.value, n.text = s == "true", s
	case wanted.is("integer") && !wanted.is("string"):
		if i, err := strconv.ParseInt(s, 10, 64); err == nil {
			n.value, n.text = json.Number(strconv.FormatInt(i, 10)), s
		}
	}
	return n
}
