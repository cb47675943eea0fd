package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// records adds what the module did with WHMCS while it listed.
func records(list ...transcript.Record) func(*transcripttest.Run) {
	return call(transcript.CallList, func(c *transcripttest.Call) { c.Records = list })
}

func query(sql string) transcript.Record {
	return transcript.Record{
		Function: transcript.RecordDatabase, Args: []any{sql, []any{"x"}}, Phase: transcript.PhaseCall, File: "acme.php", Line: 60,
	}
}

func api(action string) transcript.Record {
	return transcript.Record{Function: "localAPI", Args: []any{action, map[string]any{}}, Phase: transcript.PhaseCall, File: "acme.php", Line: 61}
}

func loading(r transcript.Record) transcript.Record {
	r.Phase = transcript.PhaseLoad
	return r
}

func TestNothingIsWritten(t *testing.T) {
	const update = "update tblhosting set domain = ?"
	written := func(got string, line int) contract.Finding {
		return contract.Finding{Call: transcript.CallList, At: "ListAccounts()", Want: "nothing in WHMCS changed", Got: got, File: "acme.php", Line: line}
	}
	changed := written(`the query "`+update+`", which changes rows of tblhosting`, 60)
	testVerdicts(t, []verdict{
		{name: "nothing asked", rule: "RO-02"},
		{name: "reads", rule: "RO-02", change: records(query("select * from tblhosting"), api("GetClients"), transcript.Record{
			Function: "logActivity", Args: []any{"update tblhosting"}, Phase: transcript.PhaseCall,
		})},
		{name: "a query that writes", rule: "RO-02", change: records(query(update)), findings: []contract.Finding{changed}},
		{name: "the same for each account", rule: "RO-02", change: records(query(update), query(update)), findings: []contract.Finding{changed}},
		{name: "an action that writes", rule: "RO-02", change: records(api("UpdateClientProduct")),
			findings: []contract.Finding{written(`localAPI("UpdateClientProduct")`, 61)}},
		{name: "a temporary table", rule: "RO-02", change: records(query("create temporary table t (id int)"), query("insert into t values (1)"))},
		{name: "a table that another call made for a while", rule: "RO-02", change: both(records(query("create temporary table tblseen (id int)")),
			call(transcript.CallRepeat2, func(c *transcripttest.Call) { c.Records = []transcript.Record{query("insert into tblseen values (1)")} })),
			findings: []contract.Finding{func() contract.Finding {
				f := written(`the query "insert into tblseen values (1)", which writes rows to tblseen`, 60)
				f.Call = transcript.CallRepeat2
				return f
			}()}},
		{name: "by another function", rule: "RO-02", change: call(transcript.CallOptions, func(c *transcripttest.Call) { c.Records = []transcript.Record{query(update)} })},
		{name: "a query of many lines", rule: "RO-02", change: records(query("update\n\ttblhosting  set domain = ?")), findings: []contract.Finding{changed}},
		{name: "while loading", rule: "RO-02", change: records(loading(query(update)))},
		{name: "arguments of another kind", rule: "RO-02", change: records(transcript.Record{Function: "localAPI", Phase: transcript.PhaseCall},
			transcript.Record{Function: transcript.RecordDatabase, Args: []any{[]any{"x"}}, Phase: transcript.PhaseCall})},
		{name: "not seen", rule: "RO-02", endpoint: true, outcome: contract.NotTestable,
			reason: "an endpoint target on this machine does not show queries to the database of WHMCS"},
		{name: "not seen but told", rule: "RO-02", endpoint: true, change: records(query(update)),
			findings: []contract.Finding{{Call: transcript.CallList, At: "ListAccounts()", Want: "nothing in WHMCS changed", Got: changed.Got, File: "acme.php", Line: 60}}},
		{name: "no list", rule: "RO-02", change: func(r *transcripttest.Run) { r.List().Returns(transcripttest.Failure("No server.")) },
			outcome: contract.NotTestable, reason: `the module reported a failure ("No server." (string)), so there was no list to check`},
	})
}

func TestListComesFromThePanel(t *testing.T) {
	service := transcript.Services()[1]
	with := func(id string, value any) func(*transcripttest.Run) {
		return call(id, func(c *transcripttest.Call) { c.Returns(value) })
	}
	asks := records(query("select * from tblhosting where server = ?"))
	found := func(id string, row, field, got string) contract.Finding {
		return contract.Finding{
			Call: id, At: "accounts[" + row + "]." + field, Want: "an account of the panel", Got: `"` + got + `"`,
			Note: "syncproof made this service up, and it is in WHMCS's database alone", File: "acme.php", Line: listLine,
		}
	}
	bare := transcript.SessionEmptyDatabase
	testVerdicts(t, []verdict{
		{name: "nothing asked", rule: "RO-03"},
		{name: "other tables", rule: "RO-03", change: records(query("select * from tblservers"))},
		{name: "a service in the list", rule: "RO-03", change: with(transcript.CallList, transcripttest.Success(
			transcripttest.Account("one.example"), transcripttest.Account(service.Domain, transcripttest.Array{"username": service.Username}))),
			findings: []contract.Finding{found(transcript.CallList, "1", "username", service.Username)}},
		{name: "by domain", rule: "RO-03", change: with(transcript.CallRepeat2, transcripttest.Success(transcripttest.Account(service.Domain))),
			findings: []contract.Finding{found(transcript.CallRepeat2, "0", "domain", service.Domain)}},
		{name: "by identifier", rule: "RO-03", change: with(transcript.CallList, transcripttest.Success(
			transcripttest.Account("one.example", transcripttest.Array{"uniqueIdentifier": service.Username}))),
			findings: []contract.Finding{found(transcript.CallList, "0", "uniqueIdentifier", service.Username)}},
		{name: "in every list", rule: "RO-03", change: func(r *transcripttest.Run) {
			r.EachList(transcripttest.Success(transcripttest.Account(service.Domain)))
		}, findings: []contract.Finding{found(transcript.CallList, "0", "domain", service.Domain)}},
		{name: "in a list when another was asked for", rule: "RO-03", from: transcripttest.Surrounded, change: both(
			records(query("select * from tblhosting")), with(bare, transcripttest.Success()),
			with(transcript.CallRepeat1, transcripttest.Success(transcripttest.Account(service.Domain)))),
			findings: []contract.Finding{found(transcript.CallRepeat1, "0", "domain", service.Domain)}},
		{name: "values that are no texts", rule: "RO-03", change: with(transcript.CallList, transcripttest.Success(
			transcripttest.Account("", transcripttest.Array{"username": nil, "uniqueIdentifier": transcripttest.Array{}})))},
		{name: "clients are asked for", rule: "RO-03", from: transcripttest.Surrounded,
			change: both(records(query("select * from tblclients")), with(bare, transcripttest.Success())), findings: missingRows("one.example", "three.example", "two.example")},
		{name: "custom fields are asked for", rule: "RO-03", from: transcripttest.Surrounded,
			change: both(records(query("select value from TBLCUSTOMFIELDSVALUES")), with(bare, transcripttest.Success())), findings: missingRows("one.example", "three.example", "two.example")},
		{name: "asked for in no query", rule: "RO-03", from: transcripttest.Surrounded, change: both(records(transcript.Record{
			Function: "logActivity", Args: []any{"tblhosting"}, Phase: transcript.PhaseCall}), with(bare, transcripttest.Success()))},
		{name: "no list", rule: "RO-03", from: transcripttest.Surrounded, change: both(asks,
			with(transcript.CallList, transcripttest.Failure("No server.")), with(transcript.CallRepeat1, transcripttest.Failure("No server.")),
			with(transcript.CallRepeat2, transcripttest.Failure("No server."))),
			outcome: contract.NotTestable, reason: `the module reported a failure ("No server." (string)), so there was no list to check`},
		{name: "it throws without services", rule: "RO-03", from: transcripttest.Surrounded,
			change: both(asks, call(bare, func(c *transcripttest.Call) {
				c.Throws(transcript.Throwable{Class: "Error", Message: "none", File: "lib/Api.php", Line: 7})
			})),
			findings: []contract.Finding{{
				Call: bare, At: "ListAccounts() while WHMCS has no services", Want: "the same list as with services",
				Got: `it threw Error: "none"`, File: "lib/Api.php", Line: 7,
			}}},
		{name: "services change nothing", rule: "RO-03", from: transcripttest.Surrounded, change: asks},
		{name: "nothing without services", rule: "RO-03", from: transcripttest.Surrounded, change: both(asks, with(bare, transcripttest.Success())),
			findings: missingRows("one.example", "three.example", "two.example")},
		{name: "a failure without services", rule: "RO-03", from: transcripttest.Surrounded,
			change: both(asks, with(bare, transcripttest.Failure("No services."))),
			findings: []contract.Finding{{
				Call: bare, At: "ListAccounts() while WHMCS has no services", Want: "the same list as with services",
				Got: `it reported "No services." (string)`, File: "acme.php", Line: listLine,
			}}},
		{name: "what moves by itself", rule: "RO-03", from: transcripttest.Surrounded, change: both(asks,
			with(transcript.CallRepeat1, transcripttest.Success()), with(bare, transcripttest.Success()))},
		{name: "not tried", rule: "RO-03", change: asks, outcome: contract.NotTestable,
			reason: "the call this rule looks at was not part of the run"},
		{name: "not seen", rule: "RO-03", endpoint: true, outcome: contract.NotTestable,
			reason: "an endpoint target on this machine does not show queries to the database of WHMCS"},
	})
}

func missingRows(ids ...string) []contract.Finding {
	var list []contract.Finding
	for _, id := range ids {
		list = append(list, contract.Finding{
			Call: transcript.SessionEmptyDatabase, At: `accounts["` + id + `"]`, Want: "in the list once", Got: "not in the list",
			Note: "while WHMCS has no services",
		})
	}
	return list
}

func TestNoFilesAreLeft(t *testing.T) {
	wrote := func(names ...string) func(*transcripttest.Run) {
		return call(transcript.CallList, func(c *transcripttest.Call) { c.Effects.Files = names })
	}
	testVerdicts(t, []verdict{
		{name: "none", rule: "RO-04"},
		{name: "compiled templates", rule: "RO-04", change: wrote("<whmcs>/templates_c/a.tpl.php", "templates_c/b.tpl.php")},
		{name: "a log", rule: "RO-04", change: wrote("debug.log"), findings: []contract.Finding{{
			Call: transcript.CallList, At: "ListAccounts()", Want: "no files left behind", Got: `it wrote "debug.log"`, File: "acme.php", Line: listLine,
		}}},
		{name: "compiled templates below WHMCS only", rule: "RO-04", change: wrote("<whmcs>/my_templates_c/a.php"), findings: []contract.Finding{{
			Call: transcript.CallList, At: "ListAccounts()", Want: "no files left behind", Got: `it wrote "<whmcs>/my_templates_c/a.php"`, File: "acme.php", Line: listLine,
		}}},
		{name: "a log in every call", rule: "RO-04", change: both(wrote("debug.log", "a.log"), call(transcript.CallRepeat1, func(c *transcripttest.Call) {
			c.Effects.Files = []string{"debug.log"}
		})), findings: []contract.Finding{
			{Call: transcript.CallList, At: "ListAccounts()", Want: "no files left behind", Got: `it wrote "debug.log"`, File: "acme.php", Line: listLine},
			{Call: transcript.CallList, At: "ListAccounts()", Want: "no files left behind", Got: `it wrote "a.log"`, File: "acme.php", Line: listLine},
		}},
		{name: "files that somebody else may have written", rule: "RO-04", change: both(wrote("debug.log"), func(r *transcripttest.Run) {
			r.EachSession(func(s *transcripttest.Session) { s.Info.Sees.Files = s.ID != transcript.SessionList })
		}), outcome: contract.NotTestable, reason: "a php target on this machine does not show the files the module writes"},
		{name: "not seen", rule: "RO-04", endpoint: true, outcome: contract.NotTestable,
			reason: "an endpoint target on this machine does not show the files the module writes"},
	})
}

// A call that fails for want of something of WHMCS speaks against no rule; one
// that fails of itself does.
func TestWhatIsMissingOfWHMCS(t *testing.T) {
	const reason = `the module needs the class WHMCS\Billing\Currency, which WHMCS has and syncproof does not`
	throws := func(message string) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			for _, id := range []string{transcript.CallList, transcript.CallEmpty, transcript.CallRepeat1, transcript.CallRepeat2, transcript.CallLocale} {
				r.Call(id).Throws(transcript.Throwable{Class: "Error", Message: message})
			}
		}
	}
	missing, own := throws(`Class "WHMCS\Billing\Currency" not found`), throws(`Class "AcmeClient" not found`)
	untested := contract.NotTestable
	caught := func(r *transcripttest.Run) {
		r.List().Returns(transcripttest.Failure("Something went wrong."))
		r.List().Records = []transcript.Record{{Function: transcript.RecordMissing, Args: []any{`WHMCS\Billing\Currency`}, Phase: transcript.PhaseCall}}
	}
	cannotLoad := func(r *transcripttest.Run) {
		r.EachSession(func(s *transcripttest.Session) {
			if !s.Info.WithoutWHMCS {
				s.LoadFails(transcript.Throwable{Class: "Error", Message: `Class "WHMCS\Billing\Currency" not found`})
			}
		})
	}
	testVerdicts(t, []verdict{
		{name: "thrown", rule: "ENV-09", change: missing, outcome: untested, reason: reason},
		{name: "thrown, so no list", rule: "ENV-01", change: missing, outcome: untested, reason: reason},
		{name: "thrown, so no rows", rule: "UID-01", change: missing, outcome: untested, reason: reason},
		{name: "caught", rule: "UID-01", change: caught, outcome: untested, reason: reason},
		{name: "while loading", rule: "LOAD-01", change: cannotLoad, outcome: untested, reason: reason},
		{name: "while loading, so no list", rule: "UID-01", change: cannotLoad, outcome: untested, reason: reason},
		{name: "the module's own class", rule: "UID-01", change: own, follows: "ENV-09"},
	})
	if got := judgeOne(t, "ENV-09", verdict{change: own}.run(t)).Outcome; got != contract.Fail {
		t.Errorf("a class of the module's own that is missing: %s, want a failure", got)
	}
}
