package suites_test

import (
	"encoding/base64"
	"maps"
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

// withHash gives both sessions an access hash in place of the password.
func withHash(plain, special string, first, second transcript.Exchange) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		carried(first, second)(r)
		for id, hash := range map[string]string{transcript.SessionServerTLS: plain, transcript.SessionCredentials: special} {
			params := maps.Clone(r.Call(id).Info.Params.(map[string]any))
			params["serverpassword"], params["serveraccesshash"] = "", hash
			r.Call(id).Info.Params = params
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
			name: "an access hash", rule: "PAR-05", change: withHash("plainHash7", "h&i", inHeader("X-Key", "plainHash7"), inHeader("X-Key", "h")),
			findings: []contract.Finding{inVariant(transcript.SessionCredentials, "the request's header X-Key", `the access hash unchanged: "h&i"`, `"h"`, "")},
		},
		other("twice in one value", inHeader("X-Key", plainPassword+"/"+plainPassword), inHeader("X-Key", "p/p"), "header X-Key",
			`"p&q<r>\"s\"'t'%41+é/p&q<r>\"s\"'t'%41+é"`, `"p/p"`),
		{
			name: "without the plain ones", rule: "PAR-05", change: func(r *transcripttest.Run) { r.Without(transcript.SessionServerTLS, false) },
			outcome: contract.NotTestable, reason: "the call this rule looks at was not part of the run",
		},
		{
			name: "without the special ones", rule: "PAR-05", change: func(r *transcripttest.Run) { r.Without(transcript.SessionCredentials, false) },
			outcome: contract.NotTestable, reason: "the call this rule looks at was not part of the run",
		},
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
			name: "throws without the function, where the other session was not made", rule: "LOG-03", findings: []contract.Finding{thrown},
			change: func(r *transcripttest.Run) {
				r.Without(throwing, false)
				r.Call(missing).Ends(transcript.EndThrew)
			},
		},
		{
			name: "no session was made", rule: "LOG-03", outcome: contract.NotTestable, reason: "the call this rule looks at was not part of the run",
			change: func(r *transcripttest.Run) {
				r.Without(throwing, false)
				r.Without(missing, false)
			},
		},
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
