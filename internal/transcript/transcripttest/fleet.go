package transcripttest

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// Played is a run in which a panel was played from a profile and the module listed
// its accounts, without any fleet.
func Played(tb testing.TB) *Run {
	tb.Helper()
	r := conformant(tb, scenario.Plan([]contract.Need{
		contract.NeedLoad, contract.NeedOptions, contract.NeedCall, contract.NeedRepeat, contract.NeedConversation,
	}, scenario.Run{Params: params(), Answers: transcript.AnswersPanel}))
	r.Header.Live, r.Header.Panel = true, "acme.yaml"
	return r
}

// Hold adds a session in which the panel held a fleet's accounts, and returns its
// call. elsewhere makes it the one in PHP's other time zone.
func (r *Run) Hold(f transcript.Fleet, elsewhere bool) *Call {
	r.tb.Helper()
	id := transcript.FleetID(f.Name, len(f.Accounts))
	if elsewhere {
		id += transcript.InOtherZone
	} else {
		r.Fleets = append(r.Fleets, f)
	}
	s := session(scenario.Session{
		ID: id, Request: scenario.RequestAdmin, Steps: []scenario.Step{{Call: id, Function: "ListAccounts", Params: params()}},
		Upstream: &scenario.Upstream{Answers: transcript.AnswersPanel, Scheme: scenario.HTTPS},
	})
	s.Info.Upstream.Fleet, s.Info.Upstream.Size = f.Name, len(f.Accounts)
	r.Header.Plan = append(r.Header.Plan, id)
	r.Sessions = append(r.Sessions, s)
	return s.Calls[0]
}
