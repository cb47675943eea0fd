package leaf

import (
	"slices"
	"strconv"
)

// Add adds to the number at a path; done is false when there is none.
func Add(body []byte, path string, more int) (changed []byte, done bool) {
	n, around := lookUp(body, path)
	if n == nil {
		return body, false
	}
	s := survey{body: body}
	text := s.text(n)
	if !isNumber(text) {
		return body, false
	}
	// The number is valid, so this cannot fail.
	value, _ := strconv.Atoi(text)
	with := strconv.Itoa(value + more)
	if n.kind == String {
		with = `"` + with + `"`
	}
	return edit{body: body, n: n, around: around}.put(with), true
}

// LastRow is the text of the last row of the list at a path, "" for the whole
// reply; nil when there is none.
func LastRow(body []byte, list string) []byte {
	rows := rowsAt(body, list)
	if len(rows) == 0 {
		return nil
	}
	last := rows[len(rows)-1].member
	return slices.Clone(body[last.from:last.to])
}

// Prepend puts a row before the first of the list at a path. done is false when
// there is no list, or an empty one.
func Prepend(body []byte, list string, row []byte) (changed []byte, done bool) {
	rows := rowsAt(body, list)
	if len(rows) == 0 {
		return body, false
	}
	first := rows[0]
	at := span{first.member.from, first.member.from}
	with := string(row)
	if first.kind != Element && first.kind != Text {
		with += ","
	}
	return replace(body, at, with), true
}

func rowsAt(body []byte, list string) []*node {
	n, _ := lookUp(body, list)
	if n == nil {
		return nil
	}
	rows := slices.DeleteFunc(slices.Clone(n.children), func(c *node) bool { return c.rows == 0 })
	if n.kind == Element && len(rows) == 0 {
		// A page may have a single row, which XML does not tell from no list.
		return n.elements()
	}
	return rows
}
