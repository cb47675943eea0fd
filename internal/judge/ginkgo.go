// Package judge runs the suites on a transcript and derives the verdict. It is
// the only package that knows Ginkgo: each rule is one spec, and what Ginkgo
// prints, its flags and its own reports never reach a user of the binary.
package judge

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"syncproof/internal/contract"
	"syncproof/suites"
)

// Declare adds one spec for each rule to Ginkgo's tree, labelled with its id,
// area, level and hazard, for the stock runners: go test and the ginkgo
// command. found is told each result; it may be nil.
func Declare(description string, rules []suites.Rule, prepare func() (*suites.Judge, error), found func(int, contract.Result)) {
	declare(description, rules, prepare, func(i int, result contract.Result) {
		if found != nil {
			found(i, result)
		}
		conclude(result)
	})
}

// declare adds the specs; each hands its result to closed. What Ginkgo is told of
// it costs a stack trace a rule, so it is told only where it reports.
func declare(description string, rules []suites.Rule, prepare func() (*suites.Judge, error), closed func(int, contract.Result)) {
	// One ordered container keeps the rules in their published order: Ginkgo
	// shuffles top-level containers by seed.
	ginkgo.Describe(description, ginkgo.Ordered, ginkgo.ContinueOnFailure, func() {
		var judge *suites.Judge
		ginkgo.BeforeAll(func() {
			var err error
			if judge, err = prepare(); err != nil {
				ginkgo.Fail(err.Error())
			}
		})
		for i, r := range rules {
			ginkgo.It(r.ID+" "+r.Title, labels(r), func() {
				closed(i, judge.Close(i))
			})
		}
	})
}

// labels leaves out empty values and replaces what Ginkgo does not allow: an
// invalid label ends the process from within, without any report.
func labels(r suites.Rule) ginkgo.Labels {
	var list ginkgo.Labels
	clean := strings.NewReplacer("&", "-", "|", "-", "!", "-", ",", "-", "(", "-", ")", "-", "/", "-")
	for _, l := range [][2]string{{"id", r.ID}, {"area", r.Area}, {"level", string(r.Level)}, {"hazard", string(r.Hazard)}} {
		if l[1] != "" {
			list = append(list, l[0]+":"+clean.Replace(l[1]))
		}
	}
	return list
}

// conclude tells Ginkgo the outcome in its own terms.
func conclude(result contract.Result) {
	switch result.Outcome {
	case contract.Pass:
	case contract.NotApplicable, contract.NotTestable:
		ginkgo.Skip(string(result.Outcome) + ": " + result.Reason)
	default:
		ginkgo.Fail(FailureText(result))
	}
}

// running serialises Ginkgo, whose spec tree is global to the process: two runs
// at once race, and a second run without a reset ends the process.
var running sync.Mutex

// silent satisfies Ginkgo's wish for a test to fail; the verdict is ours.
type silent struct{}

func (silent) Fail() {}

// runSpecs closes every rule under Ginkgo and returns the results in order. A
// check that panics becomes a harness error of its rule and stops no other.
func runSpecs(rules []suites.Rule, j *suites.Judge) ([]contract.Result, error) {
	results := make([]contract.Result, len(rules))
	report := runAlone(func() {
		declare("ListAccounts", rules, func() (*suites.Judge, error) { return j, nil }, func(i int, r contract.Result) { results[i] = r })
	})
	return results, settle(results, rules, report)
}

// runAlone runs what is declared and nothing else, and prints nothing.
//
// Ginkgo swallows SIGINT and SIGTERM from here on and never lets go of them, so
// both are reset to their default afterwards. A caller that handles signals
// must ask for them again.
func runAlone(declared func()) types.Report {
	running.Lock()
	defer running.Unlock()
	// What a stock runner has declared, or run, is not to be run here.
	globals.Reset()
	// The specs hold the whole transcript.
	defer globals.Reset()
	stdout := formatter.ColorableStdOut
	defer func() { formatter.ColorableStdOut = stdout }()
	formatter.ColorableStdOut = io.Discard
	defer signal.Reset(os.Interrupt, syscall.SIGTERM)

	declared()
	var report types.Report
	ginkgo.ReportAfterSuite("collect", func(r types.Report) { report = r })
	// Settings of its own, so that the flags of a test binary change nothing here.
	ginkgo.RunSpecs(silent{}, "syncproof", types.NewDefaultSuiteConfig(), types.NewDefaultReporterConfig())
	return report
}

// settle fills in the rules whose check did not come to an end.
func settle(results []contract.Result, rules []suites.Rule, report types.Report) error {
	i := 0
	for _, spec := range report.SpecReports {
		if spec.LeafNodeType != types.NodeTypeIt {
			continue
		}
		if i >= len(rules) {
			break
		}
		if results[i].Outcome == "" {
			results[i] = contract.Result{
				Rule: rules[i].Rule, Outcome: contract.HarnessError,
				Reason: harnessReason(spec),
				Supply: "this is a defect of syncproof, not of the module: please report it with the transcript",
			}
		}
		i++
	}
	if i != len(rules) {
		return errors.New("syncproof judged only part of the rules; this is a defect of syncproof")
	}
	return nil
}

func harnessReason(spec types.SpecReport) string {
	if spec.Failure.ForwardedPanic != "" {
		return "the check of this rule failed: " + spec.Failure.ForwardedPanic
	}
	return fmt.Sprintf("the check of this rule did not finish (%s)", spec.State)
}
