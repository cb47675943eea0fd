// Package leaf takes the JSON and XML replies of a control panel apart into
// their values, and changes one of them at a time while every other byte stays
// as it was.
package leaf

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Type is what a value is.
type Type string

// Types of values. Objects, arrays and elements are no leaves; only the order
// of what they hold can be changed.
const (
	String    Type = "string"
	Number    Type = "number"
	Bool      Type = "bool"
	Null      Type = "null"
	Object    Type = "object"
	Array     Type = "array"
	Text      Type = "text"
	Attribute Type = "attribute"
	Element   Type = "element"
)

// plain holds for values that hold no others.
func (t Type) plain() bool { return t != Object && t != Array && t != Element }

// Bounds of what is taken apart. A reply beyond them has no leaves.
const (
	maxBody  = 16 << 20
	maxDepth = 60
	maxNodes = 500_000
	// maxPath keeps session ids readable.
	maxPath = 200
)

// span is a range of bytes.
type span struct{ from, to int }

// node is a value with its place in the text.
type node struct {
	kind Type
	// name is the value's key or element, decoded. segment names it in a path,
	// alike in the path of its kind: "*" for the rows of a list.
	name, segment, alike string
	// rows is how many rows the list has that the node is one of, row its
	// number there; 0 rows for what is no row.
	row, rows int
	// value is what the value itself takes up, member that with its key or tags.
	value, member span
	// empty says that an element is written as <a/>.
	empty    bool
	children []*node
}

// parse takes a reply apart, nil where it is neither JSON nor XML.
func parse(body []byte) *node {
	trimmed := bytes.TrimSpace(body)
	if len(trimmed) == 0 || len(body) > maxBody {
		return nil
	}
	switch trimmed[0] {
	case '{', '[':
		if !json.Valid(body) {
			return nil
		}
		return parseJSON(body)
	case '<':
		return parseXML(body)
	}
	return nil
}

// number gives the rows of a list their numbers.
func number(rows []*node) {
	for i, n := range rows {
		n.row, n.rows, n.alike = i, len(rows), "*"
	}
}

// elements are what stands below the node, without its attributes.
func (n *node) elements() []*node {
	return slices.DeleteFunc(slices.Clone(n.children), func(c *node) bool { return c.kind == Attribute })
}

// lookUp returns the node at a path of a reply, which is the whole reply where the
// path is empty, and the one around it.
func lookUp(body []byte, path string) (found, around *node) {
	root := parse(body)
	if root == nil || path == "" {
		return root, nil
	}
	return root.find(path)
}

// find returns the node at a path and the one around it, nil without one. Of
// keys that occur twice the last is the one that counts.
func (n *node) find(path string) (found, around *node) {
	for _, c := range slices.Backward(n.children) {
		if c.segment == path {
			return c, n
		}
		if rest, below := strings.CutPrefix(path, c.segment+"."); below {
			if found, around = c.find(rest); found != nil {
				return found, around
			}
		}
	}
	return nil, nil
}

// escape writes a key so that it can stand in a path on any command line.
func escape(name string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-':
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
