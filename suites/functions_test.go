package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func onPlayed(verdicts []verdict) []verdict {
	for i := range verdicts {
		verdicts[i].from = transcripttest.Managing
	}
	return verdicts
}

func gives(id string, value any) func(*transcripttest.Run) {
	return call(id, func(c *transcripttest.Call) { c.Returns(value) })
}

// holds makes WHMCS hold something else of the service after it was created.
func holds(service transcripttest.Array) func(*transcripttest.Run) {
	return call(transcript.CallCreate, func(c *transcripttest.Call) { c.Records[0].Args = []any{service} })
}

// unlike makes the new account be listed under another identifier.
func unlike(id string) func(*transcripttest.Run) {
	list := transcripttest.WithNew(transcripttest.Array{"uniqueIdentifier": id})
	return gives(transcript.CallCreated, list)
}

func listedAs(status string) any {
	return transcripttest.WithNew(transcripttest.Array{"status": status})
}

func byCustomField() func(*transcripttest.Run) {
	return metadata(transcripttest.Array{"ListAccountsUniqueIdentifierField": "customfield.Account ID"})
}

const noProfile = "no panel profile was given, so it is not known which accounts the panel holds; " +
	"to have this tested, describe the panel in a profile (syncproof panel infer RECORDING writes a first one) and name it with --panel"

func TestRoundTripRule(t *testing.T) {
	at := `accounts[3].uniqueIdentifier after CreateAccount()`
	found := func(want, got, note string) []contract.Finding {
		return []contract.Finding{{Call: transcript.CallCreate, At: at, Want: want, Got: got, Note: note, File: "acme.php", Line: 70}}
	}
	held := func(value string) transcripttest.Array {
		return transcripttest.Array{"domain": transcripttest.NewDomain, "username": transcripttest.NewUsername, "customfields": transcripttest.Array{"Account ID": value}}
	}
	testVerdicts(t, onPlayed([]verdict{
		{name: "by domain", rule: "UID-05"},
		{name: "by custom field", rule: "UID-05", change: both(byCustomField(), both(holds(held("108")), unlike("108")))},
		{
			name: "another custom field", rule: "UID-05", change: both(byCustomField(), both(holds(held("A-108")), unlike("108"))),
			findings: found(`"A-108", which is in the custom field "Account ID"`, `"108"`, ""),
		},
		{
			name: "empty custom field", rule: "UID-05", change: both(byCustomField(), both(holds(held("")), unlike("108"))),
			findings: found(`what is in the custom field "Account ID"`, `"108"`, `CreateAccount() left the custom field "Account ID" empty`),
		},
		{
			name: "another domain", rule: "UID-05", change: unlike("www." + transcripttest.NewDomain),
			findings: found(`"spnew4k2.example.com", which is in the service's domain`, `"www.spnew4k2.example.com"`, ""),
		},
		{name: "not listed", rule: "UID-05", change: gives(transcript.CallCreated, transcripttest.Accounts()), follows: "XCHK-03"},
		{
			name: "the panel changes nothing", rule: "UID-05", outcome: contract.NotTestable,
			reason: "the panel that was played took the requests of CreateAccount(), and no account changed",
			change: both(gives(transcript.CallCreated, transcripttest.Accounts()), session(transcript.SessionService, func(s *transcripttest.Session) {
				s.Exchanges[0].Changed = false
			})),
		},
		{
			name: "not created", rule: "UID-05", change: gives(transcript.CallCreate, "The plan is sold out."), outcome: contract.NotApplicable,
			reason: `CreateAccount() made no account on the panel that was played: it returned "The plan is sold out." (string)`,
		},
		{
			name: "saved by the API", rule: "UID-05", outcome: contract.NotTestable, reason: "what CreateAccount() saves in WHMCS cannot be seen",
			change: call(transcript.CallCreate, func(c *transcripttest.Call) {
				c.Records = append(c.Records, transcript.Record{Function: "localAPI", Phase: transcript.PhaseCall, Args: []any{"UpdateClientProduct"}})
			}),
		},
		{name: "another custom field of a number", rule: "UID-05", change: both(byCustomField(), both(holds(transcripttest.Array{
			"customfields": transcripttest.Array{"Account ID": 108}}), unlike("108")))},
		{name: "by user name", rule: "UID-05", change: both(metadata(transcripttest.Array{"ListAccountsUniqueIdentifierField": "username"}), unlike(transcripttest.NewUsername))},
		{
			name: "another user name", rule: "UID-05", change: both(metadata(transcripttest.Array{"ListAccountsUniqueIdentifierField": "username"}), unlike("x")),
			findings: found(`"spnew4k2", which is in the service's username`, `"x"`, ""),
		},
		{name: "by no field", rule: "UID-05", change: metadata(transcripttest.Array{"ListAccountsUniqueIdentifierField": "id"}), follows: "META-02"},
		{
			name: "saved where nobody sees", rule: "UID-05", outcome: contract.NotTestable, reason: "what CreateAccount() saves in WHMCS cannot be seen",
			change: both(unlike("x"), call(transcript.CallCreate, func(c *transcripttest.Call) { c.Records = nil })),
		},
		{
			name: "read by the API", rule: "UID-05", findings: found(`"spnew4k2.example.com", which is in the service's domain`, `"x"`, ""),
			change: both(unlike("x"), call(transcript.CallCreate, func(c *transcripttest.Call) {
				c.Records = append(c.Records, transcript.Record{Function: "localAPI", Phase: transcript.PhaseCall, Args: []any{"GetClientsProducts"}},
					transcript.Record{Function: "logActivity", Phase: transcript.PhaseCall, Args: []any{"updated"}})
			})),
		},
		{
			name: "found by its domain", rule: "UID-05", change: gives(transcript.CallCreated, transcripttest.Success(
				transcripttest.Account("a.example"), transcripttest.Account("b.example", transcripttest.Array{"username": "b"}),
				transcripttest.Account("SPNEW4K2.example.com", transcripttest.Array{"uniqueIdentifier": "c", "username": "d"}))),
			findings: []contract.Finding{{Call: transcript.CallCreate, At: "accounts[2].uniqueIdentifier after CreateAccount()",
				Want: `"spnew4k2.example.com", which is in the service's domain`, Got: `"c"`, File: "acme.php", Line: 70}},
		},
		{
			name: "found by its user name", rule: "UID-05", change: gives(transcript.CallCreated, transcripttest.Success(
				transcripttest.Account("a.example"), transcripttest.Account("b.example", transcripttest.Array{"username": transcripttest.NewUsername}))),
			findings: []contract.Finding{{Call: transcript.CallCreate, At: "accounts[1].uniqueIdentifier after CreateAccount()",
				Want: `"spnew4k2.example.com", which is in the service's domain`, Got: `"b.example"`, File: "acme.php", Line: 70}},
		},
		{
			name: "found as the only new one", rule: "UID-05", change: gives(transcript.CallCreated, transcripttest.Success(
				transcripttest.Account("one.example", transcripttest.Array{"username": "1"}), transcripttest.Account("three.example"), transcripttest.Account("z.example"))),
			findings: []contract.Finding{{Call: transcript.CallCreate, At: "accounts[2].uniqueIdentifier after CreateAccount()",
				Want: `"spnew4k2.example.com", which is in the service's domain`, Got: `"z.example"`, File: "acme.php", Line: 70}},
		},
		{
			name: "nothing saved, and no identifier", rule: "UID-05", change: both(byCustomField(), both(holds(held("")), unlike(""))),
			findings: found(`what is in the custom field "Account ID"`, `""`, `CreateAccount() left the custom field "Account ID" empty`),
		},
		{
			name: "listed although the panel changed nothing", rule: "UID-05", change: both(unlike("x"), session(transcript.SessionService, func(s *transcripttest.Session) {
				s.Exchanges[0].Changed = false
			})), findings: found(`"spnew4k2.example.com", which is in the service's domain`, `"x"`, ""),
		},
		{
			name: "several new ones, none of which is it", rule: "UID-05", follows: "XCHK-03", change: both(byCustomField(), both(holds(transcripttest.Array{"username": ""}),
				gives(transcript.CallCreated, transcripttest.Success(transcripttest.Account("a.example", transcripttest.Array{"username": ""}), transcripttest.Account("b.example"))))),
		},
		{
			name: "not listed, and nothing was asked", rule: "UID-05", follows: "XCHK-03",
			change: both(gives(transcript.CallCreated, transcripttest.Accounts()), session(transcript.SessionService, func(s *transcripttest.Session) { s.Exchanges = nil })),
		},
		{
			name: "not created, and not listed", rule: "UID-05", outcome: contract.NotApplicable, change: both(
				gives(transcript.CallCreate, transcripttest.Failure("sold out")), gives(transcript.CallCreated, transcripttest.Accounts())),
			reason: `CreateAccount() made no account on the panel that was played: it reported "sold out" (string)`,
		},
		{
			name: "not created, and another is listed", rule: "UID-05", outcome: contract.NotApplicable, change: both(
				gives(transcript.CallCreate, "The plan is sold out."), unlike("x")),
			reason: `CreateAccount() made no account on the panel that was played: it returned "The plan is sold out." (string)`,
		},
		{name: "created, says an array", rule: "UID-05", change: gives(transcript.CallCreate, transcripttest.Array{"success": true})},
		{
			name: "an array that says nothing", rule: "UID-05", change: gives(transcript.CallCreate, transcripttest.Array{"x": 1}), outcome: contract.NotApplicable,
			reason: `CreateAccount() made no account on the panel that was played: it returned array with keys x`,
		},
		{
			name: "no list after it", rule: "UID-05", change: gives(transcript.CallCreated, transcripttest.Failure("No.")), outcome: contract.NotTestable,
			reason: "ListAccounts() gave no list after CreateAccount()",
		},
		{
			name: "no list to begin with", rule: "UID-05", change: gives(transcript.CallConversation, transcripttest.Failure("No.")), outcome: contract.NotTestable,
			reason: `with its requests passing through syncproof the module gave no list: it reported "No." (string)`,
		},
		{name: "no profile", rule: "UID-05", change: func(r *transcripttest.Run) { r.Header.Panel = "" }, outcome: contract.NotApplicable, reason: noProfile},
		{
			name: "not defined", rule: "UID-05", change: functions("acme_ListAccounts"), outcome: contract.NotApplicable,
			reason: "the module does not define CreateAccount()",
		},
	}))
}

// What is not seen of another function is told by the first thing in its way.
func TestFunctionsThatWereNotCalled(t *testing.T) {
	ended := "the run ended before the call this rule looks at"
	testVerdicts(t, onPlayed([]verdict{
		{
			name: "not driven", rule: "UID-05", outcome: contract.NotTestable, reason: "PHP does not start",
			change: both(func(r *transcripttest.Run) { r.Header.Panel = "" }, session(transcript.SessionMetaData, func(s *transcripttest.Session) {
				s.Unplayable("PHP does not start")
			})),
		},
		{name: "no metadata", rule: "XCHK-01", change: func(r *transcripttest.Run) { r.Without(transcript.SessionMetaData, true) }},
		{name: "no service", rule: "XCHK-03", outcome: contract.NotTestable, reason: "the call this rule looks at was not part of the run",
			change: func(r *transcripttest.Run) { r.Without(transcript.SessionService, true) }},
		{name: "no conversation", rule: "XCHK-03", outcome: contract.NotTestable, reason: ended, change: func(r *transcripttest.Run) { r.Without(transcript.SessionConversation, true) }},
	}))
}

func TestLifeRule(t *testing.T) {
	unchanged := session(transcript.SessionService, func(s *transcripttest.Session) {
		for i := range s.Exchanges {
			s.Exchanges[i].Changed = false
		}
	})
	found := func(call, function, want, got string, line int) []contract.Finding {
		return []contract.Finding{{Call: call, At: "ListAccounts() after " + function + "()", Want: want, Got: got, File: "acme.php", Line: line}}
	}
	suspended := gives(transcript.CallSuspended, listedAs("Active"))
	const active = `the row accounts[3] with status "Active" (string)`
	testVerdicts(t, onPlayed([]verdict{
		{name: "reflected", rule: "XCHK-03"},
		{
			name: "not listed", rule: "XCHK-03", change: gives(transcript.CallCreated, transcripttest.Accounts()),
			findings: found(transcript.CallCreate, "CreateAccount", "a row of the new account", "no row of the account", 70),
		},
		{
			name: "suspended as active", rule: "XCHK-03", change: suspended,
			findings: found(transcript.CallSuspend, "SuspendAccount", `a row of the account with status "Suspended"`, active, 100),
		},
		{
			name: "suspended vanishes", rule: "XCHK-03", change: gives(transcript.CallSuspended, transcripttest.Accounts()),
			findings: found(transcript.CallSuspend, "SuspendAccount", `a row of the account with status "Suspended"`, "no row of the account", 100),
		},
		{
			name: "unsuspended as suspended", rule: "XCHK-03", change: gives(transcript.CallUnsuspended, listedAs("Suspended")),
			findings: found(transcript.CallUnsuspend, "UnsuspendAccount", `a row of the account with status "Active"`,
				`the row accounts[3] with status "Suspended" (string)`, 120),
		},
		{
			name: "terminated stays", rule: "XCHK-03", change: gives(transcript.CallTerminated, listedAs("Active")),
			findings: found(transcript.CallTerminate, "TerminateAccount", "no row of the account", active, 140),
		},
		{
			name: "the panel changes nothing", rule: "XCHK-03", change: both(suspended, unchanged), outcome: contract.NotTestable,
			reason: "the panel that was played took the requests of SuspendAccount(), and no account changed",
		},
		{name: "suspending fails", rule: "XCHK-03", change: both(suspended, gives(transcript.CallSuspend, "No."))},
		{name: "no list", rule: "XCHK-03", change: gives(transcript.CallSuspended, transcripttest.Failure("No."))},
		{
			name: "no list at first", rule: "XCHK-03", change: gives(transcript.CallCreated, transcripttest.Failure("No.")),
			outcome: contract.NotTestable, reason: "ListAccounts() gave no list after CreateAccount()",
		},
		{name: "no profile", rule: "XCHK-03", change: func(r *transcripttest.Run) { r.Header.Panel = "" }, outcome: contract.NotApplicable, reason: noProfile},
	}))
}

func TestUserCountRule(t *testing.T) {
	found := func(at, got string) []contract.Finding {
		return []contract.Finding{{Call: transcript.CallUserCount, At: at, Want: "3, as many as the panel has", Got: got, File: "acme.php", Line: 160}}
	}
	not := "GetUserCount() gave no number that is plainly the accounts': it "
	testVerdicts(t, onPlayed([]verdict{
		{name: "total", rule: "XCHK-01"},
		{name: "number", rule: "XCHK-01", change: gives(transcript.CallUserCount, 3)},
		{name: "other number", rule: "XCHK-01", change: gives(transcript.CallUserCount, 2), findings: found("GetUserCount()", "2")},
		{
			name: "other total", rule: "XCHK-01", change: gives(transcript.CallUserCount, transcripttest.Array{"success": true, "totalAccounts": 2}),
			findings: found(`GetUserCount()["totalAccounts"]`, "2"),
		},
		{
			name: "as the list, which is short", rule: "XCHK-01",
			change: both(gives(transcript.CallUserCount, 1), gives(transcript.CallUserCountOf, transcripttest.Success(transcripttest.Account("one.example")))),
		},
		{
			name: "failure", rule: "XCHK-01", change: gives(transcript.CallUserCount, transcripttest.Failure("No.")), outcome: contract.NotApplicable,
			reason: not + `reported "No." (string)`,
		},
		{name: "text", rule: "XCHK-01", change: gives(transcript.CallUserCount, "3"), outcome: contract.NotApplicable, reason: not + `returned "3" (string)`},
		{
			name: "not defined", rule: "XCHK-01", change: functions("acme_ListAccounts"), outcome: contract.NotApplicable,
			reason: "the module does not define GetUserCount()",
		},
	}))
}

func usageVerdicts() []verdict {
	finding := func(at, want, got string) []contract.Finding {
		return []contract.Finding{{Call: transcript.CallUsage, At: at, Want: want, Got: got}}
	}
	return onPlayed([]verdict{
		{name: "identifiers", rule: "META-12"},
		{name: "and others", rule: "META-12", change: gives(transcript.CallUsage, []any{"one.example", "backup"})},
		{
			name: "a user name", rule: "META-12", change: gives(transcript.CallUsage, []any{"one.example", "two"}),
			findings: finding("a key of usage(), for the account accounts[1]", `"two.example", the account's identifier in the list`, `"two"`),
		},
		{
			name: "only others", rule: "META-12", change: gives(transcript.CallUsage, []any{17, 18}),
			findings: finding("the keys of usage()", "identifiers of the list", `none of them, but "17" and the like`),
		},
		{name: "nothing", rule: "META-12", change: gives(transcript.CallUsage, []any{}), outcome: contract.NotApplicable, reason: "usage() named no accounts"},
		{
			name: "no list", rule: "META-12", change: gives(transcript.CallUsageOf, transcripttest.Failure("No.")),
			outcome: contract.NotTestable, reason: "ListAccounts() gave no list beside usage()",
		},
		{
			name: "throws", rule: "META-12", change: ends(transcript.CallUsage, transcript.EndThrew), outcome: contract.NotApplicable,
			reason: `usage() named no accounts: it threw RuntimeException: "boom"`,
		},
	})
}
