package leaf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
)

// parseXML reads a document that is well-formed as far as its tags go, nil for
// any other.
func parseXML(body []byte) *node {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	// Places are counted in bytes, so any encoding will do.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	document := &node{kind: Element}
	open := []*node{document}
	for count := 0; count < maxNodes; count++ {
		from := int(d.InputOffset())
		token, err := d.RawToken()
		to := int(d.InputOffset())
		if err != nil {
			if !errors.Is(err, io.EOF) || len(open) > 1 {
				return nil
			}
			nameElements(document)
			return document
		}
		last := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > maxDepth {
				return nil
			}
			n := element(body, t, from, to)
			last.children = append(last.children, n)
			open = append(open, n)
		case xml.EndElement:
			if len(open) == 1 || spell(t.Name) != last.name {
				return nil
			}
			last.close(from, to)
			open = open[:len(open)-1]
		}
	}
	return nil
}

func spell(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func element(body []byte, t xml.StartElement, from, to int) *node {
	n := &node{kind: Element, name: spell(t.Name), value: span{to, to}, member: span{from, to}}
	n.empty = to-from > 2 && body[to-2] == '/'
	n.children = attributes(body, from, to)
	return n
}

// close ends an element whose end tag takes up the bytes given; those of <a/>
// are none.
func (n *node) close(from, to int) {
	n.value.to, n.member.to = from, to
	if !n.hasElements() {
		n.kind = Text
	}
}

func (n *node) hasElements() bool {
	for _, c := range n.children {
		if c.kind != Attribute {
			return true
		}
	}
	return false
}

// attributes finds the quoted attributes of a start tag; others, which are not
// well-formed, are left alone.
func attributes(body []byte, from, to int) []*node {
	var found []*node
	at := from + 1
	for at < to && !blank(body[at]) {
		at++
	}
	for at < to {
		for at < to && blank(body[at]) {
			at++
		}
		name := at
		for at < to && body[at] != '=' && body[at] != '>' && body[at] != '/' && !blank(body[at]) {
			at++
		}
		end := at
		if end == name || at+2 >= to || body[at] != '=' || body[at+1] != '"' && body[at+1] != '\'' {
			return found
		}
		quote := body[at+1]
		length := bytes.IndexByte(body[at+2:to], quote)
		if length < 0 {
			return found
		}
		value := span{at + 2, at + 2 + length}
		at = value.to + 1
		if text := string(body[name:end]); text != "xmlns" && !bytes.HasPrefix(body[name:end], []byte("xmlns:")) {
			found = append(found, &node{
				kind: Attribute, name: text, segment: "@" + escape(text), alike: "@" + escape(text), value: value, member: span{name, at},
			})
		}
	}
	return found
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// nameElements gives the elements their places in paths: those of the same name
// are numbered.
func nameElements(n *node) {
	same := map[string][]*node{}
	for _, c := range n.children {
		if c.kind != Attribute {
			same[c.name] = append(same[c.name], c)
			nameElements(c)
		}
	}
	for name, group := range same {
		if len(group) > 1 {
			number(group)
		}
		for i, c := range group {
			c.segment = escape(name)
			c.alike = c.segment
			if len(group) > 1 {
				c.segment += "." + strconv.Itoa(i)
				c.alike += ".*"
			}
		}
	}
}
