package judge

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/ginkgo/v2/types"

	"syncproof/internal/contract"
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
