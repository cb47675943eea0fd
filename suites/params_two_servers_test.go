package suites_test

import (
	"maps"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

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
	mixed, swapped := two, one
	mixed.Password, swapped.Password = plainPassword, "syncproofSecond2"
	atSecond := "ListAccounts() for the server " + second + ", after a call for " + first
	third := func(n string) string { return lists + "#" + n }
	again := func(name string, before, now transcripttest.Array, want, got, note string) verdict {
		v := verdict{name: name, rule: "PAR-06", change: func(r *transcripttest.Run) {
			r.Call(third("1")).Returns(before)
			r.Call(third("3")).Returns(now)
		}}
		if want != "" {
			v.findings = []contract.Finding{inVariant(third("3"), "ListAccounts() for the first server, after a call for one that refuses", want, got, note)}
		}
		return v
	}
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
		{
			name: "the second server's password the third time", rule: "PAR-06", change: asks(one, two, swapped),
			findings: []contract.Finding{inVariant(both+"#3", "ListAccounts() for the server "+first+", after a call for "+second, "the credentials of this server",
				"the password of the other server in the header Authorization (Basic)", "")},
		},
		{
			name: "the first server's access hash", rule: "PAR-06",
			change: func(r *transcripttest.Run) {
				s := r.Session(both)
				for i, hash := range []string{"firstHash7", "secondHash7", "firstHash7"} {
					params := maps.Clone(s.Calls[i].Info.Params.(map[string]any))
					params["serverpassword"], params["serveraccesshash"] = "", hash
					s.Calls[i].Info.Params = params
					s.Exchanges[i].RequestHeaders = map[string][]string{"X-Key": {"firstHash7"}}
				}
			},
			findings: []contract.Finding{
				inVariant(both+"#2", atSecond, "the credentials of this server", "the access hash of the other server in the header X-Key", ""),
			},
		},
		{name: "the first call throws, and the first server is asked again", rule: "PAR-06", change: func(r *transcripttest.Run) {
			asks(one, one, one)(r)
			r.Call(both + "#1").Ends(transcript.EndThrew)
		}},
		{name: "a connection to the first server that is not used", rule: "PAR-06", change: session(both, func(s *transcripttest.Session) {
			s.Ask(1, one)
			s.Exchanges[len(s.Exchanges)-1].Method = ""
		})},
		{name: "the second call throws", rule: "PAR-06", change: func(r *transcripttest.Run) {
			asks(one)(r)
			r.Call(both + "#2").Ends(transcript.EndThrew)
		}},
		{
			name: "a run that ended after the second call", rule: "PAR-06",
			change: func(r *transcripttest.Run) {
				asks(one, one)(r)
				for _, id := range []string{both, lists} {
					r.Session(id).Calls = r.Session(id).Calls[:2]
				}
			},
			findings: []contract.Finding{inVariant(both+"#2", atSecond, "requests to "+second+" only", "a request to "+first, kept)},
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
			name: "one of the first server's accounts for the second, and its requests", rule: "PAR-06",
			change: func(r *transcripttest.Run) {
				asks(one, one, one)(r)
				r.Call(third("2")).Returns(listOf("other.example", "one.example"))
			},
			findings: []contract.Finding{inVariant(third("2"), "ListAccounts() for a server that refuses, after the list of another one",
				"success => false with an error", "success => true with 2 accounts", "1 of them is an account of the other server")},
		},
		{
			name: "a refusal that carries the first server's list", rule: "PAR-06",
			change: call(third("2"), func(c *transcripttest.Call) {
				c.Returns(transcripttest.Array{"success": false, "error": "refused", "accounts": transcripttest.Accounts()["accounts"]})
			}),
		},
		{
			name: "refusals that carry the first server's list", rule: "PAR-06",
			change: func(r *transcripttest.Run) {
				r.Call(third("1")).Returns(transcripttest.Array{"success": false, "error": "refused", "accounts": transcripttest.Accounts()["accounts"]})
				r.Call(third("2")).Returns(transcripttest.Accounts())
			},
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
		again("one account less", listOf("a", "b", "c"), listOf("a", "b"), "all 3 accounts of the first call", "success => true with 2 accounts", `missing: "c"`),
		again("another account", listOf("a", "b"), listOf("a", "x"), "all 2 accounts of the first call", "success => true with 2 accounts", `missing: "b"`),
		again("an empty list", listOf("a", "b", "c"), listOf(), "all 3 accounts of the first call", "success => true with 0 accounts", `missing: "a", "b", "c"`),
		again("four accounts less", listOf("a", "b", "c", "d", "e"), listOf("e"), "all 5 accounts of the first call", "success => true with 1 account",
			`missing: "a", "b", "c" and 1 more`),
		again("five accounts less", listOf("a", "b", "c", "d", "e", "f"), listOf("f"), "all 6 accounts of the first call", "success => true with 1 account",
			`missing: "a", "b", "c" and 2 more`),
		again("identifiers that are made up each time", listOf("a", "b"), listOf("x", "y"), "", "", ""),
		{name: "without a server that works", rule: "PAR-06", change: func(r *transcripttest.Run) { r.Without(lists, false) }},
		{name: "throws", rule: "PAR-06", change: ends(both+"#1", transcript.EndThrew)},
		{name: "asks nobody", rule: "PAR-06", change: asks(), outcome: contract.NotTestable, reason: unseen},
	}
}

// listOf is a list of accounts with these identifiers.
func listOf(ids ...string) transcripttest.Array {
	var accounts []any
	for _, id := range ids {
		accounts = append(accounts, transcripttest.Account(id))
	}
	return transcripttest.Success(accounts...)
}
