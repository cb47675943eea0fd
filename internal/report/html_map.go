package report

import (
	"slices"
	"strconv"

	"syncproof/internal/contract"
)

// How large the map of faults gets.
const (
	mapColumns = 40
	mapRows    = 120
)

// htmlMap is what came of each fault: a row a fault, a column a request.
type htmlMap struct {
	Columns []string
	Rows    []htmlMapRow
	Legend  []htmlCell
	Asked   []string
	// MoreColumns and MoreRows count what is left out.
	MoreColumns, MoreRows int
}

type htmlMapRow struct {
	Fault, Title string
	Cells        []htmlCell
}

// htmlCell has a sign and words besides its colour.
type htmlCell struct{ Effect, Sign, Words string }

func itoa(n int) string { return strconv.Itoa(n) }

// faultMap is nil when no fault was played.
func (b *htmlBuilder) faultMap() *htmlMap {
	strikes := b.opt.Evidence.Strikes
	if len(strikes) == 0 {
		return nil
	}
	last := 0
	everywhere, blind := false, false
	for _, s := range strikes {
		last = max(last, s.At)
		blind = blind || s.Blind
		everywhere = everywhere || !s.Blind && s.At == 0
	}
	m := &htmlMap{}
	// keys are what a strike is sorted under: -1 for a panel of which nothing good
	// is known, 0 for every request of the conversation, then each request.
	var keys []int
	add := func(wanted bool, key int, head string) {
		if wanted {
			keys, m.Columns = append(keys, key), append(m.Columns, head)
		}
	}
	add(blind, -1, "panel never works")
	add(everywhere, 0, "every request")
	for i := range min(last, mapColumns) {
		add(true, i+1, itoa(i+1))
	}
	m.MoreColumns = max(0, last-mapColumns)
	left := map[string]bool{}
	for _, s := range strikes {
		if !m.strike(keys, s) {
			left[s.Fault] = true
		}
	}
	m.MoreRows = len(left)
	m.legend()
	for _, a := range b.opt.Evidence.Asked {
		m.Asked = append(m.Asked, b.text(a, maxPlace))
	}
	return m
}

// strike puts one strike into its cell. Of several in one cell, as of http and
// https, the worst is shown. It is false when the map has no row left.
func (m *htmlMap) strike(keys []int, s contract.Strike) bool {
	key := s.At
	if s.Blind {
		key = -1
	}
	column := slices.Index(keys, key)
	i := slices.IndexFunc(m.Rows, func(r htmlMapRow) bool { return r.Fault == s.Fault })
	if i < 0 && len(m.Rows) == mapRows {
		return false
	}
	if i < 0 {
		m.Rows = append(m.Rows, htmlMapRow{Fault: s.Fault, Title: s.Title, Cells: make([]htmlCell, len(keys))})
		i = len(m.Rows) - 1
	}
	if column < 0 {
		return true
	}
	cell := &m.Rows[i].Cells[column]
	rank := func(e contract.Effect) int { return slices.Index(effects(), e) }
	if cell.Effect == "" || rank(s.Effect) < rank(contract.Effect(cell.Effect)) {
		*cell = cellFor(s.Effect)
	}
	return true
}

// legend explains the cells there are.
func (m *htmlMap) legend() {
	for _, e := range effects() {
		if slices.ContainsFunc(m.Rows, func(r htmlMapRow) bool { return slices.Contains(r.Cells, cellFor(e)) }) {
			m.Legend = append(m.Legend, cellFor(e))
		}
	}
}

// effects come worst first.
func effects() []contract.Effect {
	return []contract.Effect{contract.Untrue, contract.NoAnswer, contract.Reported, contract.Whole, contract.Unjudged}
}

func cellFor(e contract.Effect) htmlCell {
	switch e {
	case contract.Untrue:
		return htmlCell{string(e), "✗", "success with a list that is not the whole one"}
	case contract.NoAnswer:
		return htmlCell{string(e), "!", "neither a list nor a failure that WHMCS could show"}
	case contract.Reported:
		return htmlCell{string(e), "✓", "a failure was reported"}
	case contract.Whole:
		return htmlCell{string(e), "=", "the whole list all the same"}
	default:
		return htmlCell{string(contract.Unjudged), "·", "nothing can be said"}
	}
}

// htmlMatrix is the same module under several PHPs.
type htmlMatrix struct {
	Heads, Versions []string
	Verdicts        []htmlCell
	Rows            []htmlMatrixRow
	Notes           []string
}

type htmlMatrixRow struct {
	ID, Level, Title string
	Cells            []htmlCell
}

func (b *htmlBuilder) matrix() *htmlMatrix {
	columns := b.opt.Columns
	if len(columns) == 0 {
		return nil
	}
	m := &htmlMatrix{}
	for _, c := range columns {
		m.Heads = append(m.Heads, b.text(c.Name, maxPlace))
		m.Versions = append(m.Versions, b.text(version(c), maxPlace))
		m.Verdicts = append(m.Verdicts, htmlCell{Effect: verdictTone(c.Judgement.Verdict), Words: string(c.Judgement.Verdict)})
	}
	rules := matrixRules(columns)
	for _, r := range rules {
		row := htmlMatrixRow{ID: r.ID, Level: string(r.Level), Title: unwrap(r.Title)}
		for _, c := range columns {
			word := cellWord(c, r.ID)
			tone := "unsure"
			switch word {
			case failWord:
				tone = "bad"
			case "pass":
				tone = "good"
			}
			row.Cells = append(row.Cells, htmlCell{Effect: tone, Words: word})
		}
		m.Rows = append(m.Rows, row)
	}
	m.Notes = onlySome(columns, rules)
	return m
}
