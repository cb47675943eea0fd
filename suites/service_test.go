package suites

import (
	"testing"

	"syncproof/internal/transcript"
)

// A request belongs to the call during which it was sent: from when the call began
// until the next one did.
func TestRequestsOfACall(t *testing.T) {
	at := func(second string) string { return "2026-03-01T10:00:" + second + "Z" }
	sent := func(when string, changed bool) transcript.Exchange {
		return transcript.Exchange{At: when, Changed: changed}
	}
	for name, tc := range map[string]struct {
		first, next      string
		exchanges        []transcript.Exchange
		asked, changed   bool
		asked2, changed2 bool
	}{
		"none":                 {first: at("01"), next: at("05")},
		"during the first":     {at("01"), at("05"), []transcript.Exchange{sent(at("02"), true)}, true, true, false, false},
		"as it began":          {at("01"), at("05"), []transcript.Exchange{sent(at("01"), true)}, true, true, false, false},
		"as the next began":    {at("01"), at("05"), []transcript.Exchange{sent(at("05"), true)}, false, false, true, true},
		"long after the last":  {at("01"), at("05"), []transcript.Exchange{sent("2027-02-28T10:00:00Z", true)}, false, false, true, true},
		"before the first":     {at("01"), at("05"), []transcript.Exchange{sent(at("00"), true)}, false, false, false, false},
		"nothing changed":      {at("01"), at("05"), []transcript.Exchange{sent(at("02"), false), sent(at("06"), true)}, true, false, true, true},
		"the first one of two": {at("01"), at("05"), []transcript.Exchange{sent(at("02"), true), sent(at("03"), false)}, true, true, false, false},
		"no time of a request": {at("01"), at("05"), []transcript.Exchange{sent("", true), sent(at("02"), false)}, true, false, false, false},
		"no time of the call":  {"", at("05"), []transcript.Exchange{sent("0001-06-01T00:00:00Z", true)}, false, false, false, false},
		"no time of the next":  {at("01"), "", []transcript.Exchange{sent(at("07"), true)}, true, true, false, false},
	} {
		s := &transcript.Session{Exchanges: tc.exchanges}
		for _, began := range []string{tc.first, tc.next} {
			s.Calls = append(s.Calls, &transcript.Call{Session: s, CallInfo: transcript.CallInfo{At: began}})
		}
		for i, want := range [][2]bool{{tc.asked, tc.changed}, {tc.asked2, tc.changed2}} {
			if asked, changed := changedBy(s.Calls[i]); asked != want[0] || changed != want[1] {
				t.Errorf("%s, call %d: asked %t, changed %t, want %v", name, i+1, asked, changed, want)
			}
		}
	}
}
