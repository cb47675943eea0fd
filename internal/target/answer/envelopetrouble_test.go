package answer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

func TestEnvelopesThatBreakTheProtocol(t *testing.T) {
	tests := []struct{ name, body, message string }{
		{"another version", `{"syncproof":2,"events":[]}`, `its "syncproof" is 2 (int); this syncproof knows version 1 of the protocol only`},
		{"no events", `{"syncproof":1}`, `it has no list of "events"`},
		{"events that are no list", `{"syncproof":1,"events":{}}`, `it has no list of "events"`},
		{"honoured that is no list", `{"syncproof":1,"honoured":true,"events":[]}`, `its "honoured" is no list of names`},
		{"nothing happened", envelope(), "it does not say what became of the call"},
		{"loaded and nothing else", envelope(boot, load, end, final), "it does not say what became of the call"},
		{"a call without an end", envelope(boot, load, begin, end, final), `it does not say how the call "c" ended`},
		{"an event that is no object", envelope("1"), "event 1 is no object"},
		{"an event without a name", envelope(boot, `{"php":"8"}`), `event 2 is named "", which is none that an envelope may hold`},
		{"an unknown event", envelope(`{"event":"started"}`), `event 1 is named "started", which is none that an envelope may hold`},
		{"an event only syncproof writes", envelope(`{"event":"trouble","kind":"start"}`), `event 1 is named "trouble", which is none that an envelope may hold`},
		{"a header", envelope(`{"event":"run","version":1}`), `event 1 is named "run", which is none that an envelope may hold`},
		{"an exit", envelope(`{"event":"exit"}`), `event 1 is named "exit", which is none that an envelope may hold`},
		{"a wrong type", envelope(`{"event":"boot","php":8}`), `event 1 ("boot") does not have the form docs/protocol.md gives: "php" holds a number, which does not belong there`},
		{
			"a wrong type inside", envelope(`{"event":"returned","output":{"bytes":"3"}}`),
			`event 1 ("returned") does not have the form docs/protocol.md gives: "output.bytes" holds a string, which does not belong there`,
		},
		{"two boots", envelope(boot, boot), `event 2 ("boot") occurs a second time`},
		{"two loads", envelope(boot, load, load), `event 3 ("loaded") occurs a second time`},
		{"two shutdowns", envelope(failed, end, end), `event 3 ("shutdown") occurs a second time`},
		{"an event after the end", envelope(failed, final, end), `event 3 ("shutdown") comes after "final"`},
		{"two results", envelope(failed, failed), `event 2 ("returned") comes after the end of the call "c"`},
		{"a call twice", envelope(begin, begin), `event 2 ("call") begins the call "c" a second time`},
		{"an account after the result", envelope(failed, `{"event":"account","key":0,"value":1}`), `event 2 ("account") comes after the end of the call "c"`},
		{"an account without a value", envelope(`{"event":"account","key":0}`), `event 1 ("account") has no "value"`},
		{
			"a list that did not come whole", envelope(`{"event":"account","key":0,"value":1}`, `{"event":"account","key":1,"value":1}`, counted1),
			`event 3 ("returned") counts 1 (int) accounts after 2 "account" events`,
		},
		{"a list that did not come", envelope(counted1), `event 1 ("returned") counts 1 (int) accounts after 0 "account" events`},
		{
			"accounts of nothing", envelope(`{"event":"account","key":0,"value":1}`, failed),
			`event 2 ("returned") returns no accounts after 1 "account" events`,
		},
		{"half of two calls", honouring(boot, load, failed), `it does not say what became of the second call, "c2"`},
		{"a second call that never began", honouring(failed, `{"event":"account","call":"c2","key":0,"value":1}`), `event 2 ("account") belongs to the call "c2", which never began`},
		{"a late error without words", `{"syncproof":1,"fatal":{},"events":[` + failed + `]}`, `its "fatal" is no error with a "message"`},
		{"a late error of no kind", `{"syncproof":1,"fatal":"x","events":[` + failed + `]}`, `its "fatal" is no error with a "message"`},
		{"a late error before the end", `{"syncproof":1,"fatal":{"message":"x"},"events":[` + failed + `]}`, `it has a "fatal" and no "shutdown" event`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, trouble := answer.Read([]byte(tt.body), askedTwice())
			if trouble == nil {
				t.Fatalf("read it as %v", lines(t, got.Events))
			}
			want := transcript.Trouble{
				Kind: "answer", Message: "the answer to ListAccounts() is an envelope, but " + tt.message,
				Advice: "docs/protocol.md describes the events; bridge.php (syncproof bridge) writes them for you",
			}
			if diff := cmp.Diff(want, *trouble); diff != "" {
				t.Errorf("trouble (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEnvelopesForLoadingAlone(t *testing.T) {
	tests := []struct{ name, body, message string }{
		{"a result", envelope(boot, failed), `event 2 ("returned") belongs to a call, but no function was to be called`},
		{"no boot", envelope(end), `it has no "boot" event`},
		{"missing", `{"syncproof":1,"missing":true}`, `it says "missing" although no function was to be called`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, trouble := answer.Read([]byte(tt.body), answer.Call{Session: "s"})
			if trouble == nil || trouble.Message != "the answer is an envelope, but "+tt.message {
				t.Errorf("trouble %+v, want %q", trouble, tt.message)
			}
		})
	}
}

func TestLoadersThatBreakTheProtocol(t *testing.T) {
	tests := []struct{ name, body, message string }{
		{
			"a result without a call", envelope(`{"event":"returned","call":"loader:Plan","value":[]}`),
			`event 1 ("returned") belongs to the call "loader:Plan", which never began`,
		},
		{
			"a call without a result", envelope(failed, `{"event":"call","call":"loader:Plan","function":"plans"}`),
			`it does not say how the call "loader:Plan" ended`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, trouble := answer.Read([]byte(tt.body), asked("ConfigOptions"))
			if trouble == nil || trouble.Message != "the answer to ConfigOptions() is an envelope, but "+tt.message {
				t.Errorf("trouble %+v, want %q", trouble, tt.message)
			}
		})
	}
}
