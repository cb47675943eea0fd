package suites_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestEnvelopeRules(t *testing.T) {
	testVerdicts(t, envelopeVerdicts())
}

func envelopeVerdicts() []verdict {
	return slices.Concat(successVerdicts(), accountsVerdicts(), errorVerdicts(), shapeVerdicts(), endingVerdicts(),
		failureVerdicts(), envelopeFaultVerdicts())
}

// returns makes ListAccounts() return a value, in the call that counts.
func returns(value any) func(*transcripttest.Run) {
	return call(transcript.CallList, func(c *transcripttest.Call) { c.Returns(value) })
}

// inList is a finding about what ListAccounts() returned.
func inList(at, want, got, note string) contract.Finding {
	return contract.Finding{Call: "list", At: at, Want: want, Got: got, Note: note, File: "acme.php", Line: listLine}
}

const noServer = "the module reported a failure (\"no server\" (string)), so there was no list to check"

func refused() func(*transcripttest.Run) { return returns(transcripttest.Failure("no server")) }

func successVerdicts() []verdict {
	const at, quotes = `ListAccounts()["success"]`, "PHP's own bool is written true or false, without quotes"
	wrong := func(value any, got string) verdict {
		return verdict{
			name: got, rule: "ENV-01", change: returns(transcripttest.Array{"success": value, "accounts": transcripttest.List{}}),
			findings: []contract.Finding{inList(at, "a bool", got, quotes)},
		}
	}
	return []verdict{
		{name: "true", rule: "ENV-01"},
		{name: "false", rule: "ENV-01", change: refused()},
		wrong(1, "1 (int)"),
		wrong("true", `"true" (string)`),
		wrong(nil, "null"),
		wrong(transcripttest.Object("Status"), "a Status object"),
		{
			name: "absent", rule: "ENV-01", change: returns(transcripttest.Array{"accounts": transcripttest.List{}}),
			findings: []contract.Finding{inList(at, `the key "success"`, "no such key", "")},
		},
		{
			name: "misspelt", rule: "ENV-01", change: returns(transcripttest.Array{"Succes": true, "accounts": transcripttest.List{}}),
			findings: []contract.Finding{inList(at, `the key "success"`, "no such key", `the key "Succes" is there; it was probably meant`)},
		},
		{
			name: "empty array", rule: "ENV-01", change: returns(transcripttest.List{}),
			findings: []contract.Finding{inList(at, `the key "success"`, "no such key", "")},
		},
		{name: "bare list", rule: "ENV-01", change: returns(transcripttest.List{transcripttest.Account("a.example")}), follows: "ENV-08"},
		{name: "string", rule: "ENV-01", change: returns("ok"), follows: "ENV-08"},
		{name: "throws", rule: "ENV-01", change: ends(transcript.CallList, transcript.EndThrew), follows: "ENV-09"},
		{
			name: "endpoint", rule: "ENV-01", endpoint: true, change: returns(transcripttest.Array{"success": 1, "accounts": transcripttest.List{}}),
			findings: []contract.Finding{{Call: "list", At: at, Want: "a bool", Got: "1 (int)", Note: quotes}},
		},
	}
}

func accountsVerdicts() []verdict {
	const at = `ListAccounts()["accounts"]`
	keyed := func(entries ...transcripttest.Entry) func(*transcripttest.Run) {
		return returns(transcripttest.Array{"success": true, "accounts": transcripttest.Entries(entries)})
	}
	entry := func(key any) transcripttest.Entry {
		return transcripttest.Entry{Key: key, Value: transcripttest.Account("a.example")}
	}
	const wantKeys = "the keys 0, 1, 2 and so on"
	return []verdict{
		{name: "list", rule: "ENV-02"},
		{name: "empty list", rule: "ENV-02", change: returns(transcripttest.Success())},
		{
			name: "absent", rule: "ENV-02", change: returns(transcripttest.Array{"success": true}),
			findings: []contract.Finding{inList(at, `the key "accounts"`, "no such key", "")},
		},
		{
			name: "under another key", rule: "ENV-02", change: returns(transcripttest.Array{"success": true, "data": transcripttest.List{"x"}}),
			findings: []contract.Finding{inList(at, `the key "accounts"`, "no such key", `the key "data" holds an array; it was probably meant`)},
		},
		{
			name: "null", rule: "ENV-02", change: returns(transcripttest.Array{"success": true, "accounts": nil}),
			findings: []contract.Finding{inList(at, "an array", "null", "")},
		},
		{
			name: "collection", rule: "ENV-02", change: returns(transcripttest.Array{"success": true, "accounts": transcripttest.Object(`Illuminate\Support\Collection`)}),
			findings: []contract.Finding{inList(at, "an array", `a Illuminate\Support\Collection object`, "")},
		},
		{name: "refused", rule: "ENV-02", change: refused(), outcome: contract.NotTestable, reason: noServer},
		{name: "success is no bool", rule: "ENV-02", change: returns(transcripttest.Array{"success": 1}), follows: "ENV-01"},
		{name: "bare list", rule: "ENV-02", change: returns(transcripttest.List{"x"}), follows: "ENV-08"},

		{name: "list", rule: "ENV-03"},
		{name: "empty list", rule: "ENV-03", change: returns(transcripttest.Success())},
		{
			name: "keyed by domain", rule: "ENV-03", change: keyed(entry("a.example")),
			findings: []contract.Finding{inList(at, wantKeys, `the key "a.example" at position 0`, "")},
		},
		{
			name: "keyed by number", rule: "ENV-03", change: keyed(entry(0), entry(7)),
			findings: []contract.Finding{inList(at, wantKeys, `the key "7" at position 1`, "")},
		},
		{name: "no array", rule: "ENV-03", change: returns(transcripttest.Array{"success": true}), follows: "ENV-02"},
	}
}

func errorVerdicts() []verdict {
	const errorAt, accountsAt = `ListAccounts()["error"]`, `ListAccounts()["accounts"]`
	with := func(value any) func(*transcripttest.Run) {
		return returns(transcripttest.Array{"success": true, "accounts": transcripttest.List{}, "error": value})
	}
	failing := func(accounts any) func(*transcripttest.Run) {
		return returns(transcripttest.Array{"success": false, "error": "page 2 failed", "accounts": accounts})
	}
	const noError, noAccounts = "no error beside success => true", "no accounts beside success => false"
	return []verdict{
		{name: "no error", rule: "ENV-05"},
		{name: "empty error", rule: "ENV-05", change: with("")},
		{name: "null error", rule: "ENV-05", change: with(nil)},
		{
			name: "error beside a list", rule: "ENV-05", change: with("timed out"),
			findings: []contract.Finding{inList(errorAt, noError, `"timed out" (string)`, "")},
		},
		{
			name: "error without a list", rule: "ENV-05", change: returns(transcripttest.Array{"success": true, "error": "timed out"}),
			findings: []contract.Finding{inList(errorAt, noError, `"timed out" (string)`, "")},
		},
		{
			name: "error object", rule: "ENV-05", change: with(transcripttest.Object("Exception")),
			findings: []contract.Finding{inList(errorAt, noError, "a Exception object", "")},
		},
		{name: "refused", rule: "ENV-05", change: refused(), outcome: contract.NotTestable, reason: noServer},
		{name: "success is no bool", rule: "ENV-05", change: returns(transcripttest.Array{"success": "true", "error": "x"}), follows: "ENV-01"},
		{name: "bare list", rule: "ENV-05", change: returns(transcripttest.List{"x"}), follows: "ENV-08"},

		{name: "without parameters", rule: "ENV-06"},
		{name: "refused", rule: "ENV-06", change: refused()},
		{name: "empty list", rule: "ENV-06", change: failing(transcripttest.List{})},
		{name: "null", rule: "ENV-06", change: failing(nil)},
		{
			name: "what was read so far", rule: "ENV-06", change: failing(transcripttest.List{transcripttest.Account("a.example")}),
			findings: []contract.Finding{inList(accountsAt, noAccounts, "1 account", "")},
		},
		{
			name: "collection", rule: "ENV-06", change: failing(transcripttest.Object("Collection")),
			findings: []contract.Finding{inList(accountsAt, noAccounts, "a Collection object", "")},
		},
		{
			name: "without parameters, with accounts", rule: "ENV-06",
			change: call(transcript.CallEmpty, func(c *transcripttest.Call) {
				c.Returns(transcripttest.Array{"success": false, "error": "x", "accounts": transcripttest.List{"y"}})
			}),
			findings: []contract.Finding{{
				Call: "list-empty", At: accountsAt, Want: noAccounts, Got: "1 account", File: "acme.php", Line: listLine,
			}},
		},
		{
			name: "no failure seen", rule: "ENV-06", change: ends(transcript.CallEmpty, transcript.EndThrew), outcome: contract.NotTestable,
			reason: "no call of ListAccounts() ended in success => false, not even the one without parameters",
		},
		{
			name: "call without parameters not made", rule: "ENV-06", outcome: contract.NotTestable,
			change: func(r *transcripttest.Run) { r.Without(transcript.SessionEmpty, true) },
			reason: "the run ended before the call this rule looks at",
		},
		{
			name: "found without the call without parameters", rule: "ENV-06",
			change:   both(failing(transcripttest.List{"x"}), func(r *transcripttest.Run) { r.Without(transcript.SessionEmpty, true) }),
			findings: []contract.Finding{inList(accountsAt, noAccounts, "1 account", "")},
		},
		{name: "nothing returns", rule: "ENV-06", change: both(ends(transcript.CallList, transcript.EndThrew), ends(transcript.CallEmpty, transcript.EndThrew),
			ends(transcript.CallRepeat1, transcript.EndExited), ends(transcript.CallLocale, transcript.EndThrew)), follows: "ENV-09"},

		{name: "no error", rule: "ENV-07"},
		{name: "refused", rule: "ENV-07", change: refused()},
		{
			name: "error alone", rule: "ENV-07", change: returns(transcripttest.Array{"error": "timed out"}),
			findings: []contract.Finding{inList("ListAccounts()", "success => false beside the error", `error => "timed out" (string) and no success`, "")},
		},
		{name: "bare list", rule: "ENV-07", change: returns(transcripttest.List{"x"}), follows: "ENV-08"},
		{name: "exits", rule: "ENV-07", change: ends(transcript.CallList, transcript.EndExited), follows: "OUT-04"},
	}
}

func shapeVerdicts() []verdict {
	const want = "an array with success and accounts or error"
	wrong := func(value any, got string) verdict {
		return verdict{name: got, rule: "ENV-08", change: returns(value), findings: []contract.Finding{inList("ListAccounts()", want, got, "")}}
	}
	other := func(key, got string) contract.Finding {
		return inList(`ListAccounts()["`+key+`"]`, "no such key", got, "")
	}
	return []verdict{
		{name: "array", rule: "ENV-08"},
		{name: "array without success", rule: "ENV-08", change: returns(transcripttest.Array{"error": "x"})},
		{name: "empty array", rule: "ENV-08", change: returns(transcripttest.List{})},
		wrong(nil, "null"),
		wrong("success", `"success" (string)`),
		wrong(false, "false (bool)"),
		wrong(transcripttest.Object("stdClass"), "a stdClass object"),
		wrong(transcripttest.Object("Generator"), "a Generator object"),
		wrong(transcripttest.List{transcripttest.Account("a.example")}, "a bare list with 1 entry"),
		{name: "no function", rule: "ENV-08", change: ends(transcript.CallList, transcript.EndMissing), follows: "LOAD-01"},

		{name: "documented keys", rule: "ENV-10"},
		{
			name: "other keys", rule: "ENV-10",
			change:   returns(transcripttest.Array{"success": true, "accounts": transcripttest.List{}, "total": 3, "debug": "x"}),
			findings: []contract.Finding{other("debug", `the key "debug" (string)`), other("total", `the key "total" (int)`)},
		},
		{name: "bare list", rule: "ENV-10", change: returns(transcripttest.List{"x"}), follows: "ENV-08"},
	}
}
