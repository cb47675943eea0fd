package config

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// tree builds nodes from what the command line gave.
func tree(overrides []Override) (*node, error) {
	root := &node{Keys: []entry{}}
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
		put(root, path, flagNode(wanted, o), place{Flag: o.Flag})
	}
	return root, nil
}

// put sets the value at a path of keys.
func put(n *node, path []string, leaf *node, at place) {
	for len(path) > 1 {
		e, ok := n.Entry(path[0])
		if !ok {
			e = entry{Name: path[0], Place: at, Node: &node{Place: at, Keys: []entry{}}}
			n.Keys = append(n.Keys, e)
		}
		n, path = e.Node, path[1:]
	}
	for i, e := range n.Keys {
		if e.Name == path[0] {
			n.Keys[i].Node = leaf
			return
		}
	}
	n.Keys = append(n.Keys, entry{Name: path[0], Place: at, Node: leaf})
}

// flagNode gives a flag's text the type the setting has, where it can be read so.
func flagNode(wanted *shape, o Override) *node {
	at := place{Flag: o.Flag}
	text := func(s string) *node { return &node{Place: at, Value: s} }
	if wanted.is("array") && (len(o.Values) != 1 || !wanted.is("string")) {
		list := &node{Place: at, Items: []*node{}}
		for _, v := range o.Values {
			list.Items = append(list.Items, text(v))
		}
		return list
	}
	n := text(o.Values[len(o.Values)-1])
	switch s := n.Value.(string); {
	case wanted.is("boolean") && (s == "true" || s == "false"):
		n.Value, n.Text = s == "true", s
	case wanted.is("integer") && !wanted.is("string"):
		if i, err := strconv.ParseInt(s, 10, 64); err == nil {
			n.Value, n.Text = json.Number(strconv.FormatInt(i, 10)), s
		}
	}
	return n
}
