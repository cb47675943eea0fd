// Package yamlfile reads a YAML file that a person wrote into nodes that know
// their line and column, so that whatever is wrong with a value is told at its
// place. Of YAML it takes mappings, lists and plain values. The file is foreign
// input: what would keep the YAML library busy is refused before it gets there,
// and the library's own messages, which can hold part of the file, never show.
package yamlfile

import (
	"bytes"
	"errors"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Options say what kind of file is read, how large it may be, and how much of it
// messages may show.
type Options struct {
	// Kind is what messages call such a file, with its article, such as "a
	// configuration".
	Kind string
	// MaxSize bounds the file, in bytes, and TooLarge is the message about a
	// larger one.
	MaxSize  int
	TooLarge string
	// MaxMarks bounds the punctuation outside of comments, MaxTokens what YAML
	// makes of the file, keys, values and marks, and MaxLineTokens the same of one
	// line. The time the YAML library takes grows with the square of the last.
	MaxMarks, MaxTokens, MaxLineTokens int
	// Templates says that values can be templates: texts full of braces, written
	// as blocks and indented as far as their writer likes.
	Templates bool
	// Discretion keeps parts of the file out of messages; nil shows everything.
	Discretion Discretion
}

// Discretion says how much of a file may be shown. What it returns are numbers of
// characters from the line's beginning, below 0 for no excerpt at all. Columns
// count from 1.
type Discretion interface {
	// Line is how much of a line may be shown with a problem at the column.
	Line(text string, column int) int
	// Form is the same while the file as a whole is not understood, so that a line
	// may be something else than it looks like. Line holds as well.
	Form(text string, column int) int
	// Key is what messages call a key, and how much of its line goes with it.
	Key(e Entry) (name string, visible int)
}

// File is a file that could be read.
type File struct {
	// Root is what the file holds, nil where it holds nothing but comments.
	Root   *Node
	source source
}

// At is a place in the file, both numbers counted from 1.
func (f *File) At(line, column int) Place { return f.source.at(line, column) }

// source is a file split into lines, for messages.
type source struct {
	name       string
	lines      []string
	discretion Discretion
}

func newSource(name string, raw []byte, d Discretion) source {
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(raw))
	return source{name: name, lines: strings.Split(text, "\n"), discretion: d}
}

func (s source) at(line, column int) Place {
	p := Place{File: s.name, Line: line, Column: column, discretion: s.discretion}
	if line >= 1 && line <= len(s.lines) {
		p.Text = s.lines[line-1]
	}
	return p
}

func (s source) token(t *token.Token) Place {
	if t == nil || t.Position == nil {
		return s.at(1, 1)
	}
	return s.at(t.Position.Line, t.Position.Column)
}

const unreadable = "this is not YAML that syncproof can read"

// Read reads a file's bytes; name is what messages call it. What is wrong comes
// back as *Error, or as several joined in the order of the file.
func Read(name string, raw []byte, o Options) (file *File, err error) {
	raw = bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))
	if len(raw) > o.MaxSize {
		return nil, &Error{File: name, Message: o.TooLarge}
	}
	s := newSource(name, raw, o.Discretion)
	if p := checkText(s, o); p != nil {
		return nil, p
	}
	defer func() {
		if recover() != nil {
			file, err = nil, &Error{File: name, Message: unreadable}
		}
	}()
	tokens := lexer.Tokenize(strings.Join(s.lines, "\n"))
	if p := checkTokens(s, tokens, o); p != nil {
		return nil, p
	}
	// Keys given twice are found later, in order to say so in our words.
	tree, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxProblem(s, err, o)
	}
	root, problems := convert(s, tree)
	if len(problems) > 0 {
		return nil, Join(problems)
	}
	return &File{Root: root, source: s}, nil
}

// syntaxProblem words what the parser found.
func syntaxProblem(s source, err error, o Options) *Error {
	var syntax yaml.Error
	if !errors.As(err, &syntax) {
		return &Error{File: s.name, Message: unreadable}
	}
	return s.token(syntax.GetToken()).formProblem("this is not valid YAML: " + syntaxWords(syntax.GetMessage(), o.Templates))
}

// syntaxWords puts the library's message into words that say what to change.
func syntaxWords(message string, templates bool) string {
	brace := "a closing } is missing, or there is one too many"
	if templates {
		brace += "; put text with braces, such as a template, in quotes or in a block after |"
	}
	for _, known := range []struct{ part, words string }{
		{"found character '\t'", "a tab cannot indent a line; use spaces"},
		{"']'", "a closing ] is missing, or there is one too many"},
		{"'}'", brace},
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

// convert turns the parser's tree into nodes; of several documents it takes none.
func convert(s source, tree *ast.File) (*Node, []*Error) {
	c := converter{source: s}
	var root *Node
	for _, doc := range tree.Docs {
		if doc.Body == nil {
			continue
		}
		if root != nil {
			return nil, []*Error{s.token(firstToken(doc)).formProblem("a second document begins here; the file may hold only one")}
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
