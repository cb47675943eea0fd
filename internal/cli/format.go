package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"syncproof/internal/contract"
	"syncproof/internal/report"
)

// Formats of what a run prints.
const (
	formatText  = "text"
	formatJSON  = "json"
	formatJUnit = "junit"
)

func formats() []string { return []string{formatText, formatJSON, formatJUnit} }

// format is what goes to standard output: a report for a person, or one for a
// program and nothing else.
func format(c *cobra.Command) string {
	if name := flagText(c, "format"); name != "" {
		return name
	}
	return formatText
}

// checkFormat refuses what cannot be printed. Where several runs follow each other
// their reports would run into each other.
func checkFormat(c *cobra.Command, runs int) error {
	name := format(c)
	switch {
	case !slices.Contains(formats(), name):
		return usage("--format takes %s; got %q", strings.Join(formats(), ", "), name)
	case name != formatText && runs > 1:
		return usage("--format %s prints one report, and this makes %d runs; name files with --%s in its place", name, runs, name)
	}
	return nil
}

// printReport writes the report of the chosen format to standard output. It reports
// whether it did; a person's report is the caller's.
func printReport(system System, c *cobra.Command, j contract.Judgement) (bool, error) {
	var err error
	switch format(c) {
	case formatJSON:
		err = report.JSON(system.Out, j)
	case formatJUnit:
		err = report.JUnit(system.Out, j, report.JUnitOptions{})
	default:
		return false, nil
	}
	if err != nil {
		return true, notDriven("printing the report: %w", fmt.Errorf("as %s: %w", format(c), err))
	}
	return true, nil
}
