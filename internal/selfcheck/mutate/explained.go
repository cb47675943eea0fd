package mutate

import (
	"fmt"
	"strings"
)

// ReadExplained reads lines of a mutant's id, white space and the reason why no
// test can notice it. Empty lines and those that begin with // are left out.
func ReadExplained(text string) (map[string]string, error) {
	explained := map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		id, reason, _ := strings.Cut(line, " ")
		reason = strings.TrimSpace(reason)
		switch {
		case strings.Count(id, "#") != 2:
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
