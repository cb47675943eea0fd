package suites_test

import (
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func guardVerdicts() []verdict {
	direct := func(change func(*transcripttest.Session)) func(*transcripttest.Run) {
		return session(transcript.SessionDirect, change)
	}
	finding := func(got, note string) contract.Finding {
		return contract.Finding{At: "opening acme.php without WHMCS", Want: "it stops at once", Got: got, Note: note}
	}
	longText := strings.Repeat("x", 1025)
	return []verdict{
		{name: "dies with a message", rule: "LOAD-04", change: direct(func(s *transcripttest.Session) {
			s.Shutdown.Output = transcripttest.Printed("This file cannot be accessed directly")
		})},
		{
			name: "runs on", rule: "LOAD-04", change: direct(func(s *transcripttest.Session) {
				s.Load = &transcript.Load{OK: true, Functions: []transcript.Symbol{{Name: "acme_MetaData"}, {Name: "acme_ListAccounts"}}}
				s.Shutdown.Phase = transcript.PhaseEnd
			}),
			findings: []contract.Finding{finding("the whole file ran",
				"it defined 2 functions and did not stop; if it guards itself with return, use die or exit as WHMCS's sample does")},
		},
		{
			name: "returns", rule: "LOAD-04", change: both(direct(func(s *transcripttest.Session) {
				s.Load = &transcript.Load{OK: true, Functions: []transcript.Symbol{{Name: "acme_MetaData"}}}
				s.Shutdown.Phase = transcript.PhaseEnd
			}), func(r *transcripttest.Run) {
				r.Subject.Head = []byte("<?php\nif (!defined('WHMCS')) {\n    return;\n}\n")
			}),
		},
		{
			name: "runs into an error", rule: "LOAD-04", change: direct(func(s *transcripttest.Session) {
				s.LoadFails(transcript.Throwable{Class: "Error", Message: `Class "WHMCS\Database\Capsule" not found`, File: "acme.php", Line: 4})
			}),
			findings: []contract.Finding{{
				At: "opening acme.php without WHMCS", Want: "it stops at once", Got: `Error: "Class \"WHMCS\\Database\\Capsule\" not found"`,
				Note: "it ran on without WHMCS until it failed", File: "acme.php", Line: 4,
			}},
		},
		{
			name: "returns, but fails before", rule: "LOAD-04", change: both(direct(func(s *transcripttest.Session) { s.LoadFails(parseError()) }), func(r *transcripttest.Run) {
				r.Subject.Head = []byte("<?php\nif (!defined('WHMCS')) {\n    return;\n}\n")
			}),
			findings: []contract.Finding{{
				At: "opening acme.php without WHMCS", Want: "it stops at once", Got: `ParseError: "syntax error, unexpected token \"}\""`,
				Note: "it ran on without WHMCS until it failed", File: "acme.php", Line: 12,
			}},
		},
		{
			name: "runs on and does all it should not", rule: "LOAD-04", change: direct(func(s *transcripttest.Session) {
				s.Load = &transcript.Load{OK: true, Output: transcripttest.Printed(longText), Network: 1, Files: []string{"a.log"}}
				s.Shutdown.Phase, s.Shutdown.Output = transcript.PhaseEnd, transcripttest.Printed("x")
			}),
			findings: []contract.Finding{
				finding("the whole file ran", "it defined 0 functions and did not stop; if it guards itself with return, use die or exit as WHMCS's sample does"),
				finding(`it printed "`+longText[:120]+`…" (1025 bytes in all) (1025 bytes)`, "a short message is enough"),
				finding("1 attempt to use the network", "it used the network before it stopped"),
				finding("it wrote a.log", ""),
			},
		},
		{name: "guards itself, and does not load with WHMCS", rule: "LOAD-04", change: everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) })},
		{name: "a message of 1,024 bytes", rule: "LOAD-04", change: direct(func(s *transcripttest.Session) { s.Shutdown.Output = transcripttest.Printed(longText[1:]) })},
		{name: "what cannot be seen", rule: "LOAD-04", change: direct(func(s *transcripttest.Session) {
			s.Info.Sees.Network, s.Info.Sees.Files = false, false
			s.Shutdown.Network, s.Shutdown.Files = 1, []string{"a.log"}
		})},
		{
			name: "long page", rule: "LOAD-04", change: direct(func(s *transcripttest.Session) { s.Shutdown.Output = transcripttest.Printed(longText) }),
			findings: []contract.Finding{finding(`it printed "`+longText[:120]+`…" (1025 bytes in all) (1025 bytes)`, "a short message is enough")},
		},
		{
			name: "network and files first", rule: "LOAD-04", change: direct(func(s *transcripttest.Session) {
				s.Shutdown.Network, s.Shutdown.Files = 1, []string{"modules/servers/acme/log.txt", "/tmp/acme"}
			}),
			findings: []contract.Finding{
				finding("1 attempt to use the network", "it used the network before it stopped"),
				finding("it wrote modules/servers/acme/log.txt, /tmp/acme", ""),
			},
		},
		{
			name: "never ends", rule: "LOAD-04", change: direct(func(s *transcripttest.Session) {
				s.LoadEnds(nil, transcript.Exit{TimedOut: true, Limit: 60})
				s.Shutdown, s.Final = nil, false
			}),
			findings: []contract.Finding{finding("it was still loading after 60 seconds and was stopped", "it ran on without WHMCS until it failed")},
		},
		{name: "does not load at all", rule: "LOAD-04", change: func(r *transcripttest.Run) {
			r.EachSession(func(s *transcripttest.Session) { s.LoadFails(parseError()) })
		}, follows: "LOAD-01"},
		{
			name: "behind a bridge, dies", rule: "LOAD-04", change: func(r *transcripttest.Run) { r.Subject = nil },
			outcome: contract.NotTestable, reason: "a php target shows no PHP file, so whether a guard is its first statement cannot be told",
		},
		{
			name: "behind a bridge, runs on", rule: "LOAD-04", change: both(direct(func(s *transcripttest.Session) {
				s.Load = &transcript.Load{OK: true, Functions: []transcript.Symbol{{Name: "acme_MetaData"}}}
				s.Shutdown.Phase = transcript.PhaseEnd
			}), func(r *transcripttest.Run) { r.Subject = nil }),
			outcome: contract.NotTestable, reason: "a php target shows no PHP file, so whether a guard is its first statement cannot be told",
		},
		{
			name: "behind a bridge, prints a long page", rule: "LOAD-04", change: both(direct(func(s *transcripttest.Session) {
				s.Shutdown.Output = transcripttest.Printed(longText)
			}), func(r *transcripttest.Run) { r.Subject = nil }),
			findings: []contract.Finding{finding(`it printed "`+longText[:120]+`…" (1025 bytes in all) (1025 bytes)`, "a short message is enough")},
		},
		{
			name: "endpoint", rule: "LOAD-04", endpoint: true,
			outcome: contract.NotTestable, reason: "the run ended before the call this rule looks at",
		},
		{
			name: "never started", rule: "LOAD-04", change: func(r *transcripttest.Run) { r.Without(transcript.SessionDirect, true) },
			outcome: contract.NotTestable, reason: "the run ended before the call this rule looks at",
		},
	}
}
