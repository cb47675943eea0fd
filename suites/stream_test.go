package suites_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
)

// A list that is long enough to be spread over cores is judged like a short one:
// every entry once, in order, by every rule.
func TestALongListIsJudgedInOrder(t *testing.T) {
	const n = 2_300
	recorded := longList(t, n, 100).Transcript
	var want []string
	for row := 0; row < n; row += 100 {
		want = append(want, "accounts["+strconv.Itoa(row)+"].")
	}
	for id, field := range map[string]string{"STAT-01": "status", "DATE-02": "created", "MAIL-01": "email"} {
		got := ruled(t, recorded, id)
		var at []string
		for _, f := range got.Findings {
			at = append(at, f.At)
		}
		all := slices.Clone(want[:min(len(want), contract.MaxFindings)])
		for i := range all {
			all[i] += field
		}
		if diff := cmp.Diff(all, at); diff != "" || got.Count != len(want) {
			t.Errorf("%s counts %d (-want +got):\n%s", id, got.Count, diff)
		}
	}
	// Where all rules look at once, the looks are dealt out.
	together := map[string]int{}
	for _, r := range judged(t, recorded, listRules()) {
		if r.Count > 0 {
			together[r.Rule.ID] = r.Count
		}
	}
	if diff := cmp.Diff(map[string]int{"DATE-01": 23, "DATE-02": 23, "MAIL-01": 23, "MAIL-02": 23, "STAT-01": 23}, together); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}
