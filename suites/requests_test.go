package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestRequestRules(t *testing.T) {
	const first, second = "request 1, POST /rpc", "request 2, POST /accounts"
	verdicts := []verdict{
		{name: "requests that get", rule: "RO-01"},
		{name: "one that writes", rule: "RO-01", change: asks(1, "PUT", "https://panel.example/accounts/1001/seen", ""), findings: []contract.Finding{
			writing("request 2, PUT /accounts/1001/seen", "the method PUT", ""),
		}},
		{
			name: "several of a kind", rule: "RO-01",
			change: both(asks(1, "DELETE", "https://panel.example/accounts/1?x=2", ""), asks(2, "DELETE", "https://panel.example/accounts/22?x=3", "")),
			findings: []contract.Finding{
				writing("request 2, DELETE /accounts/1?x=2", "the method DELETE", "there are 2 requests of this kind"),
			},
		},
		{
			name: "one address for everything", rule: "RO-01",
			change: both(
				asks(0, "POST", "https://panel.example/rpc", `{"method":"account.list"}`),
				asks(1, "POST", "https://panel.example/rpc", `{"method":"account.suspend"}`),
				asks(2, "POST", "https://panel.example/rpc", `{"method":"unheard-of"}`)),
			findings: []contract.Finding{writing("request 2, POST /rpc", `the method "account.suspend"`, "")},
		},
		{name: "post that reads", rule: "RO-01", change: asks(0, "POST", "https://panel.example/rpc", `{"method":"account.list"}`)},
		{name: "signing in and out", rule: "RO-01", change: both(asks(0, "POST", "https://panel.example/sessions", `{"key":"[redacted:k]"}`),
			asks(2, "DELETE", "https://panel.example/sessions/a1b2", ""))},
		{
			name: "post that says nothing", rule: "RO-01", change: asks(0, "POST", "https://panel.example/rpc", `{"method":"x"}`),
			outcome: contract.NotTestable,
			reason:  "nothing says whether these requests read or write: " + first + ` (the method "x")`,
		},
		{
			name: "several that say nothing", rule: "RO-01",
			change: both(
				asks(0, "POST", "https://panel.example/rpc", ""), asks(1, "POST", "https://panel.example/accounts", ""),
				asks(2, "POST", "https://panel.example/b", ""), extra("POST", "https://panel.example/c"), extra("POST", "https://panel.example/c")),
			outcome: contract.NotTestable,
			reason:  "nothing says whether these requests read or write: " + first + ", " + second + ", request 3, POST /b, 1 other",
		},
		{name: "declared", rule: "RO-01", change: both(asks(0, "POST", "https://panel.example/rpc", ""),
			asks(1, "PUT", "https://panel.example/search/x", ""), declares("POST /rpc", "PUT /search/*"))},
		{name: "another one is declared", rule: "RO-01", change: both(asks(1, "PUT", "https://panel.example/search/x", ""), declares("POST /search/*")),
			findings: []contract.Finding{writing("request 2, PUT /search/x", "the method PUT", "")}},
		{name: "a request that changed an account", rule: "RO-01", change: changes(transcript.SessionConversation, "GET"), findings: []contract.Finding{
			changing(transcript.CallConversation, "request 2, GET /accounts?page=2")}},
		{name: "a request that changed an account in another session", rule: "RO-01", change: changes(transcript.SessionReplay, "GET"), findings: []contract.Finding{
			changing(transcript.CallReplay, "request 2, GET /accounts?page=2")}},
		{name: "a writing request in another session only", rule: "RO-01", change: changes(transcript.SessionReplay, "DELETE"), findings: []contract.Finding{
			changing(transcript.CallReplay, "request 2, DELETE /accounts?page=2")}},
		{name: "a writing request in every session", rule: "RO-01", change: both(changes(transcript.SessionReplay, "DELETE"), changes(transcript.SessionConversation, "DELETE")),
			findings: []contract.Finding{writing("request 2, DELETE /accounts?page=2", "the method DELETE", "")}},
		{name: "a writing request and another that changed an account", rule: "RO-01", change: both(
			asks(0, "PUT", "https://panel.example/x", ""), changes(transcript.SessionReplay, "GET")),
			findings: []contract.Finding{writing("request 1, PUT /x", "the method PUT", ""), changing(transcript.CallReplay, "request 2, GET /accounts?page=2")}},
		{name: "changes in two sessions", rule: "RO-01", change: both(changes(transcript.SessionReplay, "GET"), changes(transcript.SessionConversation, "GET")),
			findings: []contract.Finding{changing(transcript.CallConversation, "request 2, GET /accounts?page=2")}},
		{name: "a session without a call", rule: "RO-01", change: both(changes(transcript.SessionReplay, "GET"), session(transcript.SessionReplay, func(s *transcripttest.Session) { s.Calls = nil }))},
		{name: "accounts that were to be changed", rule: "RO-01", from: func(tb testing.TB) *transcripttest.Run {
			tb.Helper()
			r := transcripttest.Talking(tb)
			r.Session(transcript.SessionReplay).ID = transcript.SessionService
			return r
		}, change: changes(transcript.SessionService, "DELETE")},
		{name: "a connection without a request", rule: "RO-01", change: asks(1, "", "", "")},
		{name: "no server", rule: "RO-01", from: transcripttest.Calm, outcome: contract.NotTestable,
			reason: "no server was named, so it is not known how the module and a panel that works talk"},
	}
	for i := range verdicts {
		if verdicts[i].from == nil {
			verdicts[i].from = transcripttest.Talking
		}
	}
	testVerdicts(t, verdicts)
}

// The advice can be copied into the configuration.
func TestUndecidedRequestsSayHowToDeclareThem(t *testing.T) {
	run := transcripttest.Talking(t)
	for i, url := range []string{"https://panel.example/api/v1/rpc?x=1", "https://panel.example/accounts/1001/x y", "https://panel.example/api/v1/rpc?y=1"} {
		asks(i, "post", url, "")(run)
	}
	got := judgeOne(t, "RO-01", run.Transcript()).Supply
	const want = `if they only read, declare them in syncproof.yaml: reads: ["POST /api/v1/rpc", "POST /accounts/*/x*y"]`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	declares("POST /api/v1/rpc", "POST /accounts/*/x*y")(run)
	if r := judgeOne(t, "RO-01", run.Transcript()); r.Outcome != contract.Pass {
		t.Errorf("with that declared it is %s: %s", r.Outcome, r.Reason)
	}
}

// Not more of them are named than are read.
func TestManyUndecidedRequests(t *testing.T) {
	run := transcripttest.Talking(t)
	for i, url := range []string{"https://panel.example", "https://panel.example/b", "https://panel.example/c"} {
		asks(i, "POST", url, "")(run)
	}
	extra("POST", "https://panel.example/d")(run)
	extra("POST", "https://panel.example/e")(run)
	got := judgeOne(t, "RO-01", run.Transcript())
	const reason = "nothing says whether these requests read or write: request 1, POST panel.example, request 2, POST /b, request 3, POST /c, 2 others"
	const supply = `if they only read, declare them in syncproof.yaml: reads: ["POST /", "POST /b", "POST /c"]`
	if got.Reason != reason || got.Supply != supply {
		t.Errorf("got %s; %s", got.Reason, got.Supply)
	}
}

func writing(at, by, note string) contract.Finding {
	return contract.Finding{
		Call: transcript.CallConversation, At: at, Want: "requests that only read", Got: "one that writes, by " + by, Note: note,
		File: "acme.php", Line: listLine,
	}
}

// asks changes a request of the conversation, counted from 0.
func asks(n int, method, url, body string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		x := &r.Session(transcript.SessionConversation).Exchanges[n]
		x.Method, x.URL, x.RequestBody = method, url, transcripttest.Printed(body)
	}
}

// extra adds a request to the conversation.
func extra(method, url string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		s := r.Session(transcript.SessionConversation)
		s.Exchanges = append(s.Exchanges, transcript.Exchange{N: len(s.Exchanges) + 1, Via: "direct", Method: method, URL: url, Status: 200})
	}
}

func declares(reads ...string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) { r.Header.Reads = reads }
}

// changes makes the second request of a session one that changed an account.
func changes(id, method string) func(*transcripttest.Run) {
	return session(id, func(s *transcripttest.Session) { s.Exchanges[1].Method, s.Exchanges[1].Changed = method, true })
}

func changing(call, at string) contract.Finding {
	return contract.Finding{
		Call: call, At: at, Want: "requests that only read", Got: "one that changed an account of the panel", File: "acme.php", Line: listLine,
	}
}
