package suites_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestOutputRules(t *testing.T) {
	testVerdicts(t, outputVerdicts())
}

func outputVerdicts() []verdict {
	return slices.Concat(printVerdicts(), diagnosticVerdicts(), exitVerdicts(), stateVerdicts(), outputFaultVerdicts())
}

func printVerdicts() []verdict {
	prints := func(id, text string) func(*transcripttest.Run) {
		return call(id, func(c *transcripttest.Call) { c.Effects.Output = transcripttest.Printed(text) })
	}
	stdout := func(text string) func(*transcripttest.Run) {
		return session(transcript.SessionList, func(s *transcripttest.Session) { s.Exit.Stdout = transcripttest.Printed(text) })
	}
	return []verdict{
		{name: "silent", rule: "OUT-01"},
		{name: "MetaData prints", rule: "OUT-01", change: prints(transcript.CallMetaData, "x")},
		{name: "prints without parameters", rule: "OUT-01", change: prints(transcript.CallEmpty, "x")},
		{name: "stderr", rule: "OUT-01", change: session(transcript.SessionList, func(s *transcripttest.Session) {
			s.Exit.Stderr = transcripttest.Printed("PHP Warning: …")
		})},
		{
			name: "prints", rule: "OUT-01", change: prints(transcript.CallList, "Array\n(\n"),
			findings: []contract.Finding{inList("ListAccounts()", "no output", `"Array\n(\n" (8 bytes)`, "")},
		},
		{
			name: "prints in every call", rule: "OUT-01",
			change:   both(prints(transcript.CallList, "x"), prints(transcript.CallRepeat1, "x"), prints(transcript.CallLocale, "x")),
			findings: []contract.Finding{inList("ListAccounts()", "no output", `"x" (1 byte)`, "")},
		},
		{
			name: "prints bytes", rule: "OUT-01", change: prints(transcript.CallList, "caf\xe9"),
			findings: []contract.Finding{inList("ListAccounts()", "no output", `"caf\xE9" (4 bytes)`, "")},
		},
		{
			name: "prints in ConfigOptions", rule: "OUT-01", change: prints(transcript.CallOptions, "x"),
			findings: []contract.Finding{{
				Call: "options", At: "ConfigOptions()", Want: "no output", Got: `"x" (1 byte)`, File: "acme.php", Line: optionsLine,
			}},
		},
		{
			name: "sends headers", rule: "OUT-01",
			change:   call(transcript.CallList, func(c *transcripttest.Call) { c.Effects.Headers = []string{"Content-Type: application/json"} }),
			findings: []contract.Finding{inList("ListAccounts()", "no headers", `the header "Content-Type: application/json"`, "")},
		},
		{
			name: "writes to standard output", rule: "OUT-01", change: stdout("debug"),
			findings: []contract.Finding{inList("ListAccounts()", "nothing written to standard output", `"debug" (5 bytes)`, "")},
		},
		{
			name: "prints while PHP ends", rule: "OUT-01",
			change:   session(transcript.SessionList, func(s *transcripttest.Session) { s.Shutdown.Output = transcripttest.Printed("bye") }),
			findings: []contract.Finding{inList("after ListAccounts() returned", "no output", `"bye" (3 bytes)`, "")},
		},
		{
			name: "prints and throws", rule: "OUT-01",
			change:   both(prints(transcript.CallList, "x"), ends(transcript.CallList, transcript.EndThrew)),
			findings: []contract.Finding{inList("ListAccounts()", "no output", `"x" (1 byte)`, "")},
		},
		{name: "throws without printing", rule: "OUT-01", change: ends(transcript.CallList, transcript.EndThrew)},
		{name: "crashes", rule: "OUT-01", change: ends(transcript.CallList, transcript.EndCrashed), follows: "ENV-09"},
		{name: "does not load", rule: "OUT-01", change: everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) }), follows: "LOAD-01"},
		{
			name: "endpoint", rule: "OUT-01", endpoint: true, outcome: contract.NotTestable,
			reason: "an endpoint target on this machine does not show what the module prints",
		},
	}
}

func diagnosticVerdicts() []verdict {
	plan := transcript.Warning{Level: "warning", Message: `Undefined array key "plan"`, File: "lib/Rows.php", Line: 14, Count: 3}
	user := transcript.Warning{Level: "notice", Message: "Undefined index: username", File: "acme.php", Line: 60, Count: 1}
	deprecated := transcript.Warning{Level: "deprecated", Message: "explode(): Passing null is deprecated", File: "acme.php", Line: 61, Count: 1}
	silenced := transcript.Warning{Level: "warning", Message: "fopen(): failed", File: "acme.php", Line: 62, Count: 1, Silenced: true}
	warned := contract.Finding{
		Call: "list", At: "ListAccounts()", Want: "no warnings or notices", Got: `warning: Undefined array key "plan"`,
		Note: "3 times in this call", File: "lib/Rows.php", Line: 14,
	}
	noticed := contract.Finding{
		Call: "options", At: "ConfigOptions()", Want: "no warnings or notices", Got: "notice: Undefined index: username",
		Note: "if this line reads $params: only the parameters of the server are there, and there is no service", File: "acme.php", Line: 60,
	}
	outdated := contract.Finding{
		Call: "list", At: "ListAccounts()", Want: "no deprecations", Got: "deprecated: explode(): Passing null is deprecated", File: "acme.php", Line: 61,
	}
	inMeta := warned
	inMeta.Call, inMeta.At = "metadata-web", "MetaData()"
	atLoad := warned
	atLoad.Call, atLoad.At = "metadata", "loading acme.php"
	const unseen = "an endpoint target on this machine does not show PHP's warnings"
	return []verdict{
		{name: "none", rule: "OUT-02"},
		{name: "deprecation and silenced", rule: "OUT-02", change: warns(transcript.CallList, deprecated, silenced)},
		{name: "without parameters", rule: "OUT-02", change: warns(transcript.CallEmpty, plan)},
		{name: "in the list", rule: "OUT-02", change: warns(transcript.CallList, plan, silenced), findings: []contract.Finding{warned}},
		{name: "in every list", rule: "OUT-02", change: both(warns(transcript.CallList, plan), warns(transcript.CallRepeat2, plan)), findings: []contract.Finding{warned}},
		{name: "in the options", rule: "OUT-02", change: warns(transcript.CallOptions, user), findings: []contract.Finding{noticed}},
		{name: "in the metadata", rule: "OUT-02", change: warns(transcript.CallMetaDataWeb, plan), findings: []contract.Finding{inMeta}},
		{
			name: "while loading", rule: "OUT-02",
			change: func(r *transcripttest.Run) {
				r.EachLoad(func(l *transcript.Load) { l.Warnings = []transcript.Warning{plan} })
			},
			findings: []contract.Finding{atLoad},
		},
		{name: "times out", rule: "OUT-02", change: ends(transcript.CallList, transcript.EndTimedOut), follows: "ENV-09"},
		{name: "endpoint", rule: "OUT-02", endpoint: true, outcome: contract.NotTestable, reason: unseen},

		{name: "none", rule: "OUT-03", change: warns(transcript.CallList, plan)},
		{name: "in the list", rule: "OUT-03", change: warns(transcript.CallList, deprecated), findings: []contract.Finding{outdated}},
		{name: "endpoint", rule: "OUT-03", endpoint: true, outcome: contract.NotTestable, reason: unseen},
	}
}

func exitVerdicts() []verdict {
	exits := func(id, at, got string, line int) verdict {
		return verdict{
			name: id, rule: "OUT-04", change: call(id, func(c *transcripttest.Call) { c.Exits(1, "no") }),
			findings: []contract.Finding{{Call: id, At: at, Want: "it returns", Got: got, File: "acme.php", Line: line}},
		}
	}
	const got = `it called exit or die and printed "no" (2 bytes)`
	afterwards := func(exit transcript.Exit) func(*transcripttest.Run) {
		return session(transcript.SessionList, func(s *transcripttest.Session) { s.Final, s.Exit = false, &exit })
	}
	return []verdict{
		{name: "returns", rule: "OUT-04"},
		exits(transcript.CallList, "ListAccounts()", got, listLine),
		exits(transcript.CallMetaData, "MetaData()", got, metaLine),
		exits(transcript.CallMetaDataWeb, "MetaData()", got, metaLine),
		exits(transcript.CallOptions, "ConfigOptions()", got, optionsLine),
		exits(transcript.CallRepeat2, "ListAccounts()", got, listLine),
		exits(transcript.CallLocale, "ListAccounts()", got, listLine),
		{name: "without parameters", rule: "OUT-04", change: ends(transcript.CallEmpty, transcript.EndExited)},
		{
			name: "in a shutdown function", rule: "OUT-04", change: afterwards(transcript.Exit{Status: 9}),
			findings: []contract.Finding{{
				Call: "list", At: "after ListAccounts() returned", Want: "PHP ends in good order", Got: "a shutdown function of the module called exit or die",
			}},
		},
		{name: "fails in a shutdown function", rule: "OUT-04", change: afterwards(transcript.Exit{Status: 255})},
		{
			name: "in a later call of the process", rule: "OUT-04",
			change: both(call(transcript.CallRepeat2, func(c *transcripttest.Call) { c.Exits(7, "") }),
				session(transcript.SessionRepeat, func(s *transcripttest.Session) { s.Final = false })),
			findings: []contract.Finding{{
				Call: "repeat-2", At: "ListAccounts()", Want: "it returns", Got: "it called exit or die", File: "acme.php", Line: listLine,
			}},
		},
		{name: "fatal error in a shutdown function", rule: "OUT-04", change: both(afterwards(transcript.Exit{}),
			session(transcript.SessionList, func(s *transcripttest.Session) { s.Shutdown.Fatal = &transcript.Fatal{Message: "x"} }))},
		{name: "crashes while PHP ends", rule: "OUT-04", change: afterwards(transcript.Exit{Signal: "SIGSEGV"})},
		{name: "throws", rule: "OUT-04", change: ends(transcript.CallList, transcript.EndThrew)},
		{name: "lost", rule: "OUT-04", change: ends(transcript.CallList, transcript.EndLost), follows: "ENV-09"},
		{name: "no ListAccounts", rule: "OUT-04", change: functions("acme_MetaData"), follows: "LOAD-01"},
		{name: "endpoint that answers", rule: "OUT-04", endpoint: true},
		{
			name: "endpoint that does not", rule: "OUT-04", endpoint: true, change: ends(transcript.CallList, transcript.EndNoAnswer),
			outcome: contract.NotTestable, reason: "the answer is not JSON",
		},
	}
}

func stateVerdicts() []verdict {
	zone := []transcript.StateChange{{Name: "date.timezone", Before: "Europe/Berlin", After: "UTC"}}
	finding := func(id, note string) contract.Finding {
		return contract.Finding{Call: id, At: "date.timezone", Want: "Europe/Berlin", Got: "UTC", Note: note}
	}
	atLoad := func(r *transcripttest.Run) { r.EachLoad(func(l *transcript.Load) { l.State = zone }) }
	inCall := func(id string) func(*transcripttest.Run) {
		return call(id, func(c *transcripttest.Call) { c.Effects.State = zone })
	}
	return []verdict{
		{name: "unchanged", rule: "OUT-05"},
		{name: "changed while loading", rule: "OUT-05", change: atLoad, findings: []contract.Finding{finding("metadata", "changed by loading acme.php")}},
		{name: "changed by the call", rule: "OUT-05", change: inCall(transcript.CallList), findings: []contract.Finding{finding("list", "changed by ListAccounts()")}},
		{name: "changed without parameters", rule: "OUT-05", change: inCall(transcript.CallEmpty)},
		{name: "out of memory", rule: "OUT-05", change: ends(transcript.CallList, transcript.EndOutOfMemory)},
		{
			name: "endpoint", rule: "OUT-05", endpoint: true, outcome: contract.NotTestable,
			reason: "an endpoint target on this machine does not show the settings the module leaves changed",
		},
	}
}
