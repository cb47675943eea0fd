package suites_test

import (
	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func silenceVerdicts() []verdict {
	prints := func(text string, subject func(*transcript.Subject)) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			r.EachLoad(func(l *transcript.Load) { l.Output = transcripttest.Printed(text) })
			if subject != nil {
				subject(r.Subject)
			}
		}
	}
	finding := func(got, note string) []contract.Finding {
		return []contract.Finding{{Call: "metadata", At: "loading acme.php", Want: "no output", Got: got, Note: note}}
	}
	return []verdict{
		{name: "silent", rule: "LOAD-05"},
		{name: "one line break after the closing tag", rule: "LOAD-05", change: func(r *transcripttest.Run) { r.Subject.Tail = []byte("\n") }},
		{
			name: "byte order mark", rule: "LOAD-05",
			change:   prints("\uFEFF", func(s *transcript.Subject) { s.Head = []byte("\uFEFF<?php\n") }),
			findings: finding(`"\u{FEFF}" (3 bytes)`, "the file begins with a UTF-8 byte order mark; save it without"),
		},
		{
			name: "byte order mark in a file that was not seen to load", rule: "LOAD-05",
			change: func(r *transcripttest.Run) { r.Subject.Head = []byte("\uFEFF<?php\n") },
			findings: []contract.Finding{{
				At: "acme.php, byte 1", Want: "<?php as the first bytes of the file",
				Got: "a UTF-8 byte order mark", Note: "PHP prints it as soon as the file is loaded",
			}},
		},
		{
			name: "line before the opening tag", rule: "LOAD-05",
			change:   prints("\n\n", func(s *transcript.Subject) { s.Head = []byte("\n\n<?php\n") }),
			findings: finding(`"\n\n" (2 bytes)`, `the file has 2 bytes before <?php: "\n\n"`),
		},
		{
			name: "lines after the closing tag", rule: "LOAD-05",
			change:   prints("\n ", func(s *transcript.Subject) { s.Tail = []byte("\r\n\n ") }),
			findings: finding(`"\n " (2 bytes)`, `the file goes on after its last ?>: "\n "; leave the closing tag out`),
		},
		{name: "echo in a variant", rule: "LOAD-05", from: transcripttest.Varied, change: session(transcript.SessionServerTLS, func(s *transcripttest.Session) {
			s.Load.Output = transcripttest.Printed("loaded")
		})},
		{name: "echo in a disturbed session", rule: "LOAD-05", change: session(transcript.SessionList, func(s *transcripttest.Session) {
			s.Load.Output = transcripttest.Printed("loaded")
			s.Troubles = []transcript.Trouble{{Kind: transcript.TroubleAnswer, Message: "no answer", Advice: "look"}}
		})},
		{name: "echo", rule: "LOAD-05", change: prints("loaded", nil), findings: finding(`"loaded" (6 bytes)`, "")},
		{name: "does not load", rule: "LOAD-05", change: everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) }), follows: "LOAD-01"},
		{
			name: "endpoint", rule: "LOAD-05", endpoint: true, outcome: contract.NotTestable,
			reason: "an endpoint target shows no PHP file, so how it loads cannot be seen",
		},
	}
}

func loadEffectVerdicts() []verdict {
	finding := func(want, got string) contract.Finding {
		return contract.Finding{Call: "metadata", At: "loading acme.php", Want: want, Got: got}
	}
	loads := func(change func(*transcript.Load)) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) { r.EachLoad(change) }
	}
	blind := func(r *transcripttest.Run) {
		r.EachSession(func(s *transcripttest.Session) { s.Info.Sees.Network = false })
	}
	during := func(phase, function string) func(*transcripttest.Run) {
		return everyLoad(func(s *transcripttest.Session) {
			s.LoadRecords = []transcript.Record{{Function: function, Args: []any{"x"}, Phase: phase, File: "acme.php", Line: 5}}
		})
	}
	recorded := func(function string) func(*transcripttest.Run) { return during(transcript.PhaseLoad, function) }
	queried := finding("no queries to the database", `the query "x"`)
	queried.File, queried.Line = "acme.php", 5
	called := finding("no WHMCS functions called", "localAPI() was called")
	called.File, called.Line = "acme.php", 5
	return []verdict{
		{name: "nothing happens", rule: "LOAD-06"},
		{
			name: "headers", rule: "LOAD-06", change: loads(func(l *transcript.Load) { l.Headers = []string{"Location: /login"} }),
			findings: []contract.Finding{finding("no headers", `the header "Location: /login"`)},
		},
		{
			name: "exit", rule: "LOAD-06", change: breaksAtLoad()["exit"].change,
			findings: []contract.Finding{finding("no exit", `it called exit or die and printed "no licence" (10 bytes)`)},
		},
		{name: "WHMCS function", rule: "LOAD-06", change: recorded("localAPI"), findings: []contract.Finding{called}},
		{name: "query", rule: "LOAD-06", change: recorded(transcript.RecordDatabase), findings: []contract.Finding{queried}},
		{name: "WHMCS function after loading", rule: "LOAD-06", change: during(transcript.PhaseEnd, "localAPI")},
		{name: "decrypt", rule: "LOAD-06", change: recorded("decrypt")},
		{name: "encrypt", rule: "LOAD-06", change: recorded("Encrypt")},
		{name: "hook", rule: "LOAD-06", change: recorded("add_hook")},
		{name: "class of WHMCS that is not there", rule: "LOAD-06", change: recorded(transcript.RecordMissing)},
		{
			name: "headers and exit", rule: "LOAD-06", change: everyLoad(func(s *transcripttest.Session) {
				s.LoadEnds(nil, transcript.Exit{})
				s.Shutdown.Headers = []string{"Location: /login"}
			}),
			findings: []contract.Finding{finding("no headers", `the header "Location: /login"`), finding("no exit", "it called exit or die")},
		},
		{
			name: "network and files where they cannot be seen", rule: "LOAD-06", outcome: contract.NotTestable,
			reason: "a php target on this machine does not show attempts to use the network",
			change: both(blind, everyLoad(func(s *transcripttest.Session) { s.Info.Sees.Files = false }), loads(func(l *transcript.Load) { l.Network, l.Files = 1, []string{"a.log"} })),
		},
		{
			name: "network", rule: "LOAD-06", change: loads(func(l *transcript.Load) { l.Network = 1 }),
			findings: []contract.Finding{finding("no use of the network", "1 attempt to use the network")},
		},
		{
			name: "files", rule: "LOAD-06", change: loads(func(l *transcript.Load) { l.Files = []string{"a.log", "b.log"} }),
			findings: []contract.Finding{
				finding("no files written", `it wrote "a.log"`),
				finding("no files written", `it wrote "b.log"`),
			},
		},
		{
			name: "network cannot be counted", rule: "LOAD-06", change: blind, outcome: contract.NotTestable,
			reason: "a php target on this machine does not show attempts to use the network",
		},
		{
			name: "something else was found", rule: "LOAD-06", change: both(blind, recorded("localAPI")),
			findings: []contract.Finding{called},
		},
		{name: "parse error", rule: "LOAD-06", change: breaksAtLoad()["parse error"].change, follows: "LOAD-01"},
		{
			name: "endpoint", rule: "LOAD-06", endpoint: true, outcome: contract.NotTestable,
			reason: "an endpoint target shows no PHP file, so how it loads cannot be seen",
		},
	}
}

func prefixVerdicts() []verdict {
	defines := func(change func(*transcript.Load)) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) { r.EachLoad(change) }
	}
	const want = "a name with the module's name in it, such as "
	return []verdict{
		{name: "prefixed", rule: "LOAD-07"},
		{name: "prefixed in other ways, namespaced, anonymous and vendored", rule: "LOAD-07", change: defines(func(l *transcript.Load) {
			l.Functions = append(l.Functions, transcript.Symbol{Name: "_acme_call"}, transcript.Symbol{Name: `Vendor\helper`}, transcript.Symbol{Name: "\x00lambda_1"},
				transcript.Symbol{Name: "trigger_deprecation", File: "vendor/symfony/deprecation-contracts/function.php"})
			l.Classes = []transcript.Symbol{
				{Name: "AcmeApi"}, {Name: "WhmcsAcmeClient"}, {Name: `WHMCS\Module\Server\Acme\Api`},
				{Name: "class@anonymous\x00/acme.php:3"}, {Name: "Countable@anonymous"}, {Name: "Normalizer", File: `lib\vendor\x.php`},
				{Name: "Collection", File: "/usr/share/php/Illuminate/Support/Collection.php"}, {Name: "Status", File: "<whmcs>/includes/x.php"},
				{Name: "Carbon", File: `C:\php\Carbon.php`},
			}
			l.Constants = []transcript.Symbol{{Name: "ACME_VERSION"}, {Name: `Acme\VERSION`}, {Name: "A_LIBRARY_MAY_DEFINE_THIS"}}
		})},
		{
			name: "bare names", rule: "LOAD-07", change: defines(func(l *transcript.Load) {
				l.Functions = append(l.Functions, transcript.Symbol{Name: "call_api", File: "acme.php", Line: 90})
				l.Classes = []transcript.Symbol{{Name: "ApiClient", File: "lib/ApiClient.php", Line: 4}}
				l.Constants = []transcript.Symbol{{Name: "API_URL"}}
			}),
			findings: []contract.Finding{
				{At: "function call_api", Want: want + "acme_call_api, or a namespace", Got: "call_api", File: "acme.php", Line: 90},
				{At: "class ApiClient", Want: want + "AcmeApiClient, or a namespace", Got: "ApiClient", File: "lib/ApiClient.php", Line: 4},
				{At: "constant API_URL", Want: want + "ACME_API_URL, or a namespace", Got: "API_URL"},
			},
		},
		{
			name: "hyphen in the module's name", rule: "LOAD-07",
			change: both(functions("helper"), func(r *transcripttest.Run) { r.Header.Target.Module = "acme-hosting" }),
			findings: []contract.Finding{{
				At: "function helper", Want: want + "acme_hosting_helper, or a namespace", Got: "helper", File: "acme.php", Line: 10,
			}},
		},
		{
			name: "sign in a bare name, and in the module's", rule: "LOAD-07",
			change: both(functions("__helper"), func(r *transcripttest.Run) { r.Header.Target.Module = "2_acme" }),
			findings: []contract.Finding{{
				At: "function __helper", Want: want + "2_acme_helper, or a namespace", Got: "__helper", File: "acme.php", Line: 10,
			}},
		},
		{
			name: "a short name tells only at the beginning", rule: "LOAD-07",
			change: both(functions("vps_MetaData", "my_vps_call"), func(r *transcripttest.Run) { r.Header.Target.Module = "vps" }),
			findings: []contract.Finding{{
				At: "function my_vps_call", Want: want + "vps_my_vps_call, or a namespace", Got: "my_vps_call", File: "acme.php", Line: 11,
			}},
		},
		{name: "does not load", rule: "LOAD-07", change: breaksAtLoad()["crash"].change, follows: "LOAD-01"},
		{
			name: "endpoint", rule: "LOAD-07", endpoint: true, outcome: contract.NotTestable,
			reason: "an endpoint target shows no PHP file, so how it loads cannot be seen",
		},
	}
}

// stubBehindBridge is a file that prints a text instead of loading, seen
// without its source.
func stubBehindBridge(text string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		r.Subject = nil
		r.EachSession(func(s *transcripttest.Session) {
			s.LoadEnds(nil, transcript.Exit{Status: 200})
			s.Shutdown.Output = transcripttest.Printed(text)
		})
	}
}

func encoderVerdicts() []verdict {
	encoded := func(r *transcripttest.Run) { r.Subject.Encoder = "ionCube" }
	stub := both(encoded, func(r *transcripttest.Run) {
		r.EachSession(func(s *transcripttest.Session) { s.LoadEnds(nil, transcript.Exit{Status: 199}) })
	})
	const reason = "the module's file is encoded with ionCube and did not load, so "
	untested := func(rule, consequence string) verdict {
		return verdict{name: "encoded, without the loader", rule: rule, change: stub, outcome: contract.NotTestable, reason: reason + consequence}
	}
	behindBridge := func(text, encoder string) verdict {
		return verdict{
			name: "behind a bridge, " + encoder, rule: "LOAD-01", change: stubBehindBridge(text), outcome: contract.NotTestable,
			reason: "the module's file is encoded with " + encoder + " and did not load, so nothing can be said of it",
		}
	}
	return []verdict{
		{name: "source", rule: "LOAD-08"},
		{name: "encoded, with the loader", rule: "LOAD-08", change: encoded},
		untested("LOAD-08", "nothing can be said of it"),
		untested("LOAD-01", "nothing can be said of it"),
		untested("LOAD-03", "ConfigOptions() could not be called"),
		untested("LOAD-04", "whether it guards itself cannot be seen"),
		untested("LOAD-05", "what it prints cannot be seen in full"),
		untested("LOAD-06", "nothing can be said of it"),
		untested("LOAD-07", "what it defines cannot be seen in full"),
		untested("META-01", "MetaData() could not be called"),
		untested("ENV-09", "ListAccounts() could not be called"),
		{
			name: "behind a bridge, encoded, without the loader", rule: "LOAD-01",
			change:  stubBehindBridge("Site error: the file acme.php requires the IonCube PHP Loader to be installed."),
			outcome: contract.NotTestable, reason: reason + "nothing can be said of it",
		},
		behindBridge("the Loader for SourceGuardian is not installed", "SourceGuardian"),
		behindBridge("Zend Guard Runtime support missing", "Zend Guard"),
		behindBridge("phpSHIELD Loader not found", "phpSHIELD"),
		{
			name: "behind a bridge, breaks with the name of an encoder", rule: "LOAD-01",
			change: both(stubBehindBridge("ionCube is not needed."), func(r *transcripttest.Run) {
				r.EachSession(func(s *transcripttest.Session) {
					s.Shutdown.Fatal = &transcript.Fatal{Message: "no", File: "acme.php", Line: 7}
				})
			}),
			findings: []contract.Finding{{
				Call: "metadata", At: "acme.php", Want: "a file that PHP loads to its end", Got: `a fatal error: "no"`, File: "acme.php", Line: 7,
			}},
		},
		{
			name: "behind a bridge, dies for another reason", rule: "LOAD-01", change: stubBehindBridge("No licence."),
			findings: []contract.Finding{{
				Call: "metadata", At: "acme.php", Want: "a file that PHP loads to its end", Got: `it called exit or die and printed "No licence." (11 bytes)`,
			}},
		},
		{name: "endpoint", rule: "LOAD-08", endpoint: true, outcome: contract.NotTestable, reason: noPHPFile},
	}
}
