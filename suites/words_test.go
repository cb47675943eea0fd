package suites

import (
	"encoding/json"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

func TestEdits(t *testing.T) {
	long := strings.Repeat("a", 200)
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"status", "status", 0}, {"status", "statsu", 2}, {"status", "staus", 1}, {"status", "statuss", 1},
		{"kitten", "sitting", 3}, {"abc", "xyz", 3}, {"sunday", "saturday", 3}, {long, long, 0}, {long, long + "a", 201}, {long + "a", long, 201},
		{long + "a", long + "a", 201}, {"a", long + "ab", 202},
	} {
		if got := edits(tc.a, tc.b); got != tc.want {
			t.Errorf("%.20q to %.20q: %d, want %d", tc.a, tc.b, got, tc.want)
		}
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"username", "status", "state"}
	for word, want := range map[string]string{"Username": "username", "usrename": "username", "stat": "state", "status": "status", "plan": "", "": ""} {
		if got := nearest(word, keys, 2); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for value, want := range map[any]float64{json.Number("3"): 3, json.Number("-0.5"): -0.5, json.Number("1e2"): 100} {
		if got, ok := number(value); got != want || !ok {
			t.Errorf("%v: %v, %t", value, got, ok)
		}
	}
	for _, value := range []any{nil, "3", true, json.Number("x"), json.Number("1e999")} {
		if _, ok := number(value); ok {
			t.Errorf("%#v is no number", value)
		}
	}
	if got, _ := number("3"); got != 0 {
		t.Errorf("a text is %v", got)
	}
}

func TestPrintedOutput(t *testing.T) {
	for want, o := range map[string]transcript.Output{
		`"a" (1 byte)`: {Text: "a", Bytes: 1}, `"ab" (300 bytes)`: {Text: "ab", Bytes: 300}, "1 byte": {Bytes: 1}, "0 bytes": {},
	} {
		if got := printed(o); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := sentence("a", "", "b", ""); got != "a; b" {
		t.Errorf("got %q", got)
	}
}

func TestWhereACallBroke(t *testing.T) {
	throwable, fatal := &transcript.Throwable{File: "a.php", Line: 3}, &transcript.Fatal{File: "b.php", Line: 4}
	here := contract.Finding{File: "acme.php", Line: 50}
	for name, tc := range map[string]struct {
		call *transcript.Call
		want contract.Finding
	}{
		"thrown":        {&transcript.Call{Throwable: throwable, Fatal: fatal}, contract.Finding{File: "a.php", Line: 3}},
		"fatal":         {&transcript.Call{Throwable: &transcript.Throwable{}, Fatal: fatal}, contract.Finding{File: "b.php", Line: 4}},
		"unknown":       {&transcript.Call{Throwable: &transcript.Throwable{Line: 8}, Fatal: &transcript.Fatal{Line: 9}}, here},
		"neither of it": {&transcript.Call{}, here},
	} {
		got := here
		locate(&got, tc.call)
		if got.File != tc.want.File || got.Line != tc.want.Line {
			t.Errorf("%s: %s:%d, want %s:%d", name, got.File, got.Line, tc.want.File, tc.want.Line)
		}
	}
}

func TestEndingsInWords(t *testing.T) {
	crashed := &transcript.Session{Exit: &transcript.Exit{Signal: "segmentation fault"}}
	for want, call := range map[string]*transcript.Call{
		"returned null": {Ending: transcript.EndReturned}, `threw E: "m"`: {Ending: transcript.EndThrew, Throwable: &transcript.Throwable{Class: "E", Message: "m"}},
		"is not defined": {Ending: transcript.EndMissing}, "called exit or die": {Ending: transcript.EndExited},
		`ended with a fatal error: "m"`: {Ending: transcript.EndFatal, Fatal: &transcript.Fatal{Message: "m"}}, `ended with a fatal error: ""`: {Ending: transcript.EndFatal},
		"ran out of memory": {Ending: transcript.EndOutOfMemory}, "did not answer in time and was stopped": {Ending: transcript.EndTimedOut},
		"crashed PHP (segmentation fault)": {Ending: transcript.EndCrashed, Session: crashed}, "ended PHP without any result": {Ending: transcript.EndLost},
		"was never reached": {Ending: transcript.EndNotReached}, "was not answered": {Ending: transcript.EndOpen},
	} {
		if got := endingWords(call); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 12345: "12,345", 123456: "123,456", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}
