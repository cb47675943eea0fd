package answer_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

func envelope(events ...string) string {
	return `{"syncproof":1,"events":[` + strings.Join(events, ",") + `]}`
}

// Events as a wrapper emits them, with ids of its own, and as they are stored.
const (
	boot       = `{"event":"boot","session":"x","php":"8.2.29","sapi":"cli"}`
	bootStored = `{"event":"boot","session":"s","php":"8.2.29","sapi":"cli"}`
	load       = `{"event":"loaded","session":"x","ok":true,"output":{"bytes":0},"seconds":0.5}`
	loadStored = `{"event":"loaded","session":"s","ok":true,"output":{"bytes":0},"seconds":0.5}`
	begin      = `{"event":"call","session":"x","call":"y","function":"ListAccounts","params":{"a":1}}`
	final      = `{"event":"final"}`
	finalSaved = `{"event":"final","session":"s"}`
	end        = `{"event":"shutdown","phase":"end","output":{"bytes":0},"seconds":0}`
	endStored  = `{"event":"shutdown","session":"s","phase":"end","output":{"bytes":0},"seconds":0}`
	failed     = `{"event":"returned","value":{"success":false,"error":"no"},"output":{"bytes":0},"seconds":0.25}`
	failedSave = `{"event":"returned","session":"s","call":"c","value":{"error":"no","success":false},"output":{"bytes":0},"seconds":0.25}`
	counted1   = `{"event":"returned","value":{"success":true,"accounts":{"$php":"accounts","count":1,"list":true}},"output":{"bytes":0},"seconds":0.25}`
	counted1St = `{"event":"returned","session":"s","call":"c","value":{"accounts":{"$php":"accounts","count":1,"list":true},"success":true},"output":{"bytes":0},"seconds":0.25}`
)

func all() transcript.Sees {
	return transcript.Sees{Load: true, Output: true, Warnings: true, State: true, Types: true, Ending: true}
}

func TestEnvelope(t *testing.T) {
	tests := []struct {
		name, body string
		sees       transcript.Sees
		want       []string
	}{
		{
			"whole", envelope(boot, load, begin,
				`{"event":"record","call":"y","function":"logModuleCall","args":["acme"],"phase":"call"}`,
				`{"event":"account","call":"y","key":0,"value":{"created":{"$php":"object","class":"Carbon\\Carbon"},"n":1.0}}`,
				counted1, end, final),
			all(),
			[]string{
				bootStored, loadStored, listCall,
				`{"event":"record","session":"s","call":"c","function":"logModuleCall","args":["acme"],"phase":"call"}`,
				account("0", `{"created":{"$php":"object","class":"Carbon\\Carbon"},"n":1.0}`), counted1St, endStored, finalSaved,
			},
		},
		{
			"without boot only what is named was watched",
			envelope(`{"event":"returned","value":null,"warnings":[],"seconds":1}`),
			transcript.Sees{Warnings: true, Types: true},
			[]string{listCall, returned("null", `,"output":{"bytes":0},"seconds":1}`)},
		},
		{
			"a list that was not taken apart",
			envelope(`{"event":"returned","value":{"success":true,"accounts":{"9":{"a":{"$php":"closure"}},"b":[]}},"seconds":1}`),
			transcript.Sees{Types: true},
			[]string{
				listCall, account("9", `{"a":{"$php":"closure"}}`), account(`"b"`, "[]"),
				returned(accounts("2", "false"), `,"output":{"bytes":0},"seconds":1}`),
			},
		},
		{
			"a throwable", envelope(boot, load, begin,
				`{"event":"threw","throwable":{"class":"TypeError","message":"boom"},"output":{"bytes":0},"seconds":1}`, end, final),
			all(),
			[]string{
				bootStored, loadStored, listCall,
				`{"event":"threw","session":"s","call":"c","throwable":{"class":"TypeError","message":"boom"},"output":{"bytes":0},"seconds":1}`,
				endStored, finalSaved,
			},
		},
		{
			"exit in the call", envelope(boot, load, begin,
				`{"event":"account","key":0,"value":1}`, `{"event":"shutdown","phase":"call","output":{"bytes":3,"text":"bye"},"seconds":1}`),
			all(),
			[]string{
				bootStored, loadStored, listCall, account("0", "1"),
				`{"event":"shutdown","session":"s","phase":"call","output":{"bytes":3,"text":"bye"},"seconds":1}`,
			},
		},
		{
			"a fatal error before the call was told of",
			envelope(boot, load, `{"event":"shutdown","phase":"call","fatal":{"message":"boom"},"output":{"bytes":0},"seconds":1}`),
			all(),
			[]string{
				bootStored, loadStored, listCall,
				`{"event":"shutdown","session":"s","phase":"call","fatal":{"message":"boom"},"output":{"bytes":0},"seconds":1}`,
			},
		},
		{
			"a missing function", envelope(boot, load, `{"event":"missing","function":"acme_ListAccounts"}`), all(),
			[]string{bootStored, loadStored, listCall, `{"event":"missing","session":"s","call":"c","function":"acme_ListAccounts"}`},
		},
		{
			"exit while loading", envelope(boot,
				`{"event":"record","function":"logActivity","args":[],"phase":"load"}`,
				`{"event":"shutdown","phase":"load","output":{"bytes":0},"seconds":0}`, final),
			all(),
			[]string{
				bootStored, `{"event":"record","session":"s","function":"logActivity","args":[],"phase":"load"}`,
				`{"event":"shutdown","session":"s","phase":"load","output":{"bytes":0},"seconds":0}`, finalSaved,
				strings.Replace(listCall, `"call"`, `"unreached"`, 1),
			},
		},
		{
			"a file that does not load", envelope(boot, `{"event":"loaded","ok":false,"throwable":{"class":"ParseError","message":"x"},"output":{"bytes":0},"seconds":0}`, end, final),
			all(),
			[]string{
				bootStored, `{"event":"loaded","session":"s","ok":false,"output":{"bytes":0},"throwable":{"class":"ParseError","message":"x"},"seconds":0}`,
				endStored, finalSaved, strings.Replace(listCall, `"call"`, `"unreached"`, 1),
			},
		},
		{
			"the short form of missing", `{"syncproof":1,"missing":true}`, transcript.Sees{},
			[]string{listCall, `{"event":"missing","session":"s","call":"c","function":"ListAccounts"}`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, trouble := answer.Read([]byte(tt.body), asked("ListAccounts"))
			if trouble != nil {
				t.Fatalf("trouble: %+v", *trouble)
			}
			if diff := cmp.Diff(tt.want, lines(t, got.Events)); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if got.Sees != tt.sees {
				t.Errorf("sees %+v, want %+v", got.Sees, tt.sees)
			}
			if short := tt.name == "the short form of missing"; got.Envelope == short {
				t.Errorf("envelope %v", got.Envelope)
			}
			record(t, got.Events)
		})
	}
}

// record stores events, which fails when they do not follow from each other.
func record(t *testing.T, events []transcript.Event) *transcript.Transcript {
	t.Helper()
	r := transcript.NewRecorder(&bytes.Buffer{}, nil)
	opening := transcript.Event{
		Envelope: transcript.Envelope{Event: transcript.EventSession, Session: "s"}, Body: transcript.SessionInfo{},
	}
	for _, e := range append([]transcript.Event{opening}, events...) {
		if err := r.Record(e); err != nil {
			t.Fatalf("recording: %v", err)
		}
	}
	return r.Transcript()
}

func TestLoadersAreCallsOfTheirOwn(t *testing.T) {
	body := envelope(boot, load,
		`{"event":"call","call":"y","function":"ConfigOptions","params":null}`,
		`{"event":"returned","call":"y","value":{"Plan":{"Loader":"plans"}},"output":{"bytes":0},"seconds":1}`,
		`{"event":"call","call":"loader:Plan","function":"plans","params":{"a":1}}`,
		`{"event":"record","call":"loader:Plan","function":"logActivity","args":[],"phase":"call"}`,
		`{"event":"returned","call":"loader:Plan","value":{"b":"Basic"},"output":{"bytes":0},"seconds":1}`, end, final)
	got, trouble := answer.Read([]byte(body), asked("ConfigOptions"))
	if trouble != nil {
		t.Fatalf("trouble: %+v", *trouble)
	}
	want := []string{
		bootStored, loadStored,
		`{"event":"call","session":"s","call":"c","function":"ConfigOptions","params":{}}`,
		returned(`{"Plan":{"Loader":"plans"}}`, `,"output":{"bytes":0},"seconds":1}`),
		`{"event":"call","session":"s","call":"loader:Plan","function":"plans","params":{"a":1}}`,
		`{"event":"record","session":"s","call":"loader:Plan","function":"logActivity","args":[],"phase":"call"}`,
		`{"event":"returned","session":"s","call":"loader:Plan","value":{"b":"Basic"},"output":{"bytes":0},"seconds":1}`,
		endStored, finalSaved,
	}
	if diff := cmp.Diff(want, lines(t, got.Events)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestLoadingAlone(t *testing.T) {
	body := `{"syncproof":1,"honoured":["withoutWHMCS"],"events":[` + boot + `,{"event":"shutdown","phase":"load","output":{"bytes":3,"text":"bye"},"seconds":0}]}`
	got, trouble := answer.Read([]byte(body), answer.Call{Session: "s"})
	if trouble != nil {
		t.Fatalf("trouble: %+v", *trouble)
	}
	want := []string{bootStored, `{"event":"shutdown","session":"s","phase":"load","output":{"bytes":3,"text":"bye"},"seconds":0}`}
	if diff := cmp.Diff(want, lines(t, got.Events)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if !got.Honoured("withoutWHMCS") || got.Honoured("request") {
		t.Errorf("honours %v", got.Honours)
	}
}

func TestNoiseAroundAnEnvelope(t *testing.T) {
	tests := []struct {
		name, body, noise string
		want              string
	}{
		{
			"is added to what the call printed", "early " + envelope(boot, load, begin,
				`{"event":"returned","value":null,"output":{"bytes":9000,"text":"echo "},"seconds":1}`) + "\nlate",
			`{"bytes":0}`,
			returned("null", `,"output":{"bytes":9011,"text":"echo early \nlate"},"seconds":1}`),
		},
		{
			"may even be a page", "<html>" + envelope(failed) + "</html>",
			`{"bytes":0}`,
			returned(`{"error":"no","success":false}`, `,"output":{"bytes":13,"text":"\u003chtml\u003e\u003c/html\u003e"},"seconds":0.25}`),
		},
		{
			"is kept apart without a call", "early " + envelope(boot, `{"event":"shutdown","phase":"load","output":{"bytes":0},"seconds":0}`),
			`{"bytes":6,"text":"early "}`,
			strings.Replace(listCall, `"call"`, `"unreached"`, 1),
		},
		{
			"is kept apart when the function is missing", "early " + `{"syncproof":1,"missing":true}`,
			`{"bytes":6,"text":"early "}`,
			`{"event":"missing","session":"s","call":"c","function":"ListAccounts"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, trouble := answer.Read([]byte(tt.body), asked("ListAccounts"))
			if trouble != nil {
				t.Fatalf("trouble: %+v", *trouble)
			}
			stored := lines(t, got.Events)
			if last := stored[len(stored)-1]; last != tt.want {
				t.Errorf("last event %s, want %s", last, tt.want)
			}
			if noise := lines(t, []transcript.Event{{Body: got.Noise}})[0]; noise != `{"event":"",`+tt.noise[1:] {
				t.Errorf("noise %s, want %s", noise, tt.noise)
			}
		})
	}
}
