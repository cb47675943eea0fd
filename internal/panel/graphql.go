package panel

import (
	"strings"
)

// graphQL is the first field that a GraphQL request asks for.
type graphQL struct {
	field     string
	arguments map[string]any
}

// maxGraphQLWords bounds how much of a query is read, in words and marks.
const maxGraphQLWords = 2000

// readGraphQL reads the query of a request, from its JSON body or its address:
// the first field at the top, and its arguments with variables put in. It is no
// GraphQL server: which fields are selected does not count.
func readGraphQL(q *question) *graphQL {
	body, _ := q.document().(map[string]any)
	text, ok := body["query"].(string)
	if !ok {
		if text, ok = firstValue(q.query, "query"); !ok {
			return nil
		}
	}
	variables, _ := body["variables"].(map[string]any)
	r := &graphQLReader{words: graphQLWords(text), variables: variables}
	return r.request()
}

type graphQLReader struct {
	words     []string
	variables map[string]any
	depth     int
}

func (r *graphQLReader) next() string {
	if len(r.words) == 0 {
		return ""
	}
	w := r.words[0]
	r.words = r.words[1:]
	return w
}

func (r *graphQLReader) peek() string {
	if len(r.words) == 0 {
		return ""
	}
	return r.words[0]
}

func (r *graphQLReader) request() *graphQL {
	// Name, variables and directives of the operation come before its braces.
	for depth := 0; depth != 0 || r.peek() != "{"; {
		switch r.next() {
		case "":
			return nil
		case "(":
			depth++
		case ")":
			depth--
		}
	}
	r.next()
	g := &graphQL{field: r.next(), arguments: map[string]any{}}
	if r.peek() == ":" {
		// What came before is an alias.
		r.next()
		g.field = r.next()
	}
	if r.peek() == "(" {
		r.next()
		g.arguments = r.members(")")
	}
	return g
}

func (r *graphQLReader) members(end string) map[string]any {
	members := map[string]any{}
	for w := r.next(); w != "" && w != end; w = r.next() {
		if r.peek() == ":" {
			r.next()
			members[w] = r.value()
		}
	}
	return members
}

func (r *graphQLReader) value() any {
	if r.depth++; r.depth > maxXMLDepth {
		return nil
	}
	defer func() { r.depth-- }()
	switch w := r.next(); {
	case w == "$":
		return r.variables[r.next()]
	case w == "{":
		return r.members("}")
	case w == "[":
		list := []any{}
		for r.peek() != "" && r.peek() != "]" {
			list = append(list, r.value())
		}
		r.next()
		return list
	case w == "null":
		return nil
	case strings.HasPrefix(w, `"`):
		return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(strings.Trim(w, `"`))
	default:
		return w
	}
}

// graphQLWords splits a query into names, numbers, texts and marks, and leaves
// out comments and commas.
func graphQLWords(text string) []string {
	var words []string
	for i := 0; i < len(text) && len(words) < maxGraphQLWords; {
		switch c := text[i]; {
		case strings.IndexByte(" \t\r\n,", c) >= 0:
			i++
		case c == '#':
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return words
			}
			i += end
		case c == '"':
			end := i + 1
			for end < len(text) && text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end+1, len(text))
			words = append(words, text[i:end])
			i = end
		case strings.IndexByte("(){}[]:$!@=|&", c) >= 0:
			words = append(words, text[i:i+1])
			i++
		default:
			end := i + 1
			for end < len(text) && strings.IndexByte(" \t\r\n,(){}[]:$!@=|&\"#", text[end]) < 0 {
				end++
			}
			words = append(words, text[i:end])
			i = end
		}
	}
	return words
}
