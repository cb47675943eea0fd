package recording

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/upstream"
)

// bodyFields takes a body apart: JSON and XML by what they hold, forms by their
// fields. What the body is shows in the body: curl calls any text a form.
func bodyFields(r upstream.Request) []field {
	body := bytes.TrimSpace(r.Body)
	if len(body) == 0 {
		return nil
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	for _, take := range []func() ([]field, bool){
		func() ([]field, bool) { return jsonFields(body) },
		func() ([]field, bool) { return xmlFields(body) },
		func() ([]field, bool) { return partFields(kind, params["boundary"], r.Body) },
		func() ([]field, bool) { return formFields(kind, body) },
	} {
		if fields, ok := take(); ok && len(fields) <= maxFields {
			return fields
		}
	}
	return []field{{inBody, string(r.Body)}}
}

func jsonFields(body []byte) ([]field, bool) {
	if body[0] != '{' && body[0] != '[' {
		return nil, false
	}
	v, err := phpvalue.Decode(body)
	if err != nil {
		return nil, false
	}
	return leaves(nil, inBody, v), true
}

// leaves lists what a JSON value holds, by the path that leads there. The order
// of an object's keys does not count.
func leaves(fields []field, at string, v any) []field {
	join := func(key string) string {
		if at == inBody {
			return inBody + ":" + key
		}
		return at + "." + key
	}
	switch t := v.(type) {
	case map[string]any:
		if len(t) == 0 {
			return append(fields, field{at, "{}"})
		}
		for _, key := range slices.Sorted(maps.Keys(t)) {
			fields = leaves(fields, join(key), t[key])
		}
	case []any:
		if len(t) == 0 {
			return append(fields, field{at, "[]"})
		}
		for i, e := range t {
			fields = leaves(fields, join(strconv.Itoa(i)), e)
		}
	default:
		// The text keeps 1 and "1" apart, which panels do as well.
		text, _ := json.Marshal(t)
		fields = append(fields, field{at, string(text)})
	}
	return fields
}

// xmlFields lists what the elements and attributes of a document hold, by the
// path that leads there, prefixes as they are written.
func xmlFields(body []byte) ([]field, bool) {
	if body[0] != '<' {
		return nil, false
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	// Any encoding will do for a comparison.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	w := xmlWalk{}
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return w.fields, len(w.path) == 0 && len(w.fields) > 0
		}
		if err != nil || !w.take(token) {
			return nil, false
		}
	}
}

type xmlWalk struct {
	fields []field
	path   []string
	// seen counts the children of each open element by name.
	seen []map[string]int
	text []string
}

// take follows one token, false where the document is not well formed or nests
// too deeply.
func (w *xmlWalk) take(token xml.Token) bool {
	switch t := token.(type) {
	case xml.StartElement:
		w.open(t)
		return len(w.path) <= phpvalue.MaxDepth && len(w.fields) <= maxFields
	case xml.EndElement:
		if len(w.path) == 0 {
			return false
		}
		last := len(w.path) - 1
		if text := strings.TrimSpace(w.text[last]); text != "" || len(w.seen[last]) == 0 {
			w.fields = append(w.fields, field{inBody + ":" + strings.Join(w.path, "."), text})
		}
		w.path, w.seen, w.text = w.path[:last], w.seen[:last], w.text[:last]
	case xml.CharData:
		if len(w.text) > 0 {
			w.text[len(w.text)-1] += string(t)
		}
	}
	return true
}

func (w *xmlWalk) open(t xml.StartElement) {
	name := xmlName(t.Name)
	if parents := len(w.seen); parents > 0 {
		w.seen[parents-1][name]++
		if n := w.seen[parents-1][name]; n > 1 {
			name += "[" + strconv.Itoa(n) + "]"
		}
	}
	w.path, w.seen, w.text = append(w.path, name), append(w.seen, map[string]int{}), append(w.text, "")
	for _, a := range t.Attr {
		w.fields = append(w.fields, field{inBody + ":" + strings.Join(w.path, ".") + "@" + xmlName(a.Name), a.Value})
	}
}

func xmlName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// partFields lists the parts of a multipart form, whose boundary clients draw
// by lot.
func partFields(kind, boundary string, body []byte) ([]field, bool) {
	if kind != "multipart/form-data" || boundary == "" {
		return nil, false
	}
	var fields []field
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return fields, true
		}
		if err != nil || len(fields) > maxFields {
			return nil, false
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, false
		}
		fields = append(fields, field{inBody + ":" + part.FormName(), string(content)})
	}
}

// formFields takes text for a form when it is called one and has the shape.
func formFields(kind string, body []byte) ([]field, bool) {
	if kind != "application/x-www-form-urlencoded" || !bytes.ContainsRune(body, '=') || bytes.ContainsAny(body, "\r\n <{") {
		return nil, false
	}
	var fields []field
	for _, f := range queryFields(string(body)) {
		fields = append(fields, field{inBody + strings.TrimPrefix(f.name, inQuery), f.value})
	}
	return fields, true
}
