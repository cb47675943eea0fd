package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// What one session does not show, others do.
func TestLoadingElsewhere(t *testing.T) {
	const name = "one word of lower-case letters and digits that begins with a letter"
	noFunction := func(at string) []contract.Finding {
		return []contract.Finding{{At: at, Want: "a function acme_ListAccounts()", Got: "no such function"}}
	}
	noList := functions("acme_MetaData", "acme_ConfigOptions")
	testVerdicts(t, []verdict{
		{name: "the list was stopped", rule: "LOAD-01", change: session(transcript.SessionList, func(s *transcripttest.Session) { s.Exit.Interrupted = true })},
		{name: "the list was not asked for", rule: "LOAD-01", change: func(r *transcripttest.Run) { r.Without(transcript.SessionList, false) }},
		{name: "no call behind an endpoint", rule: "LOAD-01", endpoint: true, outcome: contract.NotTestable, reason: "the transcript breaks off before the call this rule looks at",
			change: session(transcript.SessionList, func(s *transcripttest.Session) { s.Calls = nil })},
		{name: "one session did not load, another did", rule: "LOAD-03", change: session(transcript.SessionMetaData, func(s *transcripttest.Session) { s.LoadFails(parseError()) })},
		{name: "the folder is named like the file", rule: "LOAD-01", change: below("acme")},
		{name: "a file below", rule: "LOAD-01", change: both(noList, func(r *transcripttest.Run) { r.Subject.File = "src/acme.php" }), findings: noFunction("src/acme.php")},
		{name: "a file without a name", rule: "LOAD-01", change: both(noList, func(r *transcripttest.Run) { r.Subject.File = "" }), findings: noFunction("acme.php")},
		{name: "the file and its folder", rule: "LOAD-02", findings: []contract.Finding{{At: "2acme.php", Want: name, Got: `"2acme" (string)`}},
			change: both(below("2acme"), functions("2acme_MetaData", "2acme_ListAccounts", "2acme_ConfigOptions"), func(r *transcripttest.Run) {
				r.Header.Target.Module, r.Subject.File = "2acme", "2acme.php"
			})},
		{name: "not defined, but answered", rule: "LOAD-03", change: functions("acme_MetaData", "acme_ListAccounts"), findings: []contract.Finding{{
			Call: "options", At: "acme.php", Want: "a function acme_ConfigOptions()", Got: "no such function",
		}}},
	})
}
