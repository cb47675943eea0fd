package harness_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/harness"
	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// quick is a module that answers at once. It counts its sessions, and breaks off
// after so many where that is asked for.
type quick struct {
	kind, sum string
	accounts  []string

	mu    sync.Mutex
	made  map[string]int
	limit int
}

var errKilled = errors.New("killed")

func (q *quick) Describe(context.Context) (target.Description, error) {
	return target.Description{
		Target:  transcript.Target{Kind: q.kind, Ref: "modules/quick", Module: "quick"},
		Subject: &transcript.Subject{File: "quick.php", SHA256: q.sum},
	}, nil
}

func (q *quick) Run(_ context.Context, s scenario.Session, sink target.Sink) error {
	q.mu.Lock()
	if q.limit > 0 && len(q.made) == q.limit {
		q.mu.Unlock()
		return errKilled
	}
	if q.made == nil {
		q.made = map[string]int{}
	}
	q.made[s.ID]++
	q.mu.Unlock()
	var failed error
	record := func(event, call string, body any) {
		failed = errors.Join(failed, sink.Record(transcript.Event{Envelope: transcript.Envelope{Event: event, Session: s.ID, Call: call}, Body: body}))
	}
	record(transcript.EventSession, "", transcript.SessionInfo{Purpose: s.Purpose, Network: transcript.NetworkPlayed})
	for _, step := range s.Steps {
		record(transcript.EventCall, step.Call, transcript.CallInfo{Function: step.Function, Params: step.Params})
		if s.Upstream != nil {
			record(transcript.EventExchange, step.Call, transcript.Exchange{
				N: 1, Method: "GET", URL: "https://panel.example.com/list", Status: 200,
			})
		}
		for i, name := range q.accounts {
			value, err := json.Marshal(map[string]string{"uniqueIdentifier": name})
			failed = errors.Join(failed, err)
			record(transcript.EventAccount, step.Call, transcript.AccountLine{Key: i, Value: value})
		}
		record(transcript.EventReturned, step.Call, transcript.Returned{Value: map[string]any{
			"success": true, "accounts": map[string]any{"$php": "accounts", "count": len(q.accounts), "list": true},
		}})
	}
	record(transcript.EventExit, "", transcript.Exit{})
	return failed
}

func newQuick() *quick {
	return &quick{kind: transcript.TargetPHP, sum: "aa", accounts: []string{"one", "two"}}
}

// few are rules that need all kinds of sessions.
func few(t *testing.T) []suites.Rule {
	t.Helper()
	rules := slices.DeleteFunc(suites.Rules(), func(r suites.Rule) bool {
		return !slices.Contains([]string{"LOAD-01", "META-01", "ENV-01", "STAB-01", "FLT-11", "FLT-15"}, r.ID)
	})
	if len(rules) < 5 {
		t.Fatal("the rules have other names by now")
	}
	return rules
}

func ofQuick(t *testing.T, q *quick) harness.Options {
	return harness.Options{
		Target: q, Rules: few(t), Selected: true, Params: map[string]any{"serverhostname": "panel.example.com"},
		Recording: "quick.har", Budget: 8, Tool: "syncproof test", Rerun: "syncproof run modules/quick",
	}
}

// run captures into a folder, or goes on with the run that lies there.
func run(t *testing.T, dir string, o harness.Options, again bool) (*transcript.Transcript, error) {
	t.Helper()
	at := dir
	if again {
		path := filepath.Join(dir, transcript.FileName)
		if _, err := os.Stat(path); err != nil {
			path = filepath.Join(dir, transcript.PackedFileName)
		}
		from, err := transcript.Open(path)
		if err != nil {
			return nil, err
		}
		at = filepath.Join(dir, "beside")
		if err := os.MkdirAll(at, 0o700); err != nil {
			t.Fatal(err)
		}
		defer from.Close()
		o.Resume = &harness.Resume{Path: path, From: from.Transcript}
	}
	file, err := transcript.Create(at, transcript.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	o.Out = file
	if again {
		o.Resume.Taken = func() error { return file.Move(dir) }
	}
	_, captureErr := harness.Capture(t.Context(), o)
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if captureErr != nil {
		return nil, captureErr
	}
	raw, err := os.ReadFile(filepath.Join(dir, transcript.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return transcript.Read(bytes.NewReader(raw))
}

// shown is everything that two runs have in common.
func shown(t *testing.T, r *transcript.Transcript) map[string]any {
	t.Helper()
	header := r.Header
	header.Started = ""
	sessions := []any{}
	for _, s := range r.Sessions {
		calls := []any{}
		for _, c := range s.Calls {
			calls = append(calls, c.ID, c.Ending, c.Params, c.Value, slices.Collect(c.Accounts()))
		}
		sessions = append(sessions, s.ID, s.SessionInfo, s.Exchanges, s.Exit, calls)
	}
	return map[string]any{"header": header, "subject": r.Subject, "extension": r.Extension, "sessions": sessions, "whole": r.Finished()}
}

// Wherever a run is killed, after any event or within its line, going on makes
// what was not over, once, and nothing else, and comes to the same transcript.
func TestGoesOnFromEveryEvent(t *testing.T) {
	first := newQuick()
	dir := t.TempDir()
	whole, err := run(t, dir, ofQuick(t, first), false)
	if err != nil {
		t.Fatal(err)
	}
	if whole.Extension == nil || len(whole.Extension.Sessions) < 4 || len(whole.Sessions) < 10 {
		t.Fatalf("the run has %d sessions and the extension %v", len(whole.Sessions), whole.Extension)
	}
	want := shown(t, whole)
	raw, err := os.ReadFile(filepath.Join(dir, transcript.FileName))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(raw, []byte("\n"))
	for n, at := 1, len(lines[0]); n < len(lines)-2; n++ {
		for _, end := range []int{at, at + len(lines[n])/2, at + len(lines[n]) - 1} {
			dir := t.TempDir()
			path := filepath.Join(dir, transcript.FileName)
			if err := os.WriteFile(path, raw[:end], 0o600); err != nil {
				t.Fatal(err)
			}
			cut, err := transcript.Read(bytes.NewReader(raw[:end]))
			if err != nil {
				t.Fatal(err)
			}
			must := map[string]int{}
			for id := range first.made {
				if !cut.Over()[id] {
					must[id] = 1
				}
			}
			q := newQuick()
			got, err := run(t, dir, ofQuick(t, q), true)
			if err != nil {
				t.Fatalf("killed after %d bytes, in line %d: %v", end, n, err)
			}
			if diff := cmp.Diff(must, q.made, cmpEmpty()); diff != "" {
				t.Fatalf("killed after %d bytes, in line %d: other sessions were made than those that were missing:\n%s", end, n, diff)
			}
			if diff := cmp.Diff(want, shown(t, got)); diff != "" {
				t.Fatalf("killed after %d bytes, in line %d:\n%s", end, n, diff)
			}
		}
		at += len(lines[n])
	}
}

func cmpEmpty() cmp.Option {
	return cmp.Comparer(func(a, b map[string]int) bool { return maps.Equal(a, b) })
}

// A run that breaks off again and again loses nothing of what it made.
func TestBreaksOffAgainAndAgain(t *testing.T) {
	whole, err := run(t, t.TempDir(), ofQuick(t, newQuick()), false)
	if err != nil {
		t.Fatal(err)
	}
	dir, made := t.TempDir(), map[string]int{}
	for attempt := 0; ; attempt++ {
		q := newQuick()
		q.limit = 1
		got, err := run(t, dir, ofQuick(t, q), attempt > 0)
		for id, n := range q.made {
			made[id] += n
		}
		if err == nil {
			if diff := cmp.Diff(shown(t, whole), shown(t, got)); diff != "" {
				t.Error(diff)
			}
			break
		}
		if !errors.Is(err, errKilled) || attempt > len(whole.Sessions) {
			t.Fatalf("attempt %d: %v", attempt, err)
		}
	}
	for _, s := range whole.Sessions {
		if made[s.ID] != 1 {
			t.Errorf("session %s was made %d times", s.ID, made[s.ID])
		}
	}
}

// A real server may say something else by now. Then what it was asked is asked
// again, since lists of two times must not be compared.
func TestGoesOnWithARealServer(t *testing.T) {
	for name, c := range map[string]struct {
		accounts []string
		// made is how often the sessions are made that ask the server.
		list, conversation, point int
	}{
		"the same":      {[]string{"one", "two"}, 0, 1, 0},
		"another list":  {[]string{"one", "other"}, 1, 2, 1},
		"a longer list": {[]string{"one", "two", "three"}, 1, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			live := func(q *quick) harness.Options {
				o := ofQuick(t, q)
				o.Recording, o.Live = "", true
				// One at a time, so that only the last session is cut off.
				o.Parallel = 1
				return o
			}
			dir := t.TempDir()
			first := newQuick()
			whole, err := run(t, dir, live(first), false)
			if err != nil {
				t.Fatal(err)
			}
			points := whole.Extension.Sessions
			path := filepath.Join(dir, transcript.FileName)
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			// The last session and the end are missing.
			cut := bytes.LastIndex(raw, []byte(`{"event":"session"`))
			last := whole.Sessions[slices.IndexFunc(whole.Sessions, func(s *transcript.Session) bool {
				return bytes.HasPrefix(raw[cut:], []byte(`{"event":"session","session":"`+s.ID+`"`))
			})].ID
			if err := os.WriteFile(path, raw[:cut], 0o600); err != nil {
				t.Fatal(err)
			}
			q := newQuick()
			q.accounts = c.accounts
			got, err := run(t, dir, live(q), true)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(got.Sessions); n != len(whole.Sessions) || !got.Finished() {
				t.Errorf("%d sessions, want %d", n, len(whole.Sessions))
			}
			want := map[string]int{transcript.SessionList: c.list, transcript.SessionConversation: c.conversation, last: 1, transcript.SessionMetaData: 0}
			for _, id := range points {
				if id != last {
					want[id] = c.point
				}
			}
			for id, n := range want {
				if q.made[id] != n {
					t.Errorf("session %s was made %d times, want %d", id, q.made[id], n)
				}
			}
		})
	}
}

func TestDoesNotGoOnWithAnotherRun(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*harness.Options, *quick)
		says   string
	}{
		"module": {func(_ *harness.Options, q *quick) { q.sum = "bb" }, "the module's file, which was changed since"},
		"rules":  {func(o *harness.Options, _ *quick) { o.Rules = o.Rules[1:] }, "the rules (it was LOAD-01, "},
		"params": {func(o *harness.Options, _ *quick) { o.Params = map[string]any{"serverhostname": "other.example.com"} }, "the server parameters serverhostname"},
		"faults": {func(o *harness.Options, _ *quick) { o.Faults = []scenario.Choice{{Fault: "html-login"}} }, "the faults (it was none named, and is html-login now)"},
		"budget": {func(o *harness.Options, _ *quick) { o.Budget = 2 }, "what is tried within the module's conversation"},
		"flags":  {func(o *harness.Options, _ *quick) { o.Rerun += " --timeout 9s" }, "the command line (it was syncproof run modules/quick, and is"},
		"tool":   {func(o *harness.Options, _ *quick) { o.Tool = "syncproof 9" }, "the version of syncproof"},
		"shard":  {func(o *harness.Options, _ *quick) { o.Shard = scenario.Shard{Part: 1, Of: 2} }, "the part of the run (it was none named, and is 1/2 now)"},
		"profile": {
			func(o *harness.Options, _ *quick) { o.Recording = "other.har" }, "the recording (it was quick.har, and is other.har now)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := run(t, dir, ofQuick(t, newQuick()), false); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, transcript.FileName)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			q := newQuick()
			o := ofQuick(t, q)
			c.change(&o, q)
			_, err = run(t, dir, o, true)
			if !errors.Is(err, harness.ErrOtherRun) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) || len(q.made) > 0 {
				t.Errorf("the earlier run was touched, or %d sessions were made: %v", len(q.made), err)
			}
		})
	}
}

// What answers at an address may answer otherwise by now, too.
func TestGoesOnWithAnEndpoint(t *testing.T) {
	for name, c := range map[string]struct {
		accounts []string
		list     int
	}{
		"the same":     {[]string{"one", "two"}, 1},
		"another list": {[]string{"one"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			at := func(q *quick) harness.Options {
				q.kind = transcript.TargetEndpoint
				o := ofQuick(t, q)
				o.Recording = ""
				return o
			}
			dir := t.TempDir()
			first := newQuick()
			o := at(first)
			whole, err := run(t, dir, o, false)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, transcript.FileName)
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, raw[:bytes.LastIndex(raw, []byte(`{"event":"end"`))], 0o600); err != nil {
				t.Fatal(err)
			}
			q := newQuick()
			o = at(q)
			q.accounts = c.accounts
			got, err := run(t, dir, o, true)
			if err != nil {
				t.Fatal(err)
			}
			if q.made[transcript.SessionList] != c.list || q.made[transcript.SessionMetaData] != 0 || len(got.Sessions) != len(whole.Sessions) {
				t.Errorf("made %v, want %d of %s; %d sessions, want %d", q.made, c.list, transcript.SessionList, len(got.Sessions), len(whole.Sessions))
			}
		})
	}
}
