package yamlfile

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// Limits that no kind of file needs more of. The YAML library recurses with the
// nesting, and the time it takes grows with the square of it: 64 KiB of "[" took
// 20 seconds.
const (
	maxNesting = 20
	maxIndent  = 100
)

// checkText refuses bytes that no YAML file holds, and more punctuation than
// is worth taking apart: each mark can become a token of some 300 bytes.
func checkText(s source, o Options) *Error {
	marks := 0
	for i, line := range s.lines {
		comment := strings.HasPrefix(strings.TrimSpace(line), "#")
		column := 0
		for at, r := range line {
			column++
			if r == utf8.RuneError && !strings.HasPrefix(line[at:], "\uFFFD") {
				return s.at(i+1, column).formProblem("this is not UTF-8 text; save the file as UTF-8")
			}
			if !comment && strings.ContainsRune("[]{},:-?&*!|>%@`\"'", r) {
				if marks++; marks > o.MaxMarks {
					return s.at(i+1, column).formProblem(tooLong(o))
				}
			}
			if r < ' ' && r != '\t' || r == 0x7F {
				return s.at(i+1, column).formProblem(fmt.Sprintf("the control character U+%04X cannot stand here; remove it", r))
			}
		}
	}
	return nil
}

func tooLong(o Options) string {
	return "the file is far longer than " + o.Kind + " can be; this is probably another file"
}

// checkTokens refuses what would keep the parser busy, and the parts of YAML
// that nothing here has a use for. Without aliases nothing in a file can grow
// beyond its size.
func checkTokens(s source, tokens token.Tokens, o Options) *Error {
	c := tokenCheck{options: o}
	count := 0
	for _, t := range tokens {
		if t.Error != "" || t.Position == nil || t.Type == token.CommentType {
			continue
		}
		if count++; count > o.MaxTokens {
			return s.token(t).formProblem(tooLong(o))
		}
		if why := c.refuse(t); why != "" {
			return s.token(t).formProblem(why)
		}
	}
	return nil
}

// tokenCheck keeps count of nesting and of the tokens on the current line.
type tokenCheck struct {
	options                      Options
	line, onLine, entries, depth int
}

func (c *tokenCheck) refuse(t *token.Token) string {
	if t.Position.Line != c.line {
		c.line, c.onLine, c.entries = t.Position.Line, 0, 0
		template := c.options.Templates && t.Type == token.StringType
		if t.Position.Column > maxIndent && !template {
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
	case c.onLine > c.options.MaxLineTokens:
		return lineTooLong(c.options)
	case c.depth > maxNesting || c.entries > maxNesting:
		return fmt.Sprintf("this nests deeper than %d levels", maxNesting)
	}
	return refused(t.Type)
}

func lineTooLong(o Options) string {
	words := "the line has far more on it than " + o.Kind + " needs; give each value a line of its own"
	if o.Templates {
		words += ", and write templates as a block after |"
	}
	return words
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
