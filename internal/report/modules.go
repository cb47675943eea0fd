package report

import (
	"fmt"
	"io"
	"strings"

	"syncproof/internal/contract"
)

// Module is one of several that were tested in one run.
type Module struct {
	// Name tells the modules apart, Ref is what the user named.
	Name, Ref string
	// Judgement is nil where Skipped or Trouble says why there is none.
	Judgement *contract.Judgement
	// Skipped says why the module was left out, Trouble why it could not be tested.
	Skipped, Trouble string
	// Results is the folder of its reports.
	Results string
}

// Modules shows side by side what several modules came to, in the order given.
func Modules(w io.Writer, modules []Module) error {
	name, verdict := len("module"), len("verdict")
	for _, m := range modules {
		name, verdict = max(name, len(visible(m.Name))), max(verdict, len(moduleVerdict(m)))
	}
	var b strings.Builder
	b.WriteString("MODULES\n")
	row := func(cells ...any) {
		line := fmt.Sprintf("  %-*s  %-*s  %6v  %8v  %6v  %s", append([]any{name, cells[0], verdict, cells[1]}, cells[2:]...)...)
		b.WriteString(inert(strings.TrimRight(line, " ")) + "\n")
	}
	row("module", "verdict", "failed", "untested", "waived", "results")
	for _, m := range modules {
		if m.Judgement == nil {
			row(visible(m.Name), moduleVerdict(m), "", "", "", oneLine(m.Skipped+m.Trouble, maxReason))
			continue
		}
		c := contract.Count(m.Judgement.Results)
		row(visible(m.Name), moduleVerdict(m), c.Fail+c.StaleWaiver, c.NotTestable+c.HarnessError, c.Waived, visible(m.Results))
	}
	b.WriteString("\n  " + moduleCounts(modules) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

const skippedWord = "skipped"

func moduleVerdict(m Module) string {
	switch {
	case m.Skipped != "":
		return skippedWord
	case m.Judgement == nil:
		return string(contract.Error)
	case m.Judgement.Counts.Waived > 0 && m.Judgement.Verdict == contract.Conformant:
		return string(m.Judgement.Verdict) + " with " + plural(m.Judgement.Counts.Waived, "waiver", "waivers")
	}
	return string(m.Judgement.Verdict)
}

// moduleCounts says how many modules came to what, worst first.
func moduleCounts(modules []Module) string {
	text := plural(len(modules), "module", "modules") + ": "
	var parts []string
	for _, kind := range []struct {
		verdict contract.Verdict
		words   string
	}{
		{contract.NotConformant, "not conformant"}, {contract.Error, "could not be tested"}, {contract.Incomplete, "incomplete"},
		{contract.Conformant, "conformant"}, {skippedWord, "skipped"},
	} {
		n := 0
		for _, m := range modules {
			is := contract.Verdict(moduleVerdict(m))
			if m.Judgement != nil {
				is = m.Judgement.Verdict
			}
			if is == kind.verdict {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind.words))
		}
	}
	return text + strings.Join(parts, ", ")
}

// JUnitOfModules writes one JUnit file of several modules: suites carry the
// module's name before the area's. Modules without a judgement are a suite with
// one test case.
func JUnitOfModules(w io.Writer, modules []Module, opt JUnitOptions) error {
	var parts []*junit
	for _, m := range modules {
		j := contract.Judgement{Target: contract.TargetRef{Ref: m.Ref, Module: m.Name}}
		switch {
		case m.Judgement != nil:
			j = *m.Judgement
		case m.Skipped != "":
			continue
		default:
			j.Verdict, j.Trouble = contract.Error, []string{m.Trouble}
		}
		parts = append(parts, &junit{view: newView(j), opt: opt, of: className(m.Name) + "."})
	}
	return writeJUnit(w, parts)
}
