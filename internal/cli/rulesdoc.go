package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

// rulePages writes a page for each rule into a folder, and README.md with links to
// all of them. Pages of rules that are no more are removed.
func rulePages(folder string) error {
	const folderMode, fileMode = 0o755, 0o644
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(folder, "*-*.md"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	var index bytes.Buffer
	fmt.Fprint(&index, "# A page for each rule\n\nGenerated from the rule table by \"make generate\"; do not edit. "+
		"[All of them on one page](../rules.md) has the words explained.\n\n")
	for _, s := range suites.All() {
		fmt.Fprintf(&index, "## %s\n\n", s.Title)
		for _, r := range s.Rules {
			fmt.Fprintf(&index, "* [%s](%s.md) %s: %s\n", r.ID, r.ID, r.Level, r.Title)
			var page bytes.Buffer
			rulePage(&page, s, r.Rule)
			if err := os.WriteFile(filepath.Join(folder, r.ID+".md"), page.Bytes(), fileMode); err != nil {
				return err
			}
		}
		fmt.Fprintln(&index)
	}
	text := append(bytes.TrimRight(index.Bytes(), "\n"), '\n')
	return os.WriteFile(filepath.Join(folder, "README.md"), text, fileMode)
}

// rulePage is what "syncproof explain" says, as a page.
func rulePage(w io.Writer, s suites.Suite, r contract.Rule) {
	fmt.Fprintf(w, "# %s: %s\n\nGenerated from the rule table by \"make generate\"; do not edit.\n\n", r.ID, r.Title)
	fmt.Fprintf(w, "| | |\n|---|---|\n| level | %s |\n| area | %s |\n| basis | %s |\n| hazard | %s: %s |\n| since | %s |\n\n",
		r.Level, s.Area, basisWords(r.Basis), r.Hazard, hazardWords(r.Hazard), r.Since)
	if r.Quote != "" {
		fmt.Fprintf(w, "> %s\n\n", strings.ReplaceAll(strings.TrimSpace(r.Quote), "\n", "\n> "))
	}
	fmt.Fprintf(w, "Source: %s\n\n## Why\n\n%s\n\n## Fix\n\n%s\n\n", links(r.Source), r.Why, r.Fix)
	fmt.Fprintf(w, "Good:\n\n```php\n%s\n```\n\nBad:\n\n```php\n%s\n```\n\n", strings.TrimSpace(r.Good), strings.TrimSpace(r.Bad))
	fmt.Fprintf(w, "## Test it\n\nAlone, after a change: `syncproof run modules/servers/acme --only %s`\n\n", r.ID)
	fmt.Fprint(w, "[The modules that prove it can fail](../kill-matrix.md), [all rules](README.md)\n")
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
