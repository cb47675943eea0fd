package suites_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestParamsRules(t *testing.T) {
	testVerdicts(t, paramsVerdicts())
}

func paramsVerdicts() []verdict {
	return slices.Concat(serverParameterVerdicts(), withoutParameterVerdicts(), variedVerdicts())
}

// warns makes a call cause PHP diagnostics.
func warns(id string, warnings ...transcript.Warning) func(*transcripttest.Run) {
	return call(id, func(c *transcripttest.Call) { c.Effects.Warnings = warnings })
}

func serverParameterVerdicts() []verdict {
	undefined := func(message string) transcript.Warning {
		return transcript.Warning{Level: "warning", Message: message, File: "acme.php", Line: 55, Count: 1}
	}
	finding := func(key string) []contract.Finding {
		return []contract.Finding{{
			Call: "list", At: `$params["` + key + `"]`, Want: `server parameters only, such as $params["serverhostname"]`,
			Got: "the parameter " + key + " of a service", Note: "there is no service when a server is synced", File: "acme.php", Line: 55,
		}}
	}
	reads := func(message, key string) verdict {
		v := verdict{name: message, rule: "PAR-01", change: warns(transcript.CallList, undefined(message))}
		if key != "" {
			v.findings = finding(key)
		}
		return v
	}
	silenced := undefined(`Undefined array key "serviceid"`)
	silenced.Silenced = true
	thrown := transcript.Throwable{Class: "ErrorException", Message: `Undefined array key "customfields"`, File: "acme.php", Line: 55}
	return []verdict{
		{name: "no warnings", rule: "PAR-01"},
		reads(`Undefined array key "serviceid"`, "serviceid"),
		reads("Undefined index: configoption1", "configoption1"),
		reads(`Undefined array key "clientsdetails"`, "clientsdetails"),
		// These may be keys of the panel's answer; OUT-02 reports them.
		reads(`Undefined array key "username"`, ""),
		reads(`Undefined array key "model"`, ""),
		reads(`Undefined array key "configoption25"`, ""),
		reads(`Undefined array key "Serviceid"`, ""),
		reads(`Undefined array key "disk"`, ""),
		reads("Undefined variable $serviceid", ""),
		{name: "silenced", rule: "PAR-01", change: warns(transcript.CallList, silenced)},
		{
			name: "thrown", rule: "PAR-01", change: call(transcript.CallList, func(c *transcripttest.Call) { c.Throws(thrown) }),
			findings: finding("customfields"),
		},
		{name: "throws for another reason", rule: "PAR-01", change: ends(transcript.CallList, transcript.EndThrew), follows: "ENV-09"},
		{name: "exits", rule: "PAR-01", change: ends(transcript.CallList, transcript.EndExited), follows: "OUT-04"},
		{name: "refused", rule: "PAR-01", change: refused(), outcome: contract.NotTestable, reason: noServer},
		{
			name: "refused after reading one", rule: "PAR-01",
			change:   both(refused(), warns(transcript.CallList, undefined(`Undefined array key "configoptions"`))),
			findings: finding("configoptions"),
		},
		{
			name: "endpoint", rule: "PAR-01", endpoint: true, outcome: contract.NotTestable,
			reason: "an endpoint target on this machine does not show PHP's warnings",
		},
	}
}

func withoutParameterVerdicts() []verdict {
	const successAt, errorAt = `ListAccounts([])["success"]`, `ListAccounts([])["error"]`
	empty := func(value any) func(*transcripttest.Run) {
		return call(transcript.CallEmpty, func(c *transcripttest.Call) { c.Returns(value) })
	}
	finding := func(at, want, got, note string) contract.Finding {
		return contract.Finding{Call: "list-empty", At: at, Want: want, Got: got, Note: note, File: "acme.php", Line: listLine}
	}
	wrong := func(name string, value any, f contract.Finding) verdict {
		return verdict{name: name, rule: "PAR-07", change: empty(value), findings: []contract.Finding{f}}
	}
	broken := func(ending, got, note string, line int) verdict {
		f := finding("ListAccounts([])", "success => false and an error", got, note)
		f.Line = line
		return verdict{name: ending, rule: "PAR-07", change: ends(transcript.CallEmpty, ending), findings: []contract.Finding{f}}
	}
	network := call(transcript.CallEmpty, func(c *transcripttest.Call) { c.Effects.Network = 3 })
	blind := func(r *transcripttest.Run) {
		r.EachSession(func(s *transcripttest.Session) { s.Info.Sees.Network = false })
	}
	return []verdict{
		{name: "failure", rule: "PAR-07"},
		wrong("empty list", transcripttest.Success(), finding(successAt, "false (bool)", "true (bool)",
			"it answered with 0 accounts although it was not told which server to ask")),
		wrong("accounts", transcripttest.Accounts(), finding(successAt, "false (bool)", "true (bool)",
			"it answered with 3 accounts although it was not told which server to ask")),
		wrong("no success", transcripttest.Array{"error": "x"}, finding(successAt, "false (bool)", "no such key", "")),
		wrong("success as a number", transcripttest.Array{"success": 0, "error": "x"}, finding(successAt, "false (bool)", "0 (int)", "")),
		wrong("no error", transcripttest.Array{"success": false}, finding(errorAt, "a string that is not empty", "no such key", "")),
		wrong("empty error", transcripttest.Failure(" "), finding(errorAt, "a string that is not empty", `" " (string)`, "")),
		wrong("null", nil, finding("ListAccounts([])", "an array with success => false and an error", "null", "")),
		wrong("bare list", transcripttest.List{"x"}, finding("ListAccounts([])", "an array with success => false and an error", "a bare list with 1 entry", "")),
		broken(transcript.EndThrew, `it threw RuntimeException: "boom"`, "", 40),
		broken(transcript.EndExited, "it called exit or die", "", listLine),
		broken(transcript.EndFatal, `it ended with a fatal error: "Cannot redeclare acme_call()"`, "PHP cannot go on after a fatal error, so no catch block sees it", 7),
		broken(transcript.EndOutOfMemory, "it ran out of memory", "PHP cannot go on without memory, so no catch block sees it", 51),
		broken(transcript.EndTimedOut, "it did not answer in time and was stopped", "it was stopped after 60 seconds", listLine),
		broken(transcript.EndCrashed, "it crashed PHP (SIGSEGV)", "this is often endless recursion", listLine),
		broken(transcript.EndLost, "it ended PHP without any result", "", listLine),
		{
			name: "asks a server", rule: "PAR-07", change: network,
			findings: []contract.Finding{finding("ListAccounts([])", "no use of the network", "3 attempts to use the network", "")},
		},
		{name: "network not counted", rule: "PAR-07", change: both(network, blind)},
		{
			name: "not made", rule: "PAR-07", outcome: contract.NotTestable,
			change: func(r *transcripttest.Run) { r.Without(transcript.SessionEmpty, false) },
			reason: "the call this rule looks at was not part of the run",
		},
		{name: "no ListAccounts", rule: "PAR-07", change: functions("acme_MetaData"), follows: "LOAD-01"},
	}
}
