package suites_test

import (
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func givenServerVerdicts() []verdict {
	const at = "the requests for the server panel-one.syncproof.invalid:12087"
	elsewhere := func(a *transcripttest.Asks) { a.Host, a.Port = "api.example", "443" }
	ownPort := func(a *transcripttest.Asks) { a.Port = "2087" }
	inClear := func(a *transcripttest.Asks) { a.Scheme = "http" }
	https, plain := transcript.SessionServerTLS, transcript.SessionServerPlain
	return []verdict{
		{
			name: "host of its own", rule: "PAR-02", change: asksAs(elsewhere, servers()...),
			findings: []contract.Finding{inVariant(https, at, "a request to panel-one.syncproof.invalid:12087", "requests to api.example:443 only",
				"where every server of this module is one service at a fixed address, waive this rule")},
		},
		{
			name: "host of its own, and no server needed", rule: "PAR-02",
			change:  both(asksAs(elsewhere, servers()...), metadata(transcripttest.Array{"RequiresServer": false})),
			outcome: contract.NotApplicable, reason: "the module needs no server (RequiresServer), and asks api.example:443",
		},
		{
			name: "a host for sessions and the server", rule: "PAR-02",
			change: func(r *transcripttest.Run) {
				for _, id := range servers() {
					s := r.Session(id)
					s.Ask(0, transcripttest.Asks{Scheme: "https", Host: "login.example", Port: "443"})
				}
			},
		},
		{
			name: "the address in place of the name", rule: "PAR-02",
			change: asksAs(func(a *transcripttest.Asks) { a.Host = "198.51.100.31" }, https),
		},
		{name: "the name in capitals", rule: "PAR-02", change: asksAs(func(a *transcripttest.Asks) { a.Host = "PANEL-ONE.syncproof.invalid." }, https)},
		{
			name: "port of its own", rule: "PAR-02", change: asksAs(ownPort, servers()...),
			findings: []contract.Finding{inVariant(https, at, "a request to port 12087, as serverport says",
				"requests to panel-one.syncproof.invalid:2087 only", "")},
		},
		{
			name: "another port as well", rule: "PAR-02",
			change: func(r *transcripttest.Run) {
				r.Session(https).Ask(0, transcripttest.Asks{Scheme: "https", Host: "panel-one.syncproof.invalid", Port: "2087"})
			},
		},
		{
			name: "in clear", rule: "PAR-02", change: asksAs(inClear, servers()...),
			findings: []contract.Finding{inVariant(https, at, "https, as serversecure and serverhttpprefix say",
				"GET http://panel-one.syncproof.invalid:12087/accounts",
				"whoever listens on the way reads the credentials, and can answer in the panel's place")},
		},
		{
			name: "in clear with the key in the address", rule: "PAR-02",
			change: session(https, func(s *transcripttest.Session) {
				s.Exchanges[0].URL = "http://panel-one.syncproof.invalid:12087/accounts?key=" + plainPassword
			}),
			findings: []contract.Finding{inVariant(https, at, "https, as serversecure and serverhttpprefix say",
				"GET http://panel-one.syncproof.invalid:12087/accounts",
				"whoever listens on the way reads the credentials, and can answer in the panel's place")},
		},
		{
			name: "two hosts of its own", rule: "PAR-02", change: session(https, func(s *transcripttest.Session) {
				s.Exchanges = nil
				s.Ask(0, transcripttest.Asks{Scheme: "https", Host: "login.example", Port: "443"})
				s.Ask(0, transcripttest.Asks{Scheme: "https", Host: "api.example", Port: "443"})
				s.Exchanges[1].URL, s.Exchanges[1].Address = "https://api.example/accounts", ""
			}),
			findings: []contract.Finding{inVariant(https, at, "a request to panel-one.syncproof.invalid:12087",
				"requests to login.example:443 and api.example only",
				"where every server of this module is one service at a fixed address, waive this rule")},
		},
		{
			name: "an address that cannot be read", rule: "PAR-02", change: session(transcript.SessionServerIP, func(s *transcripttest.Session) {
				s.Exchanges[0].URL, s.Exchanges[0].Address = "https://%zz/", ""
			}),
			findings: []contract.Finding{inVariant(transcript.SessionServerIP, "the requests for the server 198.51.100.33:12087",
				"a request to 198.51.100.33:12087", "requests to an address that cannot be read only",
				"where every server of this module is one service at a fixed address, waive this rule")},
		},
		{
			name: "host of its own over plain HTTP, which is all that was asked", rule: "PAR-02",
			change: func(r *transcripttest.Run) {
				asksAs(elsewhere, plain)(r)
				r.Without(https, false)
				r.Without(transcript.SessionServerIP, false)
			},
			findings: []contract.Finding{inVariant(plain, "the requests for the server panel-plain.syncproof.invalid:12086",
				"a request to panel-plain.syncproof.invalid:12086", "requests to api.example:443 only",
				"where every server of this module is one service at a fixed address, waive this rule")},
		},
		{name: "TLS although told otherwise", rule: "PAR-02", change: asksAs(func(a *transcripttest.Asks) { a.Scheme = "https" }, transcript.SessionServerPlain)},
		{name: "nothing for an address alone", rule: "PAR-02", change: asksNobody(transcript.SessionServerIP)},
		{name: "asks nobody", rule: "PAR-02", change: asksNobody(servers()...), outcome: contract.NotTestable, reason: unseen},
		{
			name: "refuses the certificate", rule: "PAR-02",
			change: func(r *transcripttest.Run) {
				for _, id := range servers() {
					r.Session(id).Exchanges = []transcript.Exchange{{N: 1, Via: "direct", Problem: "the module ended the TLS handshake"}}
				}
			},
			outcome: contract.NotTestable, reason: unseen,
		},
		{
			name: "not part of the run", rule: "PAR-02", outcome: contract.NotTestable, reason: "the call this rule looks at was not part of the run",
			change: func(r *transcripttest.Run) {
				for _, id := range servers() {
					r.Without(id, false)
				}
			},
		},
		{
			name: "cut off", rule: "PAR-02", outcome: contract.NotTestable, reason: "the run ended before the call this rule looks at",
			change: func(r *transcripttest.Run) { r.Without(transcript.SessionServerIP, true) },
		},
	}
}

func serverFormVerdicts() []verdict {
	on, number := transcript.SecurePrefix+"on", transcript.PortPrefix+"int"
	atOn, atNumber := `ListAccounts() with $params["serversecure"] = "on" (string)`, `ListAccounts() with $params["serverport"] = 12087 (int)`
	empty, atEmpty := transcript.SecurePrefix+"empty", `ListAccounts() with $params["serversecure"] = "" (string)`
	refusal := `it reported "The panel did not answer with a list of accounts." (string)`
	throws := func(id string) func(*transcripttest.Run) { return ends(id, transcript.EndThrew) }
	thrown := inVariant(on, atOn, "a failure, as with the usual form", `it threw RuntimeException: "boom"`, "")
	thrown.Line = 40
	return []verdict{
		{
			name: "plain HTTP for on", rule: "PAR-03", change: asksAs(func(a *transcripttest.Asks) { a.Scheme = "http" }, on),
			findings: []contract.Finding{inVariant(on, atOn, "requests to https, as with true (bool)", "requests to http", "")},
		},
		{
			name: "plain HTTP always", rule: "PAR-03",
			change: asksAs(func(a *transcripttest.Asks) { a.Scheme = "http" }, on, transcript.SecurePrefix+"int-1", transcript.SessionServerTLS, number),
		},
		{
			name: "TLS for the empty string", rule: "PAR-03",
			change: asksAs(func(a *transcripttest.Asks) { a.Scheme = "https" }, transcript.SecurePrefix+"empty"),
			findings: []contract.Finding{inVariant(transcript.SecurePrefix+"empty", `ListAccounts() with $params["serversecure"] = "" (string)`,
				"requests to http, as with false (bool)", "requests to https", "")},
		},
		{
			name: "TLS always", rule: "PAR-03",
			change: asksAs(func(a *transcripttest.Asks) { a.Scheme = "https" }, transcript.SessionServerPlain,
				transcript.SecurePrefix+"empty", transcript.SecurePrefix+"string-0", transcript.SecurePrefix+"null"),
		},
		{
			name: "nobody is asked with a number as port", rule: "PAR-03", change: asksNobody(number),
			findings: []contract.Finding{inVariant(number, atNumber, `a request, as with "12087" (string)`, "none; "+refusal, "")},
		},
		{
			name: "another port with a number", rule: "PAR-03", change: asksAs(func(a *transcripttest.Asks) { a.Port = "443" }, number),
			findings: []contract.Finding{inVariant(number, atNumber, `requests to port 12087, as with "12087" (string)`, "requests to port 443", "")},
		},
		{
			name: "nobody is asked with the empty string", rule: "PAR-03", change: asksNobody(empty),
			findings: []contract.Finding{inVariant(empty, atEmpty, "a request, as with false (bool)", "none; "+refusal, "")},
		},
		{
			name: "in both ways with on", rule: "PAR-03", change: session(on, func(s *transcripttest.Session) {
				s.Ask(0, transcripttest.Asks{Scheme: "http", Host: "panel-one.syncproof.invalid", Port: "12087"})
			}),
			findings: []contract.Finding{inVariant(on, atOn, "requests to https, as with true (bool)", "requests to http and https", "")},
		},
		{name: "in both ways with on as well, in another order", rule: "PAR-03", change: func(r *transcripttest.Run) {
			for i, id := range []string{on, transcript.SecurePrefix + "int-1", number, transcript.SessionServerTLS} {
				s := r.Session(id)
				s.Ask(0, transcripttest.Asks{Scheme: "http", Host: "panel-one.syncproof.invalid", Port: "12087"})
				if i%2 == 0 {
					slices.Reverse(s.Exchanges)
				}
			}
		}},
		{name: "another host over plain HTTP with on", rule: "PAR-03", change: session(on, func(s *transcripttest.Session) {
			s.Ask(0, transcripttest.Asks{Scheme: "http", Host: "login.example", Port: "80"})
		})},
		{name: "another host only with on", rule: "PAR-03", change: asksAs(func(a *transcripttest.Asks) { a.Host = "api.example" }, on)},
		{name: "another host only with the usual form", rule: "PAR-03", change: asksAs(func(a *transcripttest.Asks) { a.Host = "api.example" }, transcript.SessionServerTLS)},
		{
			name: "throws before it asks", rule: "PAR-03", change: both(asksNobody(on), throws(on)), findings: []contract.Finding{thrown},
		},
		{
			name: "without the usual form", rule: "PAR-03", change: func(r *transcripttest.Run) { r.Without(transcript.SessionServerTLS, false) },
			outcome: contract.NotTestable, reason: "the call this rule looks at was not part of the run",
		},
		{name: "nobody is asked without a port", rule: "PAR-03", change: asksNobody(transcript.PortPrefix + "empty")},
		{name: "throws", rule: "PAR-03", change: throws(on), findings: []contract.Finding{thrown}},
		{name: "throws under the usual form as well", rule: "PAR-03", change: both(throws(on), throws(transcript.SessionServerTLS))},
		{
			name: "asks nobody", rule: "PAR-03", change: asksNobody(transcript.SessionServerTLS, transcript.SessionServerPlain),
			outcome: contract.NotTestable, reason: unseen,
		},
	}
}

func ipv6Verdicts() []verdict {
	const ip, ipv6 = transcript.SessionServerIP, transcript.SessionServerIPv6
	const at = `ListAccounts() with $params["serverip"] = "2001:db8::10"`
	return []verdict{
		{
			name: "no request", rule: "PAR-08", change: asksNobody(ipv6),
			findings: []contract.Finding{inVariant(ipv6, at, "a request to [2001:db8::10]:12087",
				`no request there; it reported "The panel did not answer with a list of accounts." (string)`, "")},
		},
		{
			name: "elsewhere", rule: "PAR-08", change: asksAs(func(a *transcripttest.Asks) { a.Host = "2001" }, ipv6),
			findings: []contract.Finding{inVariant(ipv6, at, "a request to [2001:db8::10]:12087", "requests to 2001:12087", "")},
		},
		{
			name: "asks names only", rule: "PAR-08", change: asksNobody(ip, ipv6),
			outcome: contract.NotApplicable, reason: "the module does not ask the address in serverip",
		},
		{
			name: "without the IPv4 address", rule: "PAR-08", change: func(r *transcripttest.Run) { r.Without(ip, false) },
			outcome: contract.NotTestable, reason: "the call this rule looks at was not part of the run",
		},
		{name: "a transcript that does not say how it was played", rule: "PAR-08", change: session(ipv6, func(s *transcripttest.Session) { s.Info.Upstream = nil })},
		{
			name: "a transcript that breaks off in the call", rule: "PAR-08", change: ends(ipv6, transcript.EndOpen), outcome: contract.NotTestable,
			reason: "the run was stopped during the call this rule looks at",
		},
		{
			name: "a transcript that breaks off before the call", rule: "PAR-08", outcome: contract.NotTestable,
			change: session(ipv6, func(s *transcripttest.Session) { s.Calls = nil }),
			reason: "the transcript breaks off before the call this rule looks at",
		},
		{name: "does not load the second time", rule: "PAR-08", change: ends(ipv6, transcript.EndNotReached), follows: "LOAD-01"},
		{name: "does not define ListAccounts the second time", rule: "PAR-08", change: ends(ipv6, transcript.EndMissing), follows: "LOAD-01"},
		{
			name: "no IPv6 here", rule: "PAR-08", change: both(asksNobody(ipv6), session(ipv6, func(s *transcripttest.Session) { s.Info.Upstream.NoIPv6 = true })),
			outcome: contract.NotTestable, reason: "this machine has no IPv6",
		},
	}
}
