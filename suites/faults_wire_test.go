package suites_test

import (
	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/internal/upstream/fault"
)

func redirectVerdicts() []verdict {
	elsewhere := func(change func(*transcript.Exchange)) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			s := r.Fault("redirect-elsewhere", "https")
			second := s.Exchanges[0]
			second.N, second.Fault, second.Status = len(s.Exchanges)+1, "", 502
			second.URL, second.RequestHeaders = "https://"+fault.ElsewhereHost+"/accounts", map[string][]string{"Accept": {"*/*"}}
			change(&second)
			s.Exchanges = append(s.Exchanges, second)
		}
	}
	stranger := func(where string) []contract.Finding {
		return []contract.Finding{{
			Call: "fault:redirect-elsewhere:https", At: "ListAccounts() under the fault redirect-elsewhere: 301 to another host (https)",
			Want: "no credentials sent to another host", Got: "a secret of the server in " + where + " of the request to " + fault.ElsewhereHost,
			File: "acme.php", Line: listLine,
		}}
	}
	withHeader := func(x *transcript.Exchange) {
		x.RequestHeaders = map[string][]string{"Authorization": {"Basic cm9vdDp[redacted:serverpassword base64]=="}}
	}
	return []verdict{
		{name: "followed without credentials", rule: "FLT-17", change: elsewhere(func(*transcript.Exchange) {})},
		{
			name: "followed with a header", rule: "FLT-17", findings: stranger("the header Authorization"), change: elsewhere(withHeader),
		},
		{
			name: "followed twice with a header", rule: "FLT-17", findings: stranger("the header Authorization"), change: both(elsewhere(withHeader), elsewhere(withHeader)),
		},
		{
			name: "followed with the key in the address", rule: "FLT-17", findings: stranger("the address"),
			change: elsewhere(func(x *transcript.Exchange) { x.URL += "?key=[redacted:serveraccesshash url-encoded]" }),
		},
		{
			name: "followed with the password in the body", rule: "FLT-17", findings: stranger("the body"),
			change: elsewhere(func(x *transcript.Exchange) { x.RequestBody = transcripttest.Printed("\xFF[redacted:serverpassword]") }),
		},
	}
}

func certificateVerdicts() []verdict {
	accepted := func(headers map[string][]string) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			x := &r.Fault("tls-expired", "https").Exchanges[0]
			x.Method, x.URL, x.Problem = "GET", "https://panel.example:8443/accounts", ""
			x.RequestHeaders = headers
		}
	}
	sent := func(note string) []contract.Finding {
		return []contract.Finding{{
			Call: "fault:tls-expired:https", At: "ListAccounts() under the fault tls-expired: expired certificate (https)",
			Want: "the connection refused", Got: "a request sent over it: GET https://panel.example:8443/accounts",
			Note: note, File: "acme.php", Line: listLine,
		}}
	}
	return []verdict{
		{
			name: "request sent to an expired certificate", rule: "FLT-18", change: accepted(map[string][]string{"X-Key": {"[redacted:serveraccesshash]"}}),
			findings: sent("with a secret of the server in the header X-Key"),
		},
		{
			name: "request without credentials sent to an expired certificate", rule: "FLT-18", change: accepted(map[string][]string{"Accept": {"*/*"}}),
			findings: sent(""),
		},
		{
			name: "request sent to another host, whose certificate is good", rule: "FLT-18", change: func(r *transcripttest.Run) {
				s := r.Fault("tls-expired", "https")
				s.Exchanges = append(s.Exchanges, transcript.Exchange{N: 2, Via: "direct", Method: "GET", URL: "https://license.example/check", Status: 200})
			},
		},
	}
}

// schemeVerdicts are about faults that break something over https and over http:
// it is told once where all that is told is the same.
func schemeVerdicts() []verdict {
	const at = "ListAccounts() under the fault html-login: 200 with an HTML login page "
	each := func(https, http func(*transcripttest.Call)) func(*transcripttest.Run) {
		return func(r *transcripttest.Run) {
			https(r.Fault("html-login", "https").Calls[0])
			http(r.Fault("html-login", "http").Calls[0])
		}
	}
	one := func(scheme, got, note string) contract.Finding {
		return inFault("html-login", scheme, at+"("+scheme+")", got, note)
	}
	throws := func(file string, line int) func(*transcripttest.Call) {
		return func(c *transcripttest.Call) {
			c.Throws(transcript.Throwable{Class: "RuntimeException", Message: "boom", File: file, Line: line})
		}
	}
	thrown := func(scheme, file string, line int) contract.Finding {
		f := one(scheme, `it threw RuntimeException: "boom"`, "")
		f.File, f.Line = file, line
		return f
	}
	alike := thrown("https", "acme.php", 40)
	alike.At = at + "(https and http)"
	again := func(r *transcripttest.Run) {
		s := r.Fault("html-login", "http")
		s.Exchanges = append(s.Exchanges, s.Exchanges[0])
	}
	hangs := func(c *transcripttest.Call) { c.Ends(transcript.EndTimedOut) }
	verdicts := []verdict{
		{name: "lists of several lengths", change: each(empty, some), findings: []contract.Finding{
			one("https", "success => true with 0 accounts", missing), one("http", "success => true with 1 account", missing),
		}},
		{name: "thrown at one place", follows: "ENV-09", change: each(throws("acme.php", 40), throws("acme.php", 40)), findings: []contract.Finding{alike}},
		{name: "thrown at two lines", follows: "ENV-09", change: each(throws("acme.php", 40), throws("acme.php", 41)), findings: []contract.Finding{
			thrown("https", "acme.php", 40), thrown("http", "acme.php", 41),
		}},
		{name: "thrown in two files", follows: "ENV-09", change: each(throws("acme.php", 40), throws("lib/Api.php", 40)), findings: []contract.Finding{
			thrown("https", "acme.php", 40), thrown("http", "lib/Api.php", 40),
		}},
		{name: "no answer for two reasons", change: both(again, each(hangs, hangs)), findings: []contract.Finding{
			one("https", "no answer within 60 seconds", "the panel did not keep it waiting; limit how long the whole call may take"),
			one("http", "no answer within 60 seconds", "it had sent 2 requests by then: limit how often it tries again, and for how long"),
		}},
	}
	for i := range verdicts {
		verdicts[i].rule = "FLT-05"
	}
	return verdicts
}
