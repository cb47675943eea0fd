package schemas_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/schemas"
)

// fullRun is one event of every kind, with every key filled in.
func fullRun() []transcript.Event {
	warning := transcript.Warning{
		Level: "warning", Message: "Undefined array key", File: "acme.php", Line: 12, Count: 3, Silenced: true,
	}
	output := transcript.Output{Bytes: 7, Text: map[string]any{"$php": "bytes", "b64": "Y2Fm6Q=="}}
	effects := transcript.Effects{
		Output: output, Headers: []string{"X-A: b"}, Warnings: []transcript.Warning{warning},
		State:   []transcript.StateChange{{Name: "date.timezone", Before: "UTC", After: "Asia/Tokyo"}},
		Network: 2, Files: []string{"cache/x"}, Memory: 4 << 20, Seconds: 0.25,
		Libraries: []transcript.Library{{Name: "Psr", Class: `Psr\Log\NullLogger`, File: "vendor/psr/log/NullLogger.php", Bundled: true, Version: "1"}},
	}
	thrown := transcript.Throwable{
		Class: "TypeError", Message: "no", File: "acme.php", Line: 3, Is: []string{"Error", "Throwable"}, Previous: "Exception",
	}
	symbol := transcript.Symbol{Name: "acme_ListAccounts", File: "acme.php", Line: 10, End: 40}
	in := func(event, call string, body any) transcript.Event {
		return transcript.Event{Envelope: transcript.Envelope{Event: event, Session: "list", Call: call}, Body: body}
	}
	alone := func(event string, body any) transcript.Event {
		return transcript.Event{Envelope: transcript.Envelope{Event: event}, Body: body}
	}
	return []transcript.Event{
		alone(transcript.EventRun, transcript.Header{
			Version: transcript.FormatVersion, Tool: "syncproof 1.0.0", Started: "2026-03-01T10:00:00Z",
			Target: transcript.Target{Kind: "php", Ref: "./acme", Module: "acme"}, Plan: []string{"list"},
			Rules: []string{"UID-01"}, Params: map[string]any{"server": true, "serverport": "2087"}, Live: true, Faults: []string{"html-login@2"}, Recording: "acme.har", Panel: "acme.yaml", Reads: []string{"POST /rpc"}, Shard: &transcript.Shard{Of: 3, Parts: []int{2}},
			Policies: contract.Policies{UnknownDate: contract.PolicyFail, EmptyEmail: contract.PolicyEmpty, NoPlan: contract.PolicyEmpty, OmittedStates: []string{"gone"}},
			Rerun:    "syncproof run ./acme",
		}),
		alone(transcript.EventSubject, transcript.Subject{
			File: "acme.php", Folder: "acme", Layout: "module folder", Head: []byte("<?php"), Tail: []byte("\n\n"),
			Encoder: "ionCube", Size: 10, SHA256: "00",
		}),
		in(transcript.EventSession, "", transcript.SessionInfo{
			Purpose: "list the accounts", Network: transcript.NetworkNone, Locale: "de_DE", Timezone: "UTC",
			Request: "admin", WithoutWHMCS: true, Helpers: "missing", Settings: map[string]string{"default_socket_timeout": "8"}, Sees: transcript.Sees{Load: true},
			Upstream: &transcript.Upstream{Level: transcript.InterceptNamespace, Scheme: "https", Fault: "html-login", At: 2, Paths: []string{"total"}, Page: 1, Budget: 30, NoIPv6: true},
			Forked:   true, Attempts: 2, Sandbox: []string{transcript.SandboxProcesses, transcript.SandboxTemp, transcript.SandboxPrivileges, transcript.SandboxFiles},
		}),
		in(transcript.EventBoot, "", transcript.Boot{
			PHP: "8.2.36", SAPI: "cli", OS: "Linux", Extensions: []string{"curl"}, Locale: "C", Timezone: "UTC",
		}),
		in(transcript.EventLoaded, "", transcript.Load{
			OK: true, Output: output, Headers: []string{"X: y"}, Warnings: []transcript.Warning{warning}, Throwable: &thrown,
			Functions: []transcript.Symbol{symbol}, Classes: []transcript.Symbol{symbol}, Constants: []transcript.Symbol{symbol},
			Globals: []string{"x"}, Network: 1, Files: []string{"y"}, State: effects.State, Seconds: 0.1, Libraries: effects.Libraries,
			Source: &transcript.Source{
				Tries:   []transcript.Try{{File: "acme.php", Line: 7, Catches: []transcript.Catch{{Name: "Exception", Class: `Acme\Exception`, Line: 9, Missing: true}}}},
				Clients: []transcript.Client{{File: "acme.php", Line: 12, Options: []string{"base_url"}}},
			},
		}),
		in(transcript.EventCall, "list", transcript.CallInfo{
			Function: "ListAccounts", Params: map[string]any{"serverid": 1}, At: "2026-03-01T10:00:01.5Z",
		}),
		in(transcript.EventRecord, "list", transcript.Record{
			Function: "logModuleCall", Args: []any{"acme", nil, 1.5}, Phase: "call", File: "acme.php", Line: 20,
		}),
		in(transcript.EventExchange, "", transcript.Exchange{
			N: 1, Via: "connect", Method: "GET", URL: "https://panel.example/", At: "2026-03-01T10:00:01.6Z", Address: "panel.example:443", RequestHeaders: map[string][]string{"Accept": {"*/*"}},
			RequestBody: output, Status: 200, ReplyBody: output, ReplyKind: transcript.ReplyHTML, Leaves: &transcript.Leaves{
				Kinds: 2, List: []transcript.Leaf{{Path: "data.0.id", Kind: "data.*.id", Type: "number", Value: "1"}},
				Rows: []transcript.LeafRow{{Path: "data.0", List: "data", Of: 3, Values: []transcript.LeafValue{{Name: "id", Value: "1"}}}},
			}, PageSize: 100, Changed: true, Fault: "html-login", Problem: "none", GaveUp: true, Seconds: 0.5,
		}),
		in(transcript.EventAccount, "list", transcript.AccountLine{Key: 0, Value: json.RawMessage(`{"email":"a@b.example"}`)}),
		in(transcript.EventAccount, "list", transcript.AccountLine{Key: "x", Value: json.RawMessage(`null`)}),
		in(transcript.EventReturned, "list", transcript.Returned{
			Value: map[string]any{"success": true, "accounts": map[string]any{"$php": "accounts", "count": 2, "list": true}}, Effects: effects,
		}),
		in(transcript.EventCall, "second", transcript.CallInfo{Function: "MetaData"}),
		in(transcript.EventThrew, "second", transcript.Threw{Throwable: thrown, Effects: effects}),
		in(transcript.EventCall, "third", transcript.CallInfo{Function: "MetaData"}),
		in(transcript.EventMissing, "third", transcript.Missing{Function: "acme_MetaData"}),
		in(transcript.EventUnreached, "fourth", transcript.CallInfo{Function: "ListAccounts", Params: []any{}}),
		alone(transcript.EventExtension, transcript.Extension{
			Sessions: []string{"replay"}, Requests: 3, Points: 9, Tried: 8, Kinds: 6, KindsTried: 5, Reason: "a budget",
			Leaves: &transcript.LeafCount{Possible: 9, Tried: 8, Kinds: 7, KindsTried: 6, Reason: "a budget"},
		}),
		alone(transcript.EventFleet, transcript.Fleet{Name: "dates", Title: "odd dates", Accounts: []transcript.Held{{
			ID: "7", Username: "anna", Domain: "anna.example", Aliases: []string{"anna.test"}, Email: "info@anna.example",
			Plans: []transcript.HeldPlan{{ID: "s", Name: "Small"}}, IPv4: []string{"192.0.2.1"}, IPv6: []string{"2001:db8::1"},
			Created: "2026-01-02T03:04:05Z", State: "active", Word: "on", Status: "Active",
		}}}),
		in(transcript.EventShutdown, "", transcript.Shutdown{
			Phase: transcript.PhaseEnd, Effects: effects,
			Fatal: &transcript.Fatal{Message: "Allowed memory", File: "acme.php", Line: 9, Memory: true, Time: true},
		}),
		in(transcript.EventFinal, "", nil),
		in(transcript.EventTrouble, "", transcript.Trouble{Kind: transcript.TroubleAnswer, Message: "no JSON", Advice: "look"}),
		in(transcript.EventExit, "", transcript.Exit{
			Status: 255, Signal: "SIGSEGV", TimedOut: true, Limit: 30, Interrupted: true, OutOfMemory: true,
			FileTooBig: true, Stdout: output, Stderr: output, Leftover: 1, Unheard: []string{"panel.example:4711"}, Seconds: 1.5, Notes: []string{"odd"},
		}),
		alone(transcript.EventTrouble, transcript.Trouble{Kind: transcript.TroubleStart, Message: "no PHP"}),
		alone(transcript.EventEnd, transcript.End{Interrupted: true, Stopped: true, Seconds: 3}),
	}
}

// emptied are the same events with nothing filled in but what must be.
func emptied(events []transcript.Event) []transcript.Event {
	out := make([]transcript.Event, 0, len(events))
	for _, e := range events {
		if e.Body != nil {
			body := reflect.New(reflect.TypeOf(e.Body))
			switch b := body.Interface().(type) {
			case *transcript.Header:
				b.Version, b.Plan = transcript.FormatVersion, []string{}
			case *transcript.Extension:
				b.Sessions = []string{}
			case *transcript.SessionInfo:
				b.Network = transcript.NetworkOpen
			case *transcript.Record:
				b.Phase = transcript.PhaseLoad
			case *transcript.Exchange:
				b.N, b.Via = 1, "direct"
			case *transcript.Shutdown:
				b.Phase = transcript.PhaseLoad
			}
			e.Body = body.Elem().Interface()
		}
		out = append(out, e)
	}
	return out
}

func recorded(t *testing.T, events []transcript.Event) []string {
	t.Helper()
	var out bytes.Buffer
	r := transcript.NewRecorder(&out, nil)
	for _, e := range events {
		if err := r.Record(e); err != nil {
			t.Fatalf("%s: %v", e.Event, err)
		}
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestRecordedLinesSatisfyTheTranscriptSchema(t *testing.T) {
	s := compile(t, schemas.Transcript)
	for name, events := range map[string][]transcript.Event{"full": fullRun(), "empty": emptied(fullRun())} {
		lines := recorded(t, events)
		if len(lines) != len(events) {
			t.Fatalf("%s: %d events gave %d lines", name, len(events), len(lines))
		}
		for _, line := range lines {
			if got := violations(t, s, line); got != "" {
				t.Errorf("%s: %s\n%s", name, line, got)
			}
		}
	}
}

func TestFullRunHasEveryEventAndKey(t *testing.T) {
	root := read(t, schemas.Transcript)
	missing := map[string]bool{}
	for _, event := range texts(root["properties"].(map[string]any)["event"].(map[string]any)["enum"]) {
		missing[event] = true
	}
	for _, e := range fullRun() {
		delete(missing, e.Event)
		node := eventNode(root, e.Event)
		if node == nil {
			continue
		}
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var keys map[string]any
		if err := json.Unmarshal(line, &keys); err != nil {
			t.Fatal(err)
		}
		for key := range node["properties"].(map[string]any) {
			_, written := keys[key]
			if optional := e.Event == transcript.EventCall || e.Event == transcript.EventUnreached || e.Event == transcript.EventTrouble; !written && !optional {
				t.Errorf("the test's %q event leaves out %q", e.Event, key)
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("the test has no event of the kinds %v", missing)
	}
}

func TestTranscriptSchemaRefuses(t *testing.T) {
	s := compile(t, schemas.Transcript)
	for name, tt := range map[string]struct{ line, at string }{
		"no event":          {`{"session":"list"}`, "event required"},
		"unknown event":     {`{"event":"other","session":"list"}`, "event enum"},
		"no session":        {`{"event":"boot","php":"8.2"}`, "session required"},
		"no call":           {`{"event":"missing","session":"list","function":"acme_MetaData"}`, "call required"},
		"no body":           {`{"event":"end"}`, "seconds required"},
		"wrong type":        {`{"event":"end","seconds":"3"}`, "seconds type"},
		"newer version":     {`{"event":"run","version":2,"tool":"","started":"","target":{"kind":"","ref":"","module":""},"plan":[],"live":false}`, "version "},
		"nested wrong type": {`{"event":"loaded","session":"list","ok":true,"output":{"bytes":"7"},"seconds":0}`, "output.bytes type"},
		"in a list":         {`{"event":"loaded","session":"list","ok":true,"output":{"bytes":7},"seconds":0,"warnings":[{"level":"loud","message":""}]}`, "warnings.0.level enum"},
		"untagged tag":      {`{"event":"account","session":"list","call":"list","key":0,"value":{"$php":1}}`, "value.$php type"},
	} {
		if got := violations(t, s, tt.line); !strings.Contains(got, tt.at) {
			t.Errorf("%s: got %q, want %q among them", name, got, tt.at)
		}
	}
}

func TestTranscriptSchemaPassesOverUnknownKeys(t *testing.T) {
	s := compile(t, schemas.Transcript)
	if got := violations(t, s, `{"event":"final","session":"list","later":{"x":1}}`); got != "" {
		t.Error(got)
	}
}

func compile(t *testing.T, name string) *schema.Schema {
	t.Helper()
	raw, err := schemas.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Compile(name, raw)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// violations lists place and keyword of each, one a line.
func violations(t *testing.T, s *schema.Schema, line string) string {
	t.Helper()
	v, err := phpvalue.Decode([]byte(line))
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	found, err := s.Validate(v)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range found {
		b.WriteString(strings.Join(f.Path, ".") + " " + f.Keyword + "\n")
	}
	return b.String()
}

// The runs other packages test with are shaped as targets record them.
func TestWholeRunsSatisfyTheTranscriptSchema(t *testing.T) {
	s := compile(t, schemas.Transcript)
	runs := map[string]*transcripttest.Run{
		"conformant": transcripttest.Conformant(t), "endpoint": transcripttest.Endpoint(t),
	}
	for _, ending := range transcripttest.Endings() {
		r := transcripttest.Conformant(t)
		r.List().Ends(ending)
		runs[ending] = r
	}
	for name, r := range runs {
		for line := range strings.Lines(string(r.Lines())) {
			if got := violations(t, s, line); got != "" {
				t.Errorf("%s: %s%s", name, line, got)
			}
		}
	}
}
