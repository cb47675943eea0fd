package panel

import (
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/upstream"
)

// question is a request with its parts taken apart when they are asked for.
type question struct {
	request upstream.Request
	path    string
	query   url.Values
	// inPath is what stood in the placeholders of the route that matched.
	inPath map[string]string

	form    url.Values
	read    map[string]bool
	json    any
	xml     *xmlBody
	graphql *graphQL
}

func ask(r upstream.Request) *question {
	path, query, _ := strings.Cut(r.Target, "?")
	// A request as a proxy gets it names the whole address.
	if _, rest, absolute := strings.Cut(path, "://"); absolute && !strings.HasPrefix(path, "/") {
		path = "/"
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			path = rest[i:]
		}
	}
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	q := &question{request: r, path: path, read: map[string]bool{}}
	// What cannot be read is left out, as panels do.
	q.query, _ = url.ParseQuery(query)
	return q
}

// once says whether that form of the body was not read before.
func (q *question) once(kind string) bool {
	again := q.read[kind]
	q.read[kind] = true
	return !again
}

// value is what stands in that part of the request.
func (q *question) value(p part) (string, bool) {
	switch p.kind {
	case "path":
		v, ok := q.inPath[p.name]
		return v, ok
	case "query":
		return firstValue(q.query, p.name)
	case "form":
		if q.once("form") && q.contentType() != "application/json" {
			q.form, _ = url.ParseQuery(string(q.request.Body))
		}
		return firstValue(q.form, p.name)
	case "header":
		values := q.request.Header.Values(p.name)
		return firstOf(values)
	case "cookie":
		return q.cookie(p.name)
	case "body":
		return string(q.request.Body), len(q.request.Body) > 0
	case "json":
		return lookup(q.document(), p.name)
	case "soapaction":
		return q.soapAction()
	case "graphql":
		return q.inGraphQL(p.name)
	case "rpc":
		return q.inRPC(p.name)
	case "soap":
		return q.markup().soapCall()
	default:
		return q.markup().value(p.name)
	}
}

func firstValue(values url.Values, name string) (string, bool) { return firstOf(values[name]) }

func firstOf(values []string) (string, bool) {
	if len(values) == 0 {
		return "", false
	}
	return values[0], true
}

func (q *question) contentType() string {
	kind, _, _ := mime.ParseMediaType(q.request.Header.Get("Content-Type"))
	return kind
}

func (q *question) cookie(name string) (string, bool) {
	r := http.Request{Header: q.request.Header}
	c, err := r.Cookie(name)
	if err != nil {
		return "", false
	}
	return c.Value, true
}

// document is the body as JSON, nil when it is none.
func (q *question) document() any {
	if q.once("json") {
		q.json, _ = phpvalue.Decode(q.request.Body)
	}
	return q.json
}

func (q *question) markup() *xmlBody {
	if q.once("xml") {
		q.xml = readXML(q.request.Body)
	}
	return q.xml
}

// soapAction is the action of SOAP 1.1's header or of SOAP 1.2's content type.
func (q *question) soapAction() (string, bool) {
	if v := q.request.Header.Get("SOAPAction"); v != "" {
		return strings.Trim(v, `"`), true
	}
	_, params, _ := mime.ParseMediaType(q.request.Header.Get("Content-Type"))
	v, ok := params["action"]
	return v, ok
}

// inRPC is the method of a JSON-RPC or XML-RPC call, or one of its parameters.
func (q *question) inRPC(name string) (string, bool) {
	if call, ok := q.document().(map[string]any); ok {
		if name == "" {
			return lookup(call, "method")
		}
		return lookup(call["params"], name)
	}
	call := q.markup().rpc
	switch {
	case call == nil:
		return "", false
	case name == "":
		return call.method, true
	}
	return lookup(call.params, name)
}

func (q *question) inGraphQL(name string) (string, bool) {
	if q.once("graphql") {
		q.graphql = readGraphQL(q)
	}
	switch {
	case q.graphql == nil:
		return "", false
	case name == "":
		return q.graphql.field, true
	}
	return lookup(q.graphql.arguments, name)
}

// lookup follows a dotted path through decoded values. Only single values are
// found, lists and objects count as there with an empty text.
func lookup(v any, path string) (string, bool) {
	for step := range strings.SplitSeq(path, ".") {
		switch t := v.(type) {
		case map[string]any:
			inner, ok := t[step]
			if !ok {
				return "", false
			}
			v = inner
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(t) {
				return "", false
			}
			v = t[i]
		default:
			return "", false
		}
	}
	switch t := v.(type) {
	case nil:
		return "", false
	case string:
		return t, true
	case bool:
		return strconv.FormatBool(t), true
	case interface{ String() string }:
		return t.String(), true
	}
	return "", true
}
