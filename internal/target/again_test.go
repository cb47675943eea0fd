package target_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
)

// attempt is what a session came to.
type attempt struct {
	success  bool
	seconds  float64
	fault    string
	timedOut bool
	accounts int
}

func (a attempt) play(sink target.Sink) error {
	const session = "variant:port:int"
	record := func(event, call string, body any) error {
		return sink.Record(transcript.Event{Envelope: transcript.Envelope{Event: event, Session: session, Call: call}, Body: body})
	}
	err := errors.Join(
		record(transcript.EventSession, "", &transcript.SessionInfo{Sees: transcript.Sees{Load: true}}),
		record(transcript.EventCall, "list", &transcript.CallInfo{Function: "ListAccounts"}),
		record(transcript.EventExchange, "", &transcript.Exchange{N: 1, Method: "GET", Fault: a.fault}),
	)
	for i := range a.accounts {
		err = errors.Join(err, record(transcript.EventAccount, "list", &transcript.AccountLine{Key: i, Value: []byte(`{}`)}))
	}
	return errors.Join(err,
		record(transcript.EventReturned, "list", &transcript.Returned{Value: map[string]any{"success": a.success}}),
		record(transcript.EventExit, "", &transcript.Exit{Seconds: a.seconds, TimedOut: a.timedOut}))
}

func TestSessionsAreMadeAgainWhenThePanelMayHaveBeenLate(t *testing.T) {
	good := attempt{success: true, seconds: 0.1}
	late := attempt{seconds: 3.2}
	played := &scenario.Upstream{}
	for name, tc := range map[string]struct {
		planned  scenario.Session
		comes    []attempt
		attempts int
		success  bool
	}{
		"it went well":                        {scenario.Session{Upstream: played}, []attempt{good}, 1, true},
		"it went well, slowly":                {scenario.Session{Upstream: played}, []attempt{{success: true, seconds: 4}}, 1, true},
		"the module waited and failed":        {scenario.Session{Upstream: played}, []attempt{late, good}, 2, true},
		"it did so twice":                     {scenario.Session{Upstream: played}, []attempt{late, late, good}, 3, true},
		"it does so every time":               {scenario.Session{Upstream: played}, []attempt{late, late, late, good}, 3, false},
		"it waited no shorter than a module":  {scenario.Session{Upstream: played}, []attempt{{seconds: 1}, good}, 2, true},
		"it failed at once":                   {scenario.Session{Upstream: played}, []attempt{{seconds: 0.99}, good}, 1, false},
		"it waited for long":                  {scenario.Session{Upstream: played}, []attempt{{seconds: 10}, good}, 2, true},
		"it waited for too long":              {scenario.Session{Upstream: played}, []attempt{{seconds: 10.01}, good}, 1, false},
		"it was stopped":                      {scenario.Session{Upstream: played}, []attempt{{seconds: 5, timedOut: true}, good}, 1, false},
		"a failure was played":                {scenario.Session{Upstream: played}, []attempt{{seconds: 3, fault: "http-500"}, good}, 1, false},
		"it was to wait":                      {scenario.Session{Upstream: played, Waits: true}, []attempt{late, good}, 1, false},
		"the panel was to be late":            {scenario.Session{Upstream: &scenario.Upstream{Delay: 2}}, []attempt{late, good}, 1, false},
		"a server of the vendor's":            {scenario.Session{}, []attempt{late, good}, 1, false},
		"it had listed more than can be held": {scenario.Session{Upstream: played}, []attempt{{seconds: 3, accounts: 6000}, good}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			record := transcript.NewRecorder(io.Discard, nil)
			made := 0
			err := target.Again(tc.planned, record, func(sink target.Sink) error {
				made++
				return tc.comes[made-1].play(sink)
			})
			if err != nil {
				t.Fatal(err)
			}
			s := record.Transcript().Session("variant:port:int")
			said := s.Attempts
			if made == 1 {
				said++
			}
			if made != tc.attempts || said != tc.attempts || len(s.Calls) != 1 || len(s.Exchanges) != 1 {
				t.Fatalf("%d attempts, said to be %d, with %d calls and %d requests; want %d", made, s.Attempts, len(s.Calls), len(s.Exchanges), tc.attempts)
			}
			if got := fmt.Sprint(s.Calls[0].Value); got != fmt.Sprintf("map[success:%t]", tc.success) {
				t.Errorf("returned %s", got)
			}
		})
	}
}

// What was captured is kept when the run breaks off.
func TestNothingIsLostWhenASessionBreaksOff(t *testing.T) {
	record := transcript.NewRecorder(io.Discard, nil)
	broken := errors.New("the disk is full")
	err := target.Again(scenario.Session{Upstream: &scenario.Upstream{}}, record, func(sink target.Sink) error {
		return errors.Join(attempt{seconds: 3}.play(sink), broken)
	})
	if !errors.Is(err, broken) || record.Transcript().Session("variant:port:int") == nil {
		t.Errorf("error %v, session %v", err, record.Transcript().Session("variant:port:int"))
	}
}
