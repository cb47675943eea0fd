package recording

import (
	"net/url"
	"strconv"
	"strings"

	"syncproof/internal/upstream"
)

// question is a request taken apart into what can differ.
type question struct {
	method, address string
	path            string
	fields          []field
	// at finds a field by its name.
	at map[string]int
}

// field is one part of a request, such as query:page or body:list.0.id.
type field struct{ name, value string }

// maxFields bounds how far a body is taken apart; a larger one is compared as a
// whole.
const maxFields = 10_000

// The parts of a request.
const (
	inQuery = "query"
	inBody  = "body"
	inPath  = "path"
)

// ask takes a request apart. The parts of its path that are volatile are left
// out of the path.
func ask(r upstream.Request, loose volatile) question {
	path, query, _ := strings.Cut(r.Target, "?")
	q := question{method: r.Method, address: r.Scheme + "://" + r.Host, at: map[string]int{}}
	q.path = loose.path(plainPath(path))
	q.add(queryFields(query))
	q.add(bodyFields(r))
	return q
}

// add takes fields in. Of several with the same name each but the first is
// numbered, so that their order among themselves counts.
func (q *question) add(fields []field) {
	for _, f := range fields {
		name := f.name
		for n := 2; ; n++ {
			if _, taken := q.at[name]; !taken {
				break
			}
			name = f.name + "#" + strconv.Itoa(n)
		}
		q.at[name] = len(q.fields)
		q.fields = append(q.fields, field{name, f.value})
	}
}

func (q question) value(name string) (string, bool) {
	i, ok := q.at[name]
	if !ok {
		return "", false
	}
	return q.fields[i].value, true
}

// plainPath undoes the escapes of a path, which clients write in several ways. A
// slash that is no separator stays escaped.
func plainPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if plain, err := url.PathUnescape(p); err == nil {
			parts[i] = strings.ReplaceAll(plain, "/", "%2F")
		}
	}
	return strings.Join(parts, "/")
}

func queryFields(query string) []field {
	var fields []field
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		fields = append(fields, field{inQuery + ":" + formText(name), formText(value)})
	}
	return fields
}

// formText undoes the escapes of a query or form; what is no escape stays.
func formText(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
