package infer

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"syncproof/internal/phpvalue"
)

type kind int

const (
	isObject kind = iota
	isList
	isElement
	isAttribute
	isText
	isNumber
	isBool
	isNull
)

// value is a part of a body: of JSON, XML or a form, with the order kept.
type value struct {
	kind kind
	// key is how it is written in its parent, label what tells it from others
	// there: the same, or what the element <name> inside says.
	key, label string
	text       string
	kids       []*value
}

// The notations of bodies.
const (
	notationJSON = "json"
	notationXML  = "xml"
	notationForm = "form"
)

// document is a body that could be read.
type document struct {
	notation string
	root     *value
}

// Bounds of what is taken apart; larger bodies count as unreadable.
const (
	maxValues = 500_000
	maxDepth  = 60
)

var errTooLarge = errors.New("the body has too many values or nests too deeply")

// read takes a body apart; nil when it is none of the notations.
func read(body []byte) *document {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if len(body) == 0 || !utf8.Valid(body) {
		return nil
	}
	switch body[0] {
	case '{', '[':
		if _, err := phpvalue.Decode(body); err != nil {
			return nil
		}
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		r := jsonReader{decoder: d}
		if root, err := r.value(0); err == nil {
			return &document{notationJSON, root}
		}
	case '<':
		if root, err := readXML(body); err == nil {
			return &document{notationXML, root}
		}
	default:
		if root := readForm(string(body)); root != nil {
			return &document{notationForm, root}
		}
	}
	return nil
}

type jsonReader struct {
	decoder *json.Decoder
	count   int
}

func (r *jsonReader) value(depth int) (*value, error) {
	if r.count++; r.count > maxValues || depth > maxDepth {
		return nil, errTooLarge
	}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		return r.composite(t == '{', depth)
	case json.Number:
		return &value{kind: isNumber, text: t.String()}, nil
	case bool:
		return &value{kind: isBool, text: map[bool]string{true: "true", false: "false"}[t]}, nil
	case string:
		return &value{kind: isText, text: t}, nil
	}
	return &value{kind: isNull}, nil
}

func (r *jsonReader) composite(object bool, depth int) (*value, error) {
	v := &value{kind: isList}
	if object {
		v.kind = isObject
	}
	for r.decoder.More() {
		key := ""
		if object {
			token, err := r.decoder.Token()
			if err != nil {
				return nil, err
			}
			key, _ = token.(string)
		}
		kid, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		kid.key, kid.label = key, key
		v.kids = append(v.kids, kid)
	}
	_, err := r.decoder.Token()
	return v, err
}

// readXML keeps prefixes as they are written, so that they can be written again.
func readXML(body []byte) (*value, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var root *value
	var open []*value
	for count := 0; ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if root == nil || len(open) > 0 {
				return nil, errors.New("the XML breaks off")
			}
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			e := element(t)
			if count += 1 + len(e.kids); count > maxValues || len(open) >= maxDepth || len(open) == 0 && root != nil {
				return nil, errTooLarge
			}
			if len(open) == 0 {
				root = e
			} else {
				parent := open[len(open)-1]
				parent.kids = append(parent.kids, e)
			}
			open = append(open, e)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1].key != written(t.Name) {
				return nil, errors.New("an element is closed that is not open")
			}
			open[len(open)-1].close()
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(t)
			}
		}
	}
}

func written(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func element(t xml.StartElement) *value {
	e := &value{kind: isElement, key: written(t.Name), label: t.Name.Local}
	for _, a := range t.Attr {
		e.kids = append(e.kids, &value{kind: isAttribute, key: written(a.Name), label: "@" + written(a.Name), text: a.Value})
	}
	return e
}

// elements are the kids without attributes.
func (v *value) elements() []*value {
	for i, k := range v.kids {
		if k.kind != isAttribute {
			return v.kids[i:]
		}
	}
	return nil
}

// close is called when an element is whole. Where a child <name> says what the
// element is, as in XML-RPC and in lists of properties, that is its label.
func (v *value) close() {
	inner := v.elements()
	if len(inner) == 0 {
		v.text = strings.TrimSpace(v.text)
		return
	}
	v.text = ""
	if len(inner) == 2 && inner[0].label == "name" && inner[1].label == "value" && len(inner[0].elements()) == 0 {
		v.label = inner[0].text
	}
}

// readForm reads a=b&c[]=d, the way PHP's parse_str() does, nil where a text is
// nothing of the kind.
func readForm(body string) *value {
	if len(body) > 4<<20 || strings.ContainsAny(body, " <>{}\"\t") || !strings.Contains(body, "=") {
		return nil
	}
	root := &value{kind: isObject}
	lists := map[string]*value{}
	for pair := range strings.SplitSeq(strings.TrimRight(body, "\r\n"), "&") {
		name, text, found := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(name)
		plain, err2 := url.QueryUnescape(text)
		if !found || err != nil || err2 != nil || key == "" || !utf8.ValidString(key+plain) || len(root.kids) > maxValues {
			return nil
		}
		if !strings.HasSuffix(key, "[]") {
			root.kids = append(root.kids, &value{kind: isText, key: key, label: key, text: plain})
			continue
		}
		if lists[key] == nil {
			lists[key] = &value{kind: isList, key: key, label: strings.TrimSuffix(key, "[]")}
			root.kids = append(root.kids, lists[key])
		}
		lists[key].kids = append(lists[key].kids, &value{kind: isText, text: plain})
	}
	return root
}
