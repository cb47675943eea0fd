package leaf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parseXML reads a document that is well-formed as far as its tags go, nil for
// any other.
func parseXML(body []byte) *node {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return asciiOnly{in}, nil }
	document := &node{}
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
			if spell(t.Name) != last.name {
				return nil
			}
			last.close(from, to)
			open = open[:len(open)-1]
		}
	}
	return nil
}

// asciiOnly reads a text in any encoding of single bytes so that it is UTF-8 as
// well. Each byte stays where it is, and what tags are made of is ASCII.
type asciiOnly struct{ io.Reader }

func (r asciiOnly) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	for i, c := range p[:n] {
		if c >= utf8.RuneSelf {
			p[i] = '?'
		}
	}
	return n, err
}

func spell(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func element(body []byte, t xml.StartElement, from, to int) *node {
	n := &node{kind: Element, name: spell(t.Name), value: span{to, to}, member: span{from, to}}
	n.empty = body[to-2] == '/'
	n.children = attributes(body, from, to)
	return n
}

// close ends an element whose end tag takes up the bytes given; those of <a/>
// are none.
func (n *node) close(from, to int) {
	n.value.to, n.member.to = from, to
	if len(n.elements()) == 0 {
		n.kind = Text
	}
}

// attributes finds the quoted attributes of a start tag, which ends with the >
// before to. What follows one without quotes is left alone.
func attributes(body []byte, from, to int) []*node {
	at := from
	for !blank(body[at]) && body[at] != '>' {
		at++
	}
	var found []*node
	for {
		at = skipBlank(body, at)
		name := at
		for !blank(body[at]) && body[at] != '=' && body[at] != '>' {
			at++
		}
		text := string(body[name:at])
		at = skipBlank(body, at)
		if body[at] != '=' {
			return found
		}
		at = skipBlank(body, at+1)
		quote := body[at]
		if quote != '"' && quote != '\'' {
			return found
		}
		value := span{at + 1, at + 1 + bytes.IndexByte(body[at+1:to], quote)}
		at = value.to + 1
		if text != "xmlns" && !strings.HasPrefix(text, "xmlns:") {
			found = append(found, &node{
				kind: Attribute, name: text, segment: "@" + escape(text), alike: "@" + escape(text), value: value, member: span{name, at},
			})
		}
	}
}

func skipBlank(body []byte, at int) int {
	for blank(body[at]) {
		at++
	}
	return at
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// nameElements gives the elements their places in paths: those of the same name
// are numbered.
func nameElements(n *node) {
	same := map[string][]*node{}
	for _, c := range n.elements() {
		same[c.name] = append(same[c.name], c)
		nameElements(c)
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
