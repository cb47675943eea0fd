package judge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/judge"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

// What the reports show beside the results.
func TestAboutTheRun(t *testing.T) {
	text := strings.Replace(stored, `{"event":"call"`, `{"event":"boot","session":"list","php":"8.2.29","os":"Linux","sapi":"cli"}`+"\n"+`{"event":"call"`, 1)
	text = strings.Replace(text, `"live":true`, `"live":true,"rerun":"syncproof run acme"`, 1) +
		`{"event":"session","session":"metadata","network":"none","sees":{}}` + "\n" +
		`{"event":"trouble","session":"metadata","kind":"start","message":"refused","advice":"start it"}` + "\n" +
		`{"event":"session","session":"options","sees":{}}` + "\n" +
		`{"event":"boot","session":"options","php":"7.4.0"}` + "\n" +
		`{"event":"trouble","session":"options","kind":"start","message":"refused","advice":"start it"}` + "\n" +
		`{"event":"trouble","kind":"other","message":"late"}` + "\n" + ended
	j, err := judge.Run(read(t, text), []suites.Rule{rule("A", contract.Must, passes)}, judge.Options{Tool: "syncproof test", Strict: true, Transcript: "t.ndjson"})
	if err != nil {
		t.Fatal(err)
	}
	j.Results, j.Scope = nil, nil
	want := contract.Judgement{
		Version: 1, Tool: "syncproof test", Strict: true, Target: contract.TargetRef{Kind: "php", Ref: "acme", Module: "acme"}, Started: "2026-01-02T03:04:05Z",
		Seconds: 0.7, Verdict: contract.Error, Counts: contract.Counts{Total: 1, Pass: 1}, Trouble: []string{"late", "refused; start it"},
		Calls:       []contract.CallRef{{ID: "list", Function: "ListAccounts", Purpose: "list the accounts", Ending: "returned", Seconds: 0.5, Accounts: 1}},
		Rerun:       "syncproof run acme",
		Transcript:  "t.ndjson",
		Environment: map[string]string{"php": "8.2.29", "os": "Linux", "network": "calls that need no server ran without any network"},
	}
	if diff := cmp.Diff(want, j); diff != "" {
		t.Errorf("the judgement differs (-want +got):\n%s", diff)
	}
}

func TestNetworkAsReportsNameIt(t *testing.T) {
	for network, want := range map[string]string{
		transcript.NetworkOpen:      "open",
		transcript.NetworkNone:      "calls that need no server ran without any network",
		transcript.NetworkDeadProxy: "calls that need no server had a proxy that leads nowhere; this machine cannot isolate them",
	} {
		text := stored + `{"event":"session","session":"metadata","network":"` + network + `","sees":{}}` + "\n" + ended
		j, err := judge.Run(read(t, text), nil, judge.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]string{"network": want}, j.Environment); diff != "" {
			t.Errorf("%s (-want +got):\n%s", network, diff)
		}
	}
}

// What a run leaves open is said, line by line.
func TestScopeOfWhatIsLeftOut(t *testing.T) {
	const one, faults = "Judged from what the module answers to one server.", "How the module behaves when the control panel fails was not tested in this run."
	const goOn = " It can be gone on with: the same command line, and --resume with the folder of its results."
	header := func(by string) string { return strings.Replace(stored, `,"live":true`, by, 1) }
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing":         {stored + ended, []string{one, faults}},
		"one rule":        {header(`,"live":true,"rules":["A"]`) + ended, []string{one, "This was a partial run, for one rule only; it is no verdict on the module.", faults}},
		"some rules":      {header(`,"live":true,"rules":["A","B"]`) + ended, []string{one, "This was a partial run, for 2 rules only; it is no verdict on the module.", faults}},
		"a server":        {header("") + ended, []string{one, faults, "No server was named, so the module was kept off the network and had no accounts to list."}},
		"for a command":   {strings.Replace(header(""), `"kind":"php"`, `"kind":"command"`, 1) + ended, []string{one, faults, "No server was named, so the module had no accounts to list."}},
		"parts":           {header(`,"live":true,"shard":{"of":3,"parts":[2]}`) + ended, []string{one, faults, "Part 1 of 3 of the run is missing.", "Part 3 of 3 of the run is missing."}},
		"the end":         {stored, []string{one, faults, "The transcript breaks off: the run did not finish." + goOn}},
		"by an interrupt": {stored + `{"event":"end","interrupted":true}` + "\n", []string{one, faults, "The run was interrupted before all calls were made." + goOn}},
		"by a failure":    {stored + `{"event":"end","stopped":true}` + "\n", []string{one, faults, "The run stopped at the first failure, as asked: much of the module was not tested."}},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := judge.Run(read(t, c.text), nil, judge.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, j.Scope); diff != "" {
				t.Errorf("scope (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFailureTextOfOneThing(t *testing.T) {
	id := contract.Rule{ID: "A-01", Level: contract.Must, Title: "a title"}
	for want, result := range map[string]contract.Result{
		"A-01 MUST: a title\n  not driven\n": {Rule: id, Reason: "not driven"},
		"A-01 MUST: a title\n  here\n":       {Rule: id, Count: 1, Findings: []contract.Finding{{At: "here"}}},
		"A-01 MUST: a title\n  and 1 more\n": {Rule: id, Count: 1},
	} {
		if diff := cmp.Diff(want, judge.FailureText(result)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// playing is a run with these sessions in which a panel was played.
func playing(t *testing.T, live bool, sessions map[string]transcript.Upstream) *transcripttest.Run {
	t.Helper()
	run := transcripttest.Calm(t)
	run.Header.Live = live
	for id, u := range sessions {
		info := transcript.SessionInfo{Network: transcript.NetworkOpen, Upstream: &u, Sees: transcripttest.All()}
		run.Sessions = append(run.Sessions, &transcripttest.Session{ID: id, Info: info, Exit: &transcript.Exit{}, Final: true})
	}
	return run
}

// The faults that were met are counted by where they struck.
func TestScopeOfFaults(t *testing.T) {
	const (
		untested  = "How the module behaves when the control panel fails was not tested in this run."
		noPoints  = "Failures in the middle of a conversation that began well, such as at page 2 of 3, were not tested in this run."
		blindOne  = "In one further call the control panel was played by syncproof and failed at every request."
		blindTwo  = "In 2 further calls the control panel was played by syncproof and failed at every request."
		pointOne  = "In one further call a conversation that otherwise goes well was repeated with a failure in it."
		changed   = "In one further call a value of the panel's answers was changed, or their pages did not fit together."
		changed2  = "In 2 further calls a value of the panel's answers was changed, or their pages did not fit together."
		noTrouble = ""
	)
	blind := transcript.Upstream{Fault: "refused", Answers: transcript.AnswersNone}
	good := transcript.Upstream{Fault: "refused", Answers: transcript.AnswersLive}
	for name, c := range map[string]struct {
		sessions map[string]transcript.Upstream
		trouble  string
		want     []string
	}{
		"one":                 {map[string]transcript.Upstream{"fault:a": blind}, noTrouble, []string{blindOne, noPoints}},
		"two":                 {map[string]transcript.Upstream{"fault:a": blind, "fault:b": blind}, noTrouble, []string{blindTwo, noPoints}},
		"a point":             {map[string]transcript.Upstream{transcript.PointPrefix + "a": good}, noTrouble, []string{pointOne}},
		"a value":             {map[string]transcript.Upstream{transcript.LeafPrefix + "a": good}, noTrouble, []string{noPoints, changed}},
		"a value and a page":  {map[string]transcript.Upstream{transcript.LeafPrefix + "a": good, transcript.PagePrefix + "b": good}, noTrouble, []string{noPoints, changed2}},
		"no fault":            {map[string]transcript.Upstream{"a": {Answers: transcript.AnswersNone}}, noTrouble, []string{untested}},
		"one that was not":    {map[string]transcript.Upstream{"fault:a": blind}, "fault:a", []string{untested}},
		"only a conversation": {map[string]transcript.Upstream{"a": good}, noTrouble, []string{untested}},
	} {
		t.Run(name, func(t *testing.T) {
			run := playing(t, true, c.sessions)
			if c.trouble != "" {
				run.Session(c.trouble).Troubles = []transcript.Trouble{{Kind: transcript.TroubleUnsupported, Message: "cannot be played"}}
			}
			got := judged(t, run.Transcript()).Scope
			if diff := cmp.Diff(append([]string{"Judged from what the module answers to one server."}, c.want...), got); diff != "" {
				t.Errorf("scope (-want +got):\n%s", diff)
			}
		})
	}
}

// How many accounts the panel was played with.
func TestScopeOfAPanel(t *testing.T) {
	sized := transcript.Upstream{Fleet: transcript.FleetAccounts, Answers: transcript.AnswersPanel}
	odd := transcript.Upstream{Fleet: transcript.FleetInstants, Answers: transcript.AnswersPanel}
	for want, sessions := range map[string]map[string]transcript.Upstream{
		"with 1 number of accounts, and with 2 odd accounts among ordinary ones.": {"fleet:a": sized, "fleet:b": odd, "fleet:c": odd, "other": sized},
		"with 2 numbers of accounts, and with 1 odd account among ordinary ones.": {"fleet:a": sized, "fleet:b": sized, "fleet:c": odd, "other": odd},
	} {
		run := playing(t, true, sessions)
		run.Header.Panel = "acme.yaml"
		j, err := judge.Run(run.Transcript(), suites.Rules(), judge.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if scope := strings.Join(j.Scope, "\n"); !strings.Contains(scope, "The panel was played from its profile, "+want) {
			t.Errorf("it lacks %q:\n%s", want, scope)
		}
	}
}

func TestScopeOfPolicies(t *testing.T) {
	run := transcripttest.Calm(t)
	run.Header.Live = true
	run.Header.Policies = contract.Policies{
		UnknownDate: contract.PolicyEmpty, EmptyEmail: contract.PolicyFail, NoPlan: contract.PolicyEmpty, OmittedStates: []string{"deleted", "new"},
	}
	const want = "The vendor declares: an account without a creation date has an empty created (unknown_date); " +
		"an account without an e-mail address makes the list fail (empty_email); an account without a plan has an empty product (no_plan); " +
		"accounts in these states are left out of the list: deleted, new (omitted_states). WHMCS documents nothing about it."
	if scope := judged(t, run.Transcript()).Scope; len(scope) != 3 || scope[2] != want {
		t.Errorf("got %q", scope)
	}
}
