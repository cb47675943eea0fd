package suites

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"syncproof/internal/transcript"
)

// carrier is one value in a request, with the encoding of its place undone.
type carrier struct {
	// place names where it stands, such as: query field "key".
	place string
	value string
	// kind is how values get there.
	kind carrierKind
}

type carrierKind int

const (
	inHeader carrierKind = iota
	inCookie
	inBasic
	inText
)

// carriers are the places of requests that hold a text, each once.
func carriers(requests []transcript.Exchange, text string) []carrier {
	var all []carrier
	for _, x := range requests {
		for _, f := range carriedBy(x) {
			known := func(k carrier) bool { return k.place == f.place }
			if strings.Contains(f.value, text) && !slices.ContainsFunc(all, known) {
				all = append(all, f)
			}
		}
	}
	return all
}

// carriedBy are the values of one request.
func carriedBy(x transcript.Exchange) []carrier {
	var all []carrier
	if u, err := url.Parse(x.URL); err == nil {
		for i, part := range strings.Split(u.EscapedPath(), "/") {
			if text, err := url.PathUnescape(part); err == nil {
				all = append(all, carrier{"path, part " + strconv.Itoa(i), text, inText})
			}
		}
		all = append(all, fields("query field ", u.RawQuery)...)
	}
	kind := ""
	for _, name := range slices.Sorted(maps.Keys(x.RequestHeaders)) {
		for _, value := range x.RequestHeaders[name] {
			all = append(all, header(name, value))
			if strings.EqualFold(name, "Content-Type") {
				kind = strings.ToLower(value)
			}
		}
	}
	return append(all, inBody(kind, plainText(x.RequestBody.Text))...)
}

func header(name, value string) carrier {
	scheme, code, _ := strings.Cut(value, " ")
	if strings.EqualFold(scheme, "Basic") {
		if raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(code)); err == nil {
			return carrier{"header " + name + " (Basic)", string(raw), inBasic}
		}
	}
	if strings.EqualFold(name, "Cookie") {
		return carrier{"header " + name, value, inCookie}
	}
	return carrier{"header " + name, value, inHeader}
}

// fields are those of a query or form. A pair that cannot be decoded is left
// out: what is missing shows.
func fields(place, text string) []carrier {
	var all []carrier
	for pair := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err := errors.Join(err1, err2); err == nil && name != "" {
			all = append(all, carrier{place + strconv.Quote(name), value, inText})
		}
	}
	return all
}

// inBody are the values in a body, by what it is rather than by what it is said
// to be: curl calls everything a form.
func inBody(kind, body string) []carrier {
	trimmed := strings.TrimSpace(body)
	switch {
	case trimmed == "":
		return nil
	case strings.HasPrefix(trimmed, "{"), strings.HasPrefix(trimmed, "["):
		return inJSON(trimmed)
	case strings.HasPrefix(trimmed, "<"):
		return inXML(trimmed)
	case strings.HasPrefix(kind, "multipart/"):
		return []carrier{{"form", body, inText}}
	}
	return fields("form field ", trimmed)
}

func inJSON(body string) []carrier {
	var value any
	if json.Unmarshal([]byte(body), &value) != nil {
		return nil
	}
	var all []carrier
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case string:
			all = append(all, carrier{"JSON value " + strconv.Quote(path), v, inText})
		case []any:
			for i, e := range v {
				walk(path+"["+strconv.Itoa(i)+"]", e)
			}
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(strings.TrimPrefix(path+"."+key, "."), v[key])
			}
		}
	}
	walk("", value)
	return all
}

// inXML reads until the document breaks off: texts and attributes by the path of
// their element, counted where several share it.
func inXML(body string) []carrier {
	var all []carrier
	var path []string
	seen := map[string]int{}
	add := func(place, value string) {
		seen[place]++
		if n := seen[place]; n > 1 {
			place += " (" + strconv.Itoa(n) + ")"
		}
		all = append(all, carrier{"XML " + place, value, inText})
	}
	decoder := xml.NewDecoder(strings.NewReader(body))
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	for {
		token, err := decoder.Token()
		if err != nil {
			return all
		}
		switch token := token.(type) {
		case xml.StartElement:
			path = append(path, token.Name.Local)
			for _, a := range token.Attr {
				add("attribute "+strings.Join(path, "/")+"@"+a.Name.Local, a.Value)
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if strings.TrimSpace(string(token)) != "" {
				add("element "+strings.Join(path, "/"), string(token))
			}
		}
	}
}

// matches says that a value is the template with now in the place of old. A
// secret within a larger text, such as a command, may be escaped for that text.
func (t carrier) matches(value, old, now string) bool {
	// The transcript has U+FFFD for bytes of a header that are no UTF-8.
	forms := []string{now, latin1(now), strings.ToValidUTF8(latin1(now), "\ufffd")}
	if t.kind == inHeader || t.kind == inCookie {
		// Some panels take the value of a header URL-encoded.
		forms = append(forms, url.QueryEscape(now), strings.ReplaceAll(url.QueryEscape(now), "+", "%20"), url.PathEscape(now), escapedQuotes(now))
	}
	if t.kind == inText && t.value != old {
		forms = append(forms, escapedQuotes(now), inJSONText(now), html.EscapeString(now), phpEscaped(now), url.QueryEscape(now),
			strings.ReplaceAll(url.QueryEscape(now), "+", "%20"))
	}
	return slices.ContainsFunc(forms, func(form string) bool { return form != "" && strings.Contains(value, form) })
}

// latin1 is a text in the encoding of older panels, "" when it has none in it.
func latin1(text string) string {
	raw := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xff {
			return ""
		}
		raw = append(raw, byte(r))
	}
	return string(raw)
}

// escapedQuotes escapes quotes and backslashes, as strings in most languages do.
func escapedQuotes(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `\'`).Replace(text)
}

// inJSONText is a text inside a JSON string, as PHP writes it.
func inJSONText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '"', r == '\\', r == '/':
			b.WriteString(`\` + string(r))
		case r >= utf8.RuneSelf:
			b.WriteString(`\u` + strings.ToLower(strconv.FormatInt(0x10000+int64(r), 16)[1:]))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// phpEscaped is what PHP's htmlspecialchars() makes of a text.
func phpEscaped(text string) string {
	return strings.NewReplacer("&", "&amp;", `"`, "&quot;", "'", "&#039;", "<", "&lt;", ">", "&gt;").Replace(text)
}
