package panel

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// MaxSize bounds a profile, in bytes.
const MaxSize = 256 << 10

// Limits on a profile's form. The YAML library recurses with the nesting, and
// the time it takes grows with the square of the nesting and of the number of
// words on a line.
const (
	maxMarks      = 60_000
	maxTokens     = 20_000
	maxLineTokens = 300
	maxNesting    = 20
	maxIndent     = 100
)

// parseYAML reads YAML into nodes that know where they stand.
func parseYAML(file string, raw []byte) (root *node, problems []*Error) {
	raw = bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))
	if len(raw) > MaxSize {
		return nil, []*Error{{File: file, Message: fmt.Sprintf("the file is larger than %d KiB; this is probably another file", MaxSize>>10)}}
	}
	s := newSource(file, raw)
	if p := checkText(s); p != nil {
		return nil, []*Error{p}
	}
	defer func() {
		if r := recover(); r != nil {
			root, problems = nil, []*Error{{File: file, Message: unreadable}}
		}
	}()
	tokens := lexer.Tokenize(strings.Join(s.lines, "\n"))
	if p := checkTokens(s, tokens); p != nil {
		return nil, []*Error{p}
	}
	// Keys given twice are found here, in order to say so in our words.
	tree, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, []*Error{syntaxProblem(s, err)}
	}
	return convertFile(s, tree)
}

const unreadable = "this is not YAML that syncproof can read"

const tooLong = "the file is far longer than a profile can be; this is probably another file"

// checkText refuses bytes that no YAML file holds, and more punctuation than
// is worth taking apart: each mark can become a token of some 300 bytes.
func checkText(s source) *Error {
	marks := 0
	for i, line := range s.lines {
		column := 0
		for at, r := range line {
			column++
			if r == utf8.RuneError && !strings.HasPrefix(line[at:], "\uFFFD") {
				return s.at(i+1, column).problem("this is not UTF-8 text; save the file as UTF-8")
			}
			if strings.ContainsRune("[]{},:-?&*!|>%@`\"'", r) {
				if marks++; marks > maxMarks {
					return s.at(i+1, column).problem(tooLong)
				}
			}
			if r < ' ' && r != '\t' || r == 0x7F {
				return s.at(i+1, column).problem("the control character U+%04X cannot stand here; remove it", r)
			}
		}
	}
	return nil
}

// checkTokens refuses what would keep the parser busy, and the parts of YAML
// that a profile has no use for. Without aliases nothing can grow beyond its
// size.
func checkTokens(s source, tokens token.Tokens) *Error {
	var c tokenCheck
	count := 0
	for _, t := range tokens {
		if t.Error != "" || t.Position == nil || t.Type == token.CommentType {
			continue
		}
		if count++; count > maxTokens {
			return s.token(t).problem(tooLong)
		}
		if why := c.refuse(t); why != "" {
			return s.token(t).problem("%s", why)
		}
	}
	return nil
}

type tokenCheck struct {
	line, onLine, entries, depth int
}

func (c *tokenCheck) refuse(t *token.Token) string {
	if t.Position.Line != c.line {
		c.line, c.onLine, c.entries = t.Position.Line, 0, 0
		if t.Position.Column > maxIndent && t.Type != token.StringType {
			return fmt.Sprintf("the line is indented by more than %d columns", maxIndent)
		}
	}
	c.onLine++
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		c.depth++
	case token.SequenceEndType, token.MappingEndType:
		c.depth--
	case token.SequenceEntryType:
		c.entries++
	}
	switch {
	case c.onLine > maxLineTokens:
		return "the line has far more on it than a profile needs; give each value a line of its own, and write templates as a block after |"
	case c.depth > maxNesting || c.entries > maxNesting:
		return fmt.Sprintf("this nests deeper than %d levels", maxNesting)
	}
	switch t.Type {
	case token.AnchorType, token.AliasType, token.MergeKeyType:
		return "anchors (&name), aliases (*name) and merges (<<) are not used here; write the value out. " +
			"If the text itself begins with that character, put it in quotes"
	case token.TagType:
		return "tags (!name) are not used here. If the text itself begins with !, put it in quotes"
	case token.MappingKeyType:
		return "keys marked with ? are not used here; write key: value"
	case token.DirectiveType:
		return "directives (%NAME) are not used here. If the text itself begins with %, put it in quotes"
	}
	return ""
}

// syntaxProblem words what the parser found.
func syntaxProblem(s source, err error) *Error {
	var syntax yaml.Error
	if !errors.As(err, &syntax) {
		return &Error{File: s.file, Message: unreadable}
	}
	return s.token(syntax.GetToken()).problem("this is not valid YAML: %s", syntaxWords(syntax.GetMessage()))
}

// syntaxWords puts the library's message into words that say what to change.
func syntaxWords(message string) string {
	for _, known := range []struct{ part, words string }{
		{"found character '\t'", "a tab cannot indent a line; use spaces"},
		{"']'", "a closing ] is missing, or there is one too many"},
		{"'}'", "a closing } is missing, or there is one too many; put text with braces, such as a template, in quotes or in a block after |"},
		{"end character of", "a closing quote is missing"},
		{"unknown escape", `in double quotes a backslash must be doubled; single quotes take it as it is`},
		{"reserved character", "text cannot begin with @ or `; put it in quotes"},
		{"mapping value is not allowed", "there cannot be a key here; check the indentation, and put text that holds a colon and a space in quotes"},
	} {
		if strings.Contains(message, known.part) {
			return known.words
		}
	}
	return "check the indentation, quotes and brackets of this line and the one before"
}

func convertFile(s source, tree *ast.File) (*node, []*Error) {
	c := converter{source: s}
	var root *node
	for _, doc := range tree.Docs {
		if doc.Body == nil {
			continue
		}
		if root != nil {
			return nil, []*Error{s.token(doc.Body.GetToken()).problem("a second document begins here; the file may hold only one")}
		}
		root = c.node(doc.Body)
	}
	if root == nil && len(c.problems) == 0 {
		return nil, []*Error{{File: s.file, Message: "the file is empty; a profile has at least the keys panel, states, errors and routes"}}
	}
	return root, c.problems
}
