package cli

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/contract"
	"syncproof/suites"
)

// lastRunWord stands for the folder of the last run, where --rerun-failed names
// none. It can be no folder's name.
const lastRunWord = "\x00"

func rerunFailedFlag(c *cobra.Command) {
	c.Flags().String("rerun-failed", "", "test only the rules that failed in the last run, or in the run whose results lie in this folder")
	c.Flags().Lookup("rerun-failed").NoOptDefVal = lastRunWord
	c.Flags().Lookup("rerun-failed").Usage = "test only the rules that failed in the last run (or --rerun-failed=DIR: in that one)"
}

// failedRules are those of an earlier run that a partial run tests again; empty
// for an ordinary run.
type failedRules struct {
	folder string
	ids    []string
}

// resultsArg takes the folder out of the arguments that was written behind
// --rerun-failed without an equals sign.
func resultsArg(c *cobra.Command, args []string) (rest []string, folder string) {
	if flagText(c, "rerun-failed") != lastRunWord {
		return args, ""
	}
	for _, a := range args {
		isResults := !missing(storedIn(a)) || !missing(filepath.Join(a, jsonFile))
		if folder == "" && isResults {
			folder = a
		} else {
			rest = append(rest, a)
		}
	}
	return rest, folder
}

// onlyFailed limits the configuration to the rules that failed in an earlier run.
// The results go into a folder of their own, so that those of the whole run stay.
func onlyFailed(system System, c *cobra.Command, cfg *config.Config, args []string, folder string) (failedRules, error) {
	named := flagText(c, "rerun-failed")
	if named == "" {
		return failedRules{}, nil
	}
	for _, other := range []string{"only", "skip"} {
		if c.Flags().Changed(other) {
			return failedRules{}, usage("--rerun-failed chooses the rules; leave --%s out", other)
		}
	}
	if len(args) > 1 || len(phpCommands(c)) > 1 {
		return failedRules{}, usage("--rerun-failed takes one module and one PHP; name them, and the folder of that run: --rerun-failed=%s",
			filepath.Join(cfg.Out, "…"))
	}
	if named == lastRunWord {
		named = cmp.Or(folder, cfg.Out)
	}
	last, err := judgement(system, *cfg, named)
	if err != nil {
		return failedRules{}, err
	}
	failed := failedRules{folder: named}
	for _, r := range last.Results {
		if r.Outcome == contract.Fail || r.Outcome == contract.StaleWaiver {
			failed.ids = append(failed.ids, r.Rule.ID)
		}
	}
	failed.ids = known(failed.ids)
	if len(failed.ids) == 0 {
		return failedRules{}, usage("no rule failed in the run in %s (%s), so there is nothing to test again", named, last.Verdict)
	}
	cfg.Run.Only, cfg.Run.Skip = failed.ids, nil
	if !c.Flags().Changed("out") {
		cfg.Out = filepath.Join(cfg.Out, "rerun-failed")
	}
	return failed, nil
}

func (f failedRules) announce(system System) {
	if len(f.ids) > 0 {
		fmt.Fprintf(system.Out, "PARTIAL RUN  only what failed in %s is tested: %s\n\n", f.folder, strings.Join(f.ids, ", "))
	}
}

func (f failedRules) remind(system System) {
	if len(f.ids) > 0 {
		fmt.Fprintf(system.Out, "\nPARTIAL RUN  %d of %d rules were tested. That is no verdict on the module; run without --rerun-failed for one.\n",
			len(f.ids), len(suites.Rules()))
	}
}
