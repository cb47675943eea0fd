package judge

import (
	"bytes"
	"errors"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"syncproof/internal/contract"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

func TestLabels(t *testing.T) {
	full := contract.Rule{ID: "A-01", Area: "a&b|c!d,e(f)g/h", Level: contract.Must, Hazard: contract.Leak}
	for name, tc := range map[string]struct {
		rule contract.Rule
		want []string
	}{
		"all":  {full, []string{"id:A-01", "area:a-b-c-d-e-f-g-h", "level:MUST", "hazard:leak"}},
		"some": {contract.Rule{ID: "A-01", Hazard: contract.Leak}, []string{"id:A-01", "hazard:leak"}},
		"none": {contract.Rule{}, nil},
	} {
		if diff := cmp.Diff(tc.want, []string(labels(suites.Rule{Rule: tc.rule}))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Rules whose check did not come to an end are our own defect, and so is a report
// that lacks some.
func TestSettle(t *testing.T) {
	rules := []suites.Rule{{Rule: contract.Rule{ID: "A"}}, {Rule: contract.Rule{ID: "B"}}, {Rule: contract.Rule{ID: "C"}}}
	it := func(state types.SpecState, panicked string) types.SpecReport {
		return types.SpecReport{LeafNodeType: types.NodeTypeIt, State: state, Failure: types.Failure{ForwardedPanic: panicked}}
	}
	other := types.SpecReport{LeafNodeType: types.NodeTypeReportAfterSuite}
	passed, panicked, timed := it(types.SpecStatePassed, ""), it(types.SpecStatePanicked, "boom"), it(types.SpecStateTimedout, "")
	const supply = "this is a defect of syncproof, not of the module: please report it with the transcript"
	results := func() []contract.Result {
		return []contract.Result{{Rule: rules[0].Rule, Outcome: contract.Pass}, {}, {}}
	}
	all := results()
	if err := settle(all, rules, types.Report{SpecReports: []types.SpecReport{other, passed, panicked, other, timed, passed}}); err != nil {
		t.Error(err)
	}
	want := []contract.Result{
		{Rule: rules[0].Rule, Outcome: contract.Pass},
		{Rule: rules[1].Rule, Outcome: contract.HarnessError, Reason: "the check of this rule failed: boom", Supply: supply},
		{Rule: rules[2].Rule, Outcome: contract.HarnessError, Reason: "the check of this rule did not finish (timedout)", Supply: supply},
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	for _, reports := range [][]types.SpecReport{nil, {passed, panicked, other}} {
		if err := settle(results(), rules, types.Report{SpecReports: reports}); err == nil || err.Error() != "syncproof judged only part of the rules; this is a defect of syncproof" {
			t.Errorf("of %d reports: %v", len(reports), err)
		}
	}
}

// outcomes are rules with each outcome a check can have.
func outcomes() []suites.Rule {
	rule := func(id string, check func(*suites.Case)) suites.Rule {
		return suites.Rule{Rule: contract.Rule{ID: id, Level: contract.Must, Title: "title of " + id}, Check: check}
	}
	return []suites.Rule{
		rule("A", func(*suites.Case) {}),
		rule("B", func(c *suites.Case) { c.Fail(contract.Finding{At: "here", Want: "1", Got: "2"}) }),
		rule("C", func(c *suites.Case) { c.NotApplicable("not declared") }),
		rule("D", func(c *suites.Case) { c.NotTestable("no evidence", "supply it") }),
		rule("E", func(*suites.Case) { panic("ours") }),
	}
}

// What the stock runners show of each rule.
func TestDeclare(t *testing.T) {
	rules := outcomes()
	judged := func() (*suites.Judge, error) { return suites.NewJudge(rules, transcripttest.Calm(t).Transcript()) }
	nothing := func() (*suites.Judge, error) { return nil, errors.New("there is no such module") }
	const left = "skipped Spec skipped because a BeforeAll node failed"
	for name, c := range map[string]struct {
		prepare func() (*suites.Judge, error)
		want    []string
		found   []string
	}{
		"judged": {judged, []string{
			"A title of A: passed ",
			"B title of B: failed B MUST: title of B\n  here want 1, got 2\n",
			"C title of C: skipped not-applicable: not declared",
			"D title of D: skipped not-testable: no evidence",
			"E title of E: panicked Test Panicked",
		}, []string{"0 A pass", "1 B fail", "2 C not-applicable", "3 D not-testable"}},
		"not driven": {nothing, []string{
			"A title of A: failed there is no such module",
			"B title of B: " + left, "C title of C: " + left, "D title of D: " + left, "E title of E: " + left,
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var found []string
			tell := func(i int, r contract.Result) {
				found = append(found, strconv.Itoa(i)+" "+r.Rule.ID+" "+string(r.Outcome))
			}
			if diff := cmp.Diff(c.want, shown(func() { Declare("ListAccounts", rules, c.prepare, tell) })); diff != "" {
				t.Errorf("shown (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.found, found); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.want, shown(func() { Declare("ListAccounts", rules, c.prepare, nil) })); diff != "" {
				t.Errorf("where nobody wants to be told (-want +got):\n%s", diff)
			}
		})
	}
}

// shown is what Ginkgo reports of the specs that are declared.
func shown(declared func()) []string {
	var specs []string
	for _, s := range runAlone(declared).SpecReports {
		if s.LeafNodeType == types.NodeTypeIt {
			specs = append(specs, s.LeafNodeText+": "+s.State.String()+" "+s.Failure.Message)
		}
	}
	return specs
}

// Nothing of Ginkgo reaches standard output; running again and again works, also
// after a stock runner, and leaves Ginkgo as it was.
func TestGinkgoStaysSilent(t *testing.T) {
	var printed bytes.Buffer
	stdout := formatter.ColorableStdOut
	defer func() { formatter.ColorableStdOut = stdout }()
	formatter.ColorableStdOut = &printed
	rules := outcomes()
	ginkgo.It("of a stock runner", func() { t.Error("what a stock runner declared was run") })
	for range 3 {
		j, err := suites.NewJudge(rules, transcripttest.Calm(t).Transcript())
		if err != nil {
			t.Fatal(err)
		}
		results, err := runSpecs(rules, j)
		if err != nil {
			t.Error(err)
		}
		var got []contract.Outcome
		for _, r := range results {
			got = append(got, r.Outcome)
		}
		want := []contract.Outcome{contract.Pass, contract.Fail, contract.NotApplicable, contract.NotTestable, contract.HarnessError}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
	}
	if printed.Len() > 0 {
		t.Errorf("Ginkgo printed %q", &printed)
	}
	if formatter.ColorableStdOut != &printed {
		t.Error("what Ginkgo prints afterwards is lost")
	}
}
