package suites_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

// Lists that were not finished, and rows of accounts that the panel does not hold, say
// nothing of plans.
func TestPlansOfOtherLists(t *testing.T) {
	plan := func(id, name string) func(*transcript.Held) {
		return func(h *transcript.Held) { h.Plans = []transcript.HeldPlan{{ID: id, Name: name}} }
	}
	product := func(v string) tt.Array { return tt.Array{"product": v} }
	stranger := func(product string) tt.Array {
		return tt.Array{"uniqueIdentifier": "stranger", "username": "stranger", "domain": "stranger.test", "email": "x@stranger.test", "product": product}
	}
	right := odd{fleet: "plans-1", held: plan("7", "Basic"), row: product("Basic")}
	lower := odd{fleet: "plans-2", held: plan("7", "Basic"), row: product("basic")}
	apart := odd{fleet: "accounts", held: plan("pro", "Business"), row: product("pro")}
	same := odd{fleet: "accounts", held: plan("pro", "Business"), row: product("basic")}
	for name, tc := range map[string]struct {
		rule  string
		lists []odd
		// stopped says that the run was stopped during the last list.
		stopped bool
		want    contract.Outcome
		at      []string
	}{
		"in lower case":               {"PROD-03", []odd{right, lower}, false, contract.Fail, []string{`accounts[2].product of ListAccounts() of a panel with an odd account (plans-2: odd in some way)`}},
		"stopped in lower case":       {"PROD-03", []odd{right, lower}, true, contract.Pass, nil},
		"none, and no product":        {"PROD-03", []odd{{fleet: "plans-1", held: func(h *transcript.Held) { h.Plans = nil }, row: product("")}}, false, contract.Pass, nil},
		"a stranger":                  {"PROD-03", []odd{{fleet: "plans-1", held: plan("7", "Basic"), row: product("Basic"), first: stranger("STARTER")}}, false, contract.Pass, nil},
		"one product for two plans":   {"PROD-04", []odd{same}, false, contract.Fail, []string{`accounts[2].product of ListAccounts() of a panel with 3 accounts`}},
		"stopped with one for two":    {"PROD-04", []odd{apart, {fleet: "accounts", held: same.held, row: same.row, elsewhere: true}}, true, contract.Pass, nil},
		"a stranger with one for two": {"PROD-04", []odd{{fleet: "accounts", held: apart.held, row: apart.row, first: stranger("pro")}}, false, contract.Pass, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := judgeOne(t, tc.rule, recordedOnce(t, func(tb testing.TB) *transcript.Transcript {
				run := tt.Played(tb)
				for _, o := range tc.lists {
					o.hold(run)
				}
				if tc.stopped {
					run.Sessions[len(run.Sessions)-1].Exit.Interrupted = true
				}
				return run.Transcript()
			}))
			var at []string
			for _, f := range got.Findings {
				at = append(at, f.At)
			}
			if diff := cmp.Diff(tc.at, at); diff != "" || got.Outcome != tc.want {
				t.Errorf("%s (%s), want %s (-want +got):\n%s", got.Outcome, got.Reason, tc.want, diff)
			}
		})
	}
}
