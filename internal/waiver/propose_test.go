package waiver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/internal/waiver"
)

func TestPropose(t *testing.T) {
	const message = `accounts[3].status: want "Active", got "active" (string)`
	tests := []struct {
		name   string
		waiver contract.Waiver
		any    bool
		result contract.Result
		want   []string
		err    string
	}{
		{"one place", waives(nil), false, failing(1, inList()), []string{message}, ""},
		{"any message in a scope that does not fail", scoped("session:repeat"), true, failing(1, inList()), nil, "STAT-01 does not fail within session:repeat"},
		{"in a scope, and places that are not kept", scoped("session:list"), false, failing(30, inList()), []string{message}, ""},
		{"one place that is not kept", waives(nil), false, failing(2, inList()), nil,
			"STAT-01 fails in 2 places, of which 1 are kept, so the waiver cannot name them all; --any-message makes one for whatever this rule finds"},
		{"the same message twice", waives(nil), false, failing(2, inList(), inList()), []string{message}, ""},
		{"only those in the scope", scoped("session:list"), false, failing(2, inList(), inRepeat()), []string{message}, ""},
		{"any message", waives(nil), true, failing(30, inList()), nil, ""},
		{"any message in a scope", scoped("session:list"), true, failing(1, inList()), nil, ""},
		{"places that are not kept", waives(nil), false, failing(30, inList()), nil,
			"STAT-01 fails in 30 places, of which 1 are kept, so the waiver cannot name them all; --any-message makes one for whatever this rule finds"},
		{"nothing in the scope", scoped("fault:refused"), false, failing(1, inList()), nil, "STAT-01 does not fail within fault:refused"},
		{"a pass", waives(nil), true, contract.Result{Rule: rule(), Outcome: contract.Pass}, nil, "STAT-01 passed, so there is nothing to waive"},
		{"waived", waives(nil), true, contract.Result{Rule: rule(), Outcome: contract.Waived, Reason: "until then"}, nil, "STAT-01 is waived already, until then"},
		{"stale", waives(nil), true, contract.Result{Rule: rule(), Outcome: contract.StaleWaiver, Reason: "out"}, nil, "STAT-01 passed, and a waiver for it is stale: out"},
		{"not tested", waives(nil), true, contract.Result{Rule: rule(), Outcome: contract.NotTestable, Reason: "no server"}, nil,
			"STAT-01 was not tested (no server). A waiver accepts a failure that was seen; --allow-incomplete accepts rules that were not tested"},
		{"not applicable", waives(nil), true, contract.Result{Rule: rule(), Outcome: contract.NotApplicable, Reason: "no such feature"}, nil,
			"STAT-01 does not apply to this module (no such feature), so there is nothing to waive"},
		{"our own defect", waives(nil), true, contract.Result{Rule: rule(), Outcome: contract.HarnessError}, nil,
			"syncproof itself could not decide STAT-01; that is no failure of the module"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got, err := waiver.Propose(tc.waiver, tc.result, run(nil), tc.any)
			if text := errorText(err); text != tc.err {
				t.Fatalf("error %q, want %q", text, tc.err)
			}
			if diff := cmp.Diff(tc.want, got.Messages); err == nil && diff != "" {
				t.Errorf("messages differ (-want +got):\n%s", diff)
			}
		})
	}
}

// What is proposed covers what it was proposed for.
func TestProposedWaiversCover(t *testing.T) {
	odd := contract.Finding{Call: "list", At: "accounts[\"a\nb\"]", Got: "\x1b[31m\xff  * two  blanks"}
	for name, result := range map[string]contract.Result{
		"list": failing(2, inList(), inRepeat()), "note": failing(1, underLogin()), "same effect": failing(1, atTwo()), "odd bytes": failing(1, odd),
	} {
		w, err := waiver.Propose(waives(nil), result, run(nil), false)
		if err != nil {
			t.Fatal(err)
		}
		results := []contract.Result{result}
		waiver.Apply(results, run(nil), []contract.Waiver{w}, day(t))
		if results[0].Outcome != contract.Waived {
			t.Errorf("%s: %s with %q", name, results[0].Outcome, w.Messages)
		}
	}
}

func TestCheckScope(t *testing.T) {
	const all = "; the sessions are direct, metadata, metadata-web, options, list, repeat, locale, empty, conversation, replay, after-failure, slow, " +
		"empty-panel, variant:https, variant:http, variant:ip, variant:ipv6, variant:credentials, variant:no-superglobals, " +
		"variant:no-superglobals-list, variant:two-servers, variant:two-servers-list, variant:log-missing, variant:log-missing-list, " +
		"variant:log-throwing, variant:log-throwing-list, variant:no-services, variant:socket-timeout, variant:service, variant:user-count, variant:usage"
	for scope, want := range map[string]string{
		"rule": "", "session:repeat": "", "session:variant:https": "", "fault:html-login": "", "point:html-login@2": "",
		"point:html-login@all":        "",
		"point:leaf-null@2:data.4.x":  "",
		"session:repaet":              `names the session "repaet", which no run has; did you mean "repeat"?`,
		"fault:html-lgin":             `names no fault: there is no fault "html-lgin"; syncproof faults lists them`,
		"fault:html-login@2":          "names a request; write point:html-login@2",
		"point:html-login":            "names no request; write point:html-login@2 for one, or fault:html-login for all",
		"point:html-login@x":          `names no fault: "html-login@x" names no request: write the fault, @ and the request's number, such as html-login@2`,
		"session:fleet:states-frozen": "", "session:variant:serverport:444": "", "session:variant:serversecure:on": "",
		"session:variant:test-connection:refused": "",
		"session:fleet:":       `names the session "fleet:", which no run has` + all,
		"session:zzzzzzzzzzzz": `names the session "zzzzzzzzzzzz", which no run has` + all,
		"request:2":            "takes rule, session:NAME, fault:NAME or point:FAULT@REQUEST",
	} {
		if got := errorText(waiver.CheckScope(scope)); got != want {
			t.Errorf("%s: %q, want %q", scope, got, want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Every session can be named, but for those that are named by their fault.
func TestEverySessionHasAScope(t *testing.T) {
	for name, run := range map[string]func(testing.TB) *transcripttest.Run{
		"conformant": transcripttest.Conformant, "varied": transcripttest.Varied, "surrounded": transcripttest.Surrounded,
		"managing": transcripttest.Managing, "talking": transcripttest.Talking, "without accounts": transcripttest.WithEmptyPanel,
		"played": transcripttest.Played,
	} {
		for _, s := range run(t).Sessions {
			scope := contract.ScopeSession + s.ID
			if u := s.Info.Upstream; u != nil && u.Fault != "" && !strings.HasPrefix(s.ID, transcript.VariantPrefix) {
				scope = contract.ScopeFault + u.Fault
			}
			if err := waiver.CheckScope(scope); err != nil {
				t.Errorf("%s: %s: %v", name, scope, err)
			}
		}
	}
}
