package yamlfile

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"syncproof/internal/phpvalue"
)

// converter turns the parser's tree into nodes.
type converter struct {
	source   source
	problems []*Error
}

func (c *converter) node(from ast.Node) *Node {
	n := &Node{Place: c.source.token(from.GetToken())}
	switch v := from.(type) {
	case *ast.MappingNode:
		c.mapping(n, v.Values, v.IsFlowStyle)
	case *ast.MappingValueNode:
		c.mapping(n, []*ast.MappingValueNode{v}, false)
	case *ast.SequenceNode:
		n.Items = make([]*Node, 0, len(v.Values))
		for _, item := range v.Values {
			n.Items = append(n.Items, c.node(item))
		}
	case *ast.StringNode:
		n.Value = v.Value
	case *ast.LiteralNode:
		n.Value, n.Block = v.Value.Value, n.Place.Line+1
	case *ast.BoolNode:
		n.Value, n.Text = v.Value, strconv.FormatBool(v.Value)
	case *ast.NullNode:
		n.Text = nothing
	case *ast.IntegerNode:
		n.Value, n.Text = json.Number(fmt.Sprint(v.Value)), v.GetToken().Value
	case *ast.FloatNode:
		n.Value, n.Text = json.Number(strconv.FormatFloat(v.Value, 'g', -1, 64)), v.GetToken().Value
	default:
		c.problems = append(c.problems, n.Place.Problem("this value cannot be used here; if it is text, put it in quotes"))
	}
	return n
}

func (c *converter) mapping(n *Node, values []*ast.MappingValueNode, flow bool) {
	n.Keys = make([]Entry, 0, len(values))
	lines := map[string]int{}
	for _, v := range values {
		t := v.Key.GetToken()
		e := Entry{Name: t.Value, Place: c.source.token(t), Node: c.node(v.Value)}
		// An empty value has no place of its own.
		if e.Node.Empty() {
			e.Node.Place = e.Place
		}
		if first, twice := lines[e.Name]; twice {
			c.problems = append(c.problems, c.second(e, first))
			continue
		}
		lines[e.Name] = e.Place.Line
		n.Keys = append(n.Keys, e)
	}
	// A mapping without braces begins at its first key, not at the colon.
	if !flow && len(n.Keys) > 0 {
		n.Place = n.Keys[0].Place
	}
}

// second is about a key that stands in the line first already.
func (c *converter) second(e Entry, first int) *Error {
	name, visible := phpvalue.Quote(e.Name), math.MaxInt
	if c.source.discretion != nil {
		name, visible = c.source.discretion.Key(e)
	}
	return e.Place.ProblemWithin(visible, "the key %s stands here a second time, first in line %d; remove one of them", name, first)
}
