package secret_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/secret"
	"syncproof/internal/transcript"
)

func TestLine(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	r := secret.New(map[string]string{"serverpassword": canary, "serveraccesshash": nasty, "endpointtoken": "test"})
	tests := []struct{ name, line, want string }{
		{"no secret", `{"event":"returned","call":"list","value":{"success":true}}`, ""},
		{"no secret but escapes", `{"event":"returned","call":"list","value":{"error":"a\u003cb%20\"+\\/"}}`, ""},
		{"parameters",
			`{"event":"run","params":{"serverpassword":"` + canary + `","serverport":"2087","serversecure":true}}`,
			`{"event":"run","params":{"serverpassword":"[redacted:serverpassword]","serverport":"2087","serversecure":true}}`},
		{"within text, blanks kept",
			`{ "event" : "returned", "value": {"error" : "no ` + canary + `!" , "n": 1.50} }`,
			`{ "event" : "returned", "value": {"error" : "no [redacted:serverpassword]!" , "n": 1.50} }`},
		{"with characters JSON escapes",
			`{"event":"returned","value":{"error":"p\u0026s\"w\u003co\u003er'd %+é/\\1"}}`,
			`{"event":"returned","value":{"error":"[redacted:serveraccesshash]"}}`},
		{"escaped once more inside",
			`{"event":"returned","value":{"error":"{\"p\":\"p\u0026s\\\"w\u003co\u003er'd %+\\u00e9\\/\\\\1\"}"}}`,
			`{"event":"returned","value":{"error":"{\"p\":\"[redacted:serveraccesshash json-escaped]\"}"}}`},
		{"in lists of lists", `{"event":"record","args":[["x",["` + canary + `"]],{"a":["` + canary + `"]}]}`,
			`{"event":"record","args":[["x",["[redacted:serverpassword]"]],{"a":["[redacted:serverpassword]"]}]}`},
		{"as an array key", `{"event":"returned","value":{"` + canary + `":1,"a":{"x` + canary + `":2}}}`,
			`{"event":"returned","value":{"[redacted:serverpassword]":1,"a":{"x[redacted:serverpassword]":2}}}`},
		{"the key of an account", `{"event":"account","key":"` + canary + `","value":{}}`,
			`{"event":"account","key":"[redacted:serverpassword]","value":{}}`},
		{"bytes that are no text", `{"event":"returned","value":{"$php":"bytes","b64":"` + b64("\xFF"+canary+"\xFE") + `"}}`,
			`{"event":"returned","value":{"$php":"bytes","b64":"` + b64("\xFF[redacted:serverpassword]\xFE") + `"}}`},
		{"escapes in bytes", `{"event":"returned","value":{"$php":"bytes","b64":"` + b64("\xFFp%26s%22w%3Co%3Er%27d+%25%2B%C3%A9%2F%5C1") + `"}}`,
			`{"event":"returned","value":{"$php":"bytes","b64":"` + b64("\xFF[redacted:serveraccesshash url-encoded]") + `"}}`},
		{"bytes without a secret", `{"event":"returned","value":{"$php":"bytes","b64":"` + b64("\xFFx") + `"}}`, ""},
		{"the ends of a file", `{"event":"subject","head":"` + b64(canary) + `","tail":"` + b64("\n"+canary) + `"}`,
			`{"event":"subject","head":"` + b64("[redacted:serverpassword]") + `","tail":"` + b64("\n[redacted:serverpassword]") + `"}`},
		{"a key named like those in a value", `{"event":"returned","value":{"head":"` + b64(canary) + `","b64":"` + canary + `"}}`,
			`{"event":"returned","value":{"head":"[redacted:serverpassword base64]M=","b64":"[redacted:serverpassword]"}}`},

		{"a short secret as a whole string", `{"event":"run","params":{"serverusername":"test","serverhostname":"test.example"}}`,
			`{"event":"run","params":{"serverusername":"[redacted:endpointtoken]","serverhostname":"test.example"}}`},
		{"a short secret in a list", `{"event":"record","args":["test","tests"]}`, `{"event":"record","args":["[redacted:endpointtoken]","tests"]}`},
		{"a short secret as an array key", `{"event":"returned","value":{"test":1}}`, `{"event":"returned","value":{"[redacted:endpointtoken]":1}}`},
		{"a short secret in account fields", `{"event":"account","key":0,"value":{"username":"test","domain":"test","product":"test"}}`, ""},
		{"a short secret in bytes", `{"event":"returned","value":{"$php":"bytes","b64":"dGVzdA=="}}`,
			`{"event":"returned","value":{"$php":"bytes","b64":"` + b64("[redacted:endpointtoken]") + `"}}`},
		{"what syncproof wrote", `{"event":"test","session":"test","call":"test","network":"test","phase":"test","plan":["test"],` +
			`"rules":["test"],"target":{"kind":"test"},"warnings":[{"level":"test"}],"value":{"$php":"test"}}`, ""},
		{"the target's own words", `{"event":"run","target":{"kind":"php","ref":"` + canary + `","module":"test"}}`,
			`{"event":"run","target":{"kind":"php","ref":"[redacted:serverpassword]","module":"[redacted:endpointtoken]"}}`},
		{"keys of the envelope in values stay", `{"event":"returned","value":{"event":"` + canary + `","session":1,"call":2}}`,
			`{"event":"returned","value":{"event":"[redacted:serverpassword]","session":1,"call":2}}`},
		{"a warning", `{"event":"returned","warnings":[{"level":"warning","message":"` + canary + `"}]}`,
			`{"event":"returned","warnings":[{"level":"warning","message":"[redacted:serverpassword]"}]}`},
		{"a mark", `{"event":"returned","value":"[redacted:serverpassword base64]"}`, ""},
		{"no JSON", `{"event":"` + canary, `{"event":"[redacted:serverpassword]`},
		{"brackets that do not match", `]"` + canary + `"`, `]"[redacted:serverpassword]"`},
		{"a broken escape", `{"a":"\q` + canary + `"}`, `{"a":"\q[redacted:serverpassword]"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			line := []byte(tt.line)
			got := r.Line(line)
			if tt.want == "" {
				tt.want = tt.line
				if &got[0] != &line[0] {
					t.Error("the line was copied although nothing was found")
				}
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if string(line) != tt.line {
				t.Error("the line given was changed")
			}
			if again := r.Line(got); string(again) != string(got) {
				t.Errorf("a second time it becomes %s", again)
			}
			if json.Valid([]byte(tt.line)) && !json.Valid(got) {
				t.Error("not JSON any more")
			}
		})
	}
}

// Whatever the secret, a transcript stays readable: every event keeps its place.
func TestLineKeepsTranscriptsReadable(t *testing.T) {
	events := []transcript.Event{
		{Envelope: transcript.Envelope{Event: transcript.EventRun}, Body: transcript.Header{
			Version: 1, Tool: "syncproof 0.1.0", Started: "2024-01-01T00:00:00Z", Plan: []string{"metadata", "list"}, Rules: []string{"META-02"},
			Target: transcript.Target{Kind: "php", Ref: "modules/servers/acme", Module: "acme"}}},
		{Envelope: transcript.Envelope{Event: transcript.EventSession, Session: "list"}, Body: transcript.SessionInfo{
			Purpose: "list the accounts", Network: transcript.NetworkNone, Request: "admin"}},
		{Envelope: transcript.Envelope{Event: transcript.EventCall, Session: "list", Call: "list"}, Body: transcript.CallInfo{
			Function: "ListAccounts", Params: map[string]any{"server": true, "serverpassword": "", "serverport": "2087"}}},
		{Envelope: transcript.Envelope{Event: transcript.EventReturned, Session: "list", Call: "list"}, Body: transcript.Returned{
			Value: map[string]any{"success": true, "accounts": map[string]any{"$php": "accounts", "count": 0, "list": true}}}},
		{Envelope: transcript.Envelope{Event: transcript.EventShutdown, Session: "list"}, Body: transcript.Shutdown{Phase: transcript.PhaseEnd}},
		{Envelope: transcript.Envelope{Event: transcript.EventTrouble, Session: "list"}, Body: transcript.Trouble{Kind: transcript.TroubleStart}},
	}
	var words []string
	for _, e := range events {
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, strings.FieldsFunc(string(line), func(r rune) bool { return strings.ContainsRune(`{}[],:"`, r) })...)
	}
	for _, word := range words {
		r := secret.New(map[string]string{"serverpassword": word})
		for _, e := range events {
			line, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			before, err := transcript.DecodeEvent(line)
			if err != nil {
				t.Fatal(err)
			}
			after, err := transcript.DecodeEvent(r.Line(line))
			if err != nil {
				t.Errorf("with the secret %q the line %s becomes %s: %v", word, line, r.Line(line), err)
				continue
			}
			if before.Envelope != after.Envelope {
				t.Errorf("with the secret %q the envelope %v becomes %v", word, before.Envelope, after.Envelope)
			}
			if b, ok := before.Body.(*transcript.Returned); ok {
				if diff := cmp.Diff(b, after.Body); diff != "" {
					t.Errorf("with the secret %q: %s", word, diff)
				}
			}
		}
	}
}
