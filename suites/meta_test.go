package suites_test

import (
	"slices"
	"strconv"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestMetaRules(t *testing.T) {
	testVerdicts(t, metaVerdicts())
}

func metaVerdicts() []verdict {
	return slices.Concat(metaDataVerdicts(), identifierVerdicts(), customFieldVerdicts(), productFieldVerdicts(),
		productOptionVerdicts(), labelVerdicts(), keyVerdicts(), constantVerdicts(), settingVerdicts(), togetherVerdicts(), usageVerdicts())
}

const (
	metaLine    = 10
	optionsLine = 30
	listLine    = 50
)

// inMeta is a finding about a setting, located at MetaData().
func inMeta(key, want, got, note string) contract.Finding {
	return contract.Finding{
		Call: "metadata", At: `MetaData()["` + key + `"]`, Want: want, Got: got, Note: note, File: "acme.php", Line: metaLine,
	}
}

func metricsModule(change transcripttest.Array) func(*transcripttest.Run) {
	return both(functions("acme_MetaData", "acme_ConfigOptions", "acme_MetricProvider"), metadata(change),
		ends(transcript.CallList, transcript.EndMissing), ends(transcript.CallEmpty, transcript.EndMissing))
}

const metricsReason = "the module names its identifier for a MetricProvider only and does not implement ListAccounts"

func metaDataVerdicts() []verdict {
	const wantArray = "an array with the names of settings as keys"
	finding := func(want, got string) contract.Finding {
		return contract.Finding{Call: "metadata", At: "acme_MetaData()", Want: want, Got: got, File: "acme.php", Line: metaLine}
	}
	broken := func(ending, got, file string, line int) verdict {
		f := finding("it returns an array of settings", got)
		f.File, f.Line = file, line
		return verdict{name: ending, rule: "META-01", change: ends(transcript.CallMetaData, ending), findings: []contract.Finding{f}}
	}
	return []verdict{
		{name: "array", rule: "META-01"},
		{name: "empty array", rule: "META-01", change: call(transcript.CallMetaData, func(c *transcripttest.Call) { c.Returns([]any{}) })},
		{
			name: "null", rule: "META-01", change: ends(transcript.CallMetaData, transcript.EndReturned),
			findings: []contract.Finding{finding(wantArray, "null")},
		},
		{
			name: "list", rule: "META-01", change: call(transcript.CallMetaData, func(c *transcripttest.Call) { c.Returns([]any{"DisplayName", "Acme"}) }),
			findings: []contract.Finding{finding(wantArray, "array with 2 entries")},
		},
		broken(transcript.EndThrew, `it threw RuntimeException: "boom"`, "acme.php", 40),
		broken(transcript.EndMissing, "it is not defined", "acme.php", metaLine),
		broken(transcript.EndExited, "it called exit or die", "acme.php", metaLine),
		broken(transcript.EndFatal, `it ended with a fatal error: "Cannot redeclare acme_call()"`, "acme.php", 7),
		broken(transcript.EndOutOfMemory, "it ran out of memory", "acme.php", 51),
		broken(transcript.EndTimedOut, "it did not answer in time and was stopped", "acme.php", metaLine),
		broken(transcript.EndCrashed, "it crashed PHP (SIGSEGV)", "acme.php", metaLine),
		broken(transcript.EndLost, "it ended PHP without any result", "acme.php", metaLine),
		{name: "not reached", rule: "META-01", change: ends(transcript.CallMetaData, transcript.EndNotReached), follows: "LOAD-01"},
		{
			name: "no answer", rule: "META-01", change: ends(transcript.CallMetaData, transcript.EndNoAnswer),
			outcome: contract.NotTestable, reason: "the answer is not JSON",
		},
		{
			name: "breaks off", rule: "META-01", change: ends(transcript.CallMetaData, transcript.EndOpen),
			outcome: contract.NotTestable, reason: "the run was stopped during the call this rule looks at",
		},
	}
}

func identifierVerdicts() []verdict {
	const key, want = "ListAccountsUniqueIdentifierField", `"domain", "username" or "customfield.<name>"`
	field := func(value any) func(*transcripttest.Run) { return metadata(transcripttest.Array{key: value}) }
	wrong := func(name string, value any, got, note string) verdict {
		return verdict{name: name, rule: "META-02", change: field(value), findings: []contract.Finding{inMeta(key, want, got, note)}}
	}
	misspelt := both(field(transcripttest.Absent()), metadata(transcripttest.Array{
		key: transcripttest.Absent(), "ListAccountsUniqueIdentiferField": "domain",
	}))
	return append(identifierHints(wrong), []verdict{
		{name: "domain", rule: "META-02"},
		{name: "username", rule: "META-02", change: field("username")},
		{name: "custom field", rule: "META-02", change: field("customfield.Service ID")},
		wrong("absent", transcripttest.Absent(), "no such key", ""),
		wrong("null", nil, "null", ""),
		wrong("list", []any{"domain"}, "array with 1 entry", ""),
		wrong("empty", "", `"" (string)`, ""),
		wrong("dedicatedip", "dedicatedip", `"dedicatedip" (string)`,
			"dedicatedip is a field of a service, but not one that WHMCS documents here; keep the panel's identifier in a custom field or use the domain"),
		wrong("serviceid", "serviceid", `"serviceid" (string)`,
			"serviceid is a field of a service, but not one that WHMCS documents here; keep the panel's identifier in a custom field or use the domain"),
		wrong("tenant_id", "tenant_id", `"tenant_id" (string)`,
			"this is the panel's name for it; WHMCS needs the service field that holds the same value, such as a custom field"),
		wrong("upper case", "Domain", `"Domain" (string)`, "write it in lower case and without spaces around it"),
		wrong("custom field in another case", "customField.ID", `"customField.ID" (string)`, "write it in lower case and without spaces around it"),
		wrong("custom field without name", "customfield", `"customfield" (string)`,
			"a custom field is named as customfield. and its name, such as customfield.Service ID"),
		wrong("email", "email", `"email" (string)`, "an email address belongs to a client, who may have several services"),
		{
			name: "misspelt key", rule: "META-02", change: misspelt,
			findings: []contract.Finding{inMeta(key, want, "no such key", `the key "ListAccountsUniqueIdentiferField" is there; it was probably meant`)},
		},
		{
			name: "a key cut short by five letters", rule: "META-02",
			change:   metadata(transcripttest.Array{key: transcripttest.Absent(), "ListAccountsUniqueIdentifier": "domain"}),
			findings: []contract.Finding{inMeta(key, want, "no such key", "")},
		},
		{
			name: "metrics only, wrong", rule: "META-02",
			change:   metricsModule(transcripttest.Array{"ListAccountsProductField": transcripttest.Absent(), key: "uuid"}),
			findings: []contract.Finding{inMetricsMeta(key, want, `"uuid" (string)`, "this is the panel's name for it; WHMCS needs the service field that holds the same value, such as a custom field")},
		},
		{
			name: "metrics only, absent", rule: "META-02",
			change:  metricsModule(transcripttest.Array{"ListAccountsProductField": transcripttest.Absent(), key: transcripttest.Absent()}),
			outcome: contract.NotApplicable, reason: metricsReason,
		},
		{name: "no ListAccounts", rule: "META-02", change: functions("acme_MetaData"), follows: "LOAD-01"},
		{name: "no MetaData", rule: "META-02", change: ends(transcript.CallMetaData, transcript.EndMissing), follows: "META-01"},
		{
			name: "endpoint", rule: "META-02", endpoint: true, change: field("id"),
			findings: []contract.Finding{{
				Call: "metadata", At: `MetaData()["` + key + `"]`, Want: want, Got: `"id" (string)`,
				Note: "id is a field of a service, but not one that WHMCS documents here; keep the panel's identifier in a custom field or use the domain",
			}},
		},
	}...)
}

// identifierHints are the words that are told apart from others.
func identifierHints(wrong func(name string, value any, got, note string) verdict) []verdict {
	var verdicts []verdict
	for note, words := range map[string][]string{
		"write it in lower case and without spaces around it":                                                                                      {"Username", " username"},
		"a custom field is named as customfield. and its name, such as customfield.Service ID":                                                     {"customfields", "customfields.ID"},
		"hostname is a field of a service, but not one that WHMCS documents here; keep the panel's identifier in a custom field or use the domain": {"hostname"},
		"this is the panel's name for it; WHMCS needs the service field that holds the same value, such as a custom field": {
			"tenantid", "uniqueIdentifier", "uuid", "accountid", "account_id", "vmid",
		},
		"": {"domains", "plan"},
	} {
		for _, word := range words {
			verdicts = append(verdicts, wrong(word, word, strconv.Quote(word)+" (string)", note))
		}
	}
	return verdicts
}

// inMetricsMeta is inMeta for a module of metricsModule.
func inMetricsMeta(key, want, got, note string) contract.Finding {
	f := inMeta(key, want, got, note)
	f.Line = 10
	return f
}

func customFieldVerdicts() []verdict {
	const key, want = "ListAccountsUniqueIdentifierField", "customfield. and the field's name, without spaces around it or control characters"
	named := func(value string) verdict {
		return verdict{
			name: value, rule: "META-03", change: metadata(transcripttest.Array{key: value}),
			findings: []contract.Finding{inMeta(key, want, `"`+value+`" (string)`, "")},
		}
	}
	return []verdict{
		{name: "name", rule: "META-03", change: metadata(transcripttest.Array{key: "customfield.Service ID"})},
		{name: "domain", rule: "META-03", outcome: contract.NotApplicable, reason: "the identifier is not a custom field"},
		{name: "blank", rule: "META-03", change: metadata(transcripttest.Array{key: " "}), outcome: contract.NotApplicable, reason: "the identifier is not a custom field"},
		named("customfield."),
		named("customfield. Service ID"),
		named("customfield.Service ID "),
		{
			name: "control character", rule: "META-03", change: metadata(transcripttest.Array{key: "customfield.Service\tID"}),
			findings: []contract.Finding{inMeta(key, want, `"customfield.Service\tID" (string)`, "")},
		},
		{name: "no MetaData", rule: "META-03", change: ends(transcript.CallMetaData, transcript.EndThrew), follows: "META-01"},
	}
}

func productFieldVerdicts() []verdict {
	const key, want = "ListAccountsProductField", `"configoption1" to "configoption24"`
	wrong := func(value any, got, note string) verdict {
		return verdict{
			name: got, rule: "META-04", change: metadata(transcripttest.Array{key: value}),
			findings: []contract.Finding{inMeta(key, want, got, note)},
		}
	}
	return []verdict{
		{name: "first", rule: "META-04"},
		{name: "last", rule: "META-04", change: metadata(transcripttest.Array{key: "configoption24"})},
		wrong(transcripttest.Absent(), "no such key", ""),
		wrong("configoption0", `"configoption0" (string)`, "options are counted from 1"),
		wrong("configoption", `"configoption" (string)`, "options are counted from 1"),
		wrong("configoption25", `"configoption25" (string)`, "a module has at most 24 options"),
		wrong("configoption01", `"configoption01" (string)`, "write the number without leading zeros"),
		wrong("ConfigOption1", `"ConfigOption1" (string)`, "write it in lower case and without spaces around it"),
		wrong("configoptions1", `"configoptions1" (string)`,
			"configoptions are the configurable options of a product; the module's own are configoption1 to configoption24"),
		wrong(1, "1 (int)", "write the word configoption before the number"),
		wrong("2", `"2" (string)`, "write the word configoption before the number"),
		wrong("Plan", `"Plan" (string)`, "name the option by its position in ConfigOptions(), not by its name"),
		wrong("Storage", `"Storage" (string)`, "name the option by its position in ConfigOptions(), not by its name"),
		wrong("configoptionPlan", `"configoptionPlan" (string)`, "name the option by its position in ConfigOptions(), not by its name"),
		{
			name: "misspelt key", rule: "META-04",
			change:   metadata(transcripttest.Array{key: transcripttest.Absent(), "listAccountsProductField": "configoption1"}),
			findings: []contract.Finding{inMeta(key, want, "no such key", `the key "listAccountsProductField" is there; it was probably meant`)},
		},
		{name: "metrics only", rule: "META-04", change: metricsModule(transcripttest.Array{key: transcripttest.Absent()}), outcome: contract.NotApplicable, reason: metricsReason},
		{name: "no MetaData", rule: "META-04", change: ends(transcript.CallMetaData, transcript.EndFatal), follows: "META-01"},
	}
}

func productOptionVerdicts() []verdict {
	options := func(value any) func(*transcripttest.Run) {
		return call(transcript.CallOptions, func(c *transcripttest.Call) { c.Returns(value) })
	}
	field := func(value string) func(*transcripttest.Run) {
		return metadata(transcripttest.Array{"ListAccountsProductField": value})
	}
	finding := func(want, got string, line int) contract.Finding {
		return contract.Finding{Call: "options", At: "acme_ConfigOptions()", Want: want, Got: got, File: "acme.php", Line: line}
	}
	broken := func(ending, got string, line int) verdict {
		return verdict{
			name: ending, rule: "META-05", change: ends(transcript.CallOptions, ending),
			findings: []contract.Finding{finding("it returns an array of options", got, line)},
		}
	}
	twoOptions := `at least 2 options, because MetaData()["ListAccountsProductField"] is "configoption2"`
	return []verdict{
		{name: "first of one", rule: "META-05"},
		{name: "second of two", rule: "META-05", change: both(field("configoption2"), options(transcripttest.Options(transcripttest.Array{"Quota": transcripttest.Array{}})))},
		{name: "numbered options", rule: "META-05", change: both(field("configoption2"), options([]any{transcripttest.Array{}, transcripttest.Array{}}))},
		{name: "options with odd keys", rule: "META-05", change: both(field("configoption2"), options(oddOptions()))},
		{
			name: "second of one", rule: "META-05", change: field("configoption2"),
			findings: []contract.Finding{finding(twoOptions, "1 option", optionsLine)},
		},
		{
			name: "no options", rule: "META-05", change: both(field("configoption2"), options([]any{})),
			findings: []contract.Finding{finding(twoOptions, "0 options", optionsLine)},
		},
		{name: "invalid field", rule: "META-05", change: field("Plan"), follows: "META-04"},
		{name: "null", rule: "META-05", change: options(nil), findings: []contract.Finding{finding("it returns an array of options", "it returned null", optionsLine)}},
		broken(transcript.EndThrew, `it threw RuntimeException: "boom"`, 40),
		broken(transcript.EndFatal, `it ended with a fatal error: "Cannot redeclare acme_call()"`, 7),
		broken(transcript.EndOutOfMemory, "it ran out of memory", 51),
		broken(transcript.EndTimedOut, "it did not answer in time and was stopped", optionsLine),
		broken(transcript.EndCrashed, "it crashed PHP (SIGSEGV)", optionsLine),
		broken(transcript.EndLost, "it ended PHP without any result", optionsLine),
		{name: "exits", rule: "META-05", change: ends(transcript.CallOptions, transcript.EndExited), follows: "OUT-04"},
		{name: "not defined", rule: "META-05", change: ends(transcript.CallOptions, transcript.EndMissing), follows: "LOAD-03"},
		{name: "no MetaData", rule: "META-05", change: ends(transcript.CallMetaData, transcript.EndMissing), follows: "META-01"},
		{
			name: "throws because no server was named", rule: "META-05",
			change:  both(ends(transcript.CallOptions, transcript.EndThrew), func(r *transcripttest.Run) { r.Options().Effects.Network = 1 }),
			outcome: contract.NotTestable,
			reason:  `ConfigOptions() asked a server and threw RuntimeException: "boom", because none was named`,
		},
		{
			name: "throws although a server was named", rule: "META-05",
			change: both(ends(transcript.CallOptions, transcript.EndThrew), func(r *transcripttest.Run) {
				r.Options().Effects.Network, r.Header.Live = 1, true
			}),
			findings: []contract.Finding{finding("it returns an array of options", `it threw RuntimeException: "boom"`, 40)},
		},
	}
}

// oddOptions are two options with keys that JSON cannot hold.
func oddOptions() any {
	return transcripttest.Array{"$php": "array", "entries": transcripttest.List{
		transcripttest.List{"$php", transcripttest.Array{}}, transcripttest.List{"Plan", transcripttest.Array{}},
	}}
}
