package panel

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Bounds of XML in requests.
const (
	maxXMLDepth    = 64
	maxXMLElements = 20_000
)

// element is one element of an XML document.
type element struct {
	name     string
	attrs    []xml.Attr
	text     string
	children []*element
	// raw gathers the text while the element is open: joining texts one by one
	// takes the square of their number.
	raw []byte
}

// xmlBody is a request's body as XML; its zero value is a body that is none.
type xmlBody struct {
	root *element
	rpc  *rpcCall
}

// rpcCall is an XML-RPC call.
type rpcCall struct {
	method string
	params []any
}

var errXMLTooLarge = errors.New("the XML has too many or too deeply nested elements")

func readXML(body []byte) *xmlBody {
	root, err := parseXML(body)
	if err != nil {
		return &xmlBody{}
	}
	x := &xmlBody{root: root}
	if root.name == "methodCall" {
		x.rpc = &rpcCall{method: strings.TrimSpace(root.child("methodName").content())}
		for _, p := range root.child("params").all() {
			x.rpc.params = append(x.rpc.params, p.child("value").rpcValue())
		}
	}
	return x
}

// parseXML reads one document whole. Entities other than XML's own are errors, so
// nothing can grow beyond its size.
func parseXML(body []byte) (*element, error) {
	if i := bytes.IndexByte(body, '<'); i < 0 {
		return nil, errors.New("there is no XML")
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	// The bytes are taken as they are: what other encodings have outside ASCII
	// names nothing a profile looks for.
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	var root *element
	var open []*element
	for count := 0; ; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			if root == nil {
				return nil, errors.New("there is no XML element")
			}
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			e := &element{name: t.Name.Local, attrs: t.Attr}
			if count++; count > maxXMLElements || len(open) >= maxXMLDepth {
				return nil, errXMLTooLarge
			}
			switch {
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			case root != nil:
				return nil, errors.New("a second element stands beside the first one")
			default:
				root = e
			}
			open = append(open, e)
		case xml.EndElement:
			e := open[len(open)-1]
			e.text, e.raw = string(e.raw), nil
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				e := open[len(open)-1]
				e.raw = append(e.raw, t...)
			} else if strings.TrimSpace(string(t)) != "" {
				return nil, errors.New("text stands outside the elements")
			}
		}
	}
}

func (e *element) all() []*element {
	if e == nil {
		return nil
	}
	return e.children
}

func (e *element) child(name string) *element {
	for _, c := range e.all() {
		if c.name == name {
			return c
		}
	}
	return nil
}

func (e *element) content() string {
	if e == nil {
		return ""
	}
	return e.text
}

// value finds the first element to which the path leads, from the root or from
// any element inside. A last step with @ is an attribute.
func (x *xmlBody) value(path string) (string, bool) {
	steps := strings.Split(path, ".")
	if x.root == nil || len(steps) == 0 {
		return "", false
	}
	return x.root.value(steps)
}

func (e *element) value(steps []string) (string, bool) {
	if v, ok := e.here(steps); ok {
		return v, true
	}
	for _, c := range e.children {
		if v, ok := c.value(steps); ok {
			return v, true
		}
	}
	return "", false
}

// here follows the path from this element, whose name is the first step.
func (e *element) here(steps []string) (string, bool) {
	if e.name != steps[0] {
		return "", false
	}
	if len(steps) == 1 {
		return strings.TrimSpace(e.text), true
	}
	if name, isAttr := strings.CutPrefix(steps[1], "@"); isAttr && len(steps) == 2 {
		for _, a := range e.attrs {
			if a.Name.Local == name {
				return a.Value, true
			}
		}
		return "", false
	}
	for _, c := range e.children {
		if v, ok := c.here(steps[1:]); ok {
			return v, true
		}
	}
	return "", false
}

// soapCall is the name of the element in a SOAP body.
func (x *xmlBody) soapCall() (string, bool) {
	if x.root == nil || x.root.name != "Envelope" {
		return "", false
	}
	for _, c := range x.root.child("Body").all() {
		return c.name, true
	}
	return "", false
}

// rpcValue decodes an XML-RPC value: structs, lists and texts.
func (e *element) rpcValue() any {
	if e == nil {
		return nil
	}
	if len(e.children) == 0 {
		return e.text
	}
	switch v := e.children[0]; v.name {
	case "struct":
		members := map[string]any{}
		for _, m := range v.children {
			members[m.child("name").content()] = m.child("value").rpcValue()
		}
		return members
	case "array":
		list := []any{}
		for _, item := range v.child("data").all() {
			list = append(list, item.rpcValue())
		}
		return list
	case "nil":
		return nil
	case "base64":
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(v.text))
		if err != nil {
			return nil
		}
		return string(raw)
	default:
		return v.text
	}
}
