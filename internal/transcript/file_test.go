package transcript_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// sample is a small whole run: two sessions whose lines interleave.
const sample = `{"event":"run","version":1,"tool":"syncproof 0.1.0","started":"2026-01-02T03:04:05Z","target":{"kind":"php","ref":"acme","module":"acme"},"plan":["metadata","list"],"live":true}
{"event":"session","session":"list","purpose":"list the accounts","network":"open","sees":{"load":true,"types":true}}
{"event":"session","session":"metadata","purpose":"load","network":"none","sees":{"load":true}}
{"event":"boot","session":"list","php":"8.2.1"}
{"event":"loaded","session":"list","ok":true,"output":{"bytes":0},"functions":[{"name":"acme_ListAccounts","line":3}],"seconds":0.01}
{"event":"call","session":"metadata","call":"metadata","function":"MetaData","params":null}
{"event":"call","session":"list","call":"list","function":"ListAccounts","params":{"serverport":"2087"}}
{"event":"record","session":"list","call":"list","function":"logModuleCall","args":["acme"],"phase":"call"}
{"event":"account","session":"list","call":"list","key":0,"value":{"username":"alice"}}
{"event":"account","session":"list","call":"list","key":"x","value":{"username":{"$php":"bytes","b64":"/w=="}}}
{"event":"returned","session":"list","call":"list","value":{"success":true,"accounts":{"$php":"accounts","count":2,"list":false}},"output":{"bytes":2,"text":"hi"},"memory":1024,"seconds":0.5}
{"event":"threw","session":"metadata","call":"metadata","throwable":{"class":"Error","message":"no"},"output":{"bytes":0},"seconds":0.1}
{"event":"shutdown","session":"list","phase":"end","output":{"bytes":0},"seconds":0}
{"event":"final","session":"list"}
{"event":"exit","session":"list","status":0,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0.6}
{"event":"exit","session":"metadata","status":255,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0.2}
{"event":"end","seconds":0.7}
`

func TestReadFoldsARun(t *testing.T) {
	got, err := transcript.Read(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	order := []string{got.Sessions[0].ID, got.Sessions[1].ID}
	if diff := cmp.Diff([]string{"metadata", "list"}, order); diff != "" {
		t.Errorf("sessions are not in the plan's order:\n%s", diff)
	}
	list := got.Call(transcript.CallList)
	if list.Ending != transcript.EndReturned || list.Len() != 2 || list.Memory != 1024 || list.Output.Bytes != 2 {
		t.Errorf("list call = %+v", list)
	}
	if len(list.Records) != 1 || list.Records[0].Function != "logModuleCall" {
		t.Errorf("records = %+v", list.Records)
	}
	var accounts []contract.Account
	for a := range list.Accounts() {
		accounts = append(accounts, a)
	}
	bytesValue := map[string]any{"$php": "bytes", "b64": "/w=="}
	want := []contract.Account{
		{Row: 0, Value: map[string]any{"username": "alice"}, Fields: map[string]any{"username": "alice"}},
		{Row: 1, Key: "x", Value: map[string]any{"username": bytesValue}, Fields: map[string]any{"username": bytesValue}},
	}
	if diff := cmp.Diff(want, accounts); diff != "" {
		t.Errorf("accounts:\n%s", diff)
	}
	if c := got.Call(transcript.CallMetaData); c.Ending != transcript.EndThrew || c.Throwable.Class != "Error" {
		t.Errorf("metadata call = %+v", c)
	}
	if got.Loaded().Function("acme", "listaccounts") == nil {
		t.Error("the loaded function is not found without regard to case")
	}
	if got.End == nil || got.End.Seconds != 0.7 {
		t.Errorf("end = %+v", got.End)
	}
}

// Endings are told apart by how a session closes around an open call.
func TestEndings(t *testing.T) {
	const head = `{"event":"run","version":1,"target":{"kind":"php"},"plan":["list"]}
{"event":"session","session":"list","sees":{}}
`
	const call = `{"event":"call","session":"list","call":"list","function":"ListAccounts","params":{}}
`
	exit := func(rest string) string { return `{"event":"exit","session":"list","status":1` + rest + `}` }
	cases := map[string]struct{ lines, want string }{
		"exit in the call":      {call + `{"event":"shutdown","session":"list","phase":"call"}` + "\n" + exit(""), transcript.EndExited},
		"fatal error":           {call + `{"event":"shutdown","session":"list","phase":"call","fatal":{"message":"x"}}` + "\n" + exit(""), transcript.EndFatal},
		"memory limit":          {call + `{"event":"shutdown","session":"list","phase":"call","fatal":{"message":"x","memory":true}}` + "\n" + exit(""), transcript.EndOutOfMemory},
		"address space":         {call + exit(`,"outOfMemory":true`), transcript.EndOutOfMemory},
		"time limit":            {call + exit(`,"timedOut":true,"signal":"killed"`), transcript.EndTimedOut},
		"signal":                {call + exit(`,"signal":"segmentation fault"`), transcript.EndCrashed},
		"no word":               {call + exit(""), transcript.EndLost},
		"interrupted":           {call + exit(`,"interrupted":true`), transcript.EndOpen},
		"undefined function":    {call + `{"event":"missing","session":"list","call":"list","function":"acme_ListAccounts"}` + "\n" + exit(""), transcript.EndMissing},
		"never reached":         {`{"event":"unreached","session":"list","call":"list","function":"ListAccounts"}` + "\n" + exit(""), transcript.EndNotReached},
		"target not driven":     {call + `{"event":"trouble","session":"list","kind":"start","message":"refused"}`, transcript.EndNoAnswer},
		"not driven, unreached": {`{"event":"trouble","session":"list","kind":"start","message":"refused"}` + "\n" + `{"event":"unreached","session":"list","call":"list","function":"ListAccounts"}`, transcript.EndNoAnswer},
		"cut off":               {call, transcript.EndOpen},
		"shutdown after return": {call + `{"event":"returned","session":"list","call":"list","value":null}` + "\n" + `{"event":"shutdown","session":"list","phase":"end","fatal":{"message":"late"}}` + "\n" + exit(""), transcript.EndReturned},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := transcript.Read(strings.NewReader(head + c.lines))
			if err != nil {
				t.Fatal(err)
			}
			if ending := got.Call("list").Ending; ending != c.want {
				t.Errorf("ending = %q, want %q", ending, c.want)
			}
		})
	}
}

// A transcript cut at any byte, as by a crash or a full disk, is read up to its
// last whole line.
func TestReadSurvivesACutAtEveryByte(t *testing.T) {
	firstLine := strings.IndexByte(sample, '\n')
	for n := range len(sample) {
		got, err := transcript.Read(strings.NewReader(sample[:n]))
		switch {
		case n == 0:
			if !errors.Is(err, transcript.ErrEmpty) {
				t.Fatalf("cut at 0: error %v", err)
			}
		case n < firstLine:
			if !errors.Is(err, transcript.ErrNoStart) {
				t.Fatalf("cut at %d: error %v", n, err)
			}
		case err != nil:
			t.Fatalf("cut at %d: %v", n, err)
		case got.End != nil && n < len(sample)-1:
			t.Fatalf("cut at %d: the run looks finished", n)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	run := `{"event":"run","version":1,"target":{"kind":"php"}}` + "\n"
	cases := map[string]struct{ text, want string }{
		"nothing":         {"", "the transcript is empty"},
		"blank lines":     {"\n\n", "the transcript is empty"},
		"other JSON":      {`{"hello":1}` + "\n", `this is not a syncproof transcript: its first line is not a "run" event`},
		"no JSON":         {"<?php\n", `this is not a syncproof transcript: its first line is not a "run" event`},
		"a newer format":  {`{"event":"run","version":2}` + "\n", "the transcript was written by a newer version of syncproof (format 2, this version reads up to 1)"},
		"unknown event":   {run + `{"event":"dance"}` + "\n", `line 2: unknown event "dance"`},
		"broken in place": {run + "{\n" + run, "line 2: not a transcript line: it breaks off"},
		"orphan":          {run + `{"event":"boot","session":"x"}` + "\n", `line 2: event "boot" belongs to session "x", which never began`},
		"orphan call":     {run + `{"event":"session","session":"x"}` + "\n" + `{"event":"returned","session":"x","call":"y"}` + "\n", `line 3: event "returned" belongs to call "y", which never began`},
		"session twice":   {run + `{"event":"session","session":"x"}` + "\n" + `{"event":"session","session":"x"}` + "\n", `line 3: session "x" begins twice`},
		"two on a line":   {run + `{"event":"final"}{"event":"final"}` + "\n", "line 2: not a transcript line: more than one value on it"},
		"wrong type":      {run + `{"event":"session","session":"x","purpose":1}` + "\n", `line 2: event "session": not a transcript line: "purpose" holds a number, which does not belong there`},
		"wrong effect":    {run + `{"event":"session","session":"x"}` + "\n" + `{"event":"returned","session":"x","call":"y","output":{"bytes":"no"}}` + "\n", `line 3: event "returned": not a transcript line: "output.bytes" holds a string, which does not belong there`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := transcript.Read(strings.NewReader(c.text))
			if err == nil || err.Error() != c.want {
				t.Errorf("error = %v\nwant    %s", err, c.want)
			}
		})
	}
}

// What is stored reads back as what was judged.
func TestRecorderRoundTrip(t *testing.T) {
	var stored bytes.Buffer
	recorder := transcript.NewRecorder(&stored, nil)
	for line := range strings.Lines(sample) {
		e, err := transcript.DecodeEvent([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := recorder.Record(e); err != nil {
			t.Fatal(err)
		}
	}
	read, err := transcript.Read(bytes.NewReader(stored.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := dump(t, recorder.Transcript()), dump(t, read); a != b {
		t.Errorf("live and stored differ:\n%s", cmp.Diff(a, b))
	}
}

func dump(t *testing.T, tr *transcript.Transcript) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%+v %+v\n", tr.Header, tr.End)
	for _, s := range tr.Sessions {
		for _, c := range s.Calls {
			raw, err := json.Marshal([]any{c.ID, c.CallInfo, c.Ending, c.Value, c.Effects, c.Records})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s %s\n", s.ID, raw)
			for a := range c.Accounts() {
				fmt.Fprintf(&b, "%+v\n", a)
			}
		}
	}
	return b.String()
}

func TestRecorderRedactsBeforeAnythingElse(t *testing.T) {
	var stored bytes.Buffer
	recorder := transcript.NewRecorder(&stored, func(line []byte) []byte {
		return bytes.ReplaceAll(line, []byte("hunter2"), []byte("[redacted]"))
	})
	event := transcript.Event{
		Envelope: transcript.Envelope{Event: transcript.EventRun},
		Body:     transcript.Header{Version: 1, Params: map[string]any{"serverpassword": "hunter2"}},
	}
	if err := recorder.Record(event); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(stored.String(), "hunter2") {
		t.Errorf("the stored line holds the secret: %s", &stored)
	}
	if got := recorder.Transcript().Header.Params["serverpassword"]; got != "[redacted]" {
		t.Errorf("the judged value is %v, not what is stored", got)
	}
}

type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.room < len(p) {
		return d.room, io.ErrShortWrite
	}
	d.room -= len(p)
	return len(p), nil
}

func TestRecorderGoesOnInMemoryWhenTheDiskIsFull(t *testing.T) {
	recorder := transcript.NewRecorder(&fullDisk{room: 300}, nil)
	for line := range strings.Lines(sample) {
		e, err := transcript.DecodeEvent([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := recorder.Record(e); err != nil {
			t.Fatal(err)
		}
	}
	if !errors.Is(recorder.Err(), io.ErrShortWrite) {
		t.Errorf("Err() = %v", recorder.Err())
	}
	if recorder.Transcript().Call(transcript.CallList).Len() != 2 {
		t.Error("events after the failed write are lost")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(`{"event":"run","version":1}`))
	f.Add([]byte(`{"event":"run","version":1}` + "\n" + `{"event":"session","session":"a"}` + "\n" + `{"event":"account","session":"a","call":"b","key":{},"value":1e999}`))
	f.Fuzz(func(_ *testing.T, text []byte) {
		got, err := transcript.Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, s := range got.Sessions {
			for _, c := range s.Calls {
				for a := range c.Accounts() {
					_ = a.Value
				}
			}
		}
	})
}
