// Package syncplan says what an administrator who syncs a server would be shown
// for an answer of ListAccounts(), given the accounts the server really holds.
// It is exactly as sure as WHMCS's documentation is, and no surer; see
// https://docs.whmcs.com/servers/sync-accounts.
package syncplan

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
)

// Services are what WHMCS would hold for a server: the accounts of a good list.
type Services struct {
	rows []service
	// byID finds the first row with an identifier, byFolded the first with one
	// that is the same but for case and outer blanks.
	byID, byFolded map[string]int
	// extra counts rows whose identifier an earlier row has, unnamed those that
	// have none.
	extra, unnamed int
}

type service struct {
	id     string
	fields [compared]any
}

// compared is how many fields of a service are compared.
const compared = 6

// Compare says what syncing an answer would show where WHMCS holds the services
// of another list. Neither list has to be in order; nil stands for an empty one.
func Compare(held, answered iter.Seq[contract.Account]) *contract.Preview {
	return Hold(held).Compare(answered)
}

// Hold indexes a good list, for many answers to be compared with it.
func Hold(list iter.Seq[contract.Account]) *Services {
	s := &Services{byID: map[string]int{}, byFolded: map[string]int{}}
	for a := range orEmpty(list) {
		row := service{fields: fieldsOf(a)}
		row.id = identifier(a)
		s.rows = append(s.rows, row)
		if row.id == "" {
			s.unnamed++
			continue
		}
		i := len(s.rows) - 1
		if _, taken := s.byID[row.id]; taken {
			s.extra++
			continue
		}
		s.byID[row.id] = i
		if _, taken := s.byFolded[fold(row.id)]; !taken {
			s.byFolded[fold(row.id)] = i
		}
	}
	return s
}

// Compare says what syncing an answer would show.
func (s *Services) Compare(answered iter.Seq[contract.Account]) *contract.Preview {
	c := comparison{services: s, matched: make([]match, len(s.rows)), listed: map[string]bool{}, folded: map[string]bool{}}
	c.preview.Held = len(s.rows)
	for a := range orEmpty(answered) {
		c.add(a)
	}
	c.settle()
	return &c.preview
}

// match is what the answer says about one service.
type match struct {
	found   bool
	differs []string
}

type comparison struct {
	services *Services
	preview  contract.Preview
	matched  []match
	// listed and folded are the identifiers of the answer; strangers those that
	// no service has, in the answer's order.
	listed, folded map[string]bool
	strangers      []string
	extra, unnamed int
}

// add takes in one row of the answer. A second row with the same identifier is
// only counted: which of the two would be used is documented nowhere.
func (c *comparison) add(a contract.Account) {
	c.preview.Listed++
	id := identifier(a)
	switch {
	case id == "":
		c.unnamed++
		return
	case c.listed[id]:
		c.extra++
		return
	}
	c.listed[id], c.folded[fold(id)] = true, true
	i, known := c.services.byID[id]
	if !known {
		c.strangers = append(c.strangers, id)
		return
	}
	c.matched[i] = match{found: true, differs: differences(c.services.rows[i].fields, fieldsOf(a))}
}

// settle counts. Two identifiers that differ in case or outer blanks only may or
// may not be the same to WHMCS, so neither of them is called missing or new.
func (c *comparison) settle() {
	blurred := 0
	for i, row := range c.services.rows {
		switch first, named := c.services.byID[row.id]; {
		case !named || first != i:
		case c.matched[i].found:
			c.changed(row.id, c.matched[i].differs)
		case c.folded[fold(row.id)]:
			blurred++
		default:
			c.preview.Missing++
			c.preview.MissingRows = keep(c.preview.MissingRows, show(row.id))
		}
	}
	for _, id := range c.strangers {
		if _, alike := c.services.byFolded[fold(id)]; alike {
			blurred++
			continue
		}
		c.preview.New++
		c.preview.NewRows = keep(c.preview.NewRows, show(id))
	}
	c.note(blurred, "an identifier that differs from another one in capital letters or outer blanks only",
		"whether WHMCS tells those apart is not documented")
	c.note(c.extra+c.services.extra, "the identifier of an earlier row", "which of them WHMCS would use is not documented")
	c.note(c.unnamed+c.services.unnamed, "no identifier that could be compared", "what WHMCS does with those is not documented")
}

func (c *comparison) changed(id string, fields []string) {
	if len(fields) == 0 {
		return
	}
	c.preview.Changed++
	c.preview.ChangedRows = keep(c.preview.ChangedRows, contract.PreviewChange{ID: show(id), Fields: fields})
}

func (c *comparison) note(n int, has, so string) {
	if n == 0 {
		return
	}
	c.preview.Unclear += n
	rows := "rows have"
	if n == 1 {
		rows = "row has"
	}
	c.preview.Notes = append(c.preview.Notes, fmt.Sprintf("%d %s %s; %s", n, rows, has, so))
}

func keep[T any](rows []T, row T) []T {
	if len(rows) < contract.MaxPreviewRows {
		return append(rows, row)
	}
	return rows
}

// identifier is what a row is matched by, "" when it has nothing of the kind. A
// number counts as its digits, because PHP compares it so with text.
func identifier(a contract.Account) string {
	id, _ := text(a.Fields[contract.FieldUniqueIdentifier])
	return id
}

// fold is what identifiers have in common that differ in case or outer blanks
// only.
func fold(id string) string { return strings.ToLower(strings.TrimSpace(id)) }

func fieldsOf(a contract.Account) (fields [compared]any) {
	for i, name := range contract.ComparedFields() {
		fields[i] = a.Fields[name]
	}
	return fields
}

func differences(a, b [compared]any) []string {
	var names []string
	for i, name := range contract.ComparedFields() {
		if !same(a[i], b[i]) {
			names = append(names, name)
		}
	}
	return names
}

// same takes the number 5 for the text "5", as identifier does.
func same(a, b any) bool {
	x, isText := text(a)
	y, too := text(b)
	if isText && too {
		return x == y
	}
	return isText == too && phpvalue.Equal(a, b)
}

// text is a string of any bytes, or a number's digits.
func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	if raw, ok := phpvalue.Bytes(v); ok {
		return string(raw), true
	}
	return "", false
}

// show is an identifier as reports name it, cut where it is endless.
func show(id string) string {
	const most = 80
	seen := 0
	for i := range id {
		if seen == most {
			return id[:i] + "…"
		}
		seen++
	}
	return id
}

func orEmpty(list iter.Seq[contract.Account]) iter.Seq[contract.Account] {
	if list != nil {
		return list
	}
	return func(func(contract.Account) bool) {}
}
