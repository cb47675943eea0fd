package suites

import (
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// pairing says which row of a list is which account of the panel.
type pairing struct {
	held []transcript.Held
	rows []contract.Account
	// of is the account of each row, nobody for none; by are the rows of each
	// account.
	of []int
	by [][]int
}

// pair finds for every row the account it is about: the one whose id, user name
// and domain say so best, and of equals one that has no row yet. It is as
// generous as it can be, since a module may name an account by any of the three.
func pair(held []transcript.Held, call *transcript.Call) pairing {
	p := pairing{held: held, by: make([][]int, len(held))}
	names := map[string][]int{}
	for i, h := range held {
		for _, name := range []string{h.ID, h.Username, h.Domain} {
			if key := foldName(name); key != "" {
				names[key] = append(names[key], i)
			}
		}
	}
	for a := range call.Accounts() {
		p.add(a, names)
	}
	return p
}

func (p *pairing) add(a contract.Account, names map[string][]int) {
	best, score := nobody, 0
	for _, field := range []string{contract.FieldUniqueIdentifier, contract.FieldUsername, contract.FieldDomain} {
		text, _ := scalarText(a.Fields[field])
		for _, i := range names[foldName(text)] {
			s := p.score(a, i)
			isFree := best != nobody && s == score && len(p.by[i]) == 0 && len(p.by[best]) > 0
			if s > score || isFree {
				best, score = i, s
			}
		}
	}
	if best != nobody {
		p.by[best] = append(p.by[best], len(p.rows))
	}
	p.rows, p.of = append(p.rows, a), append(p.of, best)
}

// score says how well a row fits an account. An identifier says more than a name.
func (p *pairing) score(a contract.Account, i int) int {
	h, score := p.held[i], 0
	count := func(field string, points int, names ...string) {
		text, _ := scalarText(a.Fields[field])
		for _, name := range names {
			switch {
			case text == "" || foldName(text) != foldName(name):
			case text == name:
				score += points
				return
			default:
				score += points - 1
				return
			}
		}
	}
	count(contract.FieldUniqueIdentifier, 8, h.ID, h.Username, h.Domain)
	count(contract.FieldUsername, 6, h.Username)
	count(contract.FieldDomain, 6, h.Domain)
	count(contract.FieldEmail, 2, h.Email)
	return score
}

// foldName makes names alike that a module may rightly have changed: letters'
// case and the dot behind a domain.
func foldName(name string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), "."))
}

// missing are the accounts without a row, doubled those with several, and
// invented the rows of no account.
func (p pairing) missing() (list []int) {
	for i, rows := range p.by {
		if len(rows) == 0 {
			list = append(list, i)
		}
	}
	return list
}

func (p pairing) doubled() (list []int) {
	for i, rows := range p.by {
		if len(rows) > 1 {
			list = append(list, i)
		}
	}
	return list
}

func (p pairing) invented() (list []int) {
	for row, i := range p.of {
		if i == nobody {
			list = append(list, row)
		}
	}
	return list
}

// preview says what syncing the list would show where WHMCS holds a service for
// each of the panel's accounts.
func (p pairing) preview() *contract.Preview {
	v := contract.Preview{Held: len(p.held), Listed: len(p.rows)}
	for _, i := range p.missing() {
		v.Missing++
		if len(v.MissingRows) < contract.MaxPreviewRows {
			v.MissingRows = append(v.MissingRows, heldName(p.held[i]))
		}
	}
	for _, row := range p.invented() {
		v.New++
		id, _ := scalarText(p.rows[row].Fields[contract.FieldUniqueIdentifier])
		if len(v.NewRows) < contract.MaxPreviewRows {
			v.NewRows = append(v.NewRows, shown(id))
		}
	}
	return &v
}

// wrong says in words what is not whole.
func (p pairing) wrong() string {
	text := ""
	if list := p.missing(); len(list) > 0 {
		text = join(text, plural(int64(len(list)), "account is", "accounts are")+" missing, such as "+heldName(p.held[list[0]]))
	}
	if list := p.doubled(); len(list) > 0 {
		text = join(text, plural(int64(len(list)), "account is", "accounts are")+" listed more than once, such as "+heldName(p.held[list[0]]))
	}
	if list := p.invented(); len(list) > 0 {
		text = join(text, plural(int64(len(list)), "row is", "rows are")+" no account of the panel, such as "+rowPlace(p.rows[list[0]], ""))
	}
	return text
}
