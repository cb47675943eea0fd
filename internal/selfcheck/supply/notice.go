package supply

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Notice is the document that goes with a binary: what others wrote of it, and
// the licences they ask to be passed on.
func Notice(modules []Module) string {
	var b strings.Builder
	b.WriteString("# What others wrote\n\n" +
		"The syncproof binaries contain the modules below, each under its own licence.\n" +
		"`make licences` writes this file.\n\n| module | version | licence |\n|---|---|---|\n")
	for _, m := range modules {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.Path, m.Version, m.Licence)
	}
	for _, m := range modules {
		fmt.Fprintf(&b, "\n## %s\n", m.Path)
		for _, name := range slices.Sorted(maps.Keys(m.Texts)) {
			fmt.Fprintf(&b, "\n%s:\n\n", name)
			for line := range strings.Lines(strings.TrimSpace(m.Texts[name]) + "\n") {
				// Four columns in, Markdown leaves a text as it is.
				b.WriteString(strings.TrimRight("    "+strings.TrimRight(line, "\r\n"), " \t") + "\n")
			}
		}
	}
	return b.String()
}
