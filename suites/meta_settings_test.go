package suites_test

import (
	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func labelVerdicts() []verdict {
	const field, key = "ListAccountsUniqueIdentifierField", "ListAccountsUniqueIdentifierDisplayName"
	settings := func(identifier, label any) func(*transcripttest.Run) {
		return metadata(transcripttest.Array{field: identifier, key: label})
	}
	return []verdict{
		{name: "domain", rule: "META-06"},
		{name: "default", rule: "META-06", change: settings("domain", transcripttest.Absent())},
		{name: "default of no identifier", rule: "META-06", change: settings(transcripttest.Absent(), transcripttest.Absent())},
		{name: "label of no identifier", rule: "META-06", change: settings(transcripttest.Absent(), "Username")},
		{name: "own words", rule: "META-06", change: settings("domain", "Primary host name")},
		{name: "custom field of that name", rule: "META-06", change: settings("customfield.Username", "Username")},
		{name: "custom field", rule: "META-06", change: settings("customfield.ID", "Service ID")},
		{
			name: "missing", rule: "META-06", change: settings("username", transcripttest.Absent()),
			findings: []contract.Finding{inMeta(key, "a string that is not empty", "no such key", `the default is "Domain", but the identifier is "username"`)},
		},
		{
			name: "empty", rule: "META-06", change: settings("domain", " "),
			findings: []contract.Finding{inMeta(key, "a string that is not empty", `" " (string)`, "")},
		},
		{
			name: "no text", rule: "META-06", change: settings("domain", 7),
			findings: []contract.Finding{inMeta(key, "a string that is not empty", "7 (int)", "")},
		},
		{
			name: "of another field", rule: "META-06", change: settings("username", "Domain"),
			findings: []contract.Finding{inMeta(key, `a label that fits the identifier "username"`, `"Domain" (string)`, "")},
		},
		{
			name: "of another field than a custom one", rule: "META-06", change: settings("customfield.ID", "username"),
			findings: []contract.Finding{inMeta(key, `a label that fits the identifier "customfield.ID"`, `"username" (string)`, "")},
		},
		{name: "no MetaData", rule: "META-06", change: ends(transcript.CallMetaData, transcript.EndMissing), follows: "META-01"},
	}
}

func keyVerdicts() []verdict {
	const want = "one of the documented keys ListAccountsProductField, ListAccountsUniqueIdentifierDisplayName, ListAccountsUniqueIdentifierField"
	unknown := func(key, note string, settings transcripttest.Array) verdict {
		settings[key] = true
		return verdict{
			name: key, rule: "META-07", change: metadata(settings),
			findings: []contract.Finding{inMeta(key, want, key, note)},
		}
	}
	return []verdict{
		{name: "documented keys", rule: "META-07"},
		{name: "keys of other features", rule: "META-07", change: metadata(transcripttest.Array{"DefaultSSLPort": "443", "AdminSingleSignOnLabel": "Log in"})},
		unknown("ListAccountsSupported", "", transcripttest.Array{}),
		unknown("ListAccountsUniqueIdentiferField", "did you mean ListAccountsUniqueIdentifierField?",
			transcripttest.Array{"ListAccountsUniqueIdentifierField": transcripttest.Absent()}),
		unknown("ListAccountProductField", "did you mean ListAccountsProductField?",
			transcripttest.Array{"ListAccountsProductField": transcripttest.Absent()}),
		unknown("ListAccountsProductFieldForSyncs", "did you mean ListAccountsProductField?",
			transcripttest.Array{"ListAccountsProductField": transcripttest.Absent()}),
		unknown("ListAccountsProductFieldForServer", "", transcripttest.Array{"ListAccountsProductField": transcripttest.Absent()}),
		unknown("listaccountsproductfield", "", transcripttest.Array{}),
		{name: "no MetaData", rule: "META-07", change: ends(transcript.CallMetaData, transcript.EndThrew), follows: "META-01"},
	}
}

func constantVerdicts() []verdict {
	const when = "between two web requests with other request data"
	finding := func(id, at, want, got, note string) contract.Finding {
		return contract.Finding{Call: id, At: at, Want: want, Got: got, Note: note, File: "acme.php", Line: metaLine}
	}
	web := func(change func(*transcripttest.Call)) func(*transcripttest.Run) {
		return call(transcript.CallMetaDataWeb, change)
	}
	return []verdict{
		{name: "constant", rule: "META-08"},
		{
			name: "prints", rule: "META-08",
			change:   call(transcript.CallMetaData, func(c *transcripttest.Call) { c.Effects.Output = transcripttest.Printed("x") }),
			findings: []contract.Finding{finding("metadata", "acme_MetaData()", "no output", `"x" (1 byte)`, "")},
		},
		{
			name: "sends a header", rule: "META-08",
			change:   web(func(c *transcripttest.Call) { c.Effects.Headers = []string{"X-Acme: 1"} }),
			findings: []contract.Finding{finding("metadata-web", "acme_MetaData()", "no headers", `the header "X-Acme: 1"`, "")},
		},
		{
			name: "writes to standard output", rule: "META-08",
			change:   session(transcript.SessionMetaData, func(s *transcripttest.Session) { s.Exit.Stdout = transcripttest.Printed("<br>") }),
			findings: []contract.Finding{finding("metadata", "acme_MetaData()", "nothing written to standard output", `"<br>" (4 bytes)`, "")},
		},
		{
			name: "no other web request", rule: "META-08", change: ends(transcript.CallMetaDataWeb, transcript.EndNoAnswer),
			outcome: contract.NotTestable, reason: "the answer is not JSON",
		},
		{
			name: "prints, and no other web request", rule: "META-08",
			change: both(ends(transcript.CallMetaDataWeb, transcript.EndNoAnswer),
				call(transcript.CallMetaData, func(c *transcripttest.Call) { c.Effects.Output = transcripttest.Printed("x") })),
			findings: []contract.Finding{finding("metadata", "acme_MetaData()", "no output", `"x" (1 byte)`, "")},
		},
		{
			name: "exits in one request", rule: "META-08", change: web(func(c *transcripttest.Call) { c.Exits(0, "OK") }),
			findings: []contract.Finding{finding("metadata-web", "acme_MetaData()", "it returns", `it called exit or die and printed "OK" (2 bytes)`, "")},
		},
		{
			name: "throws in one request", rule: "META-08", change: web(func(c *transcripttest.Call) { c.Ends(transcript.EndThrew) }),
			findings: []contract.Finding{{
				Call: "metadata-web", At: "acme_MetaData()", Want: "the same settings in every request",
				Got: `it threw RuntimeException: "boom"`, Note: when, File: "acme.php", Line: 40,
			}},
		},
		{
			name: "differs", rule: "META-08", change: web(func(c *transcripttest.Call) {
				c.Returns(transcripttest.MetaData(transcripttest.Array{
					"ListAccountsUniqueIdentifierField": "username", "DisplayName": transcripttest.Absent(), "Extra": true,
				}))
			}),
			findings: []contract.Finding{
				finding("metadata-web", `MetaData()["DisplayName"]`, `"Acme" (string)`, "no such key", when),
				finding("metadata-web", `MetaData()["Extra"]`, "no such key", "true (bool)", when),
				finding("metadata-web", `MetaData()["ListAccountsUniqueIdentifierField"]`, `"domain" (string)`, `"username" (string)`, when),
			},
		},
		{
			name: "differs in kind", rule: "META-08", change: web(func(c *transcripttest.Call) { c.Returns(nil) }),
			findings: []contract.Finding{finding("metadata-web", "acme_MetaData()",
				"array with keys APIVersion, DisplayName, ListAccountsProductField, ListAccountsUniqueIdentifierDisplayName, ListAccountsUniqueIdentifierField, RequiresServer",
				"null", when)},
		},
		{name: "throws always", rule: "META-08", change: both(ends(transcript.CallMetaData, transcript.EndThrew), ends(transcript.CallMetaDataWeb, transcript.EndThrew)), follows: "META-01"},
		{
			name: "output cannot be seen", rule: "META-08", endpoint: true, outcome: contract.NotTestable,
			reason: "an endpoint target on this machine does not show what the module prints",
		},
		{
			name: "differs behind an endpoint", rule: "META-08", endpoint: true,
			change: web(func(c *transcripttest.Call) {
				c.Returns(transcripttest.MetaData(transcripttest.Array{"DisplayName": "B"}))
			}),
			findings: []contract.Finding{{
				Call: "metadata-web", At: `MetaData()["DisplayName"]`, Want: `"Acme" (string)`, Got: `"B" (string)`, Note: when,
			}},
		},
	}
}

func settingVerdicts() []verdict {
	server := func(value any) func(*transcripttest.Run) {
		return metadata(transcripttest.Array{"RequiresServer": value})
	}
	noServer := func(value any, got string) verdict {
		return verdict{
			name: got, rule: "META-09", change: server(value),
			findings: []contract.Finding{inMeta("RequiresServer", "true, or no such key", got, "")},
		}
	}
	version := func(value any) func(*transcripttest.Run) {
		return metadata(transcripttest.Array{"APIVersion": value})
	}
	return []verdict{
		{name: "true", rule: "META-09"},
		{name: "absent", rule: "META-09", change: server(transcripttest.Absent())},
		{name: "null", rule: "META-09", change: server(nil)},
		{name: "the word false", rule: "META-09", change: server("false")},
		noServer(false, "false (bool)"),
		noServer(0, "0 (int)"),
		noServer("", `"" (string)`),
		noServer("0", `"0" (string)`),
		noServer(transcripttest.Float("0.0"), "0.0 (float)"),
		{
			name: "metrics only", rule: "META-09", outcome: contract.NotApplicable, reason: metricsReason,
			change: metricsModule(transcripttest.Array{"RequiresServer": false, "ListAccountsProductField": transcripttest.Absent()}),
		},

		{name: "1.1", rule: "META-11"},
		{name: "absent", rule: "META-11", change: version(transcripttest.Absent())},
		{name: "float", rule: "META-11", change: version(transcripttest.Float("1.1"))},
		{
			name: "1.0", rule: "META-11", change: version("1.0"),
			findings: []contract.Finding{inMeta("APIVersion", `"1.1", or no such key`, `"1.0" (string)`, "")},
		},
		{
			name: "int", rule: "META-11", change: version(1),
			findings: []contract.Finding{inMeta("APIVersion", `"1.1", or no such key`, "1 (int)", "")},
		},
		{name: "no MetaData", rule: "META-11", change: ends(transcript.CallMetaData, transcript.EndMissing), follows: "META-01"},
	}
}

func togetherVerdicts() []verdict {
	none := transcripttest.Array{
		"ListAccountsUniqueIdentifierField": transcripttest.Absent(), "ListAccountsProductField": transcripttest.Absent(),
		"ListAccountsUniqueIdentifierDisplayName": transcripttest.Absent(),
	}
	place := contract.Finding{Call: "metadata", At: "acme_MetaData()", File: "acme.php", Line: metaLine}
	sync, dead := place, place
	sync.Want, sync.Got = "the ListAccounts settings", "none of them, but a function acme_ListAccounts()"
	dead.Want = "a function acme_ListAccounts() beside the ListAccounts settings"
	dead.Got = "ListAccountsProductField, ListAccountsUniqueIdentifierDisplayName, ListAccountsUniqueIdentifierField without it"
	return []verdict{
		{name: "both", rule: "META-10"},
		{name: "some settings", rule: "META-10", change: metadata(transcripttest.Array{"ListAccountsProductField": transcripttest.Absent()})},
		{name: "function without settings", rule: "META-10", change: metadata(none), findings: []contract.Finding{sync}},
		{name: "settings without function", rule: "META-10", change: functions("acme_MetaData"), findings: []contract.Finding{dead}},
		{
			name: "product setting beside a MetricProvider", rule: "META-10", change: metricsModule(transcripttest.Array{}),
			findings: []contract.Finding{dead},
		},
		{name: "identifier for a MetricProvider", rule: "META-10", change: metricsModule(transcripttest.Array{"ListAccountsProductField": transcripttest.Absent()})},
		{
			name: "neither", rule: "META-10", change: both(functions("acme_MetaData"), metadata(none)),
			outcome: contract.NotApplicable, reason: "the module has neither the settings nor the function",
		},
		{name: "no MetaData", rule: "META-10", change: ends(transcript.CallMetaData, transcript.EndMissing), follows: "META-01"},
	}
}
