package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

func TestWhatDiffersBetweenTwoLists(t *testing.T) {
	// from makes every call but the first repeated one return the first list.
	from := func(first, again []any) func(*tt.Run) {
		return both(func(r *tt.Run) { r.EachList(tt.Success(first...)) }, answers(transcript.CallRepeat1, again...))
	}
	finding := func(at, want, got string) contract.Finding {
		return contract.Finding{Call: "repeat-1", At: at, Want: want, Got: got, Note: fresh}
	}
	blank := tt.Account("x.example", tt.Array{"email": nil})
	listed := func(n int) any {
		return tt.Account("x.example", tt.Array{"email": tt.List{n}})
	}
	only := func(key, absent string) any {
		return tt.Account("x.example", tt.Array{"uniqueIdentifier": "1", key: "x", absent: tt.Absent()})
	}
	twin := func(username string) any {
		return tt.Array{"uniqueIdentifier": "1", "username": username}
	}
	testVerdicts(t, []verdict{
		{
			name: "null for a key goes", rule: "DET-01",
			change:   from([]any{blank}, []any{tt.Account("x.example", tt.Array{"email": tt.Absent()})}),
			findings: []contract.Finding{finding(`accounts["x.example"].email`, "null", "no such key")},
		},
		{
			name: "a value moves to another key", rule: "DET-01",
			change: from([]any{only("username", "domain")}, []any{only("domain", "username")}),
			findings: []contract.Finding{
				finding(`accounts["1"].username`, `"x" (string)`, "no such key"),
				finding(`accounts["1"].domain`, "no such key", `"x" (string)`),
			},
		},
		{
			name: "a number within an array", rule: "DET-01",
			change:   from([]any{listed(1)}, []any{listed(2)}),
			findings: []contract.Finding{finding(`accounts["x.example"].email`, "array with 1 entry", "array with 1 entry")},
		},
		{
			name: "what is no account", rule: "DET-01", change: from([]any{"text", 5}, []any{"text", 6}),
			findings: []contract.Finding{
				finding(`accounts[without identifier: "5"]`, "in the list once", "not in the list"),
				finding(`accounts[without identifier: "6"]`, "not in the list", "in the list once"),
			},
		},
		{
			name: "an undocumented key of one without identifier", rule: "DET-01",
			change: from([]any{tt.Array{"username": "x"}}, []any{tt.Array{"username": "x", "disk": 7}}),
		},
		{
			name: "a field of one without identifier", rule: "DET-01",
			change: from([]any{tt.Array{"username": "x"}}, []any{tt.Array{"username": "y"}}),
			findings: []contract.Finding{
				finding(`accounts[without identifier: "{\"username\":\"x\"}"]`, "in the list once", "not in the list"),
				finding(`accounts[without identifier: "{\"username\":\"y\"}"]`, "not in the list", "in the list once"),
			},
		},
		{
			name: "a field of one of two with the same identifier", rule: "DET-01",
			change: from([]any{twin("a"), twin("b")}, []any{twin("c"), twin("a")}),
			findings: []contract.Finding{
				finding(`accounts["1"]`, "in the list once", "not in the list"),
				finding(`accounts["1"]`, "not in the list", "in the list once"),
			},
		},
	})
}
