package report

import (
	"regexp"
	"slices"

	"syncproof/internal/contract"
)

// faultFlags choose, in the command that repeats a rule, the faults of the first
// findings; with all the others the run would take long.
func faultFlags(findings []contract.Finding) string {
	var faults []string
	flags := ""
	for _, f := range findings {
		// What could mean something to a shell is not ours and not copied.
		if faultChoice.MatchString(f.Fault) && !slices.Contains(faults, f.Fault) && len(faults) < shownFindings {
			faults = append(faults, f.Fault)
			flags += " --fault " + f.Fault
		}
	}
	return flags
}

// faultChoice matches a fault as --fault takes it, with the way to a value.
var faultChoice = regexp.MustCompile(`^[a-z0-9-]+(@([0-9]+(:[A-Za-z0-9_.%@-]+)?|all))?$`)
