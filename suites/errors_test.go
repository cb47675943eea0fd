package suites_test

import (
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestErrorRules(t *testing.T) { testVerdicts(t, errorTextVerdicts()) }

func errorTextVerdicts() []verdict {
	var verdicts []verdict
	for _, rule := range []string{"ERR-01", "ERR-02", "ERR-03", "ERR-04"} {
		verdicts = append(verdicts,
			verdict{name: "conformant", rule: rule, faults: true},
			verdict{
				name: "no faults played", rule: rule, outcome: contract.NotTestable,
				reason: "no control panel was played in this run, so how the module answers its failures is not known",
			},
			verdict{
				name: "endpoint", rule: rule, endpoint: true, outcome: contract.NotTestable,
				reason: "the requests of an endpoint cannot be caught",
			},
			verdict{name: "no ListAccounts", rule: rule, faults: true, change: functions("acme_MetaData"), follows: "LOAD-01"},
		)
	}
	for _, more := range [][]verdict{readableVerdicts(), cleanVerdicts(), secretVerdicts(), differenceVerdicts(), otherErrorVerdicts()} {
		for _, v := range more {
			v.faults = true
			verdicts = append(verdicts, v)
		}
	}
	return verdicts
}

// says makes the module report an error under a fault, over both schemes.
func says(id, text string) func(*transcripttest.Run) {
	return under(id, func(c *transcripttest.Call) {
		c.Returns(transcripttest.Array{"success": false, "error": transcripttest.Text(text)})
	})
}

// inError is a finding in the error under a fault, over https.
func inError(id, want, got, note string) contract.Finding {
	return contract.Finding{
		Call: "fault:" + id + ":https", At: "ListAccounts() under the fault " + id + ` (https)["error"]`,
		Want: want, Got: got, Note: note, File: "acme.php", Line: listLine,
	}
}

func readableVerdicts() []verdict {
	const want = "a sentence of at most 500 characters"
	bad := func(name, text, note string) verdict {
		return verdict{name: name, rule: "ERR-01", change: says("http-401", text), findings: []contract.Finding{inError("http-401", want, `"`+text+`"`, note)}}
	}
	good := func(name, text string) verdict {
		return verdict{name: name, rule: "ERR-01", change: says("http-401", text)}
	}
	long := bad("too long", strings.Repeat("no, ", 124)+"never", "it has 501 characters")
	long.findings[0].Got = `"` + strings.Repeat("no, ", 30) + `…" (501 bytes in all)`
	escaped := bad("not UTF-8", "verweigert f\xFCr", "it is not valid UTF-8")
	escaped.findings[0].Got = `"verweigert f\xFCr"`
	class := bad("class with its namespace", `Acme\Api\RequestError`, "it is only the name of a class")
	class.findings[0].Got = `"Acme\\Api\\RequestError"`
	return []verdict{
		good("one word", "Unauthorized"), good("another script", "Доступ запрещён"), good("class and text", "RuntimeException: refused"),
		good("as long as allowed", strings.Repeat("no, ", 124)+"now!"), good("status with a word", "HTTP 401"),
		bad("class", "RuntimeException", "it is only the name of a class"), class,
		bad("number", "401", "it is only a number"), bad("code", "#-1: 35", "it is only a number"),
		bad("signs", "???", "it has no words"), long, escaped,
		{name: "the panel's words", rule: "ERR-01", change: says("echo-403", strings.Repeat("no ", 200))},
		{
			name: "the same complaint under other faults", rule: "ERR-01", change: both(says("http-401", "401"), says("http-403", "403")),
			findings: []contract.Finding{inError("http-401", want, `"401"`, "it is only a number")},
		},
		{
			name: "nothing but lists", rule: "ERR-01",
			change: func(r *transcripttest.Run) {
				r.EachFault(func(s *transcripttest.Session) { empty(s.Calls[0]) })
				empty(r.Call(transcript.CallEmpty))
			},
			outcome: contract.NotTestable,
			reason:  "no call of ListAccounts() ended in success => false with an error, so there is no text to look at",
		},
	}
}

func cleanVerdicts() []verdict {
	bad := func(name, text, got, note string) verdict {
		return verdict{name: name, rule: "ERR-03", change: says("html-login", text), findings: []contract.Finding{
			inError("html-login", "the module's own words", got, note),
		}}
	}
	good := func(name, text string) verdict {
		return verdict{name: name, rule: "ERR-03", change: says("html-login", text)}
	}
	return []verdict{
		good("address", "https://panel.example/srv/accounts.php?page=1 did not answer"), good("path of the panel", "/api/accounts: not found"),
		good("comparison", "3 < 4 and 5 > 2"), good("placeholder", "unknown field <id>"), good("hash", "account #7 is locked"),
		good("date", "expired on 31/12/2025"), good("module's file", "see acme.php in the manual"),
		bad("page", "Error: <html><body>Log in</body></html>", `"Error: <html><body>Log in</body></html>"`, "it holds HTML"),
		bad("closing tag", "Denied</P>", `"Denied</P>"`, "it holds HTML"),
		bad("trace", "boom\n#0 acme.php(12): call()", `"boom\n#0 acme.php(12): call()"`, "it holds a stack trace"),
		bad("path", "failed in /var/www/whmcs/lib/Api.php", `"failed in /var/www/whmcs/lib/Api.php"`, "it holds the path of a file"),
		bad("path below WHMCS", "failed in <whmcs>/vendor/autoload.php", `"failed in <whmcs>/vendor/autoload.php"`, "it holds the path of a file"),
		bad("line", "null given in acme.php on line 12", `"null given in acme.php on line 12"`, "it holds the path of a file"),
		bad("Windows path", `failed in C:\inetpub\whmcs`, `"failed in C:\\inetpub\\whmcs"`, "it holds the path of a file"),
		{
			name: "whole answer", rule: "ERR-03", change: says("error-string", `Panel: {"error":"Access denied"}`),
			findings: []contract.Finding{inError("error-string", "the module's own words", `"Panel: {\"error\":\"Access denied\"}"`, "it holds the panel's whole answer")},
		},
		{name: "a short answer", rule: "ERR-03", change: says("null", "The panel answered with null.")},
	}
}

func secretVerdicts() []verdict {
	found := func(id, at, got string) []contract.Finding {
		return []contract.Finding{{Call: id, At: at, Want: "no secret of the server", Got: got, File: "acme.php", Line: listLine}}
	}
	const at, echo = "ListAccounts() under the fault echo-200 (https)", "fault:echo-200:https"
	effect := func(change func(*transcripttest.Call)) func(*transcripttest.Run) {
		return under("echo-200", change)
	}
	return []verdict{
		{name: "in the error", rule: "ERR-02", change: says("echo-200", "Denied: [redacted:serverpassword]"), findings: found(echo, at, "the answer shows serverpassword")},
		{
			name: "encoded in the error", rule: "ERR-02", change: says("echo-200", "Denied: Basic cm9[redacted:serverpassword base64]=="),
			findings: found(echo, at, "the answer shows serverpassword (base64)"),
		},
		{
			name: "in bytes that are no text", rule: "ERR-02", change: says("echo-200", "\xFF[redacted:serveraccesshash url-encoded]"),
			findings: found(echo, at, "the answer shows serveraccesshash (url-encoded)"),
		},
		{
			name: "under many faults", rule: "ERR-02", change: both(says("echo-200", "[redacted:serverpassword]"), says("http-401", "[redacted:serverpassword]")),
			findings: found("fault:http-401:https", "ListAccounts() under the fault http-401 (https)", "the answer shows serverpassword"),
		},
		{
			name: "as a key", rule: "ERR-02",
			change:   effect(func(c *transcripttest.Call) { c.Returns(transcripttest.Array{"[redacted:serverpassword]": nil}) }),
			findings: found(echo, at, "the answer shows serverpassword"),
		},
		{
			name: "in output", rule: "ERR-02",
			change:   effect(func(c *transcripttest.Call) { c.Effects.Output = transcripttest.Printed("[redacted:serverpassword]") }),
			findings: found(echo, at, "output shows serverpassword"),
		},
		{
			name: "in a header", rule: "ERR-02",
			change:   effect(func(c *transcripttest.Call) { c.Effects.Headers = []string{"X-Key: [redacted:serverpassword]"} }),
			findings: found(echo, at, "a header shows serverpassword"),
		},
		{
			name: "in a warning", rule: "ERR-02",
			change: effect(func(c *transcripttest.Call) {
				c.Effects.Warnings = []transcript.Warning{
					{Level: "warning", Message: "[redacted:serveraccesshash]", Silenced: true}, {Level: "warning", Message: "[redacted:serverpassword]"},
				}
			}),
			findings: found(echo, at, "a PHP warning shows serverpassword"),
		},
		{
			name: "in what is thrown", rule: "ERR-02",
			change: effect(func(c *transcripttest.Call) {
				c.Throws(transcript.Throwable{Class: "E", Message: "[redacted:serverpassword]"})
			}),
			findings: found(echo, at, "the message of the E shows serverpassword"),
		},
		{
			name: "in the list", rule: "ERR-02",
			change: func(r *transcripttest.Run) {
				r.EachList(transcripttest.Success(transcripttest.Account("a.example", transcripttest.Array{"username": "[redacted:serverpassword]"})))
			},
			findings: found("list", "ListAccounts()", "an account shows serverpassword"),
		},
		{name: "no mark", rule: "ERR-02", change: says("echo-200", "[redacted] [redacted:] redacted:serverpassword")},
	}
}

func differenceVerdicts() []verdict {
	same := func(text string, ids ...string) func(*transcripttest.Run) {
		var changes []func(*transcripttest.Run)
		for _, id := range ids {
			changes = append(changes, says(id, text))
		}
		return both(changes...)
	}
	finding := func(id, title, other, otherTitle string) contract.Finding {
		return contract.Finding{
			Call: "fault:" + id + ":https", At: "ListAccounts() under the fault " + id + ": " + title + " (https)",
			Want: "another error than under the fault " + other + " (" + otherTitle + ")", Got: `"An error occurred."`, File: "acme.php", Line: listLine,
		}
	}
	unauthorized := finding("http-401", "401 Unauthorized", "refused", "connection refused")
	login := finding("html-login", "200 with an HTML login page", "refused", "connection refused")
	page := finding("html-login", "200 with an HTML login page", "http-401", "401 Unauthorized")
	return []verdict{
		{name: "all alike", rule: "ERR-04", change: same("An error occurred.", "refused", "http-401", "html-login"), findings: []contract.Finding{unauthorized, login, page}},
		{name: "two alike", rule: "ERR-04", change: same("An error occurred.", "refused", "http-401"), findings: []contract.Finding{unauthorized}},
		{
			name: "nothing to compare", rule: "ERR-04", change: both(under("refused", empty), under("http-401", empty)), outcome: contract.NotTestable,
			reason: "the module did not report at least two of the faults refused, http-401 and html-login as failures, so there was nothing to compare",
		},
		{
			name: "errors beside success", rule: "ERR-04", outcome: contract.NotTestable,
			change: func(r *transcripttest.Run) {
				for _, id := range []string{"refused", "http-401", "html-login"} {
					under(id, func(c *transcripttest.Call) {
						c.Returns(transcripttest.Array{"success": true, "accounts": transcripttest.List{}, "error": "An error occurred."})
					})(r)
				}
			},
			reason: "the module did not report at least two of the faults refused, http-401 and html-login as failures, so there was nothing to compare",
		},
		{name: "faults of one kind", rule: "ERR-04", change: same("The panel refused the key.", "http-401", "http-403")},
		{
			name: "only over plain http, which the module refuses", rule: "ERR-04",
			change: func(r *transcripttest.Run) {
				r.EachFault(func(s *transcripttest.Session) {
					if s.Info.Upstream.Scheme == "http" {
						s.Exchanges = nil
						s.Calls[0].Returns(transcripttest.Failure("The server must use https."))
					}
				})
			},
		},
	}
}
