package transcript

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is recorded without being read again is what would be read.
func TestLoggedTextsAreWhatIsStored(t *testing.T) {
	long := strings.Repeat("a reply <of> the panel & \u2028 more\n", 20)
	tests := []struct {
		name string
		args any
		same bool
	}{
		{"nothing", nil, true},
		{"texts", []any{"acme", "list", long, ""}, true},
		{"numbers", []any{json.Number("1"), json.Number("1.50"), json.Number("-0"), true}, true},
		{"by name", map[string]any{"a<b": []any{}, "c": map[string]any{}}, true},
		{"bytes that are no text", []any{"a\xffb"}, false},
		{"a name that is no text", map[string]any{"a\xffb": "c"}, false},
		{"numbers of Go", []any{1, 2.5}, false},
		{"no list", []any{[]any(nil)}, false},
		{"no map", []any{map[string]any(nil)}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &Record{Function: "logModuleCall", Args: test.args, Phase: PhaseCall, File: "acme.php", Line: 3}
			if got := r.asDecoded(); got != test.same {
				t.Errorf("got %v", got)
			}
			line, err := Event{Envelope: Envelope{Event: EventRecord, Session: "list", Call: "list"}, Body: r}.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			e, err := DecodeEvent(line)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(r, e.Body); test.same && diff != "" {
				t.Errorf("it is read in another way (-recorded +read):\n%s", diff)
			}
		})
	}
}

func TestRecordsAreReadAtOneGo(t *testing.T) {
	for _, line := range []string{
		`{"event":"record","session":"s","call":"c","function":"f","args":[1,"a"],"phase":"call"}`,
		`{"event":"record","nonce":"n","function":"f","args":null,"phase":"load","file":"x","line":7,"more":{}}`,
		`{"event":"record","function":"f","event":"end","seconds":1}`,
		`{"event":"record","function":1}`,
		`{"event":"record","function":"f"`,
		`{"event":"record","function":"f"} {}`,
		`{"event":"record","Session":"s","CALL":"c"}`,
	} {
		got, err := DecodeEvent([]byte(line))
		// A space keeps it from being read at one go.
		want, wantErr := DecodeEvent([]byte(strings.Replace(line, ":", ": ", 1)))
		if diff := cmp.Diff(want, got); diff != "" || (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Errorf("%s: got %v, want %v (-want +got):\n%s", line, err, wantErr, diff)
		}
	}
}

// The same reply in hundreds of sessions takes the memory of one.
func TestLongTextsAreKeptOnce(t *testing.T) {
	const sessions = 300
	r := NewRecorder(io.Discard, nil)
	record := func(event, session string, body any) {
		t.Helper()
		if err := r.Record(Event{Envelope: Envelope{Event: event, Session: session}, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range sessions {
		session := "s" + strings.Repeat("x", i)
		reply := strings.Repeat("y", 10_000)
		record(EventSession, session, &SessionInfo{})
		record(EventRecord, session, &Record{Function: "logModuleCall", Args: []any{"acme", reply}})
		record(EventExchange, session, &Exchange{N: 1, ReplyBody: Output{Bytes: 10_000, Text: reply[:4000]}})
	}
	if got := len(r.Transcript().texts); got != 2 {
		t.Errorf("%d texts are kept, want 2", got)
	}
	for _, s := range r.Transcript().Sessions {
		if args, ok := s.Records[0].Args.([]any); !ok || args[0] != "acme" || args[1] != strings.Repeat("y", 10_000) {
			t.Fatalf("%s: got %v", s.ID, s.Records[0].Args)
		}
	}
}
