package report

import (
	"fmt"
	"strings"

	"syncproof/internal/contract"
)

// sample is a judgement the reports are written from in tests.
type sample struct {
	name      string
	judgement contract.Judgement
}

func samples() []sample {
	return []sample{
		{"pass", allPass()},
		{"hazards", everyHazard()},
		{"hostile", hostile()},
		{"follows", followOns()},
		{"untested", untested()},
		{"trouble", trouble()},
		{"partial-trouble", partialTrouble()},
		{"harness-error", harnessError()},
		{"waivers", waivers()},
		{"conformant-waived", conformantWaived()},
		{"void-waivers", voidWaivers()},
		{"interrupted", interrupted()},
		{"previews", previews()},
		{"no-requests", noRequests()},
		{"empty", judged()},
	}
}

// judged completes a judgement of these results as package judge does.
func judged(results ...contract.Result) contract.Judgement {
	return contract.Judgement{
		Version: 1, Tool: "syncproof 1.0.0", Verdict: contract.Decide(results, false),
		Target:  contract.TargetRef{Kind: "php", Ref: "./modules/servers/acme", Module: "acme"},
		Started: "2026-03-01T10:00:00Z", Seconds: 2.125,
		Scope: []string{
			"Judged from what the module answers to one server. How it behaves when the control panel fails is not tested.",
			"No server was named, so the module was kept off the network.",
		},
		Calls: []contract.CallRef{
			{ID: "metadata", Function: "MetaData", Purpose: "load the module and read its metadata", Ending: "returned", Seconds: 0.02, Memory: 2 << 20},
			{ID: "list", Function: "ListAccounts", Purpose: "list the accounts", Ending: "returned", Seconds: 1.5, Memory: 6 << 20, Accounts: 4},
			{ID: "repeat-1", Function: "ListAccounts", Purpose: "list the accounts again", Ending: "returned", Seconds: 0.25, Accounts: 4},
		},
		Counts: contract.Count(results), Results: results,
		Rerun: "syncproof run ./modules/servers/acme", Transcript: "transcript.ndjson",
		Environment: map[string]string{"php": "8.2.36", "os": "Linux", "network": "open"},
	}
}

func rule(id, area string, level contract.Level, hazard contract.Hazard, title string) contract.Rule {
	return contract.Rule{
		ID: id, Area: area, Level: level, Basis: contract.Documented, Hazard: hazard, Title: title,
		Quote:  "A sentence of the documentation about this.",
		Source: "https://developers.whmcs.com/provisioning-modules/server-sync/\nhttps://developers.whmcs.com/provisioning-modules/meta-data-params/",
		Why:    "What breaking this does in WHMCS, told in a sentence that is long enough to be wrapped on any terminal.",
		Fix:    "Return what the rule asks for.",
		Good:   "return ['success' => true];", Bad: "return true;", Since: "1.0.0",
	}
}

func passed(r contract.Rule) contract.Result { return contract.Result{Rule: r, Outcome: contract.Pass} }

func failing(r contract.Rule, findings ...contract.Finding) contract.Result {
	return contract.Result{Rule: r, Outcome: contract.Fail, Findings: findings, Count: len(findings)}
}

func following(r contract.Rule, cause, note string) contract.Result {
	return contract.Result{
		Rule: r, Outcome: contract.Fail, Count: 1, Follows: cause,
		Findings: []contract.Finding{{At: "the whole rule", Note: note}},
	}
}

func allPass() contract.Judgement {
	return judged(
		passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()")),
		passed(rule("META-02", "meta", contract.Must, contract.Terminate, "the identifier field is a documented one")),
		contract.Result{
			Rule:    rule("META-03", "meta", contract.Must, contract.Terminate, "a custom field has a name"),
			Outcome: contract.NotApplicable, Reason: "the identifier field is no custom field",
		},
		failing(rule("META-11", "meta", contract.Should, contract.NoHazard, "APIVersion is 1.1"), contract.Finding{
			Call: "metadata", At: `MetaData()["APIVersion"]`, Want: `"1.1"`, Got: `"1.0" (string)`,
		}),
		passed(rule("UID-01", "identity", contract.Must, contract.Terminate, "every account has an identifier")),
	)
}

func everyHazard() contract.Judgement {
	var results []contract.Result
	for i, h := range contract.Hazards() {
		level := contract.Must
		if h == contract.Misleading || h == contract.NoHazard {
			level = contract.Should
		}
		area := "identity"
		if i > 3 {
			area = "output"
		}
		results = append(results, failing(
			rule(fmt.Sprintf("HAZ-%02d", i+1), area, level, h, "a rule whose hazard is "+string(h)),
			contract.Finding{Call: "list", At: "accounts[3].status", Want: `"Active" or "Suspended"`, Got: `"active" (string)`, File: "acme.php", Line: 12},
		))
	}
	many := &results[0]
	many.Count = 20
	for row := 4; row < 9; row++ {
		many.Findings = append(many.Findings, contract.Finding{
			Call: "repeat-1", At: fmt.Sprintf("accounts[%d].status", row), Want: `"Active" or "Suspended"`, Got: "null",
			Note: "the key is there, but the panel's value was not translated", File: "lib/Client.php", Line: 70 + row,
		})
	}
	results = append(results,
		failing(rule("ENV-01", "envelope", contract.Must, contract.Terminate, "success is a bool"),
			contract.Finding{Call: "list", At: "the returned array", Want: "the key \"success\" with true or false and nothing else, whatever came of it", Got: "no such key"}),
		failing(rule("LOAD-04", "load", contract.Should, contract.NoHazard, "the file stops without WHMCS"),
			contract.Finding{At: "acme.php", Note: "it went on and printed 12 bytes"}),
	)
	return judged(results...)
}

// hostileText holds what must never reach a terminal or an XML file as it is.
func hostileText() string {
	return "\x1b[32mPASS\x1b[0m ]]> \x00 \uFFFE \u202Eevil\u202C \u200B\uFEFF\u3164\u009b31m\r\n<b>&'\" caf\xe9 \t end"
}

func hostile() contract.Judgement {
	long := strings.Repeat("0123456789", 1000)
	bad := hostileText()
	j := judged(
		failing(rule("UID-01", "identity", contract.Must, contract.Terminate, "every account has an identifier"),
			contract.Finding{Call: bad, At: bad, Want: bad, Got: bad, Note: bad, File: bad, Line: 7},
			contract.Finding{Call: "list", At: long, Want: long, Got: long, Note: long, File: long, Line: 8},
			contract.Finding{Call: "list", At: "a", Got: "two  spaces   kept", File: `lib\Win.php`, Line: -1},
		),
		contract.Result{
			Rule:    rule("UID-02", "identity", contract.Must, contract.Duplicate, "identifiers are unique"),
			Outcome: contract.NotTestable, Reason: bad, Supply: bad,
		},
		contract.Result{
			Rule:    rule("UID-03", "identity", contract.Must, contract.Terminate, "identifiers equal the field"),
			Outcome: contract.Waived, Reason: bad, Count: 1, Findings: []contract.Finding{{At: bad}},
		},
		contract.Result{
			Rule:    rule("UID-04", "identity", contract.Must, contract.Terminate, "identifiers are stable"),
			Outcome: contract.HarnessError, Reason: bad,
		},
		following(rule("UID-06", "identity", contract.Should, contract.Terminate, "leading zeros survive"), "UID-01", bad),
	)
	j.Tool, j.Started, j.Seconds = bad, bad, 1e300
	j.Target = contract.TargetRef{Kind: bad, Ref: bad, Module: bad}
	j.Scope, j.Trouble = []string{bad}, []string{bad, long}
	j.Results[0].Findings[0].Preview = &contract.Preview{
		Held: 3, Listed: 3, Missing: 1, MissingRows: []string{bad}, Changed: 1,
		ChangedRows: []contract.PreviewChange{{ID: bad, Fields: []string{bad}}}, New: 1, NewRows: []string{bad}, Unclear: 1, Notes: []string{bad},
	}
	j.Results[0].Findings[1].Fault = "html-login@2; rm -rf ~"
	j.Upstream = &contract.Upstream{
		Caught: "proxy", Calls: 1, Requests: 1,
		Conversation: &contract.Conversation{Answers: "recorded", Requests: 2, Kinds: []contract.RequestKind{{Method: bad, Address: bad, Count: 1}, {Method: long, Address: long, Count: 1}}},
		Points:       &contract.Points{Possible: 1, Reason: bad},
		Leaves:       &contract.Leaves{Kinds: 1, Reason: bad},
	}
	j.Calls = append(j.Calls, contract.CallRef{ID: bad, Function: bad, Purpose: bad, Ending: bad, Seconds: -1})
	j.Rerun, j.Transcript = bad, bad
	j.Environment = map[string]string{bad: bad, "php": long}
	return j
}

func followOns() contract.Judgement {
	const threw = `ListAccounts() threw RuntimeException: "boom", so there is no answer to look at`
	results := []contract.Result{
		passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()")),
		failing(rule("ENV-09", "envelope", contract.Must, contract.Crash, "nothing is thrown"),
			contract.Finding{Call: "list", At: "ListAccounts()", Want: "an array", Got: `RuntimeException: "boom"`, File: "acme.php", Line: 40}),
		following(rule("ENV-01", "envelope", contract.Must, contract.Terminate, "success is a bool"), "ENV-09", threw),
		following(rule("ENV-02", "envelope", contract.Must, contract.Terminate, "success comes with accounts"), "ENV-01", threw),
	}
	for i := range 4 {
		results = append(results, following(
			rule(fmt.Sprintf("ACC-%02d", i+1), "account", contract.Must, contract.Corrupt, fmt.Sprintf("account rule %d", i+1)), "ENV-09", threw))
	}
	results = append(results,
		following(rule("META-05", "meta", contract.Must, contract.Duplicate, "the option exists"), "LOAD-03", "the module does not define acme_ConfigOptions()"),
		contract.Result{
			Rule:    rule("META-01", "meta", contract.Must, contract.Terminate, "MetaData() returns an array"),
			Outcome: contract.Waived, Reason: "until 2027-01-31, because the panel is being replaced", Count: 1,
			Findings: []contract.Finding{{Call: "metadata", At: "MetaData()", Got: "null"}},
		},
		following(rule("META-02", "meta", contract.Must, contract.Terminate, "the identifier field is a documented one"), "META-01", "MetaData() returned null"),
		following(rule("META-04", "meta", contract.Must, contract.Duplicate, "the product field is an option"), "META-01", "MetaData() returned null"),
		following(rule("CIR-01", "circle", contract.Must, contract.Crash, "one that follows another"), "CIR-02", "round"),
		following(rule("CIR-02", "circle", contract.Must, contract.Crash, "another that follows one"), "CIR-01", "and round"),
	)
	return judged(results...)
}

// accepted is a waiver as a configuration holds it.
func accepted(id, scope string) contract.Waiver {
	return contract.Waiver{
		Rule: id, Module: "acme", Scope: scope, Owner: "jane@example.com", Reason: "fixed in 2.4", Expires: "2027-01-31",
		Messages: []string{`accounts[*].status: want "Active" or "Suspended", got "active" (string)`},
	}
}

// conformantWaived is a run whose verdict rests on waivers.
func conformantWaived() contract.Judgement {
	status := contract.Finding{Call: "list", At: "accounts[3].status", Want: `"Active" or "Suspended"`, Got: `"active" (string)`}
	return judged(
		passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()")),
		contract.Result{
			Rule:    rule("STAT-01", "status", contract.Must, contract.Corrupt, "status is a documented one"),
			Outcome: contract.Waived, Reason: "until 2027-01-31 by jane@example.com: fixed in 2.4", Count: 1,
			Findings: []contract.Finding{status}, Waivers: []contract.Waiver{accepted("STAT-01", contract.ScopeRule)}, Waived: 1,
		},
	)
}

// voidWaivers is a run in which waivers cover part of a failure, or nothing.
func voidWaivers() contract.Judgement {
	at := contract.Finding{Call: "list", At: "accounts[3].status", Want: `"Active" or "Suspended"`, Got: `"active" (string)`}
	return judged(
		passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()")),
		contract.Result{
			Rule:    rule("STAT-01", "status", contract.Should, contract.Corrupt, "status is a documented one"),
			Outcome: contract.Fail, Findings: []contract.Finding{at}, Count: 1, Waived: 2,
			Reason:  "2 of 3 places are waived (until 2027-01-31 (session:repeat) by jane@example.com: fixed in 2.4)",
			Waivers: []contract.Waiver{accepted("STAT-01", "session:repeat")},
			Void:    []string{"the waiver of joe expired on 2026-02-28; correct the module, or agree on another day"},
		},
		contract.Result{
			Rule:    rule("MAIL-01", "address", contract.Should, contract.Duplicate, "addresses are valid"),
			Outcome: contract.StaleWaiver, Count: 1, Findings: []contract.Finding{at},
			Reason:  "waived until 2027-01-31 by jane@example.com: fixed in 2.4; but the waiver (fault:html-login) of joe matches nothing",
			Waivers: []contract.Waiver{accepted("MAIL-01", contract.ScopeRule)}, Waived: 1,
		},
	)
}

func untested() contract.Judgement {
	const refused = `the module reported a failure ("No server is configured."), so there was no list to check`
	const name = "name a server that the module can list: --server-hostname, --server-port, --server-username, --server-password-env"
	results := []contract.Result{passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()"))}
	for i := range 12 {
		results = append(results, contract.Result{
			Rule:    rule(fmt.Sprintf("ACC-%02d", i+1), "account", contract.Must, contract.Corrupt, fmt.Sprintf("account rule %d", i+1)),
			Outcome: contract.NotTestable, Reason: refused, Supply: name,
		})
	}
	results = append(results, contract.Result{
		Rule:    rule("DET-02", "stability", contract.Should, contract.Misleading, "the order is stable"),
		Outcome: contract.NotTestable, Reason: "no other locale is installed",
	})
	return judged(results...)
}

func trouble() contract.Judgement {
	j := judged(contract.Result{
		Rule:    rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()"),
		Outcome: contract.NotTestable, Reason: "PHP could not be started", Supply: "install PHP, or name it with --php",
	})
	j.Verdict, j.Calls, j.Seconds, j.Environment = contract.Error, nil, 0, nil
	j.Trouble = []string{
		"PHP could not be started: no program named php; install PHP (apt-get install php-cli), or name it with --php",
		"a second reason",
	}
	return j
}

// partialTrouble could be driven for some calls only, and a rule failed in them.
func partialTrouble() contract.Judgement {
	j := judged(
		passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()")),
		failing(rule("META-02", "meta", contract.Must, contract.Terminate, "the identifier field is a documented one"),
			contract.Finding{Call: "metadata", At: "MetaData()", Want: "an identifier", Got: "no such key"}),
	)
	j.Trouble = []string{"the endpoint stopped answering"}
	return j
}

func harnessError() contract.Judgement {
	return judged(
		passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()")),
		contract.Result{
			Rule:    rule("DATE-01", "created", contract.Must, contract.Crash, "created is a real time"),
			Outcome: contract.HarnessError, Reason: "the check did not end within 10 s",
		},
	)
}

func waivers() contract.Judgement {
	j := judged(
		passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()")),
		contract.Result{
			Rule:    rule("MAIL-01", "address", contract.Should, contract.Duplicate, "addresses are valid"),
			Outcome: contract.Waived, Reason: "until 2027-01-31, because the panel has no e-mail", Count: 1,
			Findings: []contract.Finding{{Call: "list", At: "accounts[0].email", Want: "an address", Got: `"" (string)`}},
		},
		contract.Result{
			Rule:    rule("IP-01", "address", contract.Should, contract.Corrupt, "primaryip is an address"),
			Outcome: contract.StaleWaiver, Reason: "waived until 2027-01-31, but the rule passes now; take the waiver out",
		},
	)
	j.Strict = true
	return j
}

func interrupted() contract.Judgement {
	j := judged(passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()")))
	j.Verdict = contract.Incomplete
	j.Scope = append(j.Scope, "The run was interrupted before all calls were made.")
	return j
}

// previews is a run over a conversation, in which faults made lists short.
func previews() contract.Judgement {
	rows := []string{}
	for i := 4; i < 4+contract.MaxPreviewRows; i++ {
		rows = append(rows, fmt.Sprintf("acct-%03d", i))
	}
	j := judged(
		failing(rule("FLT-11", "points", contract.Must, contract.Terminate, "a failure on a later page is reported"),
			contract.Finding{
				Call: "list", At: "ListAccounts() with request 2 answered so", Want: "success => false with an error",
				Got: "success => true with 3 accounts", File: "acme.php", Line: 12, Fault: "truncated-json@2",
				Preview: &contract.Preview{
					Held: 25, Listed: 3, Missing: 22, MissingRows: rows,
					Changed: 1, ChangedRows: []contract.PreviewChange{{ID: "acct-001", Fields: []string{"domain", "status"}}},
				},
			},
			contract.Finding{
				Call: "list", At: "ListAccounts() with request 3 answered so", Want: "success => false with an error",
				Got: "success => true with 1 account", Fault: "html-login@3",
				Preview: &contract.Preview{
					Held: 1, Listed: 2, New: 1, NewRows: []string{"acct-002"}, Unclear: 1,
					Notes: []string{"1 row has the identifier of an earlier row; which of them WHMCS would use is not documented"},
				},
			},
			contract.Finding{
				Call: "list", At: "ListAccounts() with request 4 answered so", Want: "success => false with an error",
				Got: "success => true with 1 account", Fault: "html-login@3", Preview: &contract.Preview{Listed: 1, New: 1, NewRows: []string{"acct-001"}},
			},
		),
	)
	j.Upstream = &contract.Upstream{
		Caught: "namespace", Calls: 320, Requests: 611,
		Conversation: &contract.Conversation{
			Answers: "live", Accounts: 25, Requests: 5,
			Kinds: []contract.RequestKind{
				{Method: "POST", Address: "https://panel.example.com:2087/api/v2/sessions", Count: 1},
				{Method: "GET", Address: "https://panel.example.com:2087/api/v2/accounts?page&per_page", Count: 3},
			},
			More: 1,
		},
		Points: &contract.Points{Possible: 312, Tried: 312},
	}
	return j
}

// noRequests is a run in which the module never asked a panel.
func noRequests() contract.Judgement {
	j := judged(passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file defines acme_ListAccounts()")))
	j.Upstream = &contract.Upstream{
		Caught: "proxy", Calls: 1,
		Points: &contract.Points{Possible: 312, Tried: 100, Reason: "the budget of 100 ended there; --budget sets another"},
	}
	return j
}
