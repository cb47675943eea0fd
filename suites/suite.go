// Package suites holds the conformance rules: one file an area, each rule's
// statement, source, consequence, fix and check side by side. A check looks at
// a transcript and nothing else; it does no I/O and does not know what kind of
// target made the evidence.
//
// From a Go test of your own, in a module that has a checkout of syncproof in its
// go.work or as a replacement in its go.mod, judge the transcript that a run has
// left:
//
//	func TestServerSync(t *testing.T) {
//		file, err := os.Open("syncproof-results/transcript.ndjson")
//		if err != nil {
//			t.Fatal(err)
//		}
//		defer file.Close()
//		judge, err := suites.Read(file)
//		if err != nil {
//			t.Fatal(err)
//		}
//		for result := range judge.Results() {
//			t.Run(result.Rule.ID, func(t *testing.T) {
//				switch result.Outcome {
//				case "fail":
//					t.Errorf("%s: %+v", result.Rule.Title, result.Findings)
//				case "not-testable", "not-applicable":
//					t.Skip(result.Reason)
//				}
//			})
//		}
//	}
//
// The verdict of a whole run, with waivers and levels counted, is that of
// "syncproof judge".
package suites

import (
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

// Suite is one area of the contract.
type Suite struct {
	// Area is the word selectors and reports use.
	Area  string
	Title string
	Rules []Rule
}

// Rule is a published rule together with what decides it. Exactly one of Check,
// Row and Claims is set.
type Rule struct {
	contract.Rule
	// Needs is the evidence the rule looks at. When one is not met the rule is
	// not-applicable, not-testable or a follow-on failure, never a pass.
	Needs []contract.Need
	// Wants is evidence the check looks at as well where it was recorded. The
	// plan provides it, but the rule is judged without it too.
	Wants []contract.Need
	// Check judges the transcript as a whole.
	Check func(*Case)
	// Row returns a check for the accounts of one list, called once for each
	// entry in order. What it keeps between rows it keeps in its closure.
	Row func(*Case) RowCheck
	// Fleets names odd accounts whose lists Row and Claims look at as well, where a
	// panel was played that holds them.
	Fleets []string
	// Refused says of which fleets a list that was refused shows the rule kept,
	// nil of none: a rule about accounts without something is kept by a module
	// that wants it.
	Refused func(transcript.Fleet) bool
	// Spares says that a value which Claims would find is the panel's own, and so
	// no fault of the module; nil for never.
	Spares func(c *Case, text string) bool
	// Declared holds a call for odd accounts against what the vendor declares that
	// the module does; nil where there is nothing to declare.
	Declared func(*Case, fleetCall)
	// Claims says which violations of the account schema are this rule's.
	Claims func(schema.Violation) bool
}

// NeedsPanel says that the rule cannot be judged where no panel is played.
func (r Rule) NeedsPanel() bool {
	return slices.ContainsFunc(r.Needs, func(n contract.Need) bool { _, ok := n.Fleet(); return ok })
}

// RowCheck judges one account; see Rule.Row.
type RowCheck func(contract.Account)

// All returns every suite in the order reports show them.
func All() []Suite {
	return []Suite{
		loadSuite(), metaSuite(), envelopeSuite(), accountSuite(), identitySuite(), statusSuite(),
		createdSuite(), productSuite(), addressSuite(), paramsSuite(), stabilitySuite(), outputSuite(), faultsSuite(), pointsSuite(),
		errorsSuite(), loggingSuite(), requestsSuite(), readonlySuite(), crosscheckSuite(), scaleSuite(), phpSuite(),
	}
}

// Rules returns every rule in report order, with its area filled in.
func Rules() []Rule {
	var rules []Rule
	for _, s := range All() {
		for _, r := range s.Rules {
			r.Area = s.Area
			rules = append(rules, r)
		}
	}
	return rules
}

// Needs returns the evidence the rules look at, each kind once.
//
// Playing faults takes most of a run's time. So faults that are only wanted are
// played when another rule needs faults anyway, or when there is no other rule:
// "--only errors" plays them, "--skip faults" does not.
func Needs(rules []Rule) []contract.Need {
	play := playsFaults(rules)
	var needs []contract.Need
	seen := map[contract.Need]bool{}
	for _, r := range rules {
		for _, n := range slices.Concat(r.Needs, r.Wants, fleetNeeds(r.Fleets)) {
			if _, isFault := n.Faults(); !seen[n] && (play || !isFault) {
				seen[n] = true
				needs = append(needs, n)
			}
		}
	}
	return needs
}

func playsFaults(rules []Rule) bool {
	isFault := func(n contract.Need) bool { _, ok := n.Faults(); return ok }
	needed := slices.ContainsFunc(rules, func(r Rule) bool { return slices.ContainsFunc(r.Needs, isFault) })
	return needed || !slices.ContainsFunc(rules, func(r Rule) bool { return !slices.ContainsFunc(r.Wants, isFault) })
}
