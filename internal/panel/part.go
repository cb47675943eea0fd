package panel

import (
	"fmt"
	"slices"
	"strings"
)

// part names something in a request: query:page, path:id, soap.
type part struct {
	kind, name string
}

func (p part) String() string {
	if p.name == "" {
		return p.kind
	}
	return p.kind + ":" + p.name
}

// The kinds of parts. Those of the second line need no name.
func partKinds() []string {
	return []string{"path", "query", "form", "header", "cookie", "json", "xml", "rpc", "graphql", "soap", "soapaction", "body", "basic"}
}

// parsePart reads the name of a part. Its error says how one is written.
func parsePart(text string) (part, error) {
	kind, name, named := strings.Cut(text, ":")
	switch {
	case !slices.Contains(partKinds(), kind):
		return part{}, fmt.Errorf("%q names no part of a request; write one like query:page, form:user, json:auth.key, xml:packet.get, header:X-Api-Key, cookie:sid, path:id, rpc, soap or graphql", text)
	case named && name == "", len(name) > 200:
		return part{}, fmt.Errorf("%q lacks the name after the colon, or it is too long; write it like query:page", text)
	case !named && slices.Contains([]string{"path", "query", "form", "header", "cookie", "json", "xml"}, kind):
		return part{}, fmt.Errorf("%q lacks a name; write it like %s:page", text, kind)
	case named && slices.Contains([]string{"soap", "soapaction", "body", "basic"}, kind):
		return part{}, fmt.Errorf("%q takes no name; write just %s", text, kind)
	}
	return part{kind, name}, nil
}

// glob matches text against a pattern in which * stands for any text, without
// going back and forth for long.
func glob(pattern, text string) bool {
	pieces := strings.Split(pattern, "*")
	if len(pieces) == 1 {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, pieces[0])
	if !ok {
		return false
	}
	last := pieces[len(pieces)-1]
	for _, piece := range pieces[1 : len(pieces)-1] {
		i := strings.Index(text, piece)
		if i < 0 {
			return false
		}
		text = text[i+len(piece):]
	}
	return strings.HasSuffix(text, last)
}

// pattern is a path with placeholders, split at its slashes.
type pattern []string

// match returns what stands in the placeholders. A placeholder takes one whole
// segment, or the part of it between what else is written there.
func (p pattern) match(path string) (map[string]string, bool) {
	segments := strings.Split(path, "/")
	if len(segments) != len(p) {
		return nil, false
	}
	var values map[string]string
	for i, want := range p {
		open := strings.IndexByte(want, '{')
		if open < 0 {
			if want != segments[i] {
				return nil, false
			}
			continue
		}
		end := strings.IndexByte(want, '}')
		got := segments[i]
		if len(got) <= open+len(want)-end-1 || !strings.HasPrefix(got, want[:open]) || !strings.HasSuffix(got, want[end+1:]) {
			return nil, false
		}
		if values == nil {
			values = map[string]string{}
		}
		values[want[open+1:end]] = got[open : len(got)-(len(want)-end-1)]
	}
	return values, true
}

// parsePattern reads a path with placeholders.
func parsePattern(path string) (pattern, error) {
	p := pattern(strings.Split(path, "/"))
	if len(p) > 50 {
		return nil, fmt.Errorf("the path has more than 50 segments")
	}
	seen := map[string]bool{}
	for _, segment := range p {
		open, end := strings.IndexByte(segment, '{'), strings.IndexByte(segment, '}')
		if open < 0 && end < 0 {
			continue
		}
		if open < 0 || end < open+2 || strings.Count(segment, "{") > 1 || strings.Count(segment, "}") > 1 {
			return nil, fmt.Errorf("a placeholder is written {name}, one in a segment; got %q", segment)
		}
		name := segment[open+1 : end]
		if seen[name] {
			return nil, fmt.Errorf("the placeholder {%s} stands in the path twice", name)
		}
		seen[name] = true
	}
	return p, nil
}

// has says whether the path has that placeholder.
func (p pattern) has(name string) bool {
	return slices.ContainsFunc(p, func(s string) bool { return strings.Contains(s, "{"+name+"}") })
}
