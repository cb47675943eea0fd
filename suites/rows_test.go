package suites_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

// A finding says in which call, where, what and how, and points at the module's
// function.
func TestFindingsOfAList(t *testing.T) {
	run := listing(t, account(), account(tt.Array{"status": "active", "primaryip": "192.0.2.1/24", "username": " a"}))
	for rule, want := range map[string]contract.Finding{
		"STAT-01": {
			Call: "list", At: "accounts[1].status", Want: `"Active" or "Suspended"`, Got: `"active" (string)`,
			Note: `only case or white space differs; use the constants of WHMCS\Service\Status`, File: "acme.php", Line: 50,
		},
		"IP-02": {
			Call: "list", At: "accounts[1].primaryip", Want: `one bare IP address, such as "192.0.2.10", or ""`, Got: `"192.0.2.1/24" (string)`,
			File: "acme.php", Line: 50,
		},
		"ACC-07": {
			Call: "list", At: "accounts[1].username", Want: "plain text without white space around it", Got: `" a" (string)`,
			Note: "there is white space around it", File: "acme.php", Line: 50,
		},
	} {
		got := ruled(t, run.Transcript(), rule)
		if diff := cmp.Diff([]contract.Finding{want}, got.Findings); diff != "" || got.Count != 1 {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}

// Every row counts, but only the first findings are kept.
func TestManyBadRows(t *testing.T) {
	const n = contract.MaxFindings + 5
	bad := make([]any, n)
	for i := range bad {
		bad[i] = account(tt.Array{
			"uniqueIdentifier": "x", "status": "active", "created": "1970-01-01 00:00:00", "username": tt.Text("\xff"),
			"email": "guest@local.invalid", "extra": i,
		})
	}
	run := listing(t, bad...).Transcript()
	for rule, count := range map[string]int{
		"STAT-01": n, "DATE-02": n, "ACC-06": n, "MAIL-03": n, "ACC-04": n, "UID-03": n, "UID-02": n - 1, "DATE-01": 0,
	} {
		got := ruled(t, run, rule)
		if got.Count != count || len(got.Findings) != min(count, contract.MaxFindings) {
			t.Errorf("%s counted %d and kept %d, want %d", rule, got.Count, len(got.Findings), count)
		}
		if slices.ContainsFunc(got.Findings, isEmpty) {
			t.Errorf("%s kept an empty finding", rule)
		}
	}
}

func isEmpty(f contract.Finding) bool { return f.At == "" }

func TestManyDatesFromTheClock(t *testing.T) {
	const n = contract.MaxFindings + 5
	at := func(created string) any {
		accounts := make([]tt.Array, n)
		for i := range accounts {
			accounts[i] = tt.Array{"uniqueIdentifier": fmt.Sprint(i), "created": created}
		}
		return list(accounts...)
	}
	run := tt.Conformant(t)
	dated(at("2026-03-01 10:00:00"), at("2026-03-01 10:00:03"), nil)(run)
	got := ruled(t, run.Transcript(), "DATE-03")
	if got.Count != n || len(got.Findings) != contract.MaxFindings || slices.ContainsFunc(got.Findings, isEmpty) {
		t.Errorf("counted %d, kept %d", got.Count, len(got.Findings))
	}
}

// Where there is nothing to look at, no rule about the list passes.
func TestListsThatShowNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		change  func(*tt.Run)
		outcome contract.Outcome
		follows string
	}{
		"empty list":    {func(run *tt.Run) { run.EachList(tt.Success()) }, contract.NotTestable, ""},
		"failure":       {func(run *tt.Run) { run.EachList(tt.Failure("no server")) }, contract.NotTestable, ""},
		"no list":       {func(run *tt.Run) { run.EachList(tt.Array{"success": true}) }, contract.Fail, "ENV-02"},
		"exception":     {func(run *tt.Run) { run.List().Ends(transcript.EndThrew) }, contract.Fail, "ENV-09"},
		"exit":          {func(run *tt.Run) { run.List().Exits(0, "") }, contract.Fail, "OUT-04"},
		"string":        {func(run *tt.Run) { run.EachList("no") }, contract.Fail, "ENV-08"},
		"was not run":   {func(run *tt.Run) { run.Without(transcript.SessionList, false) }, contract.NotTestable, ""},
		"not reachable": {func(run *tt.Run) { run.List().Ends(transcript.EndNoAnswer) }, contract.NotTestable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			run := tt.Conformant(t)
			tc.change(run)
			for _, got := range judged(t, run.Transcript(), listRules()) {
				if got.Outcome != tc.outcome || got.Follows != tc.follows {
					t.Errorf("%s came out as %s following %q, want %s following %q", got.Rule.ID, got.Outcome, got.Follows, tc.outcome, tc.follows)
				}
				if got.Outcome == contract.NotTestable && (got.Reason == "" || got.Supply == "") {
					t.Errorf("%s does not say why it was not tested (%q) and what would help (%q)", got.Rule.ID, got.Reason, got.Supply)
				}
			}
		})
	}
}

// The same list judged through an endpoint breaks the same rules.
func TestTheSameListThroughAnEndpoint(t *testing.T) {
	entry := account(tt.Array{
		"uniqueIdentifier": 42, "status": "active", "created": nil, "domain": "https://one.example/", "primaryip": "1.2.3.4:80",
		"email": "x@local.invalid", "product": "Basic", "username": "<b>x</b>", "package": "p",
	})
	seen := failures(t, listing(t, entry).Transcript())
	run := tt.Endpoint(t)
	run.EachList(tt.Success(entry))
	through := failures(t, run.Transcript())
	if diff := cmp.Diff(seen, through); diff != "" {
		t.Errorf("failures (-module +endpoint):\n%s", diff)
	}
	if len(seen) < 9 {
		t.Errorf("only %d failures: %v", len(seen), seen)
	}
}

// BenchmarkRows judges a sound list of 100,000 accounts by every rule that
// looks at rows.
func BenchmarkRows(b *testing.B) {
	const n = 100_000
	accounts := make([]any, n)
	for i := range accounts {
		name := fmt.Sprintf("customer%06d", i)
		accounts[i] = tt.Account(name+".example", tt.Array{
			"username": name, "email": "owner@" + name + ".example", "primaryip": fmt.Sprintf("198.51.%d.%d", i/256%256, i%256),
		})
	}
	run := tt.Conformant(b)
	run.List().Returns(tt.Success(accounts...))
	recorded := run.Transcript()
	rules := slices.DeleteFunc(suites.Rules(), func(r suites.Rule) bool { return r.Row == nil && r.Claims == nil })
	b.ReportAllocs()
	for b.Loop() {
		j, err := suites.NewJudge(rules, recorded)
		if err != nil {
			b.Fatal(err)
		}
		for i := range j.Len() {
			if got := j.Close(i); got.Outcome == contract.Fail {
				b.Fatalf("%s fails: %v", got.Rule.ID, got.Findings[0])
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/account")
}

// A sound row costs its rules no memory of its own: there may be a million.
func TestSoundRowsAllocateNothing(t *testing.T) {
	run := listing(t, account(), account(tt.Array{"primaryip": "", "email": ""})).Transcript()
	sound := slices.Collect(run.Call(transcript.CallList).Accounts())[0]
	for _, r := range listRules() {
		// UID-02 fails a row that it sees again.
		if r.Row == nil || r.ID == "UID-02" {
			continue
		}
		check := r.Row(suites.NewCase(r, run))
		if n := testing.AllocsPerRun(100, func() { check(sound) }); n > 0 {
			t.Errorf("%s allocates %v times for each row", r.ID, n)
		}
	}
}
