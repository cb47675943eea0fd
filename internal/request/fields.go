package request

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// Field is one value a request carries.
type Field struct {
	// In says where: path, query or body.
	In string
	// Name is the position in the path, or the field's name; in JSON and XML the
	// names that lead to it with dots between.
	Name  string
	Value string
}

// Places a field can stand in.
const (
	InPath  = "path"
	InQuery = "query"
	InBody  = "body"
)

// maxFields and maxDepth bound how far a body is taken apart.
const (
	maxFields = 2000
	maxDepth  = 60
)

// Fields takes a request apart. Of a body that was not recorded as a whole it
// gives what can be read of its beginning.
func Fields(x transcript.Exchange) []Field {
	var fields []Field
	if u, err := url.Parse(x.URL); err == nil {
		for i, part := range strings.Split(strings.TrimPrefix(u.Path, "/"), "/") {
			fields = append(fields, Field{InPath, strconv.Itoa(i + 1), part})
		}
		fields = append(fields, formFields(InQuery, u.RawQuery)...)
	}
	return append(fields, bodyFields(Text(x.RequestBody))...)
}

// Text is recorded output as text, of any bytes.
func Text(o transcript.Output) string {
	if raw, ok := phpvalue.Bytes(o.Text); ok {
		return string(raw)
	}
	text, _ := o.Text.(string)
	return text
}

func bodyFields(body string) []Field {
	body = strings.TrimSpace(strings.TrimPrefix(body, "\uFEFF"))
	switch {
	case body == "":
		return nil
	case body[0] == '{' || body[0] == '[':
		w := jsonWalk{decoder: json.NewDecoder(strings.NewReader(body))}
		w.decoder.UseNumber()
		w.value("", 0)
		return w.fields
	case body[0] == '<':
		return parseXML(body).fields(nil, "")
	case strings.HasPrefix(body, "--"):
		return partFields(body)
	case strings.Contains(body, "=") && !strings.ContainsAny(body, " \n<{"):
		return formFields(InBody, body)
	}
	return nil
}

func formFields(in, text string) []Field {
	var fields []Field
	for pair := range strings.SplitSeq(text, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok && len(fields) < maxFields {
			fields = append(fields, Field{in, unescaped(name), unescaped(value)})
		}
	}
	return fields
}

// unescaped leaves what is no escape as it is.
func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// part matches a field of a multipart form, which curl makes of an array.
var part = regexp.MustCompile(`(?i)name="([^"\r\n]*)"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([^\r\n]*)`)

func partFields(body string) []Field {
	var fields []Field
	for _, m := range part.FindAllStringSubmatch(body, maxFields) {
		fields = append(fields, Field{InBody, m[1], m[2]})
	}
	return fields
}

// jsonWalk reads a JSON text as far as it goes.
type jsonWalk struct {
	decoder *json.Decoder
	fields  []Field
}

// value reads one value, false where the text ends or is none.
func (w *jsonWalk) value(at string, depth int) bool {
	token, err := w.decoder.Token()
	if err != nil || depth > maxDepth || len(w.fields) >= maxFields {
		return false
	}
	switch t := token.(type) {
	case json.Delim:
		return w.nested(t, at, depth)
	case string:
		w.fields = append(w.fields, Field{InBody, at, t})
	case json.Number:
		w.fields = append(w.fields, Field{InBody, at, t.String()})
	}
	return true
}

func (w *jsonWalk) nested(opening json.Delim, at string, depth int) bool {
	for w.decoder.More() {
		under := at + "[]"
		if opening == '{' {
			key, err := w.decoder.Token()
			name, isText := key.(string)
			if err != nil || !isText {
				return false
			}
			under = join(at, name)
		}
		if !w.value(under, depth+1) {
			return false
		}
	}
	_, err := w.decoder.Token()
	return err == nil
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}
