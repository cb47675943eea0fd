package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// node is an XML element.
type node struct {
	name     string
	attrs    map[string]string
	text     string
	children []*node
}

func (n *node) named(name string) []*node {
	var out []*node
	for _, c := range n.children {
		if c.name == name {
			out = append(out, c)
		}
	}
	return out
}

func parseXML(t testing.TB, raw []byte) *node {
	t.Helper()
	root, err := readXML(raw)
	if err != nil {
		t.Fatalf("not XML: %v\n%s", err, raw)
	}
	return root
}

func readXML(raw []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	top := &node{}
	open := []*node{top}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		last := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				if _, twice := n.attrs[a.Name.Local]; twice {
					return nil, fmt.Errorf("<%s> has the attribute %q twice", n.name, a.Name.Local)
				}
				n.attrs[a.Name.Local] = a.Value
			}
			last.children = append(last.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			last.text += string(token)
		}
	}
	if len(top.children) != 1 {
		return nil, fmt.Errorf("%d root elements", len(top.children))
	}
	return top.children[0], nil
}

// dialect is what one reader's schema allows, as far as our files use it.
type dialect struct {
	name     string
	elements map[string]element
}

type element struct {
	// allowed maps each attribute to the pattern of its values.
	allowed  map[string]string
	required []string
	// children is a pattern over the children's names, each followed by a
	// space.
	children string
}

const (
	anyText   = `[\s\S]*`
	filled    = `[\s\S]*\S[\s\S]*`
	wholeInt  = `[0-9]{1,9}`
	decimal   = `[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)`
	threeTime = `[0-9]+\.[0-9]{3}`
	zoneless  = `[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}`
)

func only(pattern string, names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		out[n] = pattern
	}
	return out
}

func with(base map[string]string, name, pattern string) map[string]string {
	out := maps.Clone(base)
	out[name] = pattern
	return out
}

// jenkins10 is junit-10.xsd of the Jenkins xUnit plugin, which is lax about
// order and strict about attributes.
func jenkins10() dialect {
	suite := only(anyText, "name", "tests", "failures", "errors", "group", "skipped", "timestamp", "hostname",
		"id", "package", "file", "log", "url")
	leaf := element{allowed: only(anyText, "type", "message")}
	return dialect{"junit-10", map[string]element{
		"testsuites": {allowed: with(only(anyText, "name", "tests", "failures", "errors"), "time", `[0-9,]*(\.[0-9]*)?`), children: `(testsuite )*`},
		"testsuite": {
			allowed:  with(suite, "time", `[0-9,]*(\.[0-9]*)?`),
			required: []string{"name", "tests", "failures", "errors"},
			children: `(testsuite |properties |testcase |system-out |system-err )*`,
		},
		"properties": {children: `(property )*`},
		"property":   {allowed: only(anyText, "name", "value"), required: []string{"name", "value"}},
		"testcase": {
			allowed: only(anyText, "name", "time", "classname", "group"), required: []string{"name"},
			children: `(skipped |error |failure |rerunFailure |rerunError |flakyFailure |flakyError |system-out |system-err )*`,
		},
		"failure": leaf, "error": leaf, "skipped": leaf, "system-out": {}, "system-err": {},
	}}
}

// windyroad is JUnit.xsd of windyroad, which describes Apache Ant's files and is
// strict about order.
func windyroad() dialect {
	leaf := element{allowed: only(anyText, "message", "type"), required: []string{"type"}}
	suite := map[string]string{
		"name": filled, "hostname": filled, "package": anyText, "id": wholeInt, "timestamp": zoneless, "time": decimal,
		"tests": wholeInt, "failures": wholeInt, "errors": wholeInt, "skipped": wholeInt,
	}
	return dialect{"windyroad", map[string]element{
		"testsuites": {children: `(testsuite )*`},
		"testsuite": {
			allowed:  suite,
			required: []string{"name", "timestamp", "hostname", "tests", "failures", "errors", "time", "package", "id"},
			children: `properties (testcase )*system-out system-err `,
		},
		"properties": {children: `(property )*`},
		"property":   {allowed: map[string]string{"name": filled, "value": anyText}, required: []string{"name", "value"}},
		"testcase": {
			allowed:  map[string]string{"name": anyText, "classname": anyText, "time": decimal},
			required: []string{"name", "classname", "time"}, children: `(skipped |error |failure )?`,
		},
		// "skipped" may hold anything there.
		"failure": leaf, "error": leaf, "skipped": {allowed: only(anyText, "message")}, "system-out": {}, "system-err": {},
	}}
}

// ours is schemas/junit.xsd, checked where no XML Schema validator is at hand.
func ours() dialect {
	suite := map[string]string{
		"name": filled, "hostname": "syncproof", "package": filled, "id": wholeInt, "timestamp": zoneless, "time": threeTime,
		"tests": wholeInt, "failures": wholeInt, "errors": wholeInt, "skipped": wholeInt,
	}
	return dialect{"ours", map[string]element{
		"testsuites": {children: `(testsuite )+`},
		"testsuite": {
			allowed: suite, required: slices.Collect(maps.Keys(suite)),
			children: `properties (testcase )*system-out system-err `,
		},
		"properties": {children: `(property )+`},
		"property":   {allowed: map[string]string{"name": filled, "value": anyText}, required: []string{"name", "value"}},
		"testcase": {
			allowed: map[string]string{
				"name": filled, "classname": `syncproof\.[\s\S]+\.[A-Za-z0-9_-]+`, "time": threeTime, "file": filled, "line": `[1-9][0-9]*`,
			},
			required: []string{"name", "classname", "time"}, children: `(skipped |error |failure )?`,
		},
		"failure": {
			allowed:  map[string]string{"message": anyText, "type": `terminate|duplicate|corrupt|crash|leak|misleading|none|stale-waiver`},
			required: []string{"message", "type"},
		},
		"error":      {allowed: map[string]string{"message": anyText, "type": `harness-error|not-driven`}, required: []string{"message", "type"}},
		"skipped":    {allowed: only(anyText, "message"), required: []string{"message"}},
		"system-out": {}, "system-err": {},
	}}
}

// check lists what the dialect does not allow, in document order.
func (d dialect) check(n *node) []string {
	e, known := d.elements[n.name]
	if !known {
		return []string{fmt.Sprintf("<%s> is not allowed", n.name)}
	}
	var problems []string
	for _, a := range slices.Sorted(maps.Keys(n.attrs)) {
		pattern, allowed := e.allowed[a]
		switch {
		case !allowed:
			problems = append(problems, fmt.Sprintf("<%s> must not have the attribute %q", n.name, a))
		case !whole(pattern, n.attrs[a]):
			problems = append(problems, fmt.Sprintf("<%s> has %s=%q", n.name, a, n.attrs[a]))
		}
	}
	for _, a := range e.required {
		if _, present := n.attrs[a]; !present {
			problems = append(problems, fmt.Sprintf("<%s> lacks %q", n.name, a))
		}
	}
	var names strings.Builder
	for _, c := range n.children {
		names.WriteString(c.name + " ")
	}
	if !whole(e.children, names.String()) {
		problems = append(problems, fmt.Sprintf("<%s> holds %q", n.name, names.String()))
	}
	for _, c := range n.children {
		problems = append(problems, d.check(c)...)
	}
	return problems
}

func whole(pattern, s string) bool { return regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString(s) }
