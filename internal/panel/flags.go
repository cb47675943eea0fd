package panel

import "strings"

// flagsKey is the name under which templates find how flags are spelled. It is no
// name that a profile can use.
const flagsKey = "syncproof-flags"

// flagSpellings are the ways in which panels write one flag: in JSON off and on,
// by name.
func flagSpellings() []flagSpelling {
	return []flagSpelling{
		{"number", "0", "1"}, {"digit", `"0"`, `"1"`}, {"bool", "false", "true"}, {"word", `"no"`, `"yes"`}, {"null", "null", "1"},
	}
}

type flagSpelling struct{ name, off, on string }

// flagWord is a flag as JSON: off or on, as the profile has it, or in the spelling
// that the accounts ask for.
func flagWord(spelling, off, on string, is bool) string {
	for _, s := range flagSpellings() {
		if s.name == spelling {
			off, on = s.off, s.on
		}
	}
	if is {
		return on
	}
	return off
}

// oddFlags are suspended accounts of panels that spell flags in each way; the
// ordinary accounts beside them are spelled the same way.
func oddFlags([]string) []Account {
	var list []Account
	for i, s := range flagSpellings() {
		list = append(list, odd("flag", i+1, func(a *Account) { a.State, a.Flags = Suspended, s.name }))
	}
	return list
}

// usesFlags says that some reply writes a flag in a way that can vary.
func (p *Profile) usesFlags() bool { return p.uses("flag ") || p.uses("flag_text ") }

// uses says whether a template of the profile has a piece of text in it.
func (p *Profile) uses(text string) bool {
	for _, t := range p.templates.root.Templates() {
		if t.Tree != nil && strings.Contains(t.Root.String(), text) {
			return true
		}
	}
	return false
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
