// Package selector turns the words of --only and --skip into a choice of rules.
//
// A selector is a rule's id (META-02), a pattern over ids (META-*, *-0?), the
// letters ids begin with (ENV), an area (load), a level (must) or a hazard
// (terminate). Case does not count; several may stand in one value, separated
// by commas.
package selector

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/nearest"
	"syncproof/internal/phpvalue"
)

// Select returns the rules that only names, or every rule when only is empty,
// without those that skip names, in the order they came in. A selector that
// names no rule at all is an error, and so is a choice that leaves nothing: a
// run that silently tests nothing would look like one that found nothing.
func Select(rules []contract.Rule, only, skip []string) ([]contract.Rule, error) {
	wanted, err := parse(rules, only)
	if err != nil {
		return nil, err
	}
	unwanted, err := parse(rules, skip)
	if err != nil {
		return nil, err
	}
	var chosen []contract.Rule
	for _, r := range rules {
		if (len(wanted) == 0 || wanted.match(r)) && !unwanted.match(r) {
			chosen = append(chosen, r)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no rule is left to test: --skip %s takes away %s",
			strings.Join(unwanted, ","), remainder(wanted))
	}
	return chosen, nil
}

func remainder(wanted selectors) string {
	if len(wanted) == 0 {
		return "every rule there is"
	}
	return "every rule that --only " + strings.Join(wanted, ",") + " chooses"
}

// selectors are checked words: each names at least one rule.
type selectors []string

func (s selectors) match(r contract.Rule) bool {
	return slices.ContainsFunc(s, func(word string) bool { return matches(word, r) })
}

// parse splits values into words and checks each.
func parse(rules []contract.Rule, values []string) (selectors, error) {
	var words selectors
	for _, value := range values {
		found := false
		for word := range strings.SplitSeq(value, ",") {
			if word = strings.TrimSpace(word); word == "" {
				continue
			}
			found = true
			if !slices.ContainsFunc(rules, func(r contract.Rule) bool { return matches(word, r) }) {
				return nil, unknown(rules, word)
			}
			words = append(words, word)
		}
		if !found {
			return nil, errors.New("a choice of rules is empty: name a rule such as META-02, an area such as load, " +
				"a level such as must, or a hazard such as terminate")
		}
	}
	return words, nil
}

func unknown(rules []contract.Rule, word string) error {
	if slices.ContainsFunc(contract.Levels(), func(l contract.Level) bool { return strings.EqualFold(string(l), word) }) {
		return fmt.Errorf("%s matches no rule: none has that level", phpvalue.Quote(word))
	}
	if slices.ContainsFunc(contract.Hazards(), func(h contract.Hazard) bool { return strings.EqualFold(string(h), word) }) {
		return fmt.Errorf("%s matches no rule: none has that hazard", phpvalue.Quote(word))
	}
	if isPattern(word) {
		return fmt.Errorf("%s matches no rule's id (\"syncproof rules\" lists them all)", phpvalue.Quote(word))
	}
	end := nearest.Question(nearest.Words(word, vocabulary(rules), 3))
	if end == "" {
		end = ` ("syncproof rules" lists them all)`
	}
	return fmt.Errorf("%s matches no rule's id, area, level or hazard%s", phpvalue.Quote(word), end)
}

func matches(word string, r contract.Rule) bool {
	if isPattern(word) {
		return glob(strings.ToLower(word), strings.ToLower(r.ID))
	}
	for _, name := range names(r) {
		if strings.EqualFold(word, name) {
			return true
		}
	}
	return false
}

// names are the words that select a rule.
func names(r contract.Rule) []string {
	family, _, _ := strings.Cut(r.ID, "-")
	return []string{r.Area, family, string(r.Level), string(r.Hazard), r.ID}
}

// vocabulary lists every word that selects something, words for many rules
// before single ids.
func vocabulary(rules []contract.Rule) []string {
	var many, ids []string
	seen := map[string]bool{}
	for _, r := range rules {
		for _, name := range names(r) {
			if key := strings.ToLower(name); name != "" && name != r.ID && !seen[key] {
				seen[key] = true
				many = append(many, name)
			}
		}
		ids = append(ids, r.ID)
	}
	return append(many, ids...)
}

func isPattern(word string) bool { return strings.ContainsAny(word, "*?") }

// glob matches * against any text and ? against one byte; ids are ASCII. It
// goes back to the last * only, so that a pattern full of stars stays cheap.
func glob(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
