package suites_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

// failureVerdicts are about the error of a failure.
func failureVerdicts() []verdict {
	const at, want = `ListAccounts()["error"]`, "a string that is not empty"
	failing := func(changes transcripttest.Array) func(*transcripttest.Run) {
		answer := transcripttest.Array{"success": false}
		for k, v := range changes {
			answer[k] = v
		}
		return returns(answer)
	}
	wrong := func(value any, got string) verdict {
		return verdict{
			name: got, rule: "ENV-04", change: failing(transcripttest.Array{"error": value}),
			findings: []contract.Finding{inList(at, want, got, "")},
		}
	}
	none := inList(at, want, "no such key", "")
	none.Call, none.At = "fault:http-401:https", `ListAccounts() under the fault http-401 (https)["error"]`
	return []verdict{
		{name: "without parameters", rule: "ENV-04"},
		{name: "under every fault", rule: "ENV-04", faults: true},
		{name: "refused", rule: "ENV-04", change: refused()},
		{name: "in another encoding", rule: "ENV-04", change: failing(transcripttest.Array{"error": transcripttest.Text("\xFF")})},
		wrong("", `"" (string)`), wrong(" \n", `" \n" (string)`), wrong(nil, "null"), wrong(401, "401 (int)"), wrong(true, "true (bool)"),
		wrong(transcripttest.List{"refused"}, "array with 1 entry"),
		{name: "no error", rule: "ENV-04", change: failing(nil), findings: []contract.Finding{inList(at, want, "no such key", "")}},
		{
			name: "none under faults", rule: "ENV-04", faults: true,
			change: both(
				under("http-401", func(c *transcripttest.Call) { c.Returns(transcripttest.Array{"success": false}) }),
				under("http-403", func(c *transcripttest.Call) { c.Returns(transcripttest.Array{"success": false}) }),
			),
			findings: []contract.Finding{none},
		},
		{
			name: "no failure seen", rule: "ENV-04", change: ends(transcript.CallEmpty, transcript.EndThrew), outcome: contract.NotTestable,
			reason: "no call of ListAccounts() ended in success => false, not even the one without parameters",
		},
		{name: "no ListAccounts", rule: "ENV-04", change: functions("acme_MetaData"), follows: "LOAD-01"},
	}
}

// envelopeFaultVerdicts are about what other rules see under faults.
func envelopeFaultVerdicts() []verdict {
	throws := func(thrown transcript.Throwable) func(*transcripttest.Call) {
		return func(c *transcripttest.Call) { c.Throws(thrown) }
	}
	wrongType := transcript.Throwable{Class: "TypeError", Message: "null given", File: "lib/Rows.php", Line: 12, Is: []string{"Error", "Throwable"}}
	otherText := wrongType
	otherText.Message = "string given"
	thrown := contract.Finding{
		Call: "fault:null:https", At: "ListAccounts() under the fault null: 200 with null (https)",
		Want: "it returns, whatever the panel answers", Got: `it threw TypeError: "null given"`,
		Note: `TypeError is an error of PHP: catch (Exception $e) does not catch it, catch (\Throwable $e) does`, File: "lib/Rows.php", Line: 12,
	}
	fromList := inList("ListAccounts()", "it returns, also when something goes wrong", `it threw TypeError: "null given"`, thrown.Note)
	fromList.File, fromList.Line = thrown.File, thrown.Line
	return []verdict{
		{name: "throws under one fault", rule: "ENV-09", faults: true, change: under("null", throws(wrongType)), findings: []contract.Finding{thrown}},
		{
			name: "throws at one line under many", rule: "ENV-09", faults: true,
			change: both(under("null", throws(wrongType)), under("string", throws(otherText))), findings: []contract.Finding{thrown},
		},
		{
			name: "throws there in the list as well", rule: "ENV-09", faults: true,
			change: both(call(transcript.CallList, throws(wrongType)), under("null", throws(wrongType))), findings: []contract.Finding{fromList},
		},
		{name: "hangs under a fault", rule: "ENV-09", faults: true, change: under("drip", func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) })},
		{name: "exits under a fault", rule: "ENV-09", faults: true, change: under("null", func(c *transcripttest.Call) { c.Ends(transcript.EndExited) })},
		{
			name: "accounts beside a failure", rule: "ENV-06", faults: true,
			change: under("short-body", func(c *transcripttest.Call) {
				c.Returns(transcripttest.Array{"success": false, "error": "x", "accounts": transcripttest.List{"y"}})
			}),
			findings: []contract.Finding{{
				Call: "fault:short-body:https", At: `ListAccounts() under the fault short-body (https)["accounts"]`,
				Want: "no accounts beside success => false", Got: "1 account", File: "acme.php", Line: listLine,
			}},
		},
	}
}

// outputFaultVerdicts: one defect is told once, however many faults show it.
func outputFaultVerdicts() []verdict {
	prints := func(id, text string) func(*transcripttest.Run) {
		return under(id, func(c *transcripttest.Call) { c.Effects.Output = transcripttest.Printed(text) })
	}
	exits := func(id, text string) func(*transcripttest.Run) {
		return under(id, func(c *transcripttest.Call) { c.Exits(1, text) })
	}
	warns := func(id string, w transcript.Warning) func(*transcripttest.Run) {
		return under(id, func(c *transcripttest.Call) { c.Effects.Warnings = []transcript.Warning{w} })
	}
	printed := inList("ListAccounts()", "no output", `"null" (4 bytes)`, "under the fault null")
	printed.Call = "fault:null:https"
	exited := inList("ListAccounts() under the fault null (https)", "it returns", `it called exit or die and printed "null" (4 bytes)`, "")
	exited.Call = "fault:null:https"
	warning := transcript.Warning{Level: "warning", Message: "foreach() argument must be of type array|object, null given", File: "acme.php", Line: 44}
	warned := contract.Finding{
		Call: "fault:null:https", At: "ListAccounts()", Want: "no warnings or notices",
		Got: "warning: foreach() argument must be of type array|object, null given", File: "acme.php", Line: 44,
	}
	return []verdict{
		{name: "prints under faults", rule: "OUT-01", faults: true, change: both(prints("null", "null"), prints("false", "false")), findings: []contract.Finding{printed}},
		{
			name: "prints always", rule: "OUT-01", faults: true,
			change:   both(prints("null", "null"), call(transcript.CallList, func(c *transcripttest.Call) { c.Effects.Output = transcripttest.Printed("[]") })),
			findings: []contract.Finding{inList("ListAccounts()", "no output", `"[]" (2 bytes)`, "")},
		},
		{name: "warns under faults", rule: "OUT-02", faults: true, change: both(warns("null", warning), warns("false", warning)), findings: []contract.Finding{warned}},
		{name: "exits under faults", rule: "OUT-04", faults: true, change: both(exits("null", "null"), exits("false", "false")), findings: []contract.Finding{exited}},
	}
}

// Faults are played when they are what the run is about, and not because a rule
// would look at them as well.
func TestFaultsArePlayedWhenTheyAreAskedFor(t *testing.T) {
	for name, tc := range map[string]struct {
		wanted func(suites.Rule) bool
		want   []contract.Need
	}{
		"all":           {func(suites.Rule) bool { return true }, []contract.Need{contract.NeedEveryFault}},
		"skip faults":   {func(r suites.Rule) bool { return r.Area != "faults" }, nil},
		"only errors":   {func(r suites.Rule) bool { return r.Area == "errors" }, []contract.Need{contract.NeedEveryFault}},
		"only ENV-04":   {func(r suites.Rule) bool { return r.ID == "ENV-04" }, []contract.Need{contract.NeedEveryFault}},
		"only ENV-09":   {func(r suites.Rule) bool { return r.ID == "ENV-09" }, nil},
		"only envelope": {func(r suites.Rule) bool { return r.Area == "envelope" }, nil},
		"only FLT-05":   {func(r suites.Rule) bool { return r.ID == "FLT-05" }, []contract.Need{contract.NeedFaults("FLT-05")}},
		"FLT-05 and ERR-02": {
			func(r suites.Rule) bool { return r.ID == "FLT-05" || r.ID == "ERR-02" },
			[]contract.Need{contract.NeedFaults("FLT-05"), contract.NeedEveryFault},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var chosen []suites.Rule
			for _, r := range suites.Rules() {
				if tc.wanted(r) {
					chosen = append(chosen, r)
				}
			}
			var got []contract.Need
			for _, n := range suites.Needs(chosen) {
				if _, isFault := n.Faults(); isFault && (name != "all" || n == contract.NeedEveryFault) {
					got = append(got, n)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}
