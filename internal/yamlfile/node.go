package yamlfile

import (
	"strconv"

	"syncproof/internal/phpvalue"
)

// Node is a value that knows where it was given: a mapping when Keys is not nil,
// a list when Items is not nil, else a plain value.
type Node struct {
	Place Place
	Keys  []Entry
	Items []*Node
	// Value is a string, bool, json.Number or nil, and Text how it was written
	// where it is no string.
	Value any
	Text  string
	// Block is the first line of a text in a block after | or >, 0 for other
	// values.
	Block int
}

// Entry is one key of a mapping with its value.
type Entry struct {
	Name  string
	Place Place
	Node  *Node
}

// Entry is the key of that name with its value, false when there is none.
func (n *Node) Entry(name string) (Entry, bool) {
	if n != nil {
		for _, e := range n.Keys {
			if e.Name == name {
				return e, true
			}
		}
	}
	return Entry{}, false
}

// Entries are the keys of a mapping in the order of the file, none for anything
// else.
func (n *Node) Entries() []Entry {
	if n == nil {
		return nil
	}
	return n.Keys
}

// Get is the value of a key, nil when there is none; so is any value of nil.
func (n *Node) Get(name string) *Node {
	e, _ := n.Entry(name)
	return e.Node
}

// Find follows a path of keys and list positions, nil when it leads nowhere.
func (n *Node) Find(path []string) *Node {
	for _, step := range path {
		if n == nil {
			return nil
		}
		if n.Items == nil {
			n = n.Get(step)
			continue
		}
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= len(n.Items) {
			return nil
		}
		n = n.Items[i]
	}
	return n
}

// Plain is the value as package schema takes it: map[string]any, []any or Value.
func (n *Node) Plain() any {
	switch {
	case n.Keys != nil:
		object := make(map[string]any, len(n.Keys))
		for _, e := range n.Keys {
			object[e.Name] = e.Node.Plain()
		}
		return object
	case n.Items != nil:
		list := make([]any, 0, len(n.Items))
		for _, item := range n.Items {
			list = append(list, item.Plain())
		}
		return list
	default:
		return n.Value
	}
}

// Empty says that a key stands there with nothing behind it, or null.
func (n *Node) Empty() bool { return n.Text == nothing && n.Value == nil }

// nothing is how messages call a value that is not there.
const nothing = "nothing"

// String is a plain value as it was written, "" for nil.
func (n *Node) String() string {
	if n == nil {
		return ""
	}
	if s, ok := n.Value.(string); ok {
		return s
	}
	return n.Text
}

// Number is a whole number, otherwise when there is none.
func (n *Node) Number(otherwise int) int {
	i, err := strconv.Atoi(n.String())
	if err != nil {
		return otherwise
	}
	return i
}

// Texts are the entries of a list of texts, or one text alone; what is no text
// counts as an empty one.
func (n *Node) Texts() []string {
	if n.Items == nil {
		s, _ := n.Value.(string)
		return []string{s}
	}
	list := make([]string, 0, len(n.Items))
	for _, item := range n.Items {
		s, _ := item.Value.(string)
		list = append(list, s)
	}
	return list
}

// Show describes the value in one line for a message.
func (n *Node) Show() string {
	switch s, isText := n.Value.(string); {
	case n.Keys != nil:
		return "keys and values"
	case n.Items != nil && len(n.Items) == 0:
		return "an empty list"
	case n.Items != nil:
		return "a list"
	case isText:
		return phpvalue.Quote(s)
	}
	return n.Text
}
