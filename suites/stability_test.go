package suites_test

import (
	"strconv"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestStabilityRules(t *testing.T) {
	testVerdicts(t, stabilityVerdicts())
}

func stabilityVerdicts() []verdict {
	return append(sameAnswerVerdicts(), orderVerdicts()...)
}

const (
	fresh     = "when it was called again in a fresh PHP process"
	inProcess = "in a second call in one PHP process"
	german    = "under the locale de_DE.UTF-8"
)

// answers makes one call of ListAccounts() return other accounts.
func answers(id string, accounts ...any) func(*transcripttest.Run) {
	return call(id, func(c *transcripttest.Call) { c.Returns(transcripttest.Success(accounts...)) })
}

// three are the conformant accounts, as values that can be put in any order.
func three(changes ...transcripttest.Array) (one, two, last any) {
	list, _ := transcripttest.Accounts()["accounts"].(transcripttest.List)
	for _, change := range changes {
		for key, value := range change {
			list[0].(transcripttest.Array)[key] = value
		}
	}
	return list[0], list[1], list[2]
}

func sameAnswerVerdicts() []verdict {
	one, two, last := three()
	now, _, _ := three(transcripttest.Array{"created": "2026-03-01 10:00:00"})
	extra, _, _ := three(transcripttest.Array{"disk": 7})
	nameless := transcripttest.Account("x.example", transcripttest.Array{"uniqueIdentifier": ""})
	finding := func(id, at, want, got, note string) contract.Finding {
		return contract.Finding{Call: id, At: at, Want: want, Got: got, Note: note}
	}
	ended := func(id, got, note, file string, line int) contract.Finding {
		return contract.Finding{Call: id, At: "ListAccounts()", Want: "it returns as it did the first time", Got: got, Note: note, File: file, Line: line}
	}
	again := func(value any) func(*transcripttest.Run) {
		return call(transcript.CallRepeat1, func(c *transcripttest.Call) { c.Returns(value) })
	}
	everywhere := func(value any) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) { r.EachList(value) }
	}
	return []verdict{
		{name: "same", rule: "DET-01"},
		{name: "another order", rule: "DET-01", change: answers(transcript.CallRepeat1, last, one, two)},
		{name: "undocumented key", rule: "DET-01", change: answers(transcript.CallRepeat1, extra, two, last)},
		{name: "no identifiers", rule: "DET-01", change: everywhere(transcripttest.Success(nameless, nameless, "text"))},
		{
			name: "a field", rule: "DET-01", change: answers(transcript.CallRepeat1, now, two, last),
			findings: []contract.Finding{finding("repeat-1", `accounts["one.example"].created`, `"2019-07-02 13:15:00" (string)`, `"2026-03-01 10:00:00" (string)`, fresh)},
		},
		{
			name: "a row less and one more", rule: "DET-01", change: answers(transcript.CallRepeat2, one, two, transcripttest.Account("new.example")),
			findings: []contract.Finding{
				finding("repeat-2", `accounts["new.example"]`, "not in the list", "in the list once", inProcess),
				finding("repeat-2", `accounts["three.example"]`, "in the list once", "not in the list", inProcess),
			},
		},
		{
			name: "list grows in one process", rule: "DET-01", change: answers(transcript.CallRepeat2, one, two, last, one),
			findings: []contract.Finding{finding("repeat-2", `accounts["one.example"]`, "in the list once", "in the list 2 times", inProcess)},
		},
		{
			name: "a key comes and goes", rule: "DET-01",
			change:   answers(transcript.CallRepeat1, transcripttest.Account("one.example", transcripttest.Array{"username": "one", "email": transcripttest.Absent()}), two, last),
			findings: []contract.Finding{finding("repeat-1", `accounts["one.example"].email`, `"owner@one.example" (string)`, "no such key", fresh)},
		},
		{
			name: "failure the second time", rule: "DET-01", change: again(transcripttest.Failure("busy")),
			findings: []contract.Finding{finding("repeat-1", `ListAccounts()["success"]`, "true (bool)", "false (bool)", fresh)},
		},
		{
			name: "no array the second time", rule: "DET-01", change: again(nil),
			findings: []contract.Finding{finding("repeat-1", "ListAccounts()", "array with keys accounts, success", "null", fresh)},
		},
		{
			name: "throws the second time and the third", rule: "DET-01", change: both(ends(transcript.CallRepeat1, transcript.EndThrew), ends(transcript.CallRepeat2, transcript.EndThrew)),
			findings: []contract.Finding{ended("repeat-1", `it threw RuntimeException: "boom"`, fresh, "acme.php", 40)},
		},
		{
			name: "an array the second time only", rule: "DET-01", change: call(transcript.CallList, func(c *transcripttest.Call) { c.Returns(nil) }),
			findings: []contract.Finding{
				finding("repeat-1", "ListAccounts()", "null", "array with keys accounts, success", fresh),
				finding("repeat-2", "ListAccounts()", "null", "array with keys accounts, success", inProcess),
			},
		},
		{
			name: "always refused, with other accounts", rule: "DET-01", outcome: contract.NotTestable, reason: noServer, change: both(
				everywhere(transcripttest.Array{"success": false, "error": "no server", "accounts": transcripttest.List{one}}),
				again(transcripttest.Array{"success": false, "error": "no server", "accounts": transcripttest.List{two}})),
		},
		{
			name: "redeclares in one process", rule: "DET-01", change: ends(transcript.CallRepeat2, transcript.EndFatal),
			findings: []contract.Finding{ended("repeat-2", `it ended with a fatal error: "Cannot redeclare acme_call()"`, inProcess, "acme.php", 7)},
		},
		{
			name: "throws the second time", rule: "DET-01", change: ends(transcript.CallRepeat1, transcript.EndThrew),
			findings: []contract.Finding{ended("repeat-1", `it threw RuntimeException: "boom"`, fresh, "acme.php", 40)},
		},
		{name: "always throws", rule: "DET-01", change: both(ends(transcript.CallList, transcript.EndThrew), ends(transcript.CallRepeat1, transcript.EndThrew)), follows: "ENV-09"},
		{
			name: "always refused, in other words", rule: "DET-01",
			change:  both(everywhere(transcripttest.Failure("no server")), again(transcripttest.Failure("no server after 3 ms"))),
			outcome: contract.NotTestable, reason: noServer,
		},
		{
			name: "endpoint", rule: "DET-01", endpoint: true, change: answers(transcript.CallRepeat2, one, two),
			findings: []contract.Finding{finding("repeat-2", `accounts["three.example"]`, "in the list once", "not in the list", "when it was called a third time")},
		},
		{
			name: "each call in a process of its own", rule: "DET-01",
			change:  session(transcript.SessionRepeat, func(s *transcripttest.Session) { s.Info.Sees.Process = false }),
			outcome: contract.NotTestable,
			reason:  "the calls gave the same accounts, but each was made in a PHP process of its own, so what the module keeps from one call to the next could not be seen",
		},
		{
			name: "not repeated", rule: "DET-01", change: func(r *transcripttest.Run) { r.Without(transcript.SessionRepeat, false) },
			outcome: contract.NotTestable, reason: "the call this rule looks at was not part of the run",
		},
	}
}

func orderVerdicts() []verdict {
	one, two, last := three()
	now, _, _ := three(transcripttest.Array{"created": "2026-03-01 10:00:00"})
	localised, _, _ := three(transcripttest.Array{"created": "02. Juli 2019"})
	unnamed := transcripttest.Account("x.example", transcripttest.Array{"uniqueIdentifier": ""})
	moved := func(id, want, number, got, note string) []contract.Finding {
		return []contract.Finding{{
			Call: id, At: `ListAccounts()["accounts"]`, Want: "the order of the first call: " + strconv.Quote(want) + " as number " + number,
			Got: strconv.Quote(got), Note: note,
		}}
	}
	noLocale := session(transcript.SessionLocale, func(s *transcripttest.Session) { s.Info.Sees.Locale, s.Boot.Locale = false, "C" })
	const noLocaleReason = "the list could not be asked for under another locale: PHP found none but C"
	shuffled := answers(transcript.CallRepeat1, two, one, last)
	return []verdict{
		{name: "same", rule: "DET-02"},
		{
			name: "rows without identifier move", rule: "DET-02",
			change: both(answers(transcript.CallList, unnamed, one), answers(transcript.CallRepeat1, one, unnamed),
				answers(transcript.CallRepeat2, one, unnamed), answers(transcript.CallLocale, one, unnamed)),
		},
		{
			name: "rows with one identifier move", rule: "DET-02",
			change: func(r *transcripttest.Run) {
				r.EachList(transcripttest.Success(one, two, one))
				r.Call(transcript.CallRepeat1).Returns(transcripttest.Success(two, one, one))
			},
		},
		{name: "a row more", rule: "DET-02", change: answers(transcript.CallRepeat1, transcripttest.Account("new.example"), one, two, last)},
		{name: "shuffled", rule: "DET-02", change: shuffled, findings: moved("repeat-1", "one.example", "1", "two.example", fresh)},
		{
			name: "shuffled in one process", rule: "DET-02", change: answers(transcript.CallRepeat2, one, last, two),
			findings: moved("repeat-2", "two.example", "2", "three.example", inProcess),
		},
		{
			name: "sorted by the locale", rule: "DET-02", change: answers(transcript.CallLocale, one, last, two),
			findings: moved("list-locale", "two.example", "2", "three.example", german),
		},
		{
			name: "date in the locale", rule: "DET-02", change: answers(transcript.CallLocale, localised, two, last),
			findings: []contract.Finding{{
				Call: "list-locale", At: `accounts["one.example"].created`, Want: `"2019-07-02 13:15:00" (string)`, Got: `"02. Juli 2019" (string)`, Note: german,
			}},
		},
		{name: "date from the clock", rule: "DET-02", change: both(answers(transcript.CallRepeat1, now, two, last), answers(transcript.CallLocale, localised, two, last))},
		{
			name: "identifiers of the day", rule: "DET-02",
			change: both(answers(transcript.CallRepeat1, transcripttest.Account("a.example")), answers(transcript.CallRepeat2, transcripttest.Account("b.example")),
				answers(transcript.CallLocale, transcripttest.Account("c.example"))),
		},
		{
			name: "row lost under the locale", rule: "DET-02", change: answers(transcript.CallLocale, one, two),
			findings: []contract.Finding{{
				Call: "list-locale", At: `accounts["three.example"]`, Want: "in the list once", Got: "not in the list", Note: german,
			}},
		},
		{
			name: "throws under the locale", rule: "DET-02", change: ends(transcript.CallLocale, transcript.EndThrew),
			findings: []contract.Finding{{
				Call: "list-locale", At: "ListAccounts()", Want: "the same list as under the locale C", Got: `it threw RuntimeException: "boom"`,
				Note: german, File: "acme.php", Line: 40,
			}},
		},
		{
			name: "no array under a locale that PHP did not confirm", rule: "DET-02",
			change: both(call(transcript.CallLocale, func(c *transcripttest.Call) { c.Returns(nil) }),
				session(transcript.SessionLocale, func(s *transcripttest.Session) { s.Boot = nil })),
			findings: []contract.Finding{{
				Call: "list-locale", At: "ListAccounts()", Want: "the same list as under the locale C", Got: "it returned null",
				Note: german, File: "acme.php", Line: listLine,
			}},
		},
		{
			name: "throws under a locale that PHP confirmed", rule: "DET-02",
			change: both(ends(transcript.CallLocale, transcript.EndThrew), session(transcript.SessionLocale, func(s *transcripttest.Session) { s.Boot.Locale = "de_AT.UTF-8" })),
			findings: []contract.Finding{{
				Call: "list-locale", At: "ListAccounts()", Want: "the same list as under the locale C", Got: `it threw RuntimeException: "boom"`,
				Note: "under the locale de_AT.UTF-8", File: "acme.php", Line: 40,
			}},
		},
		{
			name: "throws under a locale that PHP left out", rule: "DET-02",
			change: both(ends(transcript.CallLocale, transcript.EndThrew), session(transcript.SessionLocale, func(s *transcripttest.Session) { s.Boot.Locale = "" })),
			findings: []contract.Finding{{
				Call: "list-locale", At: "ListAccounts()", Want: "the same list as under the locale C", Got: `it threw RuntimeException: "boom"`,
				Note: german, File: "acme.php", Line: 40,
			}},
		},
		{
			name: "interrupted under the locale", rule: "DET-02", outcome: contract.NotTestable, reason: "the run was stopped during the call this rule looks at",
			change: both(ends(transcript.CallLocale, transcript.EndThrew), session(transcript.SessionLocale, func(s *transcripttest.Session) { s.Exit.Interrupted = true })),
		},
		{
			name: "no other locale, where it throws", rule: "DET-02", change: both(noLocale, ends(transcript.CallLocale, transcript.EndThrew)),
			outcome: contract.NotTestable, reason: noLocaleReason,
		},
		{
			name: "moves in two ways", rule: "DET-02", change: answers(transcript.CallRepeat1, last, two, one),
			findings: moved("repeat-1", "one.example", "1", "three.example", fresh),
		},
		{
			name: "accounts come and go, and a date in the locale", rule: "DET-02", change: both(
				answers(transcript.CallRepeat1, one, two, transcripttest.Account("a.example")), answers(transcript.CallLocale, localised, two, last)),
			findings: []contract.Finding{{
				Call: "list-locale", At: `accounts["one.example"].created`, Want: `"2019-07-02 13:15:00" (string)`, Got: `"02. Juli 2019" (string)`, Note: german,
			}},
		},
		{
			name: "accounts come and go in the first repetition", rule: "DET-02",
			change: both(answers(transcript.CallRepeat1, one, two), answers(transcript.CallLocale, one, last)),
		},
		{name: "no other locale", rule: "DET-02", change: noLocale, outcome: contract.NotTestable, reason: noLocaleReason},
		{
			name: "no other locale, but shuffled", rule: "DET-02", change: both(noLocale, shuffled),
			findings: moved("repeat-1", "one.example", "1", "two.example", fresh),
		},
		{
			name: "not asked for", rule: "DET-02", change: func(r *transcripttest.Run) { r.Without(transcript.SessionLocale, true) },
			outcome: contract.NotTestable, reason: "the run ended before the call this rule looks at",
		},
		{name: "refused", rule: "DET-02", change: refused(), outcome: contract.NotTestable, reason: noServer},
		{name: "no list", rule: "DET-02", change: returns(transcripttest.Array{"success": true}), follows: "ENV-02"},
		{name: "endpoint", rule: "DET-02", endpoint: true, outcome: contract.NotTestable, reason: noLocaleReason},
	}
}
