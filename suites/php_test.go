package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// surveyed is a run in which the module's files were looked through.
func surveyed(tb testing.TB) *transcripttest.Run {
	r := transcripttest.Conformant(tb)
	r.Session(transcript.SessionMetaData).Load.Source = &transcript.Source{Tries: []transcript.Try{
		{File: "acme.php", Line: 52, Catches: []transcript.Catch{{Name: `\Throwable`, Class: "Throwable", Line: 60}}},
	}}
	return r
}

func onSurveyed(verdicts []verdict) []verdict {
	for i := range verdicts {
		verdicts[i].from = surveyed
	}
	return verdicts
}

func source(change func(*transcript.Source)) func(*transcripttest.Run) {
	return session(transcript.SessionMetaData, func(s *transcripttest.Session) { change(s.Load.Source) })
}

func unsurveyed() func(*transcripttest.Run) {
	return session(transcript.SessionMetaData, func(s *transcripttest.Session) { s.Load.Source = nil })
}

func loads(libraries ...transcript.Library) func(*transcripttest.Run) {
	return call(transcript.CallList, func(c *transcripttest.Call) { c.Effects.Libraries = libraries })
}

const notSurveyed = "the module's files were not looked through"

func TestVersionRule(t *testing.T) {
	throws := func(class, message string) func(*transcripttest.Run) {
		return call(transcript.CallOptions, func(c *transcripttest.Call) {
			c.Throws(transcript.Throwable{Class: class, Message: message, File: "acme.php", Line: 33})
		})
	}
	found := func(got, note string) []contract.Finding {
		return []contract.Finding{{
			Call: transcript.CallOptions, At: "ConfigOptions()", Want: "code that PHP 8.2.29 can run", Got: got, Note: note, File: "acme.php", Line: 33,
		}}
	}
	testVerdicts(t, onSurveyed([]verdict{
		{name: "runs", rule: "PHP-01"},
		{
			name: "a function that was removed", rule: "PHP-01", change: throws("Error", `Call to undefined function Acme\Each()`),
			findings: found(`threw Error: "Call to undefined function Acme\\Each()"`, "PHP 8.0 removed each()"),
		},
		{
			name: "a function of a later version", rule: "PHP-01", change: throws("Error", "Call to undefined function array_find()"),
			findings: found(`threw Error: "Call to undefined function array_find()"`, "PHP has array_find() from version 8.4 on"),
		},
		{
			name: "a file of a later version", rule: "PHP-01", change: throws("ParseError", "syntax error, unexpected token"),
			findings: found(`threw ParseError: "syntax error, unexpected token"`, "the file cannot be read by PHP 8.2.29"),
		},
		{name: "a function of nobody's", rule: "PHP-01", change: throws("Error", "Call to undefined function acme_rows()")},
		{name: "another error", rule: "PHP-01", change: throws("TypeError", "Call to undefined function each()")},
		{
			name: "in a library", rule: "PHP-01",
			change: call(transcript.CallOptions, func(c *transcripttest.Call) {
				c.Throws(transcript.Throwable{Class: "Error", Message: "Call to undefined function each()", File: "<whmcs>/vendor/x.php", Line: 1})
			}),
		},
		{name: "does not load", rule: "PHP-01", change: everyLoad(func(s *transcripttest.Session) { s.LoadFails(parseError()) }), follows: "LOAD-01"},
	}))
}

func TestGuzzleRule(t *testing.T) {
	guzzle := func(version string) func(*transcripttest.Run) {
		return loads(transcript.Library{Name: "GuzzleHttp", Class: `GuzzleHttp\Client`, File: "<whmcs>/vendor/Client.php", Version: version})
	}
	client := func(options ...string) func(*transcripttest.Run) {
		return source(func(s *transcript.Source) {
			s.Clients = []transcript.Client{{File: "lib/Api.php", Line: 12, Options: options}}
		})
	}
	found := func(want, got string) contract.Finding {
		return contract.Finding{
			At: "the options of a Guzzle client", Want: want, Got: got, Note: "Guzzle 7 was loaded, which ignores it", File: "lib/Api.php", Line: 12,
		}
	}
	testVerdicts(t, onSurveyed([]verdict{
		{name: "no such option", rule: "PHP-02", change: guzzle("7")},
		{
			name: "both", rule: "PHP-02", change: both(guzzle("7"), client("base_url", "defaults")),
			findings: []contract.Finding{found("base_uri", `"base_url"`), found("its entries as options of the client", `"defaults"`)},
		},
		{name: "for all versions", rule: "PHP-02", change: both(guzzle("7"), client("base_url", "base_uri", "defaults"))},
		{
			name: "an old Guzzle", rule: "PHP-02", change: both(guzzle("5.3.4"), client("base_url")), outcome: contract.NotApplicable,
			reason: "the Guzzle that was loaded is not the one of WHMCS 8 and newer; see PHP-03",
		},
		{name: "not used", rule: "PHP-02", change: client("base_url"), outcome: contract.NotApplicable, reason: "no call used Guzzle"},
		{name: "not looked through", rule: "PHP-02", change: unsurveyed(), outcome: contract.NotTestable, reason: notSurveyed},
	}))
}

func TestShadowRule(t *testing.T) {
	own := transcript.Library{Name: "Psr", Class: `Psr\Log\NullLogger`, File: "vendor/psr/log/NullLogger.php", Bundled: true}
	others := own
	others.Bundled, others.File = false, "<whmcs>/vendor/psr/log/NullLogger.php"
	finding := contract.Finding{
		At: "the library Psr", Want: "the classes of WHMCS, or a namespace of the module's own",
		Got: `the class Psr\Log\NullLogger from the module's folder`, File: "vendor/psr/log/NullLogger.php",
	}
	testVerdicts(t, onSurveyed([]verdict{
		{name: "none", rule: "PHP-03"},
		{name: "that of WHMCS", rule: "PHP-03", change: loads(others)},
		{name: "its own", rule: "PHP-03", change: loads(own), findings: []contract.Finding{finding}},
		{
			name: "its own at load", rule: "PHP-03", findings: []contract.Finding{finding},
			change: func(r *transcripttest.Run) {
				r.EachLoad(func(l *transcript.Load) { l.Libraries = []transcript.Library{own} })
			},
		},
	}))
}

func TestCatchRule(t *testing.T) {
	narrow := source(func(s *transcript.Source) {
		s.Tries[0].Catches = []transcript.Catch{{Name: `\RuntimeException`, Class: "RuntimeException", Line: 58}, {Name: `\Exception`, Class: "Exception", Line: 60}}
	})
	escapes := func(x transcript.Throwable) func(*transcripttest.Run) {
		return call(transcript.CallList, func(c *transcripttest.Call) { c.Throws(x) })
	}
	typeError := transcript.Throwable{Class: "TypeError", Message: "no", Is: []string{"Error", "Throwable"}}
	testVerdicts(t, onSurveyed([]verdict{
		{name: "Throwable", rule: "PHP-04"},
		{
			name: "not imported", rule: "PHP-04",
			change: source(func(s *transcript.Source) {
				s.Tries[0].File = "lib/Api.php"
				s.Tries[0].Catches[0] = transcript.Catch{Name: "Exception", Class: `Acme\Exception`, Line: 60, Missing: true}
			}),
			findings: []contract.Finding{{
				At: "a catch in a file with a namespace", Want: `\Exception, or use Exception above`, Got: `Exception, which is Acme\Exception there`,
				Note: "there is no such class, so nothing is ever caught", File: "lib/Api.php", Line: 60,
			}},
		},
		{name: "narrow, and nothing escapes", rule: "PHP-04", change: narrow},
		{
			name: "narrow", rule: "PHP-04", change: both(narrow, escapes(typeError)),
			findings: []contract.Finding{{
				Call: transcript.CallList, At: "the catch in acme_ListAccounts()", Want: `\Throwable`, Got: `\Exception`,
				Note: `ListAccounts() threw TypeError: "no", which is no Exception`, File: "acme.php", Line: 60,
			}},
		},
		{name: "an exception escapes", rule: "PHP-04", change: both(narrow, escapes(transcript.Throwable{Class: "PDOException", Is: []string{"Exception"}}))},
		{name: "wide, and it escapes elsewhere", rule: "PHP-04", change: escapes(typeError)},
		{name: "not looked through", rule: "PHP-04", change: unsurveyed(), outcome: contract.NotTestable, reason: notSurveyed},
	}))
}
