package cli

import (
	"fmt"
	"io"
	"strings"

	"syncproof/internal/contract"
	"syncproof/suites"
)

// rulesMarkdown writes the rule reference, docs/rules.md.
func rulesMarkdown(w io.Writer) {
	fmt.Fprint(w, `# Conformance rules

Generated from the rule table by "make generate"; do not edit.

MUST rules decide the verdict; SHOULD rules count with --strict. The basis says
how far WHMCS's own documentation carries a rule: documented, inferred from
documented text, evidence (how public modules, PHP and HTTP behave), or
undocumented. The hazard is what breaking the rule does to customers.

`)
	for _, s := range suites.All() {
		fmt.Fprintf(w, "## %s\n\n| rule | level | basis | hazard | statement |\n|---|---|---|---|---|\n", s.Title)
		for _, r := range s.Rules {
			fmt.Fprintf(w, "| [%s](#%s) | %s | %s | %s | %s |\n",
				r.ID, strings.ToLower(r.ID), r.Level, r.Basis, r.Hazard, cell(r.Title))
		}
		fmt.Fprintln(w)
	}
	for _, s := range suites.All() {
		for _, r := range s.Rules {
			ruleMarkdown(w, r.Rule)
		}
	}
}

func ruleMarkdown(w io.Writer, r contract.Rule) {
	fmt.Fprintf(w, "### %s\n\n**%s.** %s, %s; hazard: %s.\n\n", r.ID, cell(r.Title), r.Level, basisWords(r.Basis), r.Hazard)
	if r.Quote != "" {
		fmt.Fprintf(w, "> %s\n\n", strings.ReplaceAll(strings.TrimSpace(r.Quote), "\n", "\n> "))
	}
	fmt.Fprintf(w, "Source: %s\n\nWhy: %s\n\nFix: %s\n\n", links(r.Source), r.Why, r.Fix)
	fmt.Fprintf(w, "Good:\n\n```php\n%s\n```\n\nBad:\n\n```php\n%s\n```\n\n", strings.TrimSpace(r.Good), strings.TrimSpace(r.Bad))
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// links turns the addresses of a source, one a line, into Markdown links.
func links(source string) string {
	lines := strings.Split(strings.TrimSpace(source), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "https://") || strings.HasPrefix(l, "http://") {
			lines[i] = "<" + l + ">"
		}
	}
	return strings.Join(lines, ", ")
}
