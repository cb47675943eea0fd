package transcripttest

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// The service that the module of Played creates, by its user name and domain.
const (
	NewUsername = "spnew4k2"
	NewDomain   = NewUsername + ".example.com"
)

// Managing is Conformant for a run with a panel that is played, in which other
// functions of the module were called as well: a service was created, suspended,
// unsuspended and terminated, the accounts were counted and their usage told.
func Managing(tb testing.TB) *Run {
	tb.Helper()
	run := scenario.Run{
		Params: params(), Answers: transcript.AnswersPanel,
		Fleets: scenario.Fleets{Own: scenario.Fleet{Name: transcript.FleetAccounts, Size: 3}},
	}
	needs := []contract.Need{
		contract.NeedDirect, contract.NeedLoad, contract.NeedMetaDataWeb, contract.NeedOptions, contract.NeedCall,
		contract.NeedService, contract.NeedUserCount, contract.NeedUsage,
	}
	r := conformant(tb, scenario.Plan(needs, run))
	r.Header.Live, r.Header.Panel = true, "panel.yaml"
	r.Fleets = []transcript.Fleet{{Name: transcript.FleetAccounts, Accounts: []transcript.Held{
		{ID: "1", Username: "one", Domain: "one.example"}, {ID: "2", Username: "two", Domain: "two.example"},
		{ID: "3", Username: "three", Domain: "three.example"},
	}}}
	more := []string{"SuspendAccount", "UnsuspendAccount", "TerminateAccount", "GetUserCount", "MetricProvider"}
	defines := func(l *transcript.Load) {
		for i, suffix := range more {
			l.Functions = append(l.Functions, transcript.Symbol{Name: Module + "_" + suffix, File: "acme.php", Line: 100 + 20*i, End: 110 + 20*i})
		}
	}
	r.EachLoad(defines)
	further, extension := scenario.Extend(needs, run, r.Transcript())
	r.Extension = extension
	for _, planned := range further {
		s := session(planned)
		defines(s.Load)
		s.Info.Upstream.Fleet, s.Info.Upstream.Size = transcript.FleetAccounts, len(r.Fleets[0].Accounts)
		r.Sessions = append(r.Sessions, s)
	}
	r.live()
	r.Call(transcript.CallUserCount).Returns(Array{"success": true, "totalAccounts": 3})
	provider := r.Call(transcript.CallProvider)
	provider.Returns(Object("Acme\\Usage"))
	usage := &Call{ID: transcript.CallUsage, Info: transcript.CallInfo{Function: "usage", Params: []any{}}, session: provider.session}
	usage.Returns([]any{"one.example", "two.example", "three.example"})
	s := r.Session(transcript.SessionUsage)
	s.Calls = []*Call{provider, usage, r.Call(transcript.CallUsageOf)}
	return r
}

// live is the life of the service.
func (r *Run) live() {
	s := r.Session(transcript.SessionService)
	for i := range s.Exchanges {
		s.Exchanges[i].Changed = i%2 == 0
	}
	for _, call := range s.Calls {
		if call.Info.Function != "ListAccounts" {
			call.Returns("success")
			call.Records = []transcript.Record{{Function: transcript.RecordService, Phase: transcript.PhaseEnd, Args: []any{
				Array{"domain": NewDomain, "username": NewUsername, "customfields": Array{}},
			}}}
		}
	}
	r.Call(transcript.CallCreated).Returns(WithNew())
	r.Call(transcript.CallSuspended).Returns(WithNew(Array{"status": "Suspended"}))
	r.Call(transcript.CallUnsuspended).Returns(WithNew())
}

// WithNew is the list with the new account in it, with changes.
func WithNew(changes ...Array) Array {
	list := Accounts()
	accounts, _ := list["accounts"].(List)
	list["accounts"] = append(accounts, Account(NewDomain, append([]Array{{"username": NewUsername}}, changes...)...))
	return list
}
