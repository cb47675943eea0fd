package suites

import (
	"slices"
	"strings"
)

// sqlWrite is a statement that changes a database.
type sqlWrite struct{ verb, table string }

func (w sqlWrite) words() string {
	switch w.verb {
	case "insert", "replace", "load":
		return "writes rows to " + w.named()
	case "update":
		return "changes rows of " + w.named()
	case "delete", "truncate":
		return "deletes rows of " + w.named()
	default:
		return "changes the table " + w.named()
	}
}

func (w sqlWrite) named() string {
	if w.table == "" {
		return "the database"
	}
	return w.table
}

// sqlWrites finds the statements of a query that change the database for others:
// WHMCS's own tables, not temporary ones, not a module's own, and not the logs,
// which are there to be written to.
func sqlWrites(query string, temporary map[string]bool) []sqlWrite {
	var writes []sqlWrite
	for _, words := range statements(query) {
		w, ok := writeIn(words)
		if !ok {
			continue
		}
		if isTemporary(words) {
			temporary[w.table] = true
		}
		own := w.table == "" || strings.HasPrefix(w.table[strings.LastIndexByte(w.table, '.')+1:], "tbl")
		if own && !temporary[w.table] && w.table != "tblactivitylog" && w.table != "tblmodulelog" {
			writes = append(writes, w)
		}
	}
	return writes
}

func isTemporary(words []string) bool {
	return len(words) > 1 && (words[1] == "temporary" || words[1] == "temp")
}

// isFiller holds for words between a statement's verb and its table.
func isFiller(word string) bool {
	return slices.Contains([]string{
		"into", "from", "table", "ignore", "low_priority", "high_priority", "delayed", "quick", "temporary", "temp", "if", "not", "exists",
		"or", "replace", "only", "unique", "index", "abort", "rollback", "fail", "data", "local", "infile", "online",
	}, word)
}

func writeIn(words []string) (sqlWrite, bool) {
	at := 0
	if len(words) > 0 && words[0] == "with" {
		// A common table expression stands before the statement proper.
		for at < len(words) && !slices.Contains([]string{"insert", "update", "delete", "replace"}, words[at]) {
			at++
		}
	}
	if at >= len(words) {
		return sqlWrite{}, false
	}
	switch verb := words[at]; verb {
	case "insert", "update", "delete", "replace", "alter", "drop", "create", "truncate", "rename", "load":
		return sqlWrite{verb, writtenIn(words[at+1:])}, true
	}
	return sqlWrite{}, false
}

// writtenIn is the table that a statement writes to, "" for none, from the words
// after its verb.
func writtenIn(words []string) string {
	at := slices.IndexFunc(words, func(word string) bool { return !isFiller(word) })
	if at < 0 {
		return ""
	}
	name := words[at]
	if on := slices.Index(words, "on"); slices.Contains(words[:at], "index") && on >= at && on+1 < len(words) {
		// An index is named before its table is.
		name = words[on+1]
	}
	if table := named(name, words[at+1:]); table != "" {
		name = table
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}

// named is the table of WHMCS that a statement gives another name, "" for none:
// delete h from tblhosting as h.
func named(alias string, words []string) string {
	words = slices.DeleteFunc(slices.Clone(words), func(word string) bool { return word == "as" })
	for i, word := range words {
		if i > 0 && word == alias && strings.HasPrefix(words[i-1][strings.LastIndexByte(words[i-1], '.')+1:], "tbl") {
			return words[i-1]
		}
	}
	return ""
}

// statements splits a query into its statements, each into words in lower case.
// Texts are left out, and so are comments; names in quotes are words.
func statements(query string) [][]string {
	var all [][]string
	var words []string
	var word strings.Builder
	endWord := func() {
		if word.Len() > 0 {
			words = append(words, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	for i := 0; i < len(query); i++ {
		c, rest := query[i], query[i:]
		switch {
		case strings.HasPrefix(rest, "/*"):
			endWord()
			i += skipped(rest, "*/")
		case strings.HasPrefix(rest, "-- ") || c == '#':
			endWord()
			i += skipped(rest, "\n")
		case c == '\'' || c == '"' || c == '`':
			text, length := inQuotes(rest)
			if c != '\'' {
				word.WriteString(text)
			}
			i += length - 1
		case c == ';':
			endWord()
			all, words = append(all, words), nil
		case isWordByte(c):
			word.WriteByte(c)
		default:
			endWord()
		}
	}
	endWord()
	return append(all, words)
}

// skipped is how far to go on in a text to stand at the end of a comment, which
// begins with as many bytes as it ends with, or more.
func skipped(text, end string) int {
	if n := strings.Index(text[len(end):], end); n >= 0 {
		return n + 2*len(end) - 1
	}
	return len(text) - 1
}

// inQuotes takes apart a text in quotes at the beginning of another: what is in
// them, and how long it is with them.
func inQuotes(text string) (string, int) {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote != '`':
			i++
		case text[i] == quote && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return text[1:i], i + 1
		}
	}
	return text[1:], len(text)
}

func isWordByte(c byte) bool {
	return c == '_' || c == '.' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
