package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// A call that was disturbed, or made outside WHMCS, shows nothing of PHP's version.
func TestVersionElsewhere(t *testing.T) {
	removed := func(c *transcripttest.Call) {
		c.Throws(transcript.Throwable{Class: "Error", Message: "Call to undefined function each()", File: "acme.php", Line: 33})
	}
	found := func(call, got, note string) []contract.Finding {
		return []contract.Finding{{
			Call: call, At: "ListAccounts()", Want: "code that PHP 8.2.29 can run", Got: got, Note: note, File: "acme.php", Line: 33,
		}}
	}
	fatal := func(message string, line int) func(*transcripttest.Run) {
		return call(transcript.CallList, func(c *transcripttest.Call) {
			c.Dies(transcript.Fatal{Message: message, File: "acme.php", Line: line})
		})
	}
	unread := func(message string) func(*transcripttest.Call) {
		return func(c *transcripttest.Call) {
			c.Throws(transcript.Throwable{Class: "ParseError", Message: message, File: "acme.php", Line: 33})
		}
	}
	nobody := func(r *transcripttest.Run) {
		r.EachSession(func(s *transcripttest.Session) {
			if s.Boot != nil {
				s.Boot.PHP = ""
			}
		})
	}
	testVerdicts(t, onSurveyed([]verdict{
		{name: "in several calls", rule: "PHP-01", change: both(call(transcript.CallList, removed), call(transcript.CallRepeat1, removed)),
			findings: found(transcript.CallList, `threw Error: "Call to undefined function each()"`, "PHP 8.0 removed each()")},
		{name: "as a fatal error", rule: "PHP-01", change: fatal("Uncaught Error: Call to undefined function each()", 33),
			findings: found(transcript.CallList, `ended with a fatal error: "Uncaught Error: Call to undefined function each()"`, "PHP 8.0 removed each()")},
		{name: "another fatal error", rule: "PHP-01", change: fatal("Cannot redeclare acme_call()", 33)},
		{name: "the version is not known", rule: "PHP-01", change: nobody, outcome: contract.NotTestable, reason: "it is not known which PHP the module ran under"},
		{name: "a version that one session does not tell", rule: "PHP-01", change: both(call(transcript.CallList, removed), func(r *transcripttest.Run) {
			for _, s := range r.Sessions {
				if s.Boot != nil {
					s.Boot.PHP = ""
					return
				}
			}
		}), findings: found(transcript.CallList, `threw Error: "Call to undefined function each()"`, "PHP 8.0 removed each()")},
		{name: "stopped", rule: "PHP-01", change: session(transcript.SessionList, func(s *transcripttest.Session) {
			removed(s.Calls[0])
			s.Exit.Interrupted = true
		})},
		{name: "a call of no function", rule: "PHP-01", change: call(transcript.CallList, func(c *transcripttest.Call) {
			removed(c)
			c.Info.Function = ""
		})},
		{name: "two places that cannot be read", rule: "PHP-01", change: both(call(transcript.CallList, unread("first")), call(transcript.CallLocale, unread("second"))),
			findings: append(found(transcript.CallList, `threw ParseError: "first"`, "the file cannot be read by PHP 8.2.29"),
				found(transcript.CallLocale, `threw ParseError: "second"`, "the file cannot be read by PHP 8.2.29")...)},
		{name: "a session that did not begin", rule: "PHP-01", change: func(r *transcripttest.Run) { r.Sessions[0].Boot = nil }},
		{name: "without WHMCS", rule: "PHP-01", change: func(r *transcripttest.Run) {
			s := r.Session(transcript.SessionList)
			s.Info.WithoutWHMCS = true
			removed(s.Calls[0])
		}},
	}))
}

func TestGuzzleVersions(t *testing.T) {
	used := func(name, version string) func(*transcripttest.Run) {
		return loads(transcript.Library{Name: name, Class: name + `\Client`, File: "<whmcs>/vendor/Client.php", Version: version})
	}
	former := source(func(s *transcript.Source) {
		s.Clients = []transcript.Client{{File: "lib/Api.php", Line: 12, Options: []string{"base_url"}}}
	})
	both2 := source(func(s *transcript.Source) {
		s.Clients = []transcript.Client{{File: "lib/Api.php", Line: 12, Options: []string{"base_uri"}}, {File: "lib/Api.php", Line: 30, Options: []string{"defaults", "base_uri"}}}
	})
	found := func(version, want, got string, line int) []contract.Finding {
		return []contract.Finding{{
			At: "the options of a Guzzle client", Want: want, Got: got, Note: "Guzzle " + version + " was loaded, which ignores it", File: "lib/Api.php", Line: line,
		}}
	}
	const old = "the Guzzle that was loaded is not the one of WHMCS 8 and newer; see PHP-03"
	testVerdicts(t, onSurveyed([]verdict{
		{name: "the first without", rule: "PHP-02", change: both(used("GuzzleHttp", "6.5.8"), former), findings: found("6.5.8", "base_uri", `"base_url"`, 12)},
		{name: "the last with", rule: "PHP-02", change: both(used("GuzzleHttp", "5"), former), outcome: contract.NotApplicable, reason: old},
		{name: "of no version", rule: "PHP-02", change: both(used("GuzzleHttp", "dev"), former), outcome: contract.NotApplicable, reason: old},
		{name: "another library", rule: "PHP-02", change: both(used("Psr", "7"), former), outcome: contract.NotApplicable, reason: "no call used Guzzle"},
		{name: "the new name, with the others below", rule: "PHP-02", change: both(used("GuzzleHttp", "7"), both2),
			findings: found("7", "its entries as options of the client", `"defaults"`, 30)},
	}))
}

// Only a catch within ListAccounts() can have let its error pass.
func TestCatchElsewhere(t *testing.T) {
	escapes := call(transcript.CallList, func(c *transcripttest.Call) {
		c.Throws(transcript.Throwable{Class: "TypeError", Message: "no", Is: []string{"Error", "Throwable"}})
	})
	in := func(file string, line int, catches ...string) func(*transcripttest.Run) {
		return both(escapes, func(r *transcripttest.Run) {
			r.EachLoad(func(l *transcript.Load) {
				for i := range l.Functions {
					if l.Functions[i].Name == "acme_ListAccounts" {
						l.Functions[i].Line, l.Functions[i].End = 50, 70
					}
				}
			})
		}, source(func(s *transcript.Source) {
			try := transcript.Try{File: file, Line: line}
			for i, class := range catches {
				try.Catches = append(try.Catches, transcript.Catch{Name: `\` + class, Class: class, Line: 60 + i})
			}
			s.Tries = []transcript.Try{try}
		}))
	}
	found := func(line int) []contract.Finding {
		return []contract.Finding{{
			Call: transcript.CallList, At: "the catch in acme_ListAccounts()", Want: `\Throwable`, Got: `\Exception`,
			Note: `ListAccounts() threw TypeError: "no", which is no Exception`, File: "acme.php", Line: line,
		}}
	}
	testVerdicts(t, onSurveyed([]verdict{
		{name: "first line", rule: "PHP-04", change: in("acme.php", 50, "Exception"), findings: found(60)},
		{name: "last line", rule: "PHP-04", change: in("acme.php", 70, "Exception"), findings: found(60)},
		{name: "above", rule: "PHP-04", change: in("acme.php", 49, "Exception")},
		{name: "below", rule: "PHP-04", change: in("acme.php", 71, "Exception")},
		{name: "another file", rule: "PHP-04", change: in("lib/Api.php", 60, "Exception")},
		{name: "nothing of that kind", rule: "PHP-04", change: in("acme.php", 60, "RuntimeException")},
		{name: "second of two", rule: "PHP-04", change: in("acme.php", 60, "RuntimeException", "Exception"), findings: found(61)},
		{name: "errors too", rule: "PHP-04", change: in("acme.php", 60, "Exception", "Error")},
		{name: "everything too", rule: "PHP-04", change: in("acme.php", 60, "Exception", "throwable")},
		{name: "does not load", rule: "PHP-04", change: everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) }), follows: "LOAD-01"},
		{name: "does not load", rule: "PHP-03", change: everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) }), follows: "LOAD-01"},
		{name: "a target that does not tell", rule: "PHP-03", outcome: contract.NotTestable, reason: "this target does not show which libraries are loaded",
			change: func(r *transcripttest.Run) { r.EachSession(func(s *transcripttest.Session) { s.Boot = nil }) }},
	}))
}
