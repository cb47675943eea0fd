package suites

import (
	"strings"
	"testing"

	"syncproof/internal/transcript"
)

// playedUnder is a session in which a fault was played, with one request of the module
// that met it unless the fault leaves none.
func playedUnder(id string, asked bool) *transcript.Session {
	s := &transcript.Session{ID: transcript.FaultPrefix + id + ":https", Exit: &transcript.Exit{}}
	s.Upstream = &transcript.Upstream{Fault: id, Scheme: "https"}
	s.Calls = []*transcript.Call{{Ending: transcript.EndReturned, Session: s}}
	if asked {
		s.Exchanges = []transcript.Exchange{{N: 1, Fault: id}}
	}
	return s
}

// What names no fault, or one of a later version, is not judged.
func TestFaultsPlayed(t *testing.T) {
	bare := playedUnder("html-login", true)
	bare.Upstream = nil
	early := playedUnder("html-login", true)
	early.Calls = nil
	sessions := []*transcript.Session{bare, playedUnder("of-a-later-version", true), early, playedUnder("refused", false)}
	all := faultsPlayed(&transcript.Transcript{Sessions: sessions}, everyFault)
	if len(all) != 2 || all[0].fault.ID != "html-login" || all[0].call != nil || all[1].fault.ID != "refused" || all[1].call == nil {
		t.Fatalf("%+v", all)
	}
	if !all[0].struck || !all[1].struck {
		t.Error("a request over the scheme does not show that the module asks there")
	}
	if alone := faultsPlayed(&transcript.Transcript{Sessions: sessions[3:]}, everyFault); len(alone) != 1 || alone[0].struck {
		t.Errorf("a connection that nobody tried was refused: %+v", alone)
	}
}

func TestHowFaultsComeToBePlayed(t *testing.T) {
	for kind, want := range map[string]string{transcript.TargetPHP: "on the module's folder and on a Linux machine", transcript.TargetEndpoint: "--panel-faults"} {
		tr := &transcript.Transcript{Header: transcript.Header{Target: transcript.Target{Kind: kind}}}
		if got := playing(tr); !strings.Contains(got, want) {
			t.Errorf("%s: %q", kind, got)
		}
	}
}

// A call is named by what was played to it.
func TestCallAt(t *testing.T) {
	for want, u := range map[string]*transcript.Upstream{
		"ListAccounts()": nil, "ListAccounts() under the fault null (http)": {Fault: "null", Scheme: "http"},
		"ListAccounts() with the fault null at request 1": {Fault: "null", Scheme: "http", At: 1},
		"ListAccounts() with the fault null at request 2": {Fault: "null", Scheme: "http", At: 2},
	} {
		call := &transcript.Call{Session: &transcript.Session{}}
		call.Function, call.Session.Upstream = "ListAccounts", u
		if got := callAt(call); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got := underFault(call); got != (u != nil) {
			t.Errorf("%s: under a fault: %t", want, got)
		}
	}
	well := &transcript.Call{Session: &transcript.Session{}}
	well.Function, well.Session.Upstream = "ListAccounts", &transcript.Upstream{Scheme: "https"}
	if callAt(well) != "ListAccounts()" || underFault(well) {
		t.Errorf("a panel that works: %q", callAt(well))
	}
}
