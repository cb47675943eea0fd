package request

import (
	"encoding/json"
	"strings"
)

// Objects returns the values of each object in a JSON or XML reply that belong
// to it directly: the members of a JSON object, the attributes and the texts of
// an XML element's children. A JSON object's own key counts as its "id", since
// lists by name have no other. A text that was not kept as a whole is read as far
// as it goes.
func Objects(reply string) [][]Field {
	reply = strings.TrimSpace(strings.TrimPrefix(reply, "\uFEFF"))
	switch {
	case reply == "":
		return nil
	case reply[0] == '{' || reply[0] == '[':
		w := objectWalk{decoder: json.NewDecoder(strings.NewReader(reply))}
		w.decoder.UseNumber()
		w.value("", nil, 0)
		return w.objects
	case reply[0] == '<':
		return parseXML(reply).objects(nil)
	}
	return nil
}

type objectWalk struct {
	decoder *json.Decoder
	objects [][]Field
	n       int
}

// value reads one value and adds it to the object around it when it is a plain
// one, false where the text ends.
func (w *objectWalk) value(key string, around *[]Field, depth int) bool {
	token, err := w.decoder.Token()
	w.n++
	if err != nil || depth > maxDepth || w.n > maxValues {
		return false
	}
	switch t := token.(type) {
	case json.Delim:
		return w.nested(t, key, around, depth)
	case string:
		add(around, Field{InBody, key, t})
	case json.Number:
		add(around, Field{InBody, key, t.String()})
	}
	return true
}

// maxValues bounds how much of a reply is looked at.
const maxValues = 100_000

func add(fields *[]Field, f Field) {
	if fields != nil {
		*fields = append(*fields, f)
	}
}

// attributes is where JSON:API keeps what belongs to an object.
const attributes = "attributes"

func (w *objectWalk) nested(opening json.Delim, key string, around *[]Field, depth int) bool {
	var fields []Field
	inside := &fields
	switch {
	case opening == '[':
		inside = nil
	case key == attributes && around != nil:
		inside = around
	case key != "":
		fields = append(fields, Field{InBody, "id", key})
	}
	more := w.members(opening, inside, depth)
	if len(fields) > 0 {
		w.objects = append(w.objects, fields)
	}
	return more
}

func (w *objectWalk) members(opening json.Delim, inside *[]Field, depth int) bool {
	for w.decoder.More() {
		name := ""
		if opening == '{' {
			token, err := w.decoder.Token()
			text, isText := token.(string)
			if err != nil || !isText {
				return false
			}
			name = text
		}
		if !w.value(name, inside, depth+1) {
			return false
		}
	}
	_, err := w.decoder.Token()
	return err == nil
}

// objects lists the elements that hold something themselves.
func (e *element) objects(all [][]Field) [][]Field {
	for _, child := range e.children {
		var fields []Field
		for _, a := range child.attrs {
			fields = append(fields, Field{InBody, a.Name.Local, a.Value})
		}
		for _, part := range child.children {
			if text := strings.TrimSpace(part.text.String()); text != "" {
				fields = append(fields, Field{InBody, part.name, text})
			}
		}
		if len(fields) > 0 {
			all = append(all, fields)
		}
		all = child.objects(all)
	}
	return all
}
