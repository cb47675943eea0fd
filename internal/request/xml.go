package request

import (
	"encoding/xml"
	"io"
	"strings"
)

// element is one element of an XML document, names without their prefixes.
type element struct {
	name     string
	attrs    []xml.Attr
	children []*element
	text     strings.Builder
}

// parseXML reads a document as far as it goes. What it returns holds the root.
func parseXML(text string) *element {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	// Names are compared, not texts, so any encoding will do.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	document := &element{}
	open := []*element{document}
	for n := 0; n < maxValues; n++ {
		token, err := d.RawToken()
		if err != nil {
			break
		}
		last := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > maxDepth {
				return document
			}
			e := &element{name: t.Name.Local, attrs: t.Attr}
			last.children = append(last.children, e)
			open = append(open, e)
		case xml.EndElement:
			if len(open) > 1 {
				open = open[:len(open)-1]
			}
		case xml.CharData:
			last.text.Write(t)
		}
	}
	return document
}

// fields lists what the elements and their attributes hold.
func (e *element) fields(fields []Field, at string) []Field {
	for _, child := range e.children {
		path := join(at, child.name)
		for _, a := range child.attrs {
			if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
				fields = append(fields, Field{InBody, path + "@" + a.Name.Local, a.Value})
			}
		}
		if text := strings.TrimSpace(child.text.String()); text != "" {
			fields = append(fields, Field{InBody, path, text})
		}
		fields = child.fields(fields, path)
	}
	return fields
}

// find returns the first element of that name, in the order of the document, nil
// without one.
func (e *element) find(name string) *element {
	for _, child := range e.children {
		if child.name == name {
			return child
		}
		if found := child.find(name); found != nil {
			return found
		}
	}
	return nil
}
