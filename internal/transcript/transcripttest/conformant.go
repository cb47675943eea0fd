package transcripttest

import (
	"slices"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// Module is the name of the module in the runs of this package.
const Module = "acme"

// Conformant returns a run of a PHP module against which no rule has anything
// to say: every planned session was made, seen in full, and went well.
func Conformant(tb testing.TB) *Run {
	tb.Helper()
	return conformant(tb, Plan())
}

// Calm is Conformant without the sessions in which the control panel fails,
// which are many, for tests that look at the list alone.
func Calm(tb testing.TB) *Run {
	tb.Helper()
	return conformant(tb, slices.DeleteFunc(Plan(), func(s scenario.Session) bool { return s.Upstream != nil }))
}

func conformant(tb testing.TB, plan []scenario.Session) *Run {
	tb.Helper()
	r := &Run{
		tb: tb,
		Header: transcript.Header{
			Version: transcript.FormatVersion, Tool: "syncproof test", Started: "2026-03-01T10:00:00Z",
			Target: transcript.Target{Kind: transcript.TargetPHP, Ref: "./modules/servers/acme", Module: Module},
			Params: params(),
		},
		Subject: &transcript.Subject{
			File: "acme.php", Folder: Module, Layout: "module folder", Head: []byte("<?php\n"), Size: 4000, SHA256: "00",
		},
		End: transcript.End{Seconds: 1},
	}
	for _, planned := range plan {
		r.Header.Plan = append(r.Header.Plan, planned.ID)
		r.Sessions = append(r.Sessions, session(planned))
	}
	return r
}

// Endpoint returns the same run as seen through an endpoint that answers with
// JSON only: no load, no output, no warnings, no PHP process.
func Endpoint(tb testing.TB) *Run {
	tb.Helper()
	r := Conformant(tb)
	r.Header.Target = transcript.Target{Kind: transcript.TargetEndpoint, Ref: "https://panel.example/bridge", Module: Module}
	r.Subject = nil
	r.Without(transcript.SessionDirect, true)
	r.EachFault(func(s *Session) { s.Unplayable("the requests of an endpoint cannot be caught") })
	r.EachSession(func(s *Session) {
		s.Info.Sees, s.Info.Network = transcript.Sees{}, transcript.NetworkOpen
		s.Boot, s.Load, s.Final = nil, nil, false
		if s.Exit != nil {
			s.Exit.Status = 200
		}
	})
	return r
}

// Plan is the plan that provides every kind of evidence.
func Plan() []scenario.Session {
	return scenario.Plan([]contract.Need{
		contract.NeedDirect, contract.NeedLoad, contract.NeedMetaDataWeb, contract.NeedOptions,
		contract.NeedCall, contract.NeedRepeat, contract.NeedLocale, contract.NeedEmpty, contract.NeedEveryFault,
	}, scenario.Run{Params: params()})
}

func params() map[string]any {
	return map[string]any{
		"server": true, "serverid": 1, "serverip": "192.0.2.1", "serverhostname": "panel.example",
		"serverusername": "root", "serverpassword": "[secret]", "serveraccesshash": "",
		"serversecure": true, "serverhttpprefix": "https", "serverport": "8443",
	}
}

// All is a target that sees everything.
func All() transcript.Sees {
	return transcript.Sees{
		Load: true, Output: true, Warnings: true, State: true, Types: true, Ending: true,
		Process: true, Network: true, Locale: true, Files: true, Database: true,
	}
}

func session(planned scenario.Session) *Session {
	s := &Session{
		ID: planned.ID,
		Info: transcript.SessionInfo{
			Purpose: planned.Purpose, Network: transcript.NetworkNone, Request: planned.Request,
			WithoutWHMCS: planned.WithoutWHMCS, Sees: All(),
		},
		Boot:  &transcript.Boot{PHP: "8.2.29", SAPI: "cli", OS: "Linux", Timezone: "UTC"},
		Final: true,
		Exit:  &transcript.Exit{Seconds: 0.1},
	}
	if planned.Locale {
		s.Info.Locale, s.Boot.Locale = "de_DE.UTF-8", "de_DE.UTF-8"
	}
	if planned.WithoutWHMCS {
		s.Shutdown = &transcript.Shutdown{Phase: transcript.PhaseLoad}
		return s
	}
	s.Load = loaded()
	s.Shutdown = &transcript.Shutdown{Phase: transcript.PhaseEnd}
	for _, step := range planned.Steps {
		c := &Call{
			ID: step.Call, session: s,
			Info: transcript.CallInfo{Function: step.Function, Params: step.Params, At: "2026-03-01T10:00:01.5Z"},
		}
		c.Returns(answer(step.Call))
		s.Calls = append(s.Calls, c)
	}
	switch u := planned.Upstream; {
	case u == nil:
	case u.Answers != transcript.AnswersNone:
		s.converse(*u)
	default:
		s.play(*u)
	}
	if strings.HasPrefix(planned.ID, transcript.VariantPrefix) {
		s.vary(planned)
	}
	return s
}

func loaded() *transcript.Load {
	l := &transcript.Load{OK: true, Seconds: 0.01}
	for i, suffix := range []string{"MetaData", "ConfigOptions", "ListAccounts", "CreateAccount"} {
		l.Functions = append(l.Functions, transcript.Symbol{
			Name: Module + "_" + suffix, File: "acme.php", Line: 10 + 20*i, End: 25 + 20*i,
		})
	}
	return l
}

func answer(call string) any {
	switch call {
	case transcript.CallMetaData, transcript.CallMetaDataWeb:
		return MetaData()
	case transcript.CallOptions:
		return Options()
	case transcript.CallEmpty:
		return Failure("No server is configured.")
	default:
		return Accounts()
	}
}

// MetaData is the metadata of the conformant module, with changes; a key set to
// Absent() is left out.
func MetaData(changes ...Array) Array {
	return changed(Array{
		"DisplayName": "Acme", "APIVersion": "1.1", "RequiresServer": true,
		"ListAccountsUniqueIdentifierField":       "domain",
		"ListAccountsUniqueIdentifierDisplayName": "Domain",
		"ListAccountsProductField":                "configoption1",
	}, changes)
}

// Options is what the conformant module's ConfigOptions() returns, with changes.
func Options(changes ...Array) Array {
	return changed(Array{
		"Plan": Array{"Type": "dropdown", "Options": Array{"basic": "Basic", "pro": "Professional"}},
	}, changes)
}

// Accounts is what the conformant module's ListAccounts() returns.
func Accounts() Array {
	return Success(
		Account("one.example", Array{"username": "one"}),
		Account("two.example", Array{"username": "two", "product": "pro", "status": "Suspended", "primaryip": "192.0.2.11"}),
		Account("three.example", Array{"username": "three", "created": "2021-12-31 23:59:59"}),
	)
}
