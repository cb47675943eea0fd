package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"syncproof/internal/contract"
)

// Column is one run of a matrix: the same module under another PHP.
type Column struct {
	// Name tells the columns apart, such as php8.3.
	Name      string
	Judgement contract.Judgement
}

// Matrix shows side by side what became of the rules that failed under any PHP
// or did not end alike under all. It says which rules fail under some of them
// only.
func Matrix(w io.Writer, columns []Column) error {
	var b strings.Builder
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = max(len(visible(c.Name)), len(version(c)), len(c.Judgement.Verdict), len("not tested"))
	}
	row := func(head string, cell func(Column) string) {
		line := fmt.Sprintf("  %-18s", head)
		for i, c := range columns {
			line += fmt.Sprintf("  %-*s", widths[i], cell(c))
		}
		b.WriteString(inert(strings.TrimRight(line, " ")) + "\n")
	}
	b.WriteString("PHP VERSIONS\n")
	row("", func(c Column) string { return visible(c.Name) })
	row("version", version)
	row("verdict", func(c Column) string { return string(c.Judgement.Verdict) })
	rules := matrixRules(columns)
	for _, r := range rules {
		row(r.ID+"  "+string(r.Level), func(c Column) string { return cellWord(c, r.ID) })
	}
	b.WriteString("\n")
	for _, line := range onlySome(columns, rules) {
		b.WriteString(inert("  "+line) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func version(c Column) string {
	if v := c.Judgement.Environment["php"]; v != "" {
		return visible(v)
	}
	return "unknown"
}

// matrixRules are those worth a row, in report order.
func matrixRules(columns []Column) []contract.Rule {
	var rules []contract.Rule
	for _, r := range columns[0].Judgement.Results {
		words := map[string]bool{}
		for _, c := range columns {
			// Where the module could not be driven, no rule says anything.
			if c.Judgement.Verdict != contract.Error {
				words[cellWord(c, r.Rule.ID)] = true
			}
		}
		if len(words) > 1 || words[failWord] || words[followWord] {
			rules = append(rules, r.Rule)
		}
	}
	return rules
}

const (
	failWord   = "FAIL"
	followWord = "(fail)"
)

// cellWord says what became of a rule. A failure that only follows from another
// rule's is in brackets.
func cellWord(c Column, id string) string {
	i := slices.IndexFunc(c.Judgement.Results, func(r contract.Result) bool { return r.Rule.ID == id })
	if i < 0 {
		return ""
	}
	switch r := c.Judgement.Results[i]; r.Outcome {
	case contract.Fail:
		if r.Follows != "" {
			return followWord
		}
		return failWord
	case contract.Pass:
		return "pass"
	case contract.NotApplicable:
		return "n/a"
	case contract.NotTestable:
		return "not tested"
	default:
		return string(r.Outcome)
	}
}

// onlySome says under which PHP a rule fails that passes under another.
func onlySome(columns []Column, rules []contract.Rule) []string {
	var lines []string
	for _, r := range rules {
		if failing := onlyUnder(columns, r.ID); len(failing) > 0 {
			lines = append(lines, r.ID+" fails only under "+strings.Join(failing, " and ")+": "+r.Title)
		}
	}
	if len(lines) == 0 {
		lines = []string{"No rule fails under one PHP and passes under another."}
	}
	return lines
}

// onlyUnder are the PHPs a rule fails under, nil where it passes under none.
func onlyUnder(columns []Column, id string) []string {
	var failing []string
	passes := false
	for _, c := range columns {
		switch cellWord(c, id) {
		case failWord:
			failing = append(failing, visible(c.Name)+" ("+version(c)+")")
		case "pass":
			passes = true
		}
	}
	if !passes {
		return nil
	}
	return failing
}

// Compared returns the columns with each failure saying under which PHPs its rule
// fails, where it passes under others.
func Compared(columns []Column) []Column {
	compared := slices.Clone(columns)
	for i, c := range compared {
		compared[i].Judgement.Results = slices.Clone(c.Judgement.Results)
		for k, r := range compared[i].Judgement.Results {
			if r.Outcome == contract.Fail && r.Follows == "" {
				compared[i].Judgement.Results[k].OnlyUnder = onlyUnder(columns, r.Rule.ID)
			}
		}
	}
	return compared
}
