package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"syncproof/internal/harness"
	"syncproof/internal/selector"
	"syncproof/suites"
)

func newRules(system System) *cobra.Command {
	var asJSON, asMarkdown bool
	var only, skip []string
	var pages string
	c := &cobra.Command{
		Use:   "rules",
		Short: "List the conformance rules",
		Example: `  syncproof rules
  syncproof rules --only terminate
  syncproof rules --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if pages != "" {
				if err := rulePages(pages); err != nil {
					return notDriven("writing the pages of the rules: %w", err)
				}
				return nil
			}
			if asMarkdown {
				rulesMarkdown(system.Out)
				return nil
			}
			rules, err := selector.Select(harness.Published(suites.Rules()), only, skip)
			if err != nil {
				return usage("%w", err)
			}
			if asJSON {
				e := json.NewEncoder(system.Out)
				e.SetIndent("", "  ")
				e.SetEscapeHTML(false)
				return e.Encode(rules)
			}
			for _, r := range rules {
				fmt.Fprintf(system.Out, "%-8s %-6s %-12s %-10s %-9s %s\n", r.ID, r.Level, r.Basis, r.Hazard, r.Area, r.Title)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print everything about each rule as JSON")
	c.Flags().BoolVar(&asMarkdown, "markdown", false, "print the whole rule reference as Markdown")
	c.Flags().StringVar(&pages, "pages", "", "write a page in Markdown for each rule into this folder")
	selectorFlags(c, &only, &skip)
	return c
}

func selectorFlags(c *cobra.Command, only, skip *[]string) {
	c.Flags().StringArrayVar(only, "only", nil, "rules to use: ids, areas, levels or hazards (META-02, account, must, terminate)")
	c.Flags().StringArrayVar(skip, "skip", nil, "rules to leave out, named as for --only")
}
