package suites

import (
	"testing"

	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// What names no known fault, or no request of the conversation, is no point.
func TestStruckIn(t *testing.T) {
	talk := &transcript.Session{Exchanges: []transcript.Exchange{{N: 1, URL: "first"}, {N: 2, URL: "second"}}}
	in := func(u *transcript.Upstream, calls int) *transcript.Session {
		return &transcript.Session{ID: transcript.PointPrefix + "x", SessionInfo: transcript.SessionInfo{Upstream: u}, Calls: make([]*transcript.Call, calls)}
	}
	for name, tc := range map[string]struct {
		s    *transcript.Session
		want bool
	}{
		"the last request":     {in(&transcript.Upstream{Fault: "null", At: 2}, 1), true},
		"all requests":         {in(&transcript.Upstream{Fault: "null"}, 1), true},
		"without a call":       {in(&transcript.Upstream{Fault: "null", At: 1}, 0), true},
		"the last page":        {in(&transcript.Upstream{Fault: "null", At: 1, Page: 2}, 1), true},
		"no panel":             {in(nil, 1), false},
		"another version":      {in(&transcript.Upstream{Fault: "of-a-later-version", At: 1}, 1), false},
		"a request too many":   {in(&transcript.Upstream{Fault: "null", At: 3}, 1), false},
		"a page too many":      {in(&transcript.Upstream{Fault: "null", At: 1, Page: 3}, 1), false},
		"another kind of call": {&transcript.Session{ID: "x", SessionInfo: transcript.SessionInfo{Upstream: &transcript.Upstream{Fault: "null"}}}, false},
	} {
		p, ok := struckIn(tc.s, transcript.PointPrefix, catalogue(), talk)
		if ok != tc.want {
			t.Errorf("%s: %t", name, ok)
		}
		if ok && tc.s.Upstream.At > 0 && p.request != &talk.Exchanges[tc.s.Upstream.At-1] {
			t.Errorf("%s: the request is %+v", name, p.request)
		}
	}
}

// A fault that leaves no exchange struck where as many requests went well as came
// before it.
func TestStruck(t *testing.T) {
	for name, tc := range map[string]struct {
		fault string
		at    int
		// met are the faults that the exchanges met, "" for none.
		met  []string
		want bool
	}{
		"refused at once": {"refused", 1, nil, true}, "refused after one": {"refused", 2, []string{""}, true}, "refused, but not reached": {"refused", 2, nil, false},
		"a status": {"http-500", 2, []string{"", "http-500"}, true}, "a status that was not met": {"http-500", 2, []string{"", ""}, false},
		"a status, but not reached": {"http-500", 2, []string{""}, false}, "another fault": {"null", 1, []string{"empty"}, false},
	} {
		f, known := fault.Find(tc.fault)
		if !known {
			t.Fatalf("there is no fault %s", tc.fault)
		}
		p := point{Session: &transcript.Session{SessionInfo: transcript.SessionInfo{Upstream: &transcript.Upstream{Fault: tc.fault, At: tc.at}}}, fault: f}
		for i, met := range tc.met {
			p.Exchanges = append(p.Exchanges, transcript.Exchange{N: i + 1, Fault: met})
		}
		if got := p.struck(); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
