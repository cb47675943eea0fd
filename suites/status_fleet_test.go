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

// A list that was not given in full tells nothing, and neither does an empty panel.
func TestListsThatTellNothing(t *testing.T) {
	wrong := func(h *transcript.Held) { h.State, h.Word, h.Status = "frozen", "F", "Suspended" }
	alone := transcript.Fleet{Name: "states-f", Title: "odd", Accounts: []transcript.Held{heldAccount("odd", wrong)}}
	for name, tc := range map[string]struct {
		change func(*tt.Run)
		want   contract.Outcome
	}{
		"given":       {func(*tt.Run) {}, contract.Fail},
		"interrupted": {func(r *tt.Run) { r.Sessions[len(r.Sessions)-1].Exit.Interrupted = true }, contract.NotTestable},
	} {
		for rule, fleet := range map[string]string{"STAT-03": "states-f", "STAT-04": "flags-f"} {
			run := tt.Played(t)
			odd{fleet: fleet, held: wrong, row: tt.Array{"status": "Active"}}.hold(run)
			tc.change(run)
			if got := judgeOne(t, rule, run.Transcript()); got.Outcome != tc.want {
				t.Errorf("%s: %s is %s (%s), want %s", name, rule, got.Outcome, got.Reason, tc.want)
			}
		}
	}
	run := tt.Played(t)
	run.Hold(alone, false).Returns(tt.Success(heldRow(alone.Accounts[0], tt.Array{"status": "Active"})))
	if got := judgeOne(t, "STAT-03", run.Transcript()); got.Outcome != contract.Fail {
		t.Errorf("alone: %s (%s)", got.Outcome, got.Reason)
	}
	run = tt.Played(t)
	run.Hold(transcript.Fleet{Name: "states-f"}, false).Returns(tt.Success())
	if got := judgeOne(t, "STAT-03", run.Transcript()); got.Outcome == contract.Fail || got.Outcome == contract.HarnessError {
		t.Errorf("none: %s (%s)", got.Outcome, got.Reason)
	}
}
