package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"syncproof/internal/upstream/fault"
	"syncproof/suites"
)

func newFaults(system System) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "faults",
		Short: "List the failures of the control panel that are played to a module",
		Example: `  syncproof faults
  syncproof faults --json
  syncproof explain html-login`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				e := json.NewEncoder(system.Out)
				e.SetIndent("", "  ")
				e.SetEscapeHTML(false)
				return e.Encode(fault.All())
			}
			for _, f := range fault.All() {
				fmt.Fprintf(system.Out, "%-19s %-10s %-7s %s\n", f.ID, f.Layer, f.Rule, f.Title)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print everything about each fault as JSON")
	return c
}

// faultNamed is the fault with that id, in any case.
func faultNamed(id string) (fault.Fault, bool) {
	return fault.Find(strings.ToLower(id))
}

func explainFault(w io.Writer, f fault.Fault) {
	fmt.Fprintf(w, "%s  %s\n\n", f.ID, f.Title)
	paragraph(w, "layer", string(f.Layer)+": "+layerWords(f.Layer))
	paragraph(w, "wire", f.Detail)
	paragraph(w, "expected", f.Expect)
	paragraph(w, "tests", f.Rule+ruleTitle(f.Rule))
	paragraph(w, "played", playedWords(f))
}

func layerWords(l fault.Layer) string {
	switch l {
	case fault.Connect:
		return "it strikes before there is a connection"
	case fault.TLS:
		return "it strikes in the TLS handshake"
	case fault.Transport:
		return "it strikes in the bytes of the answer"
	case fault.Status:
		return "the HTTP status says that it is no good answer"
	default:
		return "the status is 200, and only the body shows it"
	}
}

// ruleTitle is what a rule says.
func ruleTitle(id string) string {
	rules := suites.Rules()
	i := slices.IndexFunc(rules, func(r suites.Rule) bool { return r.ID == id })
	if i < 0 {
		return ""
	}
	return ": " + rules[i].Title
}

func playedWords(f fault.Fault) string {
	const inTurn = "with a server or a recording at each request in turn"
	switch {
	case f.OnlyTimed():
		return "with a server or a recording at every request, held back for just less than the module waits by itself"
	case strings.HasPrefix(f.ID, fault.LeafPrefix):
		return "with a server or a recording at one value of each kind in its replies, in turn"
	case f.Alters():
		return "with a server or a recording whose replies show how the list is paged"
	case !f.Blind():
		return inTurn + ", wherever it could not be a good answer of that panel"
	}
	words := "at every request, over https and over http, without any configuration"
	if f.NeedsTLS() {
		words = "at every request over https, without any configuration"
	}
	if f.NeedsNetwork() {
		words += "; only where the module is in a network of its own (--intercept namespace)"
	}
	words += "; and " + inTurn
	if f.Hangs() {
		words += "; the module has the time of --timeout to give up by itself"
	}
	return words
}
