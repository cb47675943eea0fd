package suites

import (
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

func TestWhatIsWrong(t *testing.T) {
	for want, p := range map[string]*contract.Preview{
		"": {Missing: 1, Changed: 1},
		"the accounts are all there, but not as the panel holds them": {Changed: 1},
		"no account is missing, but the list is not the panel's":      {New: 1},
	} {
		if got := whatIsWrong(p); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
	if got := whatIsWrong(nil); got != "" {
		t.Errorf("no list: %q", got)
	}
}

func TestAlsoUnder(t *testing.T) {
	ids := strings.Fields("a b c d e f g h")
	for n, want := range map[int]string{
		0: "", 1: "the same under a", 6: "the same under a, b, c, d, e, f", 7: "the same under a, b, c, d, e, f and 1 other fault",
		8: "the same under a, b, c, d, e, f and 2 other faults",
	} {
		if got := alsoUnder(ids[:n]); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

// Addresses are told from their path on, and no longer than can be read.
func TestShortURL(t *testing.T) {
	long := "/" + strings.Repeat("x", 99)
	for url, want := range map[string]string{
		"https://panel.example:8443/accounts?page=2": "/accounts?page=2", "https://panel.example": "panel.example",
		"https://panel.example" + long: long, "https://panel.example" + long + "y": long + "…", "https://panel.example/a\x1b": `/a\x1B`, "": "",
	} {
		if got := shortURL(url); got != want {
			t.Errorf("%q: %q, want %q", url, got, want)
		}
	}
}

// A function reports success with the word, or in an array.
func TestSaidSuccess(t *testing.T) {
	for name, tc := range map[string]struct {
		call *transcript.Call
		want bool
	}{
		"no call": {nil, false}, "thrown": {&transcript.Call{Ending: transcript.EndThrew, Value: "success"}, false},
		"the word": {&transcript.Call{Ending: transcript.EndReturned, Value: "success"}, true}, "another": {&transcript.Call{Ending: transcript.EndReturned, Value: "Success"}, false},
		"an array":   {&transcript.Call{Ending: transcript.EndReturned, Value: map[string]any{"success": true}}, true},
		"a failure":  {&transcript.Call{Ending: transcript.EndReturned, Value: map[string]any{"success": false}}, false},
		"no success": {&transcript.Call{Ending: transcript.EndReturned, Value: map[string]any{"error": "x"}}, false}, "true": {&transcript.Call{Ending: transcript.EndReturned, Value: true}, false},
	} {
		if got := saidSuccess(tc.call); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// What struck, and what can be judged.
func TestPointsThatWereMade(t *testing.T) {
	whole := func(change func(*transcript.Session, *transcript.Call)) point {
		s, c := &transcript.Session{Exit: &transcript.Exit{}}, &transcript.Call{Ending: transcript.EndReturned}
		change(s, c)
		return point{Session: s, call: c}
	}
	nothing := func(*transcript.Session, *transcript.Call) {}
	if !whole(nothing).made() {
		t.Error("a call that returned was not made")
	}
	for name, change := range map[string]func(*transcript.Session, *transcript.Call){
		"a trouble":   func(s *transcript.Session, _ *transcript.Call) { s.Troubles = []transcript.Trouble{{}} },
		"no exit":     func(s *transcript.Session, _ *transcript.Call) { s.Exit = nil },
		"interrupted": func(s *transcript.Session, _ *transcript.Call) { s.Exit.Interrupted = true },
		"open":        func(_ *transcript.Session, c *transcript.Call) { c.Ending = transcript.EndOpen },
		"not reached": func(_ *transcript.Session, c *transcript.Call) { c.Ending = transcript.EndNotReached },
	} {
		p := whole(change)
		if p.made() {
			t.Errorf("%s: the point was made", name)
		}
		if (fleetCall{Session: p.Session, call: p.call}).made() {
			t.Errorf("%s: the fleet was listed", name)
		}
	}
	if without := (point{Session: &transcript.Session{Exit: &transcript.Exit{}}}); without.made() || (fleetCall{Session: without.Session}).made() {
		t.Error("a session without a call was made")
	}
}

// An answer is what was returned, and nothing else.
func TestReturnedAnswer(t *testing.T) {
	failure := map[string]any{"success": false}
	for name, tc := range map[string]struct {
		call *transcript.Call
		want bool
	}{
		"no call": {nil, false}, "thrown": {&transcript.Call{Ending: transcript.EndThrew, Value: failure}, false},
		"returned": {&transcript.Call{Ending: transcript.EndReturned, Value: failure}, true}, "nothing": {&transcript.Call{Ending: transcript.EndReturned}, false},
	} {
		if answer, got := returnedAnswer(tc.call); got != tc.want || got != (answer != nil) {
			t.Errorf("%s: %v, %t", name, answer, got)
		}
	}
}
