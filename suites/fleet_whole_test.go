package suites_test

import (
	"fmt"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

// fleetNames are the accounts of ordinary fleets, in order.
func fleetNames(n int) []string { return []string{"anna", "bert", "cora", "dora", "emil"}[:n] }

// holding adds a call for a panel that holds ordinary accounts; the rows are
// those the module gives of them.
func holding(n int, change func(*tt.Session), rows ...string) func(*tt.Run) {
	return heldAs(transcript.FleetAccounts, n, change, rows...)
}

func heldAs(fleet string, n int, change func(*tt.Session), rows ...string) func(*tt.Run) {
	return func(r *tt.Run) {
		var accounts []transcript.Held
		for _, name := range fleetNames(n) {
			accounts = append(accounts, heldAccount(name))
		}
		call := r.Hold(transcript.Fleet{Name: fleet, Title: "odd", Accounts: accounts}, false)
		// A larger number of the same accounts only adds those that are new.
		last := &r.Fleets[len(r.Fleets)-1]
		for _, f := range r.Fleets[:len(r.Fleets)-1] {
			if f.Name == fleet {
				last.From += len(f.Accounts)
			}
		}
		last.Accounts = last.Accounts[last.From:]
		var list []any
		for _, name := range rows {
			list = append(list, heldRow(heldAccount(name)))
		}
		call.Returns(tt.Success(list...))
		if change != nil {
			change(r.Sessions[len(r.Sessions)-1])
		}
	}
}

func ending(how string) func(*tt.Session) {
	return func(s *tt.Session) { s.Calls[0].Ends(how) }
}

func ofPanel(n int, want, got, note string, preview *contract.Preview) []contract.Finding {
	return []contract.Finding{{
		Call: fmt.Sprintf("fleet:%d", n), At: fmt.Sprintf("ListAccounts() of a panel with %d accounts", n), Want: want, Got: got, Note: note,
		Preview: preview, File: "acme.php", Line: listLine,
	}}
}

func TestListsOfEverySize(t *testing.T) {
	const (
		all     = "success => true with all 3 accounts"
		noList  = "no list was given within the limits on time and memory"
		stopped = "the run was stopped during the call this rule looks at"
		once    = "one row for each of 3 accounts"
	)
	whole := fleetNames(3)
	interrupted := func(s *tt.Session) { s.Exit.Interrupted = true }
	memory := func(s *tt.Session) {
		s.Calls[0].Ends(transcript.EndFatal)
		s.Shutdown.Fatal.Memory = true
	}
	clock := func(s *tt.Session) {
		s.Calls[0].Ends(transcript.EndFatal)
		s.Shutdown.Fatal.Time = true
	}
	lacks := &contract.Preview{Held: 3, Listed: 2, Missing: 1, MissingRows: []string{`"id-cora" ("cora")`}}
	verdicts := []verdict{
		{name: "whole", rule: "FLT-12", change: holding(3, nil, whole...)},
		{name: "in another order", rule: "FLT-12", change: holding(3, nil, "cora", "anna", "bert")},
		{name: "one is missing", rule: "FLT-12", change: holding(3, nil, "anna", "bert"),
			findings: ofPanel(3, all, "success => true with 2 accounts", `1 account is missing, such as "id-cora" ("cora")`, lacks)},
		{name: "the larger one is cut short", rule: "FLT-12", change: both(holding(2, nil, "anna", "bert"), holding(3, nil, "anna", "bert")),
			findings: ofPanel(3, all, "success => true with 2 accounts", `1 account is missing, such as "id-cora" ("cora")`, lacks)},
		{name: "a row too many", rule: "FLT-12", change: holding(3, nil, "anna", "bert", "cora", "cora", "emil")},
		{name: "a failure", rule: "FLT-12", change: holding(3, func(s *tt.Session) { s.Calls[0].Returns(tt.Failure("Too many.")) }),
			findings: ofPanel(3, all, `success => false with the error "Too many." (string)`, "", nil)},
		{name: "an exit", rule: "FLT-12", change: holding(3, ending(transcript.EndExited)), findings: ofPanel(3, all, "it called exit or die", "", nil)},
		{name: "no answer", rule: "FLT-12", change: holding(3, ending(transcript.EndTimedOut)), outcome: contract.NotTestable, reason: noList},
		{name: "no memory", rule: "FLT-12", change: holding(3, ending(transcript.EndOutOfMemory)), outcome: contract.NotTestable, reason: noList},
		{name: "a fatal error for want of memory", rule: "FLT-12", change: holding(3, memory), outcome: contract.NotTestable, reason: noList},
		{name: "a fatal error for want of time", rule: "FLT-12", change: holding(3, clock), outcome: contract.NotTestable, reason: noList},
		{name: "another fatal error", rule: "FLT-12", change: holding(3, ending(transcript.EndFatal)),
			findings: ofPanel(3, all, `it ended with a fatal error: "Cannot redeclare acme_call()"`, "", nil)},
		{name: "no memory for the larger one", rule: "FLT-12", change: both(holding(2, nil, "anna", "bert"), holding(3, ending(transcript.EndOutOfMemory)))},
		{name: "broken off", rule: "FLT-12", change: holding(3, interrupted, "anna"), outcome: contract.NotTestable, reason: stopped},
		{name: "the larger one is broken off", rule: "FLT-12", change: both(holding(2, nil, "anna", "bert"), holding(3, interrupted, "anna"))},
		{name: "each once", rule: "ACC-08", change: holding(3, nil, whole...)},
		{name: "one is missing", rule: "ACC-08", change: holding(3, nil, "anna", "bert")},
		{name: "a row twice", rule: "ACC-08", change: holding(3, nil, "anna", "bert", "cora", "cora"),
			findings: ofPanel(3, once, "4 rows", `1 account is listed more than once, such as "id-cora" ("cora")`, nil)},
		{name: "a row of no account", rule: "ACC-08", change: holding(3, nil, "anna", "bert", "cora", "emil"),
			findings: ofPanel(3, once, "4 rows", `1 row is no account of the panel, such as accounts[3]`, nil)},
		{name: "a failure", rule: "ACC-08", change: holding(3, func(s *tt.Session) { s.Calls[0].Returns(tt.Failure("Too many.")) })},
		{name: "a failure with a row twice", rule: "ACC-08", change: holding(3, func(s *tt.Session) {
			s.Calls[0].Returns(tt.Array{"success": false, "error": "Too many.", "accounts": tt.List{heldRow(heldAccount("anna")), heldRow(heldAccount("anna"))}})
		})},
		{name: "broken off", rule: "ACC-08", change: both(holding(2, nil, "anna", "bert"), holding(3, interrupted, "anna", "anna"))},
		{name: "a row twice that is odd", rule: "ACC-08", change: both(holding(2, nil, "anna", "bert"), heldAs("mail-1", 2, nil, "anna", "bert", "bert")),
			findings: []contract.Finding{{
				Call: "fleet:mail-1", At: "ListAccounts() of a panel with an odd account (mail-1: odd)", Want: "one row for each of 2 accounts", Got: "3 rows",
				Note: `1 account is listed more than once, such as "id-bert" ("bert")`, File: "acme.php", Line: listLine,
			}}},
	}
	testPlayed(t, verdicts)
}

// The limits are PHP's own defaults; what takes just as much as they allow is
// within them.
func TestUsualLimits(t *testing.T) {
	const want = "an answer within 30 seconds and 128 MB"
	taking := func(seconds float64, memory int64) func(*tt.Run) {
		return holding(3, func(s *tt.Session) { s.Calls[0].Effects.Seconds, s.Calls[0].Effects.Memory = seconds, memory }, "anna")
	}
	var verdicts []verdict
	for _, v := range []verdict{
		{name: "as much as there is", change: taking(30, 128<<20)},
		{name: "too long", change: taking(31, 0), findings: ofPanel(3, want, "it took 31 seconds", "3 requests were made", nil)},
		{name: "too much", change: taking(0, 128<<20+1), findings: ofPanel(3, want, "it took 128 MB", "3 requests were made", nil)},
		{name: "no answer", change: holding(3, ending(transcript.EndTimedOut)), findings: ofPanel(3, want, "it did not answer in time and was stopped", "3 requests were made", nil)},
		{name: "broken off", change: both(holding(2, nil, "anna", "bert"), holding(3, func(s *tt.Session) {
			s.Calls[0].Ends(transcript.EndTimedOut)
			s.Exit.Interrupted = true
		}))},
	} {
		v.rule, v.from = "PERF-01", tt.Played
		verdicts = append(verdicts, v)
	}
	testVerdicts(t, verdicts)
}

// An odd account among good ones is kept, or makes the call fail.
func TestVanishedOddAccounts(t *testing.T) {
	interrupted := func(s *tt.Session) { s.Exit.Interrupted = true }
	refuses := func(s *tt.Session) { s.Calls[0].Returns(tt.Failure("An account cannot be listed.")) }
	vanished := contract.Finding{
		Call: "fleet:mail-1", At: "ListAccounts() of a panel with an odd account (mail-1: odd)", Want: "success => false with an error, or all 3 accounts",
		Got: "success => true with 2 accounts", Note: `1 account is missing, such as "id-cora" ("cora")`, File: "acme.php", Line: listLine,
		Preview: &contract.Preview{Held: 3, Listed: 2, Missing: 1, MissingRows: []string{`"id-cora" ("cora")`}},
	}
	second := vanished
	second.Call, second.At = "fleet:text-2", "ListAccounts() of a panel with an odd account (text-2: odd)"
	verdicts := []verdict{
		{name: "kept", change: heldAs("mail-1", 3, nil, "anna", "bert", "cora")},
		{name: "twice", change: heldAs("mail-1", 3, nil, "anna", "bert", "cora", "cora")},
		{name: "refused", change: heldAs("mail-1", 3, refuses)},
		{name: "left out", change: heldAs("mail-1", 3, nil, "anna", "bert"), findings: []contract.Finding{vanished}},
		{name: "left out of several", change: both(heldAs("mail-1", 3, nil, "anna", "bert"), heldAs("text-2", 3, nil, "anna", "bert")), findings: []contract.Finding{vanished, second}},
		{name: "left out after one that was kept", change: both(heldAs("mail-1", 3, nil, "anna", "bert", "cora"), heldAs("text-2", 3, nil, "anna", "bert")), findings: []contract.Finding{second}},
		{name: "broken off", change: heldAs("mail-1", 3, interrupted, "anna", "bert")},
		{name: "a state that need not be listed", change: heldAs("states-1", 3, nil, "anna", "bert")},
	}
	for i := range verdicts {
		verdicts[i].rule, verdicts[i].from = "FLT-16", tt.Talking
	}
	testVerdicts(t, verdicts)
}

// Whether a module goes by the panel's ids is told by its ordinary accounts.
func TestIDsThatAreNotThePanels(t *testing.T) {
	as := func(rows ...tt.Array) func(*tt.Session) {
		return func(s *tt.Session) {
			var list []any
			for _, row := range rows {
				list = append(list, row)
			}
			s.Calls[0].Returns(tt.Success(list...))
		}
	}
	anna, bert, cora := heldRow(heldAccount("anna")), heldRow(heldAccount("bert")), heldRow(heldAccount("cora"))
	changed := func(row tt.Array, id any) tt.Array {
		row = heldRow(heldAccount(row["username"].(string)))
		row["uniqueIdentifier"] = id
		return row
	}
	found := func(at, got string) []contract.Finding {
		return []contract.Finding{{Call: "fleet:ids-1", At: at + ".uniqueIdentifier of ListAccounts() of a panel with an odd account (ids-1: odd)", Want: `"id-cora"`, Got: got, File: "acme.php", Line: listLine}}
	}
	const (
		others  = "the identifier is not the panel's id of the account"
		refused = "the module refuses every list in which an id is odd"
	)
	verdicts := []verdict{
		{name: "all", change: heldAs("ids-1", 3, as(anna, bert, cora))},
		{name: "the odd one is cut", change: heldAs("ids-1", 3, as(anna, bert, changed(cora, "id"))), findings: found("accounts[2]", `"id" (string)`)},
		{name: "the odd one is none", change: heldAs("ids-1", 3, as(anna, bert, changed(cora, nil))), findings: found("accounts[2]", "null")},
		{name: "the odd one comes first", change: heldAs("ids-1", 3, as(changed(cora, "x"), anna, bert)), findings: found("accounts[0]", `"x" (string)`)},
		{name: "none of them", change: heldAs("ids-1", 3, as(changed(anna, "anna.example"), changed(bert, "bert.example"), cora)), outcome: contract.NotApplicable, reason: others},
		{name: "some of them", change: heldAs("ids-1", 3, as(anna, changed(bert, "bert.example"), changed(cora, "x"))), outcome: contract.NotApplicable, reason: others},
		{name: "a row of no account", change: heldAs("ids-1", 3, as(tt.Account("else.example", tt.Array{"username": "else"}), anna, bert, cora))},
		{name: "only the odd one", change: heldAs("ids-1", 3, as(changed(cora, "x"))), outcome: contract.NotApplicable, reason: others},
		{name: "refused", change: heldAs("ids-1", 3, func(s *tt.Session) { s.Calls[0].Returns(tt.Failure("An id cannot be listed.")) }), outcome: contract.NotApplicable, reason: refused},
		{name: "refused, and another that is not by id", outcome: contract.NotApplicable, reason: others, change: both(
			heldAs("ids-1", 3, func(s *tt.Session) { s.Calls[0].Returns(tt.Failure("An id cannot be listed.")) }), heldAs("ids-2", 3, as(changed(anna, "anna.example"))))},
	}
	for i := range verdicts {
		verdicts[i].rule, verdicts[i].from = "UID-06", tt.Played
	}
	testVerdicts(t, verdicts)
}

// A rule that needs a panel says why none was played for it.
func TestRunsWithoutAFleet(t *testing.T) {
	skipped := func(name string) string {
		return "the configuration says that this panel can never have such accounts (panel.skip_fleets names " + name + ")"
	}
	planned := func(id string) func(*tt.Run) {
		return func(r *tt.Run) { r.Header.Plan = append(r.Header.Plan, "fleet:"+id) }
	}
	const ended = "the run ended before the accounts this rule looks at were listed"
	verdicts := []verdict{
		{name: "no profile", rule: "FLT-12", change: func(r *tt.Run) { r.Header.Panel = "" }, outcome: contract.NotApplicable, reason: noProfile},
		{name: "none", rule: "FLT-12", outcome: contract.NotTestable, reason: "the accounts this rule looks at were not part of the run"},
		{name: "cut off", rule: "FLT-12", change: planned("1000"), outcome: contract.NotTestable, reason: ended},
		{name: "cut off before odd ones", rule: "FLT-12", change: planned("states-1"), outcome: contract.NotTestable, reason: "the accounts this rule looks at were not part of the run"},
		{name: "cut off", rule: "STAT-02", change: planned("states-2"), outcome: contract.NotTestable, reason: ended},
		{name: "cut off before others", rule: "STAT-02", change: planned("1000"), outcome: contract.NotApplicable, reason: skipped("states")},
		{name: "left out", rule: "STAT-02", outcome: contract.NotApplicable, reason: skipped("states")},
		{name: "part of the rules", rule: "STAT-02", change: func(r *tt.Run) { r.Header.Rules = []string{"STAT-02"} },
			outcome: contract.NotTestable, reason: "the accounts this rule looks at were not part of the run"},
		{name: "flags", rule: "STAT-04", outcome: contract.NotApplicable, reason: "the panel profile shows nothing of this kind: no reply in it writes a flag with flag or flag_text " +
			"(or the configuration leaves flags out under panel.skip_fleets)"},
		{name: "instants", rule: "DATE-05", outcome: contract.NotApplicable, reason: "the panel profile shows nothing of this kind: no reply in it writes a date with an offset or as seconds " +
			"(or the configuration leaves instants out under panel.skip_fleets)"},
		{name: "no call", rule: "FLT-12", change: holding(3, func(s *tt.Session) { s.Calls = nil }), outcome: contract.NotTestable, reason: ended},
		{name: "not said what was played", rule: "FLT-12", change: holding(3, func(s *tt.Session) { s.Info.Upstream = nil }), outcome: contract.NotTestable, reason: ended},
		{name: "calls of other functions", rule: "FLT-12", from: tt.Managing, outcome: contract.NotTestable, reason: "the accounts this rule looks at were not part of the run"},
		{name: "no conversation", rule: "FLT-12", outcome: contract.NotTestable, change: func(r *tt.Run) { r.Without(transcript.SessionConversation, true) },
			reason: "the run ended before the call this rule looks at"},
		{name: "a conversation without a list", rule: "FLT-12", outcome: contract.NotTestable, change: gives(transcript.CallConversation, tt.Failure("No.")),
			reason: `with its requests passing through syncproof the module gave no list: it reported "No." (string)`},
	}
	testPlayed(t, verdicts)
}

// testPlayed judges runs in which a panel was played.
func testPlayed(t *testing.T, verdicts []verdict) {
	t.Helper()
	for i := range verdicts {
		if verdicts[i].from == nil {
			verdicts[i].from = tt.Played
		}
	}
	testVerdicts(t, verdicts)
}
