package suites_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/suites"
)

// ruleIDs is the list of all ids ever published. It only ever grows: vendors
// waive and select rules by id.
const ruleIDs = "testdata/rule-ids.txt"

func TestRuleIDsAreForEver(t *testing.T) {
	raw, err := os.ReadFile(ruleIDs)
	if err != nil {
		t.Fatal(err)
	}
	published := strings.Fields(string(raw))
	if !slices.IsSorted(published) || len(slices.Compact(slices.Clone(published))) != len(published) {
		t.Errorf("%s is not sorted, or has an id twice", ruleIDs)
	}
	// The file starts with this many ids; a shorter list has lost some.
	const least = 64
	if len(published) < least {
		t.Errorf("%s has %d ids; it had %d, and ids are never taken back", ruleIDs, len(published), least)
	}
	var current []string
	for _, r := range suites.Rules() {
		current = append(current, r.ID)
		if !slices.Contains(published, r.ID) {
			t.Errorf("%s is new: add it to %s", r.ID, ruleIDs)
		}
	}
	for _, id := range published {
		if !slices.Contains(current, id) {
			t.Errorf("%s was published and is gone: ids are for ever", id)
		}
	}
}

func TestRulesAreComplete(t *testing.T) {
	ids, titles := map[string]bool{}, map[string]string{}
	for _, r := range suites.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			if ids[r.ID] {
				t.Error("the id occurs twice")
			}
			ids[r.ID] = true
			if other, taken := titles[r.Title]; taken {
				t.Errorf("%s has the same title", other)
			}
			titles[r.Title] = r.ID
			checkTexts(t, r)
			if !slices.Contains(contract.Levels(), r.Level) {
				t.Errorf("no such level: %q", r.Level)
			}
			if !slices.Contains(contract.Hazards(), r.Hazard) {
				t.Errorf("no such hazard: %q", r.Hazard)
			}
			if !slices.Contains([]contract.Basis{contract.Documented, contract.Inferred, contract.Evidence, contract.Undocumented}, r.Basis) {
				t.Errorf("no such basis: %q", r.Basis)
			}
			if r.Basis == contract.Documented && r.Quote == "" {
				t.Error("it says that WHMCS documents it and quotes nothing")
			}
			if n := deciders(r); n != 1 {
				t.Errorf("%d of Check, Row and Claims are set, want one", n)
			}
			if len(r.Needs)+len(r.Wants) == 0 {
				t.Error("it needs no evidence")
			}
		})
	}
}

func checkTexts(t *testing.T, r suites.Rule) {
	t.Helper()
	for name, text := range map[string]string{
		"area": r.Area, "title": r.Title, "source": r.Source, "why": r.Why, "fix": r.Fix, "good": r.Good, "bad": r.Bad, "since": r.Since,
	} {
		if strings.TrimSpace(text) == "" || text != strings.TrimSpace(text) {
			t.Errorf("the %s is empty or has spaces around it: %q", name, text)
		}
	}
	if strings.Contains(r.Title, "\n") || len(r.Title) > 120 || strings.HasSuffix(r.Title, ".") {
		t.Errorf("the title is no short line: %q", r.Title)
	}
	for line := range strings.Lines(r.Source) {
		if !regexp.MustCompile(`^https?://\S+$`).MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("the source %q is no address", line)
		}
	}
	if r.Good == r.Bad {
		t.Error("the good and the bad example are the same")
	}
	for _, text := range []string{r.Why, r.Fix} {
		if !strings.HasSuffix(text, ".") {
			t.Errorf("no whole sentence: %q", text)
		}
	}
}

func deciders(r suites.Rule) int {
	n := 0
	for _, set := range []bool{r.Check != nil, r.Row != nil, r.Claims != nil} {
		if set {
			n++
		}
	}
	return n
}

// Each rule of these areas is proven both ways: something breaks it, and
// something keeps it.
func TestEveryRuleFailsAndPassesSomewhere(t *testing.T) {
	byArea := map[string][]verdict{
		"load": loadVerdicts(), "meta": metaVerdicts(), "envelope": slices.Concat(envelopeVerdicts(), emptyPanelVerdicts()),
		"params": paramsVerdicts(), "stability": stabilityVerdicts(), "output": outputVerdicts(),
		"faults": faultVerdicts(), "errors": errorTextVerdicts(), "logging": loggingVerdicts(),
	}
	for _, r := range suites.Rules() {
		verdicts, ours := byArea[r.Area]
		if !ours {
			continue
		}
		seen := map[contract.Outcome]bool{}
		for _, v := range verdicts {
			if v.rule == r.ID && v.follows == "" {
				seen[v.want()] = true
			}
		}
		// An encoded file is not the module's fault, so LOAD-08 never fails.
		bad := contract.Fail
		if r.ID == "LOAD-08" {
			bad = contract.NotTestable
		}
		if !seen[contract.Pass] || !seen[bad] {
			t.Errorf("%s: the tables have outcomes %v, want %q and %q", r.ID, seen, contract.Pass, bad)
		}
	}
}

// ruleNeeds is what each rule looks at. A need that is lost is a rule that passes
// on evidence that was never gathered.
const ruleNeeds = "testdata/rule-needs.txt"

var update = flag.Bool("update", false, "write "+ruleNeeds+" anew")

func TestWhatTheRulesNeed(t *testing.T) {
	var got strings.Builder
	for _, r := range suites.Rules() {
		fmt.Fprintf(&got, "%s needs %v wants %v fleets %v\n", r.ID, r.Needs, r.Wants, r.Fleets)
	}
	if *update {
		if err := os.WriteFile(ruleNeeds, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(ruleNeeds)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("look at what changed, and run make generate (-want +got):\n%s", diff)
	}
}
