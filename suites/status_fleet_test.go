package suites_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

// Where an account's status is wrong is said by row and field, and what was wanted.
func TestWhereAStatusIsWrong(t *testing.T) {
	held := func(status string) func(*transcript.Held) {
		return func(h *transcript.Held) { h.State, h.Word, h.Status = "frozen", "F", status }
	}
	at := func(rule string, o odd) contract.Finding {
		run := tt.Played(t)
		o.hold(run)
		result := judgeOne(t, rule, run.Transcript())
		if len(result.Findings) != 1 {
			t.Fatalf("%s: got %+v", rule, result)
		}
		f := result.Findings[0]
		return contract.Finding{At: f.At, Want: f.Want, Preview: f.Preview}
	}
	list := func(name string) string {
		return "accounts[2].status of ListAccounts() of a panel with an odd account (" + name + ": odd in some way)"
	}
	states, flags := list("states-f"), list("flags-f")
	const either = "one of the two documented statuses, or success => false with an error"
	word, active := tt.Array{"status": "F"}, tt.Array{"status": "Active"}
	for name, tc := range map[string]struct{ got, want contract.Finding }{
		"the panel's word": {at("STAT-02", odd{fleet: "states-f", held: held("Suspended"), row: word}), contract.Finding{At: states, Want: either}},
		"another status":   {at("STAT-03", odd{fleet: "states-f", held: held("Suspended"), row: active}), contract.Finding{At: states, Want: `"Suspended"`}},
		"a flag":           {at("STAT-04", odd{fleet: "flags-f", held: held("Suspended"), row: active}), contract.Finding{At: flags, Want: `"Suspended"`}},
		"deleted": {at("STAT-05", odd{fleet: "states-f", held: held("Terminated"), row: active}), contract.Finding{
			At: states, Want: "no row for the account, or success => false with an error"}},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if f := at("STAT-02", odd{fleet: "states-f", held: held("Suspended"), left: true}); f.Want != either || f.Preview == nil {
		t.Errorf("left out: got %+v", f)
	}
}
