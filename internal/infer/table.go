package infer

import (
	"slices"
	"strings"
	"time"
)

// table is what was learned of the accounts.
type table struct {
	size int
	// fields are the values of each account by field; "" where none was seen.
	fields map[string][]string
	index  map[string]map[string]int
	dating *dating
	words  []word
	// stateAt is where the states were found.
	stateAt *merged
}

func newTable(records *merged, fields map[string]found) *table {
	t := &table{size: len(records.per), fields: map[string][]string{}, index: map[string]map[string]int{}}
	own := make([]int, t.size)
	for i := range own {
		own[i] = i
	}
	t.learn(fields, own)
	return t
}

// learn takes over the fields that are not known yet.
func (t *table) learn(fields map[string]found, accounts []int) {
	for field, f := range fields {
		if t.fields[field] != nil {
			continue
		}
		column, covered := make([]string, t.size), 0
		for i, text := range f.at.texts() {
			if a := accounts[i]; a >= 0 && text != "" {
				column[a] = text
				covered++
			}
		}
		if covered == 0 {
			continue
		}
		t.fields[field] = column
		switch field {
		case fieldCreated:
			t.dating = dateFormat(slices.DeleteFunc(slices.Clone(column), func(s string) bool { return s == "" }))
		case fieldState:
			t.stateAt = f.at
			t.words = stateWords(nameOf(f.at), column)
		case fieldID, fieldUsername, fieldDomain:
			t.index[field] = map[string]int{}
			for i, text := range column {
				if _, twice := t.index[field][text]; !twice && text != "" {
					t.index[field][text] = i
				}
			}
		}
	}
}

// nameOf is the name of a value, past what only wraps it.
func nameOf(m *merged) string {
	for i := len(m.path) - 1; i >= 0; i-- {
		if !slices.Contains([]string{"value", "string", "int", "i4", "boolean", "data", "array"}, m.path[i]) {
			return m.path[i]
		}
	}
	return m.label
}

// account is the account a text names, by which field.
func (t *table) account(text string) (field string, account int, ok bool) {
	for _, field := range identities() {
		if i, known := t.index[field][text]; known {
			return field, i, true
		}
	}
	return "", 0, false
}

// about says which accounts records are about, nil when they are about none.
func (t *table) about(records *merged) []int {
	var best []int
	most := 0
	records.walk(func(m *merged) bool {
		if !m.leaf() || m.many() {
			return true
		}
		for _, field := range identities() {
			accounts, n := make([]int, len(m.per)), 0
			for i, text := range m.texts() {
				a, known := t.index[field][text]
				accounts[i] = -1
				if known {
					accounts[i], n = a, n+1
				}
			}
			if n > most {
				most, best = n, accounts
			}
		}
		return true
	})
	if most*10 < len(records.per)*8 {
		return nil
	}
	return best
}

// times are when the accounts were created, as far as known.
func (t *table) times() []*time.Time {
	list := make([]*time.Time, t.size)
	if t.dating == nil {
		return list
	}
	for i, text := range t.fields[fieldCreated] {
		if at, ok := t.dating.parse(text); ok {
			list[i] = &at
		}
	}
	return list
}

// same finds the field whose values texts are, "" for none. What is the same for
// all accounts agrees by chance.
func (t *table) same(texts []string, accounts []int) string {
	if distinct(texts) < 2 {
		return ""
	}
	for _, field := range []string{
		fieldID, fieldUsername, fieldDomain, fieldEmail, fieldPlanID, fieldPlanName, fieldIP, fieldIPv6, fieldName, fieldState, fieldCreated,
	} {
		column := t.fields[field]
		if column == nil {
			continue
		}
		equal := true
		for i, text := range texts {
			a := accounts[i]
			if a >= 0 && text != column[a] && (!slices.Contains([]string{fieldDomain, fieldEmail}, field) || !strings.EqualFold(text, column[a])) {
				equal = false
				break
			}
		}
		if equal {
			return field
		}
	}
	return ""
}
