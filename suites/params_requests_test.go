package suites_test

import (
	"encoding/base64"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

const (
	plainPassword   = "syncproofFirst1"
	specialPassword = `p&q<r>"s"'t'%41+é`
)

// carried replaces the requests of both sessions by ones that carry a password.
func carried(plain, special transcript.Exchange) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		for id, x := range map[string]transcript.Exchange{transcript.SessionServerTLS: plain, transcript.SessionCredentials: special} {
			x.N, x.Via = 1, "direct"
			if x.Method == "" {
				x.Method = "GET"
			}
			if x.URL == "" {
				x.URL = "https://panel-one.syncproof.invalid:12087/accounts"
			}
			r.Session(id).Exchanges = []transcript.Exchange{x}
		}
	}
}

func inURL(rest string) transcript.Exchange {
	return transcript.Exchange{URL: "https://panel-one.syncproof.invalid:12087/" + rest}
}

func inHeader(name, value string) transcript.Exchange {
	return transcript.Exchange{RequestHeaders: map[string][]string{name: {value}}}
}

func posted(body string) transcript.Exchange {
	return transcript.Exchange{Method: "POST", RequestBody: transcripttest.Printed(body)}
}

func credentialVerdicts() []verdict {
	basic := func(password string) transcript.Exchange {
		return inHeader("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("root:"+password)))
	}
	same := func(name string, plain, special transcript.Exchange) verdict {
		return verdict{name: name, rule: "PAR-05", change: carried(plain, special)}
	}
	other := func(name string, plain, special transcript.Exchange, place, want, got string) verdict {
		return verdict{name: name, rule: "PAR-05", change: carried(plain, special), findings: []contract.Finding{
			inVariant(transcript.SessionCredentials, "the request's "+place, "the password unchanged: "+want, got, ""),
		}}
	}
	const unreadable = "nothing there, or nothing that can be read"
	const quoted = `"p&q<r>\"s\"'t'%41+é"`
	const escaped = "p&amp;q&lt;r&gt;&quot;s&quot;&#039;t&#039;%41+é"
	return []verdict{
		same("query", inURL("?key="+plainPassword), inURL("?key=p%26q%3Cr%3E%22s%22%27t%27%2541%2B%C3%A9")),
		same("query in Latin-1", inURL("?key="+plainPassword), inURL("?key=p%26q%3Cr%3E%22s%22%27t%27%2541%2B%E9")),
		other("query as it is", inURL("?key="+plainPassword), inURL(`?key=p&q<r>"s"'t'%41+é`), `query field "key"`, quoted, `"p"`),
		other("query encoded twice", inURL("?key="+plainPassword), inURL("?key=p%2526q%253Cr"), `query field "key"`, quoted, `"p%26q%3Cr"`),
		same("path", inURL("api/"+plainPassword+"/list"), inURL("api/p%26q%3Cr%3E%22s%22%27t%27%2541+%C3%A9/list")),
		other("path as it is", inURL("api/"+plainPassword), inURL(`api/p&q<r>"s"'t'%41+é`), "path, part 2", quoted, `"p&q<r>\"s\"'t'A+é"`),
		same("header", inHeader("Authorization", "Bearer "+plainPassword), inHeader("Authorization", "Bearer "+specialPassword)),
		same("header, URL-encoded", inHeader("X-Key", plainPassword), inHeader("X-Key", "p%26q%3Cr%3E%22s%22%27t%27%2541%2B%C3%A9")),
		same("header in Latin-1", inHeader("X-Key", plainPassword), inHeader("X-Key", "p&q<r>\"s\"'t'%41+\ufffd")),
		other("header, HTML-escaped", inHeader("X-Key", plainPassword), inHeader("X-Key", escaped), "header X-Key", quoted, `"`+escaped+`"`),
		same("Basic", basic(plainPassword), basic(specialPassword)),
		other("Basic, URL-encoded", basic(plainPassword), basic("p%26q"), "header Authorization (Basic)", `"root:p&q<r>\"s\"'t'%41+é"`, `"root:p%26q"`),
		same("form", posted("user=root&pass="+plainPassword), posted("user=root&pass=p%26q%3Cr%3E%22s%22%27t%27%2541%2B%C3%A9")),
		other("form as it is", posted("user=root&pass="+plainPassword), posted("user=root&pass="+specialPassword), `form field "pass"`, quoted, `"p"`),
		same("JSON", posted(`{"login":{"pass":"`+plainPassword+`"}}`), posted(`{"login":{"pass":"p&q<r>\"s\"'t'%41+\u00e9"}}`)),
		other("JSON as it is", posted(`{"pass":"`+plainPassword+`"}`), posted(`{"pass":"`+specialPassword+`"}`), `JSON value "pass"`, quoted, unreadable),
		same("a command in JSON", posted(`{"query":"login(\"`+plainPassword+`\")"}`), posted(`{"query":"login(\"p&q<r>\\\"s\\\"\\'t\\'%41+é\")"}`)),
		same("XML", posted("<r><pass>"+plainPassword+"</pass></r>"), posted("<r><pass>p&amp;q&lt;r&gt;\"s\"'t'%41+é</pass></r>")),
		same("attribute in XML", posted(`<r pass="`+plainPassword+`"/>`), posted(`<r pass="p&amp;q&lt;r&gt;&quot;s&quot;&#39;t&#39;%41+é"/>`)),
		other("XML as it is", posted("<r><pass>"+plainPassword+"</pass></r>"), posted("<r><pass>"+specialPassword+"</pass></r>"), "XML element r/pass", quoted, unreadable),
		{
			name: "only hashed", rule: "PAR-05", change: carried(inHeader("X-Key", "5f4dcc3b"), inHeader("X-Key", "7c6a180b")),
			outcome: contract.NotTestable,
			reason:  "no request showed the password or the access hash as it is, so what becomes of special characters cannot be seen",
		},
		{
			name: "asks nobody then", rule: "PAR-05", change: asksNobody(transcript.SessionCredentials), outcome: contract.NotTestable,
			reason: `with special characters in the credentials the module asked nobody: it reported "The panel did not answer with a list of accounts." (string)`,
		},
		{name: "asks nobody", rule: "PAR-05", change: asksNobody(transcript.SessionServerTLS), outcome: contract.NotTestable, reason: unseen},
	}
}

func twoServerVerdicts() []verdict {
	const both, lists = transcript.SessionTwoServers, transcript.SessionTwoLists
	const first, second = "panel-one.syncproof.invalid:12087", "panel-two.syncproof.invalid:12187"
	const kept = "what the module kept of the other server decides what is listed for this one"
	one := transcripttest.Asks{Scheme: "https", Host: "panel-one.syncproof.invalid", Port: "12087", Password: plainPassword}
	two := transcripttest.Asks{Scheme: "https", Host: "panel-two.syncproof.invalid", Port: "12187", Password: "syncproofSecond2"}
	asks := func(all ...transcripttest.Asks) func(*transcripttest.Run) {
		return session(both, func(s *transcripttest.Session) {
			s.Exchanges = nil
			for i, a := range all {
				if a.Host != "" {
					s.Ask(i, a)
				}
			}
		})
	}
	mixed := two
	mixed.Password = plainPassword
	atSecond := "ListAccounts() for the server " + second + ", after a call for " + first
	third := func(n string) string { return lists + "#" + n }
	return []verdict{
		{
			name: "the first server always", rule: "PAR-06", change: asks(one, one, one),
			findings: []contract.Finding{inVariant(both+"#2", atSecond, "requests to "+second+" only", "a request to "+first, kept)},
		},
		{
			name: "the second server from then on", rule: "PAR-06", change: asks(one, two, two),
			findings: []contract.Finding{inVariant(both+"#3", "ListAccounts() for the server "+first+", after a call for "+second,
				"requests to "+first+" only", "a request to "+second, kept)},
		},
		{
			name: "nobody the second time", rule: "PAR-06", change: asks(one, transcripttest.Asks{}, one),
			findings: []contract.Finding{inVariant(both+"#2", atSecond, "requests to "+second+" only",
				`no request there; it reported "The panel did not answer with a list of accounts." (string)`, kept)},
		},
		{name: "nobody the third time", rule: "PAR-06", change: asks(one, two)},
		{
			name: "the first server's password", rule: "PAR-06", change: asks(one, mixed, one),
			findings: []contract.Finding{inVariant(both+"#2", atSecond, "the credentials of this server",
				"the password of the other server in the header Authorization (Basic)", "")},
		},
		{
			name: "the first server's list for the second", rule: "PAR-06",
			change: call(third("2"), func(c *transcripttest.Call) { c.Returns(transcripttest.Accounts()) }),
			findings: []contract.Finding{inVariant(third("2"), "ListAccounts() for a server that refuses, after the list of another one",
				"success => false with an error", "success => true with 3 accounts", "3 of them are accounts of the other server")},
		},
		{
			name: "an empty list for the second", rule: "PAR-06",
			change: call(third("2"), func(c *transcripttest.Call) { c.Returns(transcripttest.Success()) }),
		},
		{
			name: "no list for the first server again", rule: "PAR-06",
			change: call(third("3"), func(c *transcripttest.Call) { c.Returns(transcripttest.Failure("still refused")) }),
		},
		{
			name: "a shorter list for the first server again", rule: "PAR-06", change: call(third("3"), onlyOne),
			findings: []contract.Finding{inVariant(third("3"), "ListAccounts() for the first server, after a call for one that refuses",
				"all 3 accounts of the first call", "success => true with 1 account", `missing: "two.example", "three.example"`)},
		},
		{name: "throws", rule: "PAR-06", change: ends(both+"#1", transcript.EndThrew)},
		{name: "asks nobody", rule: "PAR-06", change: asks(), outcome: contract.NotTestable, reason: unseen},
	}
}

func TestHelperRules(t *testing.T) { testVerdicts(t, helperVerdicts()) }

func helperVerdicts() []verdict {
	const missing, throwing = transcript.SessionNoLog, transcript.SessionBrokenLog
	const throwingList, missingList = transcript.SessionBrokenLogList, transcript.SessionNoLogList
	thrown := inVariant(missing, "ListAccounts() while logModuleCall() and logActivity() are missing",
		"success => false with an error, as with a log that works", `it threw RuntimeException: "boom"`, "")
	thrown.Line = 40
	inHelper := transcript.Throwable{Class: "RuntimeException", Message: "logModuleCall() could not write", File: "syncproof/src/StandIns.php", Line: 75}
	const whenThrowing = "ListAccounts() while logModuleCall() and logActivity() throw"
	return varied([]verdict{
		{name: "conformant", rule: "LOG-03"},
		{name: "throws without the function", rule: "LOG-03", change: ends(missing, transcript.EndThrew), findings: []contract.Finding{thrown}},
		{
			name: "passes the exception on", rule: "LOG-03", change: call(throwing, func(c *transcripttest.Call) { c.Throws(inHelper) }),
			findings: []contract.Finding{inVariant(throwing, whenThrowing, "success => false with an error, as with a log that works",
				`it threw RuntimeException: "logModuleCall() could not write"`, "")},
		},
		{
			name: "no list", rule: "LOG-03", change: call(throwingList, func(c *transcripttest.Call) { c.Returns(transcripttest.Failure("no log")) }),
			findings: []contract.Finding{inVariant(throwingList, whenThrowing, "the same list as otherwise", `it reported "no log" (string)`, "")},
		},
		{
			name: "no list without the function", rule: "LOG-03", change: call(missingList, func(c *transcripttest.Call) { c.Returns(transcripttest.Failure("no log")) }),
			findings: []contract.Finding{inVariant(missingList, "ListAccounts() while logModuleCall() and logActivity() are missing",
				"the same list as otherwise", `it reported "no log" (string)`, "")},
		},
		{
			name: "the function cannot throw, and it throws without it", rule: "LOG-03", findings: []contract.Finding{thrown},
			change: both(session(throwing, func(s *transcripttest.Session) { s.Unplayable("no namespaces") }), ends(missing, transcript.EndThrew)),
		},
		{
			name: "throws both times", rule: "LOG-03",
			change: both(call(throwing, func(c *transcripttest.Call) { c.Throws(inHelper) }), ends(missing, transcript.EndThrew)),
			findings: []contract.Finding{inVariant(throwing, whenThrowing, "success => false with an error, as with a log that works",
				`it threw RuntimeException: "logModuleCall() could not write"`, "")},
		},
		{
			name: "one session cannot be played", rule: "LOG-03", change: session(missing, func(s *transcripttest.Session) { s.Unplayable("no namespaces") }),
			outcome: contract.NotTestable, reason: "no namespaces",
		},
		{
			name: "throws with a log that works, too", rule: "LOG-03",
			change: both(ends(missing, transcript.EndThrew), ends(transcript.SessionServerTLS, transcript.EndThrew)),
		},
		{name: "without a server that works", rule: "LOG-03", change: func(r *transcripttest.Run) { r.Without(throwingList, false) }},
		{
			name: "cannot be played", rule: "LOG-03", change: eachVariant(func(s *transcripttest.Session) { s.Unplayable("no namespaces") }),
			outcome: contract.NotTestable, reason: "no namespaces",
		},
	})
}
