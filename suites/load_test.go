package suites_test

import (
	"slices"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestLoadRules(t *testing.T) {
	testVerdicts(t, loadVerdicts())
}

func loadVerdicts() []verdict {
	return slices.Concat(loadingVerdicts(), nameVerdicts(), guardVerdicts(), silenceVerdicts(), loadEffectVerdicts(), prefixVerdicts(), encoderVerdicts())
}

const noPHPFile = "an endpoint target shows no PHP file"

// everyLoad makes each session with WHMCS end while the file loads.
func everyLoad(change func(*transcripttest.Session)) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		r.EachSession(func(s *transcripttest.Session) {
			if !s.Info.WithoutWHMCS {
				change(s)
			}
		})
	}
}

func parseError() transcript.Throwable {
	return transcript.Throwable{Class: "ParseError", Message: `syntax error, unexpected token "}"`, File: "acme.php", Line: 12}
}

// breaksAtLoad lists the ways in which loading can fail, and what LOAD-01 says.
func breaksAtLoad() map[string]struct {
	change func(*transcripttest.Run)
	want   contract.Finding
} {
	type broken = struct {
		change func(*transcripttest.Run)
		want   contract.Finding
	}
	finding := func(got, file string, line int) contract.Finding {
		return contract.Finding{Call: "metadata", At: "acme.php", Want: "a file that PHP loads to its end", Got: got, File: file, Line: line}
	}
	noEvent := func(exit transcript.Exit) func(*transcripttest.Run) {
		return everyLoad(func(s *transcripttest.Session) {
			s.LoadEnds(nil, exit)
			s.Shutdown, s.Final = nil, false
		})
	}
	return map[string]broken{
		"parse error": {
			everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) }),
			finding(`ParseError: "syntax error, unexpected token \"}\""`, "acme.php", 12),
		},
		"exception": {
			everyLoad(func(s *transcripttest.Session) {
				s.LoadFails(transcript.Throwable{Class: "RuntimeException", Message: "no licence", File: "lib/Licence.php", Line: 3})
			}),
			finding(`RuntimeException: "no licence"`, "lib/Licence.php", 3),
		},
		"fatal error": {
			everyLoad(func(s *transcripttest.Session) {
				s.LoadEnds(&transcript.Fatal{Message: "Cannot redeclare acme_call()", File: "acme.php", Line: 7}, transcript.Exit{Status: 255})
			}),
			finding(`a fatal error: "Cannot redeclare acme_call()"`, "acme.php", 7),
		},
		"exit": {
			everyLoad(func(s *transcripttest.Session) {
				s.LoadEnds(nil, transcript.Exit{})
				s.Shutdown.Output = transcripttest.Printed("no licence")
			}),
			finding(`it called exit or die and printed "no licence" (10 bytes)`, "", 0),
		},
		"exit without a word": {everyLoad(func(s *transcripttest.Session) { s.LoadEnds(nil, transcript.Exit{}) }), finding("it called exit or die", "", 0)},
		"exit with one letter": {
			everyLoad(func(s *transcripttest.Session) {
				s.LoadEnds(nil, transcript.Exit{})
				s.Shutdown.Output = transcripttest.Printed("x")
			}),
			finding(`it called exit or die and printed "x" (1 byte)`, "", 0),
		},
		"before loading": {
			everyLoad(func(s *transcripttest.Session) {
				s.LoadEnds(nil, transcript.Exit{})
				s.Shutdown.Phase = transcript.PhaseBoot
			}),
			finding("PHP ended without any result", "", 0),
		},
		"not to its end":         {everyLoad(func(s *transcripttest.Session) { s.Load.OK = false }), finding("PHP ended without any result", "", 0)},
		"stopped after a second": {noEvent(transcript.Exit{TimedOut: true, Limit: 1}), finding("it was still loading after 1 second and was stopped", "", 0)},
		"memory limit": {
			everyLoad(func(s *transcripttest.Session) {
				s.LoadEnds(&transcript.Fatal{Message: "Allowed memory size exhausted", File: "acme.php", Line: 9, Memory: true}, transcript.Exit{Status: 255})
			}),
			finding(`a fatal error: "Allowed memory size exhausted"`, "acme.php", 9),
		},
		"address space": {noEvent(transcript.Exit{Status: 1, OutOfMemory: true}), finding("PHP ran out of memory", "", 0)},
		"endless loop": {
			noEvent(transcript.Exit{TimedOut: true, Limit: 60, Signal: "SIGKILL"}),
			finding("it was still loading after 60 seconds and was stopped", "", 0),
		},
		"crash":       {noEvent(transcript.Exit{Signal: "SIGSEGV"}), finding("PHP crashed (SIGSEGV)", "", 0)},
		"lost result": {noEvent(transcript.Exit{}), finding("PHP ended without any result", "", 0)},
	}
}

func loadingVerdicts() []verdict {
	missing := contract.Finding{At: "acme.php", Want: "a function acme_ListAccounts()", Got: "no such function"}
	near := func(got, note string) []contract.Finding {
		f := missing
		f.Got, f.Note, f.File, f.Line = got, note, "acme.php", 11
		return []contract.Finding{f}
	}
	list := []verdict{
		{name: "loads", rule: "LOAD-01"},
		{name: "another case", rule: "LOAD-01", change: functions("ACME_metadata", "Acme_listaccounts", "acme_ConfigOptions")},
		{
			name: "no such function", rule: "LOAD-01", change: functions("acme_MetaData", "acme_ConfigOptions"),
			findings: []contract.Finding{missing},
		},
		{
			name: "underscore for hyphen", rule: "LOAD-01", change: functions("acme_MetaData", "ac_me_ListAccounts"),
			findings: near("ac_me_ListAccounts()", `its prefix is "ac_me", but the file is named "acme"; rename the file or the functions so that both agree`),
		},
		{
			name: "prefix of another module", rule: "LOAD-01", change: functions("acme_MetaData", "cpanel_ListAccounts"),
			findings: near("cpanel_ListAccounts()", "its prefix belongs to a file named cpanel.php"),
		},
		{
			name: "wrong suffix", rule: "LOAD-01", change: functions("acme_MetaData", "acme_GetAccounts"),
			findings: near("acme_GetAccounts()", "WHMCS only looks for the suffix ListAccounts"),
		},
		{
			name: "misspelt suffix", rule: "LOAD-01", change: functions("acme_MetaData", "acme_ListAccount"),
			findings: near("acme_ListAccount()", "WHMCS only looks for the suffix ListAccounts"),
		},
		{
			name: "in a namespace", rule: "LOAD-01", change: functions("acme_MetaData", `Acme\acme_ListAccounts`),
			findings: near(`Acme\acme_ListAccounts()`, "it is in a namespace; WHMCS calls a global function"),
		},
		{
			name: "folder of another name", rule: "LOAD-01",
			change: below("acme-hosting"),
			findings: []contract.Finding{{
				At: "modules/servers/acme-hosting/acme.php", Want: "modules/servers/acme/acme.php",
				Got: `a folder named "acme-hosting"`, Note: "WHMCS looks for a file that is named like its folder",
			}},
		},
		{
			name: "repository of another name", rule: "LOAD-01",
			change: func(r *transcripttest.Run) { r.Subject.Layout, r.Subject.Folder = "x/x.php", "whmcs-acme" },
		},
		{
			name: "metrics only", rule: "LOAD-01",
			change: both(functions("acme_MetaData", "acme_ConfigOptions", "acme_MetricProvider"),
				metadata(transcripttest.Array{"ListAccountsProductField": transcripttest.Absent()}),
				ends(transcript.CallList, transcript.EndMissing)),
			outcome: contract.NotApplicable,
			reason:  "the module names its identifier for a MetricProvider only and does not implement ListAccounts",
		},
		{name: "endpoint that answers", rule: "LOAD-01", endpoint: true},
		{
			name: "endpoint without it", rule: "LOAD-01", endpoint: true, change: ends(transcript.CallList, transcript.EndMissing),
			findings: []contract.Finding{missing},
		},
		{
			name: "endpoint that cannot be driven", rule: "LOAD-01", endpoint: true, change: ends(transcript.CallList, transcript.EndNoAnswer),
			outcome: contract.NotTestable, reason: "the answer is not JSON",
		},
		{
			name: "endpoint whose module does not load", rule: "LOAD-01", endpoint: true,
			change: func(r *transcripttest.Run) {
				c := r.List()
				c.Ends(transcript.EndNotReached)
				r.Session(transcript.SessionList).Load = nil
			},
			findings: []contract.Finding{{
				Call: "list", At: "acme.php", Want: "a file that PHP loads to its end", Got: "ListAccounts() was never reached",
			}},
		},
		{name: "fails to load in one session", rule: "LOAD-01", change: session(transcript.SessionList, func(s *transcripttest.Session) {
			s.LoadFails(parseError())
		}), findings: []contract.Finding{{
			Call: "list", At: "acme.php", Want: "a file that PHP loads to its end",
			Got: `ParseError: "syntax error, unexpected token \"}\""`, File: "acme.php", Line: 12,
		}}},
	}
	for name, b := range breaksAtLoad() {
		list = append(list, verdict{name: name, rule: "LOAD-01", change: b.change, findings: []contract.Finding{b.want}})
	}
	return list
}

// below puts the module into a folder of WHMCS's modules/servers.
func below(folder string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		r.Subject.Layout, r.Subject.Folder = "modules/servers/x/x.php", folder
	}
}

func nameVerdicts() []verdict {
	named := func(name string) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			r.Header.Target.Module, r.Subject.File = name, name+".php"
			functions(name+"_MetaData", name+"_ListAccounts", name+"_ConfigOptions")(r)
		}
	}
	const want = "one word of lower-case letters and digits that begins with a letter"
	return []verdict{
		{name: "plain", rule: "LOAD-02", change: named("acme2")},
		{
			name: "hyphen", rule: "LOAD-02", change: named("acme-hosting"),
			findings: []contract.Finding{{At: "acme-hosting.php", Want: want, Got: `"acme-hosting" (string)`}},
		},
		{
			name: "digit first", rule: "LOAD-02", change: named("2acme"),
			findings: []contract.Finding{{At: "2acme.php", Want: want, Got: `"2acme" (string)`}},
		},
		{
			name: "upper case, functions in lower", rule: "LOAD-02",
			change: both(named("Acme"), functions("acme_MetaData", "acme_ListAccounts", "acme_ConfigOptions")),
			findings: []contract.Finding{{
				At: "Acme.php", Want: want, Got: `"Acme" (string)`,
				Note: "its functions begin with acme_; PHP does not distinguish case in function names, but file systems do",
			}},
		},
		{
			name: "folder", rule: "LOAD-02",
			change:   below("Acme"),
			findings: []contract.Finding{{At: "modules/servers/Acme", Want: want, Got: `"Acme" (string)`}},
		},
		{name: "endpoint", rule: "LOAD-02", endpoint: true, outcome: contract.NotTestable, reason: noPHPFile},

		{name: "defined", rule: "LOAD-03"},
		{
			name: "not defined", rule: "LOAD-03",
			change: both(functions("acme_MetaData", "acme_ListAccounts"), ends(transcript.CallOptions, transcript.EndMissing)),
			findings: []contract.Finding{{
				Call: "options", At: "acme.php", Want: "a function acme_ConfigOptions()", Got: "no such function",
			}},
		},
		{name: "defined but throws", rule: "LOAD-03", change: ends(transcript.CallOptions, transcript.EndThrew)},
		{
			name: "not defined behind an endpoint", rule: "LOAD-03", endpoint: true, change: ends(transcript.CallOptions, transcript.EndMissing),
			findings: []contract.Finding{{
				Call: "options", At: "acme.php", Want: "a function acme_ConfigOptions()", Got: "no such function",
			}},
		},
		{name: "file does not load", rule: "LOAD-03", change: everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) }), follows: "LOAD-01"},
	}
}
