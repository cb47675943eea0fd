package mutate

import (
	"fmt"
	"strings"
)

// Explanations are the reasons why no test can notice mutants, by their ids. An id
// that ends in * stands for all that begin alike, of which tests may notice some.
type Explanations map[string]string

// Of finds the explanation of a mutant: the id that gives it, "" for none.
func (e Explanations) Of(id string) string {
	if e[id] != "" {
		return id
	}
	for pattern := range e {
		if start, open := strings.CutSuffix(pattern, "*"); open && strings.HasPrefix(id, start) {
			return pattern
		}
	}
	return ""
}

// ReadExplained reads lines of a mutant's id, white space and the reason why no
// test can notice it. Empty lines and those that begin with // are left out.
func ReadExplained(text string) (Explanations, error) {
	explained := Explanations{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		id, reason, _ := strings.Cut(line, " ")
		reason = strings.TrimSpace(reason)
		switch {
		case strings.Count(id, "#") != 2 && (!strings.HasSuffix(id, "/*") || strings.Count(id, "#") != 1):
			return nil, fmt.Errorf("line %d: %q is no mutant", i+1, id)
		case reason == "":
			return nil, fmt.Errorf("line %d: %s has no reason", i+1, id)
		case explained[id] != "":
			return nil, fmt.Errorf("line %d: %s is explained twice", i+1, id)
		}
		explained[id] = reason
	}
	return explained, nil
}
