package scenario_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// variantNeeds are the needs for sessions in which something is varied.
func variantNeeds() []contract.Need {
	return []contract.Need{
		contract.NeedServerParams, contract.NeedServerForms, contract.NeedSuperglobals, contract.NeedCredentials, contract.NeedTwoServers,
		contract.NeedIPv6, contract.NeedHelpers, contract.NeedTestConnection, contract.NeedSocketTimeout,
	}
}

func TestVariantsAreMadeForThoseWhoNeedThem(t *testing.T) {
	for _, c := range []struct {
		need    contract.Need
		answers string
		want    []string
	}{
		{contract.NeedCall, transcript.AnswersLive, []string{"metadata", "list"}},
		{contract.NeedServerParams, "", []string{"metadata", "variant:https", "variant:http", "variant:ip"}},
		{contract.NeedIPv6, "", []string{"metadata", "variant:ip", "variant:ipv6"}},
		{contract.NeedCredentials, "", []string{"metadata", "variant:https", "variant:credentials"}},
		{contract.NeedSuperglobals, "", []string{"metadata", "variant:https", "variant:no-superglobals"}},
		{contract.NeedSuperglobals, transcript.AnswersLive, []string{
			"metadata", "conversation", "variant:https", "variant:no-superglobals", "variant:no-superglobals-list",
		}},
		{contract.NeedTwoServers, transcript.AnswersRecorded, []string{"metadata", "variant:two-servers", "variant:two-servers-list"}},
		{contract.NeedHelpers, "", []string{"metadata", "variant:https", "variant:log-missing", "variant:log-throwing"}},
		{contract.NeedTestConnection, "", []string{
			"metadata", "variant:test-connection:refused", "variant:test-connection:http-401", "variant:test-connection:html-login",
		}},
		{contract.NeedSocketTimeout, "", []string{
			"metadata", "variant:socket-timeout", "fault:silent-request:https", "fault:silent-request:http",
		}},
		{contract.NeedServerForms, "", []string{
			"metadata", "variant:https", "variant:http", "variant:serversecure:on", "variant:serversecure:int-1", "variant:serversecure:empty",
			"variant:serversecure:string-0", "variant:serversecure:null", "variant:serverport:int", "variant:serverport:empty",
		}},
	} {
		got := scenario.IDs(scenario.Plan([]contract.Need{c.need}, scenario.Run{Answers: c.answers}))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s with answers %q (-want +got):\n%s", c.need, c.answers, diff)
		}
	}
}

// Only the sessions that list a real server know its credentials, and only they
// may reach it. All others are played in full, with another server.
func TestVariantsKeepRealCredentials(t *testing.T) {
	real := map[string]any{
		"serverhostname": "real.example", "serverip": "203.0.113.9", "serverport": "2087", "serverusername": "root",
		"serverpassword": "real password", "serveraccesshash": "", "serversecure": false, "serverhttpprefix": "http",
	}
	for _, s := range scenario.Plan(variantNeeds(), scenario.Run{Params: real, Answers: transcript.AnswersLive}) {
		if !strings.HasPrefix(s.ID, transcript.VariantPrefix) {
			continue
		}
		if s.Upstream == nil {
			t.Errorf("%s is not played", s.ID)
			continue
		}
		lists := s.Upstream.Answers != transcript.AnswersNone
		if !lists && s.Upstream.Fault.ID == "" {
			t.Errorf("%s has neither answers nor a fault", s.ID)
		}
		for _, step := range s.Steps {
			p := step.Params
			ours := p["serverhostname"] == "real.example"
			if ours && !lists || !ours && strings.Contains(fmt.Sprint(p), "real") {
				t.Errorf("%s is made with %v", step.Call, p)
			}
			// An access hash where there was none could change what a module does.
			if p["serveraccesshash"] != "" {
				t.Errorf("%s has the access hash %v", step.Call, p["serveraccesshash"])
			}
		}
	}
}

func TestVariantsDifferInOneThing(t *testing.T) {
	params := func(id string) map[string]any {
		t.Helper()
		plan := scenario.Plan(variantNeeds(), scenario.Run{})
		i := slices.IndexFunc(plan, func(s scenario.Session) bool { return s.ID == id })
		if i < 0 {
			t.Fatalf("there is no session %s", id)
		}
		return plan[i].Steps[len(plan[i].Steps)-1].Params
	}
	for id, c := range map[string]struct {
		usual string
		want  map[string]any
	}{
		transcript.SessionBare:            {transcript.SessionServerTLS, map[string]any{}},
		transcript.SessionNoLog:           {transcript.SessionServerTLS, map[string]any{}},
		transcript.SecurePrefix + "on":    {transcript.SessionServerTLS, map[string]any{"serversecure": "on"}},
		transcript.SecurePrefix + "int-1": {transcript.SessionServerTLS, map[string]any{"serversecure": 1}},
		transcript.SecurePrefix + "null":  {transcript.SessionServerPlain, map[string]any{"serversecure": nil}},
		transcript.PortPrefix + "int":     {transcript.SessionServerTLS, map[string]any{"serverport": 12087}},
		transcript.PortPrefix + "empty":   {transcript.SessionServerTLS, map[string]any{"serverport": ""}},
		transcript.SessionServerIPv6:      {transcript.SessionServerIP, map[string]any{"serverip": "2001:db8::10"}},
		transcript.SessionCredentials: {transcript.SessionServerTLS, map[string]any{
			"serverpassword": `p&q<r>"s"'t'%41+é`, "serveraccesshash": `h&i<j>"k"'l'%42+ñ=`,
		}},
	} {
		usual, varied, differs := params(c.usual), params(id), map[string]any{}
		for key, value := range varied {
			if value != usual[key] {
				differs[key] = value
			}
		}
		if diff := cmp.Diff(c.want, differs); diff != "" || len(usual) != len(varied) {
			t.Errorf("%s against %s (-want +got):\n%s", id, c.usual, diff)
		}
	}
}
