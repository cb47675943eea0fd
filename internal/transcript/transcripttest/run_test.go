package transcripttest_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestEndsGivesTheEndingItNames(t *testing.T) {
	for _, ending := range transcripttest.Endings() {
		t.Run(ending, func(t *testing.T) {
			run := transcripttest.Conformant(t)
			run.List().Ends(ending)
			if got := run.Transcript().Call(transcript.CallList).Ending; got != ending {
				t.Errorf("ListAccounts() ended %q, want %q", got, ending)
			}
		})
	}
}

func TestACallThatEndsItsSessionTakesLaterOnesAlong(t *testing.T) {
	run := transcripttest.Conformant(t)
	run.Call(transcript.CallRepeat1).Exits(3, "bye")
	got := run.Transcript()
	if e := got.Call(transcript.CallRepeat1).Ending; e != transcript.EndExited {
		t.Errorf("the first call ended %q", e)
	}
	if e := got.Call(transcript.CallRepeat2).Ending; e != transcript.EndNotReached {
		t.Errorf("the second call ended %q", e)
	}
}

func TestAccountsBecomeEvents(t *testing.T) {
	for name, tc := range map[string]struct {
		accounts any
		want     map[string]any
		keys     []string
	}{
		"list":  {transcripttest.List{"a", "b"}, placeholder("2", true), []string{"", ""}},
		"empty": {transcripttest.List{}, placeholder("0", true), nil},
		"int keys": {
			transcripttest.Entries{{Key: 7, Value: "a"}, {Key: 1, Value: "b"}},
			placeholder("2", false), []string{"7", ""},
		},
		"string keys": {
			transcripttest.Entries{{Key: "x", Value: "a"}}, placeholder("1", false), []string{"x"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			run := transcripttest.Conformant(t)
			run.List().Returns(transcripttest.Array{"success": true, "accounts": tc.accounts})
			call := run.Transcript().Call(transcript.CallList)
			value, _ := phpvalue.Map(call.Value)
			if diff := cmp.Diff(tc.want, value["accounts"]); diff != "" {
				t.Errorf("accounts (-want +got):\n%s", diff)
			}
			var keys []string
			for a := range call.Accounts() {
				keys = append(keys, a.Key)
			}
			if diff := cmp.Diff(tc.keys, keys); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLinesReadBackAsTheSameTranscript(t *testing.T) {
	for name, make := range map[string]func(testing.TB) *transcripttest.Run{
		"php": transcripttest.Conformant, "endpoint": transcripttest.Endpoint,
	} {
		t.Run(name, func(t *testing.T) {
			run := make(t)
			stored, err := transcript.Read(bytes.NewReader(run.Lines()))
			if err != nil {
				t.Fatal(err)
			}
			want := run.Transcript()
			if len(stored.Sessions) != len(want.Sessions) || len(stored.Sessions) != len(run.Sessions) {
				t.Errorf("read back %d sessions, recorded %d of %d", len(stored.Sessions), len(want.Sessions), len(run.Sessions))
			}
			for _, id := range transcripttest.ListCalls() {
				if got := stored.Call(id); got.Ending != transcript.EndReturned || got.Len() != 3 {
					t.Errorf("%s: ended %q with %d accounts", id, got.Ending, got.Len())
				}
			}
		})
	}
}

func TestAbsentKeysAreLeftOut(t *testing.T) {
	got := transcripttest.Account("a.example", transcripttest.Array{"email": transcripttest.Absent(), "status": "Suspended"})
	if _, there := got["email"]; there || got["status"] != "Suspended" || len(got) != 7 {
		t.Errorf("got %v", got)
	}
}

func placeholder(count json.Number, list bool) map[string]any {
	return map[string]any{phpvalue.Tag: phpvalue.KindAccounts, "count": count, "list": list}
}
