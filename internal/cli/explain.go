package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"syncproof/internal/contract"
	"syncproof/internal/harness"
	"syncproof/internal/selector"
	"syncproof/internal/upstream/fault"
	"syncproof/suites"
)

func newExplain(system System) *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE-ID|FAULT-ID",
		Short: "Explain a rule, and how to keep it, or a fault that is played to modules",
		Example: `  syncproof explain META-02
  syncproof explain env-05
  syncproof explain html-login`,
		Args: cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			ids := []string{}
			for _, r := range suites.Rules() {
				ids = append(ids, r.ID+"\t"+r.Title)
			}
			for _, f := range fault.All() {
				ids = append(ids, f.ID+"\t"+f.Title)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if f, isFault := faultNamed(args[0]); isFault {
				explainFault(system.Out, f)
				return nil
			}
			rules, err := selector.Select(harness.Published(suites.Rules()), args, nil)
			if err != nil {
				return usage("%w\n\"syncproof faults\" lists the faults", err)
			}
			for i, r := range rules {
				if i > 0 {
					fmt.Fprintln(system.Out)
				}
				explain(system.Out, r)
			}
			return nil
		},
	}
}

// explainWidth is where explanatory text wraps.
const explainWidth = 88

func explain(w io.Writer, r contract.Rule) {
	fmt.Fprintf(w, "%s  %s  %s\n\n", r.ID, r.Level, r.Title)
	paragraph(w, "area", r.Area)
	paragraph(w, "basis", basisWords(r.Basis))
	paragraph(w, "hazard", string(r.Hazard)+": "+hazardWords(r.Hazard))
	if r.Quote != "" {
		paragraph(w, "quote", "“"+r.Quote+"”")
	}
	paragraph(w, "source", r.Source)
	paragraph(w, "why", r.Why)
	paragraph(w, "fix", r.Fix)
	fmt.Fprintf(w, "\nGood:\n\n%s\n\nBad:\n\n%s\n", indent(r.Good), indent(r.Bad))
}

func paragraph(w io.Writer, name, text string) {
	const column = 10
	lines := strings.Split(ansi.Wordwrap(text, explainWidth-column, ""), "\n")
	for i, line := range lines {
		if i > 0 {
			name = ""
		}
		fmt.Fprintf(w, "%-*s%s\n", column, name, line)
	}
}

func indent(code string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(code), "\n", "\n    ")
}

func basisWords(b contract.Basis) string {
	switch b {
	case contract.Documented:
		return "documented by WHMCS"
	case contract.Inferred:
		return "inferred: it follows from documented text that does not state it"
	case contract.Evidence:
		return "evidence: public modules break this way, or PHP and HTTP behave so"
	default:
		return "undocumented: WHMCS says nothing on this point"
	}
}

func hazardWords(h contract.Hazard) string {
	switch h {
	case contract.Terminate:
		return "customers' services can be listed as missing, and syncing a missing service terminates it"
	case contract.Duplicate:
		return "services, clients or products can be created twice"
	case contract.Corrupt:
		return "wrong data is compared with, and written to, customers' services"
	case contract.Crash:
		return "the administrator's page breaks instead of showing a result"
	case contract.Leak:
		return "credentials or customer data become visible"
	case contract.Misleading:
		return "the administrator is told something untrue or useless"
	default:
		return "no harm is known to follow; it is good practice"
	}
}
