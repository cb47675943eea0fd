package infer

import (
	"regexp"
	"slices"
	"strings"
)

// word is a word of the panel for a state.
type word struct {
	state, text string
	// guess says why, "" where it is certain.
	guess string
	// unsure says that nobody knows what it means in WHMCS.
	unsure bool
}

func opposites() [][2]string {
	return [][2]string{
		{"active", "suspended"}, {"enabled", "disabled"}, {"enabled", "suspended"}, {"ok", "suspended"}, {"unlocked", "locked"}, {"open", "blocked"},
		{"running", "suspended"}, {"on", "off"}, {"yes", "no"}, {"y", "n"}, {"true", "false"}, {"1", "0"}, {"live", "suspended"}, {"normal", "suspended"},
	}
}

// stateWords gives the words seen their meaning. name is that of the field: under
// "suspended" yes means something else than under "enabled".
func stateWords(name string, texts []string) []word {
	name = plainName(name)
	count := map[string]int{}
	var order []string
	for _, t := range texts {
		if t != "" && count[t] == 0 {
			order = append(order, t)
		}
		count[t]++
	}
	slices.SortStableFunc(order, func(a, b string) int { return count[b] - count[a] })
	negative := regexp.MustCompile(`suspend|lock|disabl|block`).MatchString(name)
	active, suspended := "", ""
	for _, pair := range opposites() {
		good, bad := pair[0], pair[1]
		if isFlag(good) && negative {
			good, bad = bad, good
		}
		for _, t := range order {
			switch {
			case strings.EqualFold(t, good) && active == "" && (!isFlag(t) || negative || flagName(name)):
				active = t
			case strings.EqualFold(t, bad) && suspended == "" && (!isFlag(t) || negative || flagName(name)):
				suspended = t
			}
		}
	}
	var words []word
	switch {
	case active == "" && len(order) > 0:
		for _, t := range order {
			if t != suspended {
				active = t
				break
			}
		}
		if active == "" {
			active = opposite(suspended)
			words = append(words, word{"active", active, "no account in another state was seen", false})
			break
		}
		words = append(words, word{"active", active, "most accounts have it", false})
	case active == "":
		return []word{{"active", "active", "no word for any state was seen", false}, {"suspended", "suspended", "no word for any state was seen", false}}
	default:
		words = append(words, word{"active", active, "of what the word says", false})
	}
	for _, t := range order {
		if suspended == "" && t != active {
			suspended = t
			words = append(words, word{"suspended", t, "it is the other word that was seen", false})
		}
	}
	switch {
	case suspended == "":
		suspended = opposite(active)
		words = append(words, word{"suspended", suspended, "no suspended account was seen", false})
	case len(words) == 1:
		words = append(words, word{"suspended", suspended, "of what the word says", false})
	}
	for _, t := range order {
		if t != active && t != suspended {
			words = append(words, word{stateName(t, words), t, "", true})
		}
	}
	return words
}

func isFlag(t string) bool {
	return slices.Contains([]string{"0", "1", "true", "false", "yes", "no", "y", "n", "on", "off"}, strings.ToLower(t))
}

// flagName says that a name asks for yes or no.
func flagName(name string) bool {
	return regexp.MustCompile(`^(is)?(enabled|active)$`).MatchString(name)
}

// opposite is the likely counterpart of a word, in the same case.
func opposite(t string) string {
	lower := strings.ToLower(t)
	for _, pair := range opposites() {
		for i := range pair {
			if pair[i] != lower {
				continue
			}
			other := pair[1-i]
			switch {
			case t == strings.ToUpper(t):
				return strings.ToUpper(other)
			case t != lower:
				return strings.ToUpper(other[:1]) + other[1:]
			}
			return other
		}
	}
	if strings.Trim(t, "0123456789") == "" && t != "" {
		return map[bool]string{true: "2", false: "1"}[t == "1"]
	}
	if t == "suspended" {
		return "active"
	}
	return "suspended"
}

// stateName makes a name for a state from its word.
func stateName(t string, taken []word) string {
	name := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(t), "_"), "_")
	if name == "" || name[0] < 'a' {
		name = "state_" + name
	}
	if len(name) > 30 {
		name = name[:30]
	}
	name = strings.TrimRight(name, "_")
	for slices.ContainsFunc(taken, func(w word) bool { return w.state == name }) {
		name += "x"
	}
	return name
}
