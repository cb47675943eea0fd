package infer

import (
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/recording"
)

// part is something in a request, named as profiles name it.
type part struct{ name, text string }

// exchange is a request with its answer, both taken apart.
type exchange struct {
	recording.Entry
	path  string
	parts []part
	// call is the part that says what is asked for where the path does not, such
	// as soap, with its value; empty otherwise.
	call  part
	reply *document
}

// maxParts bounds the parts of a request that are looked at.
const maxParts = 500

func takeApart(e recording.Entry) exchange {
	path, query, _ := strings.Cut(e.Request.Target, "?")
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	x := exchange{Entry: e, path: path, reply: read(e.Reply.Body)}
	x.addPairs("query:", query)
	x.body()
	for _, name := range slices.Sorted(keys(e.Request.Header)) {
		for _, v := range e.Request.Header[name] {
			x.add("header:"+name, v)
		}
	}
	for _, c := range (&http.Request{Header: e.Request.Header}).Cookies() {
		x.add("cookie:"+c.Name, c.Value)
	}
	if user, password, ok := basic(e.Request.Header); ok {
		x.add("basic", user+":"+password)
	}
	return x
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func basic(h http.Header) (user, password string, ok bool) {
	scheme, code, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "basic") {
		return "", "", false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(code))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(raw), ":")
}

// add takes a part in; names that a profile cannot write are left out.
func (x *exchange) add(name, text string) {
	if len(x.parts) < maxParts && len(name) < 150 && short(name) == name {
		x.parts = append(x.parts, part{name, text})
	}
}

func (x *exchange) addPairs(prefix, query string) {
	for pair := range strings.SplitSeq(query, "&") {
		name, text, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(name)
		plain, err2 := url.QueryUnescape(text)
		if err == nil && err2 == nil && key != "" {
			x.add(prefix+key, plain)
		}
	}
}

func (x *exchange) body() {
	body := x.Request.Body
	kind, _, _ := mime.ParseMediaType(x.Request.Header.Get("Content-Type"))
	d := read(body)
	switch {
	case d == nil && (kind == "application/x-www-form-urlencoded" || kind == ""):
		x.addPairs("form:", string(body))
	case d == nil:
	case d.notation == notationForm:
		x.addPairs("form:", string(body))
	case d.notation == notationJSON:
		x.json(d.root)
	default:
		x.xml(d.root)
	}
}

func (v *value) kid(label string) *value {
	if v == nil {
		return nil
	}
	for _, k := range v.kids {
		if k.label == label {
			return k
		}
	}
	return nil
}

func (x *exchange) json(root *value) {
	if query := root.kid("query"); query != nil && query.kind == isText {
		if field, arguments := graphQL(query.text); field != "" {
			x.call = part{"graphql", field}
			variables := root.kid("variables")
			for argument, variable := range arguments {
				if v := variables.kid(variable); v != nil && v.kind > isAttribute {
					x.add("graphql:"+argument, v.text)
				}
			}
			slices.SortFunc(x.parts, func(a, b part) int { return strings.Compare(a.name, b.name) })
			return
		}
	}
	if method, params := root.kid("method"), root.kid("params"); method != nil && params != nil && method.kind == isText {
		x.call = part{"rpc", method.text}
		x.flat("rpc:", params)
		return
	}
	x.flat("json:", root)
}

// flat adds the single values of JSON by their paths.
func (x *exchange) flat(prefix string, v *value) {
	for i, k := range v.kids {
		key := k.key
		if v.kind == isList {
			key = strconv.Itoa(i)
		}
		if strings.Contains(key, ".") {
			continue
		}
		if k.kind == isObject || k.kind == isList {
			x.flat(prefix+key+".", k)
		} else if k.kind != isNull {
			x.add(prefix+key, k.text)
		}
	}
}

// graphQL is the first field of a query, and the variables of its arguments.
func graphQL(text string) (field string, arguments map[string]string) {
	depth, at := 0, -1
	for i, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case '{':
			if depth == 0 {
				at = i
			}
		}
		if at >= 0 {
			break
		}
	}
	if at < 0 {
		return "", nil
	}
	rest := strings.TrimSpace(text[at+1:])
	field, rest = name(rest)
	if after, isAlias := strings.CutPrefix(strings.TrimSpace(rest), ":"); isAlias {
		field, rest = name(strings.TrimSpace(after))
	}
	arguments = map[string]string{}
	inner, isCall := strings.CutPrefix(strings.TrimSpace(rest), "(")
	if inner, _, closed := strings.Cut(inner, ")"); isCall && closed {
		for argument := range strings.FieldsFuncSeq(inner, func(r rune) bool { return r == ',' || r == '\n' }) {
			key, variable, ok := strings.Cut(argument, "$")
			if key = strings.TrimSuffix(strings.TrimSpace(key), ":"); ok {
				arguments[strings.TrimSpace(key)], _ = name(variable)
			}
		}
	}
	return field, arguments
}

func name(text string) (name, rest string) {
	end := strings.IndexFunc(text, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

func (x *exchange) xml(root *value) {
	switch {
	case root.label == "methodCall" && root.kid("methodName") != nil:
		x.call = part{"rpc", root.kid("methodName").text}
		if params := root.kid("params"); params != nil {
			for i, p := range params.elements() {
				x.rpc("rpc:"+strconv.Itoa(i), p.kid("value"))
			}
		}
	case root.label == "Envelope":
		for _, section := range root.elements() {
			for _, e := range section.elements() {
				if section.label == "Body" && x.call.name == "" {
					x.call = part{"soap", e.label}
				}
				x.elements("xml:", e)
			}
		}
	default:
		x.elements("xml:", root)
	}
}

// rpc adds the single values of an XML-RPC parameter.
func (x *exchange) rpc(at string, v *value) {
	switch {
	case v == nil:
	case len(v.elements()) == 0:
		x.add(at, v.text)
	default:
		typed := v.elements()[0]
		switch typed.label {
		case "struct":
			for _, m := range typed.elements() {
				if !strings.Contains(m.label, ".") {
					x.rpc(at+"."+m.label, m.kid("value"))
				}
			}
		case "array":
			for i, item := range typed.kid("data").elementsOrNone() {
				x.rpc(at+"."+strconv.Itoa(i), item)
			}
		default:
			x.add(at, typed.text)
		}
	}
}

func (v *value) elementsOrNone() []*value {
	if v == nil {
		return nil
	}
	return v.elements()
}

// elements adds the single values of XML by their paths.
func (x *exchange) elements(prefix string, e *value) {
	local := e.key[strings.LastIndexByte(e.key, ':')+1:]
	if strings.Contains(local, ".") {
		return
	}
	for _, k := range e.elements() {
		x.elements(prefix+local+".", k)
	}
	if len(e.elements()) == 0 {
		x.add(prefix+local, e.text)
	}
}

// part is the text of a part.
func (x *exchange) part(name string) (string, bool) {
	for _, p := range x.parts {
		if p.name == name {
			return p.text, true
		}
	}
	return "", false
}

// verbs are the names of parameters that say what is asked for.
func isVerb(name string) bool {
	_, name, _ = strings.Cut(name, ":")
	name = name[strings.LastIndexByte(name, '.')+1:]
	return slices.Contains([]string{"action", "cmd", "command", "func", "function", "method", "op", "operation", "do", "request", "call", "api"}, plainName(name))
}

// shape is the same for requests that ask for the same with other parameters.
func (x *exchange) shape() string {
	text := x.Request.Method + " " + x.path + " " + x.call.name + "=" + x.call.text
	for _, p := range x.parts {
		switch {
		case isVerb(p.name) && !strings.HasPrefix(p.name, "header:"):
			text += " " + p.name + "=" + p.text
		case strings.HasPrefix(p.name, "xml:") && x.call.name == "":
			text += " " + p.name
		}
	}
	return text
}
