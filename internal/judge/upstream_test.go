package judge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/judge"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

func judged(t *testing.T, tr *transcript.Transcript) contract.Judgement {
	t.Helper()
	j, err := judge.Run(tr, nil, judge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestUpstreamOfAConversation(t *testing.T) {
	run := transcripttest.Talking(t)
	points := len(run.Extension.Sessions)
	j := judged(t, run.Transcript())
	want := &contract.Conversation{
		Answers: "live", Accounts: 3, Requests: 3, Kinds: []contract.RequestKind{
			{Method: "GET", Address: "https://panel.example:8443/accounts?page", Count: 2},
			{Method: "GET", Address: "https://panel.example:8443/accounts/one.example", Count: 1},
		},
	}
	if diff := cmp.Diff(want, j.Upstream.Conversation); diff != "" {
		t.Error(diff)
	}
	if u := j.Upstream; u.Caught != "namespace" || u.Calls <= points || u.Requests <= u.Conversation.Requests {
		t.Errorf("got %+v for %d points", u, points)
	}
	x := run.Extension
	if diff := cmp.Diff(&contract.Points{Possible: x.Points, Tried: x.Tried}, j.Upstream.Points); diff != "" {
		t.Error(diff)
	}
}

func TestUpstreamSaysWhatWasLeftOut(t *testing.T) {
	run := transcripttest.TalkingWith(t, 0, "html-login@2")
	j := judged(t, run.Transcript())
	want := &contract.Points{Possible: run.Extension.Points, Tried: 1, Reason: "only the faults that were asked for were tried"}
	if diff := cmp.Diff(want, j.Upstream.Points); diff != "" {
		t.Error(diff)
	}
}

func TestUpstreamNamesSomeKindsOfRequestsOnly(t *testing.T) {
	run := transcripttest.Talking(t)
	s := run.Session(transcript.SessionConversation)
	for i := range contract.MaxRequestKinds + 5 {
		s.Exchanges = append(s.Exchanges, transcript.Exchange{Method: "GET", URL: fmt.Sprintf("https://panel.example/%c", 'a'+i)})
	}
	s.Exchanges = append(s.Exchanges, transcript.Exchange{Problem: "the certificate was refused"})
	got := judged(t, run.Transcript()).Upstream.Conversation
	sum := got.More
	for _, k := range got.Kinds {
		sum += k.Count
	}
	if len(got.Kinds) != contract.MaxRequestKinds || got.Requests != contract.MaxRequestKinds+8 || sum != got.Requests {
		t.Errorf("got %d kinds and %d more of %d requests", len(got.Kinds), got.More, got.Requests)
	}
}

func TestUpstreamWithoutRequests(t *testing.T) {
	run := transcripttest.Conformant(t)
	calls := 0
	for _, s := range run.Sessions {
		if s.Info.Upstream != nil {
			s.Exchanges = nil
			calls += len(s.Calls)
		}
	}
	if diff := cmp.Diff(&contract.Upstream{Caught: "namespace", Calls: calls}, judged(t, run.Transcript()).Upstream); diff != "" {
		t.Error(diff)
	}
	for _, s := range run.Sessions {
		if s.Info.Upstream != nil {
			s.Info.Upstream.Level = transcript.InterceptProxy
		}
	}
	if u := judged(t, run.Transcript()).Upstream; u.Caught != "proxy" {
		t.Errorf("requests were caught by %s", u.Caught)
	}
	if u := judged(t, transcripttest.Calm(t).Transcript()).Upstream; u != nil {
		t.Errorf("nobody watched, yet there is %+v", u)
	}
}

// The scope says which failures were played, and never more.
func TestScope(t *testing.T) {
	const middle = "Failures in the middle of a conversation that began well, such as at page 2 of 3, were not tested"
	cases := map[string]struct {
		run         *transcripttest.Run
		has, hasNot []string
	}{
		"nothing was played": {transcripttest.Calm(t), []string{"How the module behaves when the control panel fails was not tested"}, []string{middle, "further calls"}},
		"without a server":   {transcripttest.Conformant(t), []string{"failed at every request", middle + ": that takes a server"}, []string{"a conversation that otherwise goes well"}},
		"with a server":      {transcripttest.Talking(t), []string{"failed at every request", "a conversation that otherwise goes well", "FLT-12", "could not be applied: that takes a panel profile"}, []string{middle, "The vendor declares"}},
	}
	cases["without a server"].run.Header.Live = false
	panel := transcripttest.Talking(t)
	panel.Header.Panel, panel.Header.Policies = "acme.yaml", contract.Policies{UnknownDate: contract.PolicyFail, OmittedStates: []string{"deleted"}}
	cases["with a panel"] = struct {
		run         *transcripttest.Run
		has, hasNot []string
	}{panel, []string{
		"The panel was played from its profile, with 0 numbers of accounts, and with 0 odd accounts among ordinary ones",
		"The vendor declares: an account without a creation date makes the list fail (unknown_date); accounts in these states are left out of the list: deleted (omitted_states). WHMCS documents nothing about it.",
	}, []string{"could not be applied"}}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			j, err := judge.Run(c.run.Transcript(), suites.Rules(), judge.Options{})
			if err != nil {
				t.Fatal(err)
			}
			scope := strings.Join(j.Scope, "\n")
			for _, text := range c.has {
				if !strings.Contains(scope, text) {
					t.Errorf("it lacks %q:\n%s", text, scope)
				}
			}
			for _, text := range c.hasNot {
				if strings.Contains(scope, text) {
					t.Errorf("it says %q:\n%s", text, scope)
				}
			}
		})
	}
}

// What was seen of requests says how they were caught, and what was tried.
func TestUpstreamOfWhatWasCaught(t *testing.T) {
	caught := func(levels ...string) *contract.Upstream {
		run := transcripttest.Calm(t)
		for i, s := range run.Sessions[:len(levels)] {
			s.Info.Upstream = &transcript.Upstream{Level: levels[i]}
		}
		return judged(t, run.Transcript()).Upstream
	}
	for want, levels := range map[string][]string{
		transcript.InterceptNamespace: {transcript.InterceptNamespace},
		transcript.InterceptListener:  {transcript.InterceptNamespace, transcript.InterceptListener, transcript.InterceptListener},
		transcript.InterceptProxy:     {transcript.InterceptNamespace, "something else"},
	} {
		// The first session of the plan calls nothing.
		if u := caught(append([]string{transcript.InterceptNamespace, transcript.InterceptNamespace}, levels...)...); u == nil || u.Caught != want {
			t.Errorf("by %q: got %+v, want %s", levels, u, want)
		}
	}
	run := transcripttest.Talking(t)
	calls := judged(t, run.Transcript()).Upstream.Calls
	run.Session(transcript.SessionReplay).Troubles = []transcript.Trouble{{Kind: transcript.TroubleUnsupported, Message: "no"}}
	run.Extension.Points, run.Extension.Leaves = 0, &transcript.LeafCount{Kinds: 4, KindsTried: 3, Possible: 2, Tried: 1, Reason: "the budget ended"}
	u := judged(t, run.Transcript()).Upstream
	if u.Calls != calls-1 || u.Points != nil {
		t.Errorf("got %d of %d calls and %+v", u.Calls, calls, u.Points)
	}
	if diff := cmp.Diff(&contract.Leaves{Kinds: 4, KindsTried: 3, Possible: 2, Tried: 1, Reason: "the budget ended"}, u.Leaves); diff != "" {
		t.Error(diff)
	}
	for _, leaves := range []*transcript.LeafCount{nil, {Kinds: 1}} {
		run.Extension.Points, run.Extension.Leaves = 1, leaves
		u := judged(t, run.Transcript()).Upstream
		if u.Leaves != nil || u.Points == nil {
			t.Errorf("without values to change: %+v, %+v", u.Leaves, u.Points)
		}
	}
}
