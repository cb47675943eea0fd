package config

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits on a file's form, far above what a configuration needs. The YAML
// library recurses with the nesting, and the time it takes grows with the square
// of both the nesting and the number of words on a line: 64 KiB of "[" took 20
// seconds.
const (
	maxMarks      = 30_000
	maxTokens     = 10_000
	maxLineTokens = 400
	maxNesting    = 20
	maxIndent     = 100
)

// source is a file split into lines, for messages.
type source struct {
	file  string
	lines []string
}

func newSource(file string, raw []byte) source {
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(raw))
	return source{file: file, lines: strings.Split(text, "\n")}
}

func (s source) at(line, column int) place {
	p := place{file: s.file, line: line, column: column}
	if line >= 1 && line <= len(s.lines) {
		p.text = s.lines[line-1]
	}
	return p
}

func (s source) token(t *token.Token) place {
	if t == nil || t.Position == nil {
		return s.at(1, 1)
	}
	return s.at(t.Position.Line, t.Position.Column)
}

// problem makes an Error of what is wrong with the file's form.
func (s source) problem(t *token.Token, message string) *Error {
	return s.formProblem(s.token(t), message)
}

var keyAtStart = regexp.MustCompile(`^[\s{-]*["']?([A-Za-z0-9_-]+)["']?\s*:`)

// formProblem shows little of the line: while a file is not understood, what
// follows may be a secret under a mistyped key, and the line itself a part of a
// secret, as when one of several lines was pasted without indentation. A line
// that begins with a setting of ours is shown, one with braces, an @ or a section
// up to the place only, any other line not at all.
func (s source) formProblem(at place, message string) *Error {
	m := keyAtStart.FindStringSubmatch(at.text)
	shape, err := loadShape()
	if err != nil || m == nil || len(shape.sections(m[1])) == 0 && shape.Properties[m[1]] == nil {
		e := at.problem(0, "%s", message)
		e.Excerpt = ""
		return e
	}
	shown := 0
	if strings.ContainsAny(at.text, "{@") || len(shape.sections(m[1])) == 0 || strings.HasSuffix(m[1], "_env") {
		shown = at.column
	}
	return at.problem(shown, "%s", message)
}

// parse reads YAML into nodes that know where they stand. A file without any
// setting gives nil. Of YAML it takes what a configuration needs: mappings,
// lists and plain values.
func parse(file string, raw []byte) (root *node, problems []*Error) {
	raw = bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))
	s := newSource(file, raw)
	if len(raw) > MaxSize {
		return nil, []*Error{{File: file, Message: readProblem(errTooLarge)}}
	}
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

const tooLong = "the file is far longer than a configuration can be; this is probably another file"

// checkText refuses bytes that no YAML file holds, and more punctuation than
// is worth taking apart: each mark can become a token of some 300 bytes.
func checkText(s source) *Error {
	marks := 0
	for i, line := range s.lines {
		comment := strings.HasPrefix(strings.TrimSpace(line), "#")
		column := 0
		for at, r := range line {
			column++
			if r == utf8.RuneError && !strings.HasPrefix(line[at:], "\uFFFD") {
				return s.formProblem(s.at(i+1, column), "this is not UTF-8 text; save the file as UTF-8")
			}
			if !comment && strings.ContainsRune("[]{},:-?&*!|>%@`\"'", r) {
				if marks++; marks > maxMarks {
					return s.formProblem(s.at(i+1, column), tooLong)
				}
			}
			if r < ' ' && r != '\t' || r == 0x7F {
				return s.formProblem(s.at(i+1, column), fmt.Sprintf("the control character U+%04X cannot stand here; remove it", r))
			}
		}
	}
	return nil
}

// checkTokens refuses what would keep the parser busy, and the parts of YAML
// that a configuration has no use for. Without aliases nothing in a file can
// grow beyond its size.
func checkTokens(s source, tokens token.Tokens) *Error {
	var c tokenCheck
	count := 0
	for _, t := range tokens {
		if t.Error != "" || t.Position == nil || t.Type == token.CommentType {
			continue
		}
		if count++; count > maxTokens {
			return s.problem(t, tooLong)
		}
		if why := c.refuse(t); why != "" {
			return s.problem(t, why)
		}
	}
	return nil
}

// tokenCheck keeps count of nesting and of the tokens on the current line.
type tokenCheck struct {
	line, onLine, entries, depth int
}

func (c *tokenCheck) refuse(t *token.Token) string {
	if t.Position.Line != c.line {
		c.line, c.onLine, c.entries = t.Position.Line, 0, 0
		if t.Position.Column > maxIndent {
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
		return "the line has far more on it than a configuration needs; give each value a line of its own"
	case c.depth > maxNesting || c.entries > maxNesting:
		return fmt.Sprintf("this nests deeper than %d levels", maxNesting)
	}
	return refused(t.Type)
}

func refused(t token.Type) string {
	switch t {
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
	return s.problem(syntax.GetToken(), "this is not valid YAML: "+syntaxWords(syntax.GetMessage()))
}

const unreadable = "this is not YAML that syncproof can read"

// syntaxWords puts the library's message into words that say what to change.
// The library's own never show: they can hold part of the file.
func syntaxWords(message string) string {
	for _, known := range []struct{ part, words string }{
		{"found character '\t'", "a tab cannot indent a line; use spaces"},
		{"']'", "a closing ] is missing, or there is one too many"},
		{"'}'", "a closing } is missing, or there is one too many"},
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
			return nil, []*Error{s.problem(firstToken(doc), "a second document begins here; the file may hold only one")}
		}
		root = c.node(doc.Body)
	}
	return root, c.problems
}

func firstToken(doc *ast.DocumentNode) *token.Token {
	if doc.Start != nil {
		return doc.Start
	}
	return doc.Body.GetToken()
}
