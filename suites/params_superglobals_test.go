package suites_test

import (
	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func superglobalVerdicts() []verdict {
	const bare, list = transcript.SessionBare, transcript.SessionBareList
	const at = "ListAccounts() outside a web request"
	undefined := func(message string) transcript.Warning {
		return transcript.Warning{Level: "warning", Message: message, File: "acme.php", Line: 55, Count: 1}
	}
	reads := func(message, what string) verdict {
		v := verdict{name: message, rule: "PAR-04", change: warns(bare, undefined(message))}
		if what != "" {
			v.findings = []contract.Finding{{
				Call: bare, At: at, Want: "no use of " + what, Got: "warning: " + message, File: "acme.php", Line: 55,
			}}
		}
		return v
	}
	silenced := undefined(`Undefined array key "HTTP_HOST"`)
	silenced.Silenced = true
	thrown := inVariant(bare, at, "a failure, as within a web request", `it threw RuntimeException: "boom"`, "")
	thrown.Line = 40
	noList := inVariant(list, at, "the same list as otherwise", `it reported "no session" (string)`, "")
	var keys []verdict
	for superglobal, names := range map[string][]string{
		"$_SERVER": {
			"REQUEST_METHOD", "QUERY_STRING", "HTTP_HOST", "SERVER_NAME", "REMOTE_ADDR", "REMOTE_PORT", "HTTP_ACCEPT_LANGUAGE",
			"REQUEST_URI", "SERVER_ADDR", "SERVER_PORT", "SERVER_PROTOCOL", "SERVER_SOFTWARE", "GATEWAY_INTERFACE", "REQUEST_SCHEME",
			"HTTPS", "HTTP_USER_AGENT", "HTTP_ACCEPT",
		},
		"$_SESSION": {"adminid", "adminpw", "tkval", "Language"},
		"$_COOKIE":  {"WHMCSsession"},
		"$_REQUEST": {"rp"},
	} {
		for _, name := range names {
			keys = append(keys, reads(`Undefined array key "`+name+`"`, superglobal+`["`+name+`"]`))
		}
	}
	return append(keys, []verdict{
		reads("Undefined index: adminid", `$_SESSION["adminid"]`),
		reads("Undefined variable $_SESSION", "$_SESSION"),
		reads("Undefined global variable $_SESSION", "$_SESSION"),
		reads("Undefined variable: _SESSION", "$_SESSION"),
		reads("Undefined variable $_COOKIE", "$_COOKIE"),
		reads("Undefined variable $_REQUEST", "$_REQUEST"),
		reads("Undefined variable $_GET", "$_GET"),
		reads("Undefined variable $_POST", "$_POST"),
		reads(`Undefined array key "total"`, ""),
		reads("Undefined variable $session", ""),
		{name: "silenced", rule: "PAR-04", change: warns(bare, silenced)},
		{
			name: "in a web request as well", rule: "PAR-04",
			change: both(warns(bare, undefined(`Undefined array key "rp"`)), warns(transcript.SessionServerTLS, undefined(`Undefined array key "rp"`))),
		},
		{
			name: "while loading", rule: "PAR-04", findings: reads(`Undefined array key "SERVER_NAME"`, `$_SERVER["SERVER_NAME"]`).findings,
			change: session(bare, func(s *transcripttest.Session) {
				s.Load.Warnings = []transcript.Warning{undefined(`Undefined array key "SERVER_NAME"`)}
			}),
		},
		{
			name: "another warning in a web request", rule: "PAR-04", findings: reads(`Undefined array key "rp"`, `$_REQUEST["rp"]`).findings,
			change: both(warns(bare, undefined(`Undefined array key "rp"`)), warns(transcript.SessionServerTLS, undefined(`Undefined array key "adminid"`))),
		},
		{
			name: "warns and throws", rule: "PAR-04", findings: reads(`Undefined array key "rp"`, `$_REQUEST["rp"]`).findings,
			change: func(r *transcripttest.Run) {
				r.Call(bare).Effects.Warnings = []transcript.Warning{undefined(`Undefined array key "rp"`)}
				r.Call(bare).Ends(transcript.EndThrew)
			},
		},
		{
			name: "warns and gives no list", rule: "PAR-04", findings: reads(`Undefined array key "rp"`, `$_REQUEST["rp"]`).findings,
			change: both(warns(bare, undefined(`Undefined array key "rp"`)), call(list, func(c *transcripttest.Call) { c.Returns(transcripttest.Failure("no session")) })),
		},
		{
			name: "a target that does not show how the file loads", rule: "PAR-04", findings: reads(`Undefined array key "rp"`, `$_REQUEST["rp"]`).findings,
			change: both(warns(bare, undefined(`Undefined array key "rp"`)), session(bare, func(s *transcripttest.Session) { s.Load = nil })),
		},
		{
			name: "without the call outside a web request", rule: "PAR-04", change: func(r *transcripttest.Run) { r.Without(bare, false) },
			outcome: contract.NotTestable, reason: "the call this rule looks at was not part of the run",
		},
		{
			name: "without the call in a web request", rule: "PAR-04", change: func(r *transcripttest.Run) { r.Without(transcript.SessionServerTLS, false) },
			outcome: contract.NotTestable, reason: "the call this rule looks at was not part of the run",
		},
		{name: "throws", rule: "PAR-04", change: ends(bare, transcript.EndThrew), findings: []contract.Finding{thrown}},
		{name: "throws always", rule: "PAR-04", change: both(ends(bare, transcript.EndThrew), ends(transcript.SessionServerTLS, transcript.EndThrew))},
		{
			name: "no list", rule: "PAR-04", change: call(list, func(c *transcripttest.Call) { c.Returns(transcripttest.Failure("no session")) }),
			findings: []contract.Finding{noList},
		},
		{
			name: "an answer that says nothing of success", rule: "PAR-04", change: call(list, func(c *transcripttest.Call) { c.Returns(transcripttest.List{"x"}) }),
			findings: []contract.Finding{inVariant(list, at, "the same list as otherwise", "a bare list with 1 entry", "")},
		},
		{
			name: "another list", rule: "PAR-04",
			change: call(list, func(c *transcripttest.Call) {
				c.Returns(transcripttest.Success(
					transcripttest.Account("one.example", transcripttest.Array{"username": "one"}),
					transcripttest.Account("two.example", transcripttest.Array{"username": "two", "product": "pro", "status": "Suspended", "primaryip": "192.0.2.11"}),
				))
			}),
			findings: []contract.Finding{{
				Call: list, At: `accounts["three.example"]`, Want: "in the list once", Got: "not in the list", Note: "outside a web request",
			}},
		},
		{
			name: "another e-mail address", rule: "PAR-04", change: call(list, otherEmail),
			findings: []contract.Finding{{
				Call: list, At: `accounts["one.example"].email`, Want: `"owner@one.example" (string)`, Got: `"other@one.example" (string)`, Note: "outside a web request",
			}},
		},
		{name: "an e-mail address that is another one each time", rule: "PAR-04", change: both(call(transcript.CallRepeat1, otherEmail), call(list, otherEmail))},
		{name: "an e-mail address as without syncproof between", rule: "PAR-04", change: call(transcript.CallConversation, otherEmail)},
		{
			name: "another e-mail address, and a list that is another one each time", rule: "PAR-04",
			change: both(call(transcript.CallRepeat1, onlyOne), call(list, otherEmail)),
			findings: []contract.Finding{{
				Call: list, At: `accounts["one.example"].email`, Want: `"owner@one.example" (string)`, Got: `"other@one.example" (string)`, Note: "outside a web request",
			}},
		},
		{
			name: "a shorter list, where there was none without syncproof between", rule: "PAR-04",
			change: func(r *transcripttest.Run) {
				r.Call(transcript.CallList).Returns(transcripttest.Failure("not reached"))
				r.Call(list).Returns(transcripttest.Success(
					transcripttest.Account("one.example", transcripttest.Array{"username": "one"}),
					transcripttest.Account("two.example", transcripttest.Array{"username": "two", "product": "pro", "status": "Suspended", "primaryip": "192.0.2.11"}),
				))
			},
			findings: []contract.Finding{{
				Call: list, At: `accounts["three.example"]`, Want: "in the list once", Got: "not in the list", Note: "outside a web request",
			}},
		},
		{name: "without a server that works", rule: "PAR-04", change: func(r *transcripttest.Run) { r.Without(list, false) }},
		{
			name: "no list through syncproof at all", rule: "PAR-04",
			change: func(r *transcripttest.Run) {
				for _, id := range []string{list, transcript.CallConversation} {
					r.Call(id).Returns(transcripttest.Failure("not the pinned certificate"))
				}
			},
		},
		{
			name: "a list that is another one each time", rule: "PAR-04",
			change: both(call(transcript.CallRepeat1, onlyOne), call(list, onlyOne)),
		},
	}...)
}

func otherEmail(c *transcripttest.Call) {
	accounts := transcripttest.Accounts()
	accounts["accounts"].(transcripttest.List)[0].(transcripttest.Array)["email"] = "other@one.example"
	c.Returns(accounts)
}

func onlyOne(c *transcripttest.Call) {
	c.Returns(transcripttest.Success(transcripttest.Account("one.example", transcripttest.Array{"username": "one"})))
}
