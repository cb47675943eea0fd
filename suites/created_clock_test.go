package suites_test

import (
	"fmt"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

// dated makes the first call at 10:00:00 UTC, and the repeated ones 3 and 3.2
// seconds later; each takes a tenth of a second.
func dated(first, again, third any) func(*tt.Run) {
	return func(run *tt.Run) {
		for id, call := range map[string]struct {
			at    string
			value any
		}{
			transcript.CallList:    {"2026-03-01T10:00:00.500Z", first},
			transcript.CallRepeat1: {"2026-03-01T10:00:03.500Z", again},
			transcript.CallRepeat2: {"2026-03-01T10:00:03.700Z", third},
		} {
			c := run.Call(id)
			c.Info.At, c.Effects.Seconds = call.at, 0.1
			c.Returns(call.value)
		}
	}
}

func on(identifier, created any) any {
	return list(tt.Array{"uniqueIdentifier": identifier, "created": created})
}

func TestDatesTakenFromTheClock(t *testing.T) {
	const moved = " | between the two calls it moved on by 3 seconds, as the clock did"
	checkLists(t, "DATE-03", []listCase{
		{"stored", dated(on("a", "2019-07-02 13:15:00"), on("a", "2019-07-02 13:15:00"), on("a", "2019-07-02 13:15:00")), []string{}},
		{"now", dated(on("a", "2026-03-01 10:00:00"), on("a", "2026-03-01 10:00:03"), on("a", "2026-03-01 10:00:03")), []string{
			`repeat-1 accounts[0].created | want "2026-03-01 10:00:00" (string), as in the first call | got "2026-03-01 10:00:03" (string)` + moved,
		}},
		{"now, in another timezone", dated(on("a", "2026-03-01 15:45:00"), on("a", "2026-03-01 15:45:03"), nil), []string{
			`repeat-1 accounts[0].created | want "2026-03-01 15:45:00" (string), as in the first call | got "2026-03-01 15:45:03" (string)` + moved,
		}},
		{"now less an uptime", dated(on("a", "2026-01-31 07:12:33"), on("a", "2026-01-31 07:12:36"), nil), []string{
			`repeat-1 accounts[0].created | want "2026-01-31 07:12:33" (string), as in the first call | got "2026-01-31 07:12:36" (string)` + moved,
		}},
		{"seen in the third call only", dated(on("a", "2026-03-01 10:00:00"), on("a", "2026-03-01 10:00:00"), on("a", "2026-03-01 10:00:04")), []string{
			`repeat-2 accounts[0].created | want "2026-03-01 10:00:00" (string), as in the first call | got "2026-03-01 10:00:04" (string) | between the two calls it moved on by 4 seconds, as the clock did`,
		}},
		{"one account of three", dated(
			list(owner("a", "1"), tt.Array{"uniqueIdentifier": "2", "created": "2026-03-01 10:00:00"}, owner("c", "3")),
			list(owner("c", "3"), owner("a", "1"), tt.Array{"uniqueIdentifier": "2", "created": "2026-03-01 10:00:02"}), nil), []string{
			`repeat-1 accounts[2].created | want "2026-03-01 10:00:00" (string), as in the first call | got "2026-03-01 10:00:02" (string) | between the two calls it moved on by 2 seconds, as the clock did`,
		}},
		{"now, without identifiers", dated(on("", "2026-03-01 12:00:00"), on("", "2026-03-01 12:00:03"), nil), []string{
			`repeat-1 accounts[0].created | want "2026-03-01 12:00:00" (string), as in the first call | got "2026-03-01 12:00:03" (string)` + moved,
		}},
		{"now, without identifiers, west of Greenwich", dated(on("", "2026-03-01 06:29:59"), on("", "2026-03-01 06:30:03"), nil), []string{
			`repeat-1 accounts[0].created | want "2026-03-01 06:29:59" (string), as in the first call | got "2026-03-01 06:30:03" (string) | between the two calls it moved on by 4 seconds, as the clock did`,
		}},
		{"now, by a clock that is two seconds behind", dated(on("", "2026-03-01 11:59:58"), on("", "2026-03-01 12:00:01"), nil), []string{
			`repeat-1 accounts[0].created | want "2026-03-01 11:59:58" (string), as in the first call | got "2026-03-01 12:00:01" (string)` + moved,
		}},
		{"now, by a clock that is two seconds ahead", dated(on("", "2026-03-01 12:00:02"), on("", "2026-03-01 12:00:05"), nil), []string{
			`repeat-1 accounts[0].created | want "2026-03-01 12:00:02" (string), as in the first call | got "2026-03-01 12:00:05" (string)` + moved,
		}},
		{"by a clock that is three seconds behind", dated(on("", "2026-03-01 11:59:57"), on("", "2026-03-01 12:00:01"), nil), []string{}},
		{"a time of the first call that is too early for the second", dated(on("", "2026-03-01 11:59:58"), on("", "2026-03-01 12:00:00"), nil), []string{}},
		{"a time of the first call that is too late for the second", dated(on("", "2026-03-01 12:00:02"), on("", "2026-03-01 12:00:08"), nil), []string{}},
		{"a new account with a date from the start of Unix time", dated(on("a", "2019-07-02 13:15:00"), on("b", "1970-01-01 00:00:03"), nil), []string{}},
		{"14 hours to the east", dated(on("", "2026-03-02 00:00:00"), on("", "2026-03-02 00:00:03"), nil), []string{
			`repeat-1 accounts[0].created | want "2026-03-02 00:00:00" (string), as in the first call | got "2026-03-02 00:00:03" (string)` + moved,
		}},
		{"14 hours to the west", dated(on("", "2026-02-28 20:00:00"), on("", "2026-02-28 20:00:03"), nil), []string{
			`repeat-1 accounts[0].created | want "2026-02-28 20:00:00" (string), as in the first call | got "2026-02-28 20:00:03" (string)` + moved,
		}},
		{"moved by a second", dated(on("a", "2019-07-02 13:15:00"), on("a", "2019-07-02 13:15:01"), nil), []string{
			`repeat-1 accounts[0].created | want "2019-07-02 13:15:00" (string), as in the first call | got "2019-07-02 13:15:01" (string) | between the two calls it moved on by 1 second, as the clock did`,
		}},
		{"moved by as much as clocks differ", dated(on("a", "2019-07-02 13:15:00"), on("a", "2019-07-02 13:15:06"), nil), []string{
			`repeat-1 accounts[0].created | want "2019-07-02 13:15:00" (string), as in the first call | got "2019-07-02 13:15:06" (string) | between the two calls it moved on by 6 seconds, as the clock did`,
		}},
		{"moved by more than that", dated(on("a", "2019-07-02 13:15:00"), on("a", "2019-07-02 13:15:07"), nil), []string{}},
		{"no timezone is that far off", dated(on("", "2026-03-02 00:15:00"), on("", "2026-03-02 00:15:03"), nil), []string{}},
		{"nor in the other direction", dated(on("", "2026-02-28 19:45:00"), on("", "2026-02-28 19:45:03"), nil), []string{}},
		{"a minute off", dated(on("", "2026-03-01 12:01:00"), on("", "2026-03-01 12:01:03"), nil), []string{}},
		{"now, with random identifiers", dated(on("x", "2026-03-01 10:00:00"), on("y", "2026-03-01 10:00:03"), nil), []string{
			`repeat-1 accounts[0].created | want "2026-03-01 10:00:00" (string), as in the first call | got "2026-03-01 10:00:03" (string)` + moved,
		}},
		{"created at this very moment", dated(on("a", "2026-03-01 10:00:00"), on("a", "2026-03-01 10:00:00"), on("a", "2026-03-01 10:00:00")), []string{}},
		{"another account created during each call", dated(
			list(owner("a", "1")),
			list(tt.Array{"uniqueIdentifier": "2", "created": "2026-03-01 10:00:03"}, owner("a", "1")), nil), []string{}},
		{"accounts that moved up", dated(
			list(tt.Array{"uniqueIdentifier": "", "created": "2019-07-02 13:15:00"}, tt.Array{"uniqueIdentifier": "", "created": "2019-07-02 13:15:03"}),
			list(tt.Array{"uniqueIdentifier": "", "created": "2019-07-02 13:15:03"}), nil), []string{}},
		{"a date that went back", dated(on("a", "2026-03-01 10:00:03"), on("a", "2026-03-01 10:00:00"), nil), []string{}},
		{"a date that jumped", dated(on("a", "2019-07-02 13:15:00"), on("a", "2019-07-03 13:15:00"), nil), []string{}},
		{"one identifier for all", dated(
			list(tt.Array{"uniqueIdentifier": "a", "created": "2019-07-02 13:15:00"}, tt.Array{"uniqueIdentifier": "a", "created": "2019-07-02 13:15:03"}),
			list(tt.Array{"uniqueIdentifier": "a", "created": "2019-07-02 13:15:03"}), nil), []string{}},
		{"no date", dated(on("a", ""), on("a", ""), on("a", "")), []string{}},
		{"no date that can be read", dated(on("a", "01.03.2026 10:00:00"), on("a", "01.03.2026 10:00:03"), nil), []string{}},
	})
}

// Of many accounts each is counted once, however few are shown.
func TestManyDatesTakenFromTheClock(t *testing.T) {
	const n = contract.MaxFindings + 5
	before, after := make([]tt.Array, n), make([]tt.Array, n)
	for i := range n {
		before[i] = tt.Array{"uniqueIdentifier": fmt.Sprint(i), "created": "2026-03-01 10:00:00"}
		after[i] = tt.Array{"uniqueIdentifier": fmt.Sprint(i), "created": "2026-03-01 10:00:03"}
	}
	run := tt.Conformant(t)
	dated(list(before...), list(after...), nil)(run)
	got := ruled(t, run.Transcript(), "DATE-03")
	if got.Count != n || len(got.Findings) != contract.MaxFindings {
		t.Errorf("%d accounts are counted, of which %d are shown", got.Count, len(got.Findings))
	}
}

func TestDatesWithoutTheTimesOfTheCalls(t *testing.T) {
	for _, rule := range []string{"DATE-03", "DATE-04"} {
		run := tt.Conformant(t)
		run.List().Info.At = ""
		run.Header.Started = "long ago"
		got := ruled(t, run.Transcript(), rule)
		if got.Outcome != contract.NotTestable || got.Reason != "the transcript does not say when the accounts were listed" {
			t.Errorf("%s came out as %s (%q)", rule, got.Outcome, got.Reason)
		}
	}
	run := tt.Conformant(t)
	run.List().Info.At = ""
	for _, id := range []string{transcript.CallRepeat1, transcript.CallRepeat2} {
		run.Call(id).Returns(tt.Failure("The panel does not answer."))
	}
	if got := ruled(t, run.Transcript(), "DATE-03"); got.Outcome != contract.Fail || got.Follows != "DET-01" {
		t.Errorf("without any list to compare it came out as %s following %q", got.Outcome, got.Follows)
	}
	run = listing(t, account(tt.Array{"created": "2026-03-02 10:00:01"}))
	run.List().Info.At = ""
	if got := ruled(t, run.Transcript(), "DATE-04"); got.Outcome != contract.Fail {
		t.Errorf("a date after the day the run began came out as %s", got.Outcome)
	}
}
