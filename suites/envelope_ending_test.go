package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func endingVerdicts() []verdict {
	broken := func(ending, got, note string, line int) verdict {
		f := inList("ListAccounts()", "it returns, also when something goes wrong", got, note)
		f.Line = line
		return verdict{name: ending, rule: "ENV-09", change: ends(transcript.CallList, ending), findings: []contract.Finding{f}}
	}
	throws := func(thrown transcript.Throwable, note string) verdict {
		f := inList("ListAccounts()", "it returns, also when something goes wrong", "it threw "+thrown.Class+`: "`+thrown.Message+`"`, note)
		f.File, f.Line = thrown.File, thrown.Line
		return verdict{
			name: thrown.Class, rule: "ENV-09",
			change: call(transcript.CallList, func(c *transcripttest.Call) { c.Throws(thrown) }), findings: []contract.Finding{f},
		}
	}
	late := func(change func(*transcripttest.Session)) func(*transcripttest.Run) {
		return session(transcript.SessionList, change)
	}
	after := contract.Finding{
		Call: "list", At: "after ListAccounts() returned", Want: "PHP ends in good order",
		Got: "PHP ended with an error (status 255)", Note: "a shutdown function or a destructor of the module failed",
	}
	fatal := after
	fatal.Got, fatal.File, fatal.Line = `a fatal error: "Uncaught Error: x"`, "acme.php", 70
	return []verdict{
		{name: "returns", rule: "ENV-09"},
		{name: "returns null", rule: "ENV-09", change: returns(nil)},
		broken(transcript.EndThrew, `it threw RuntimeException: "boom"`, "", 40),
		broken(transcript.EndFatal, `it ended with a fatal error: "Cannot redeclare acme_call()"`, "PHP cannot go on after a fatal error, so no catch block sees it", 7),
		broken(transcript.EndOutOfMemory, "it ran out of memory", "PHP cannot go on without memory, so no catch block sees it", 51),
		broken(transcript.EndTimedOut, "it did not answer in time and was stopped", "it was stopped after 60 seconds", listLine),
		broken(transcript.EndCrashed, "it crashed PHP (SIGSEGV)", "this is often endless recursion", listLine),
		broken(transcript.EndLost, "it ended PHP without any result", "", listLine),
		throws(transcript.Throwable{Class: "TypeError", Message: "must be of type array", File: "lib/Api.php", Line: 8, Is: []string{"Error", "Throwable"}},
			`TypeError is an error of PHP: catch (Exception $e) does not catch it, catch (\Throwable $e) does`),
		throws(transcript.Throwable{Class: "AcmeException", Message: "failed", File: "acme.php", Line: 9, Is: []string{"Exception", "Throwable"}, Previous: "JsonException"},
			"it was caused by JsonException"),
		{name: "exits", rule: "ENV-09", change: ends(transcript.CallList, transcript.EndExited), follows: "OUT-04"},
		{name: "missing", rule: "ENV-09", change: ends(transcript.CallList, transcript.EndMissing), follows: "LOAD-01"},
		{name: "not reached", rule: "ENV-09", change: ends(transcript.CallList, transcript.EndNotReached), follows: "LOAD-01"},
		{name: "no answer", rule: "ENV-09", change: ends(transcript.CallList, transcript.EndNoAnswer), outcome: contract.NotTestable, reason: "the answer is not JSON"},
		{
			name: "breaks off", rule: "ENV-09", change: ends(transcript.CallList, transcript.EndOpen), outcome: contract.NotTestable,
			reason: "the run was stopped during the call this rule looks at",
		},
		{
			name: "destructor throws", rule: "ENV-09", change: late(func(s *transcripttest.Session) { s.Exit.Status = 255 }),
			findings: []contract.Finding{after},
		},
		{name: "PHP crashes after it returned", rule: "ENV-09", change: late(func(s *transcripttest.Session) {
			s.Shutdown, s.Final, s.Exit = nil, false, &transcript.Exit{Status: 255, Signal: "SIGSEGV"}
		})},
		{
			name: "shutdown function ends in a fatal error", rule: "ENV-09",
			change: late(func(s *transcripttest.Session) {
				s.Shutdown.Fatal = &transcript.Fatal{Message: "Uncaught Error: x", File: "acme.php", Line: 70}
			}),
			findings: []contract.Finding{fatal},
		},
		{
			name: "server error behind an endpoint that answers", rule: "ENV-09", endpoint: true,
			change: late(func(s *transcripttest.Session) { s.Exit.Status = 255 }),
		},
	}
}

// The rules and the published schema of the envelope must agree on what is
// wrong with an answer.
func TestEnvelopeRulesAgreeWithTheSchema(t *testing.T) {
	envelope, err := schema.Envelope()
	if err != nil {
		t.Fatal(err)
	}
	const both, neither = "schema and rules", "neither"
	for name, tc := range map[string]struct {
		value any
		by    string
	}{
		"good":             {transcripttest.Success(transcripttest.Account("a.example")), neither},
		"good failure":     {transcripttest.Failure("x"), neither},
		"success int":      {transcripttest.Array{"success": 1, "accounts": transcripttest.List{}}, both},
		"no success":       {transcripttest.Array{"accounts": transcripttest.List{}}, both},
		"no accounts":      {transcripttest.Array{"success": true}, both},
		"accounts null":    {transcripttest.Array{"success": true, "accounts": nil}, both},
		"error on success": {transcripttest.Array{"success": true, "accounts": transcripttest.List{}, "error": "x"}, both},
		// An empty error says that there was none.
		"empty error": {transcripttest.Array{"success": true, "accounts": transcripttest.List{}, "error": ""}, "schema"},
		// The schema sees a placeholder where the accounts were.
		"failure with list": {transcripttest.Array{"success": false, "error": "x", "accounts": transcripttest.List{"y"}}, "rules"},
		"other key":         {transcripttest.Array{"success": true, "accounts": transcripttest.List{}, "total": 0}, both},
		"bare list":         {transcripttest.List{"x"}, both},
		"empty array":       {transcripttest.List{}, both},
		"null":              {nil, both},
		"string":            {"x", both},
	} {
		t.Run(name, func(t *testing.T) {
			run := transcripttest.Conformant(t)
			run.List().Returns(tc.value)
			recorded := run.Transcript()
			violations, err := envelope.ValidatePHP(recorded.Call(transcript.CallList).Value)
			if err != nil {
				t.Fatal(err)
			}
			var failed []string
			for id, r := range judgeTranscript(t, recorded) {
				if r.Rule.Area == "envelope" && r.Outcome == contract.Fail {
					failed = append(failed, id)
				}
			}
			by := map[[2]bool]string{{true, true}: both, {true, false}: "schema", {false, true}: "rules", {false, false}: neither}
			if got := by[[2]bool{len(violations) > 0, len(failed) > 0}]; got != tc.by {
				t.Errorf("refused by %s, want %s: the schema has %v, the rules that fail are %v", got, tc.by, violations, failed)
			}
		})
	}
}
