package transcript_test

import (
	"io"
	"strings"
	"testing"

	"syncproof/internal/transcript"
)

func TestFleets(t *testing.T) {
	held := func(ids ...string) []transcript.Held {
		var all []transcript.Held
		for _, id := range ids {
			all = append(all, transcript.Held{ID: id})
		}
		return all
	}
	recorder := transcript.NewRecorder(io.Discard, nil)
	record := func(e transcript.Event) error { return recorder.Record(e) }
	fleet := func(name string, from int, ids ...string) error {
		return record(transcript.Event{
			Envelope: transcript.Envelope{Event: transcript.EventFleet},
			Body:     transcript.Fleet{Name: name, Title: "odd", From: from, Accounts: held(ids...)},
		})
	}
	session := func(id, name string, size int) *transcript.Session {
		t.Helper()
		info := transcript.SessionInfo{Network: transcript.NetworkPlayed, Upstream: &transcript.Upstream{Fleet: name, Size: size}}
		if err := record(transcript.Event{Envelope: transcript.Envelope{Event: transcript.EventSession, Session: id}, Body: info}); err != nil {
			t.Fatal(err)
		}
		return recorder.Transcript().Session(id)
	}
	for _, err := range []error{
		record(transcript.Event{Envelope: transcript.Envelope{Event: transcript.EventRun}, Body: transcript.Header{Version: transcript.FormatVersion, Plan: []string{}}}),
		fleet(transcript.FleetAccounts, 0, "1", "2"), fleet("dates-1", 0, "9"), fleet(transcript.FleetAccounts, 2, "3"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := fleet(transcript.FleetAccounts, 5, "6"); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("a gap in a fleet: %v", err)
	}
	for _, test := range []struct {
		name string
		size int
		want string
	}{
		{transcript.FleetAccounts, 3, "123"}, {transcript.FleetAccounts, 2, "12"}, {transcript.FleetAccounts, 0, ""},
		{transcript.FleetAccounts, 4, "unknown"}, {"dates-1", 1, "9"}, {"mail-1", 1, "unknown"}, {"", 1, "unknown"}, {"dates-1", -1, "unknown"},
	} {
		got := ""
		f, known := recorder.Transcript().Fleet(session(test.name+strings.Repeat("+", test.size+1), test.name, test.size))
		for _, h := range f.Accounts {
			got += h.ID
		}
		if !known {
			got = "unknown"
		}
		if got != test.want || known && f.Name != test.name {
			t.Errorf("%d of %q: got %q, want %q", test.size, test.name, got, test.want)
		}
	}
}
