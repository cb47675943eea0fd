package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

func TestWhatThePanelItselfHolds(t *testing.T) {
	email := func(v string) func(*transcript.Held) { return func(h *transcript.Held) { h.Email = v } }
	domain := func(v string) func(*transcript.Held) { return func(h *transcript.Held) { h.Domain = v } }
	noIPv4 := func(h *transcript.Held) { h.IPv4 = nil }
	user := func(h *transcript.Held) { h.Username = "o'<neil>" }
	planted := transcript.PlantedPassword("id-odd")
	judgeTruths(t, []truth{
		{name: "markup as the panel has it", rule: "ACC-07", lists: []odd{{fleet: "text-1", held: user}}},
		{name: "markup escaped", rule: "ACC-07", lists: []odd{{fleet: "text-1", held: user, row: tt.Array{"username": "o'&lt;neil&gt;"}}},
			got: []string{`"o'&lt;neil&gt;" (string) | it has the HTML entity &lt; in it; ` + oddNote}},
		{name: "an entity in the id of the panel's plan", rule: "ACC-07", lists: []odd{{fleet: "text-1", held: plan("R&amp;D", "7"), row: tt.Array{"product": "R&amp;D"}}}},
		{name: "an entity in the name of the panel's plan", rule: "ACC-07", lists: []odd{{fleet: "text-1", held: plan("7", "R&amp;D"), row: tt.Array{"product": "R&amp;D"}}}},
		{name: "a plan escaped", rule: "ACC-07", lists: []odd{{fleet: "text-1", held: plan("7", "R&D"), row: tt.Array{"product": "R&amp;D"}}},
			got: []string{`"R&amp;D" (string) | it has the HTML entity &amp; in it; ` + oddNote}},
		{name: "junk as the panel has it", rule: "MAIL-01", lists: []odd{{fleet: "mail-1", held: email("a@b.example, c@d.example")}}},
		{name: "junk of the module", rule: "MAIL-01", lists: []odd{{fleet: "mail-1", held: email(""), row: tt.Array{"email": "-"}}}, got: []string{`"-" (string) | an account without an address has ""; ` + oddNote}},
		{name: "empty", rule: "MAIL-02", lists: []odd{{fleet: "mail-1", held: email(""), row: tt.Array{"email": ""}}}},
		{name: "refused", rule: "MAIL-02", lists: []odd{{fleet: "mail-1", held: email(""), refused: true}}},
		{name: "refused without a reason", rule: "MAIL-02", lists: []odd{{fleet: "mail-1", held: email(""), answer: tt.Failure("")}}, outcome: contract.NotTestable},
		{name: "a reason without a refusal", rule: "MAIL-02", lists: []odd{{fleet: "mail-1", held: email(""), answer: tt.Array{"error": "An address is missing."}}}, outcome: contract.NotTestable},
		{name: "refused, declared empty", rule: "MAIL-02", lists: []odd{{fleet: "mail-1", held: email(""), refused: true}}, policies: contract.Policies{EmptyEmail: contract.PolicyEmpty},
			got: []string{`success => false with the error "The panel holds an account that cannot be listed." (string) | syncproof.yaml declares policies: {empty_email: empty}`}},
		{name: "refused, declared empty, with an address", rule: "MAIL-02", lists: []odd{{fleet: "mail-1", refused: true}}, policies: contract.Policies{EmptyEmail: contract.PolicyEmpty},
			outcome: contract.NotTestable},
		{name: "refused for another reason", rule: "MAIL-02", lists: []odd{{fleet: "mail-1", refused: true}}, outcome: contract.NotTestable},
		{name: "listed, declared a failure", rule: "MAIL-02", lists: []odd{{fleet: "mail-1", held: email(""), row: tt.Array{"email": ""}}}, policies: contract.Policies{EmptyEmail: contract.PolicyFail},
			got: []string{`success => true with 3 accounts | syncproof.yaml declares policies: {empty_email: fail}`}},
		{name: "refused, declared a failure", rule: "MAIL-02", lists: []odd{{fleet: "mail-1", held: email(""), refused: true}}, policies: contract.Policies{EmptyEmail: contract.PolicyFail}},
		{name: "never seen", rule: "MAIL-02", lists: []odd{{fleet: "mail-1"}}, outcome: contract.NotTestable},
		{name: "made up", rule: "MAIL-03", lists: []odd{{fleet: "mail-1", held: email(""), row: tt.Array{"email": "hostmaster@odd.example"}}}, got: []string{`"hostmaster@odd.example" (string) | the panel has no address for this account; ` + oddNote}},
		{name: "from elsewhere in the reply", rule: "MAIL-03", lists: []odd{{fleet: "mail-1", held: email(""), row: tt.Array{"email": "hostmaster@odd.example"}, reply: `{"contact":"Hostmaster@odd.example"}`}}},
		{name: "from a reply too long to keep", rule: "MAIL-03", lists: []odd{{fleet: "mail-1", held: email(""), row: tt.Array{"email": "hostmaster@odd.example"}, reply: "{", cut: true}}},
		{name: "another than the panel's", rule: "MAIL-03", lists: []odd{{fleet: "mail-1", row: tt.Array{"email": "hostmaster@odd.example"}}}},
		{name: "another account's", rule: "MAIL-03", lists: []odd{{fleet: "mail-1", held: email(""), row: tt.Array{"email": ""}, first: tt.Array{"email": "hostmaster@odd.example"}}}},
		{name: "of no account", rule: "MAIL-03", lists: []odd{{fleet: "mail-1", held: email(""), row: tt.Array{
			"uniqueIdentifier": "x", "username": "x", "domain": "x.example", "email": "hostmaster@x.example"}}}},
		{name: "made up of no words", rule: "MAIL-03", lists: []odd{{fleet: "mail-1", held: email(""), row: tt.Array{"email": "none@none.example"}}}, got: []string{
			`"none@none.example" (string) | it spells out that there is none; ` + oddNote}},
		{name: "the panel's own", rule: "MAIL-03", lists: []odd{{fleet: "mail-1", held: email("root@localhost")}}},
		{name: "none, where it identifies the account", rule: "DOM-01", lists: []odd{{fleet: "domains-1", held: domain("")}}, got: []string{`"" (string) | ` + oddNote}},
		{name: "a dot behind it", rule: "DOM-01", lists: []odd{{fleet: "domains-1", held: domain("odd.example.")}}, got: []string{`"odd.example." (string) | the dot at the end does not belong there; ` + oddNote}},
		{name: "a wildcard of the panel", rule: "DOM-01", lists: []odd{{fleet: "domains-1", held: domain("*.odd.example")}}},
		{name: "a wildcard of the module", rule: "DOM-01", lists: []odd{{fleet: "domains-1", row: tt.Array{"domain": "*.odd.example"}}}, got: []string{`"*.odd.example" (string) | a wildcard is no host name; ` + oddNote}},
		{name: "empty", rule: "IP-03", lists: []odd{{fleet: "addresses-1", held: noIPv4, row: tt.Array{"primaryip": ""}}}},
		{name: "refused", rule: "IP-03", lists: []odd{{fleet: "addresses-1", held: noIPv4, refused: true}}},
		{name: "a warning", rule: "IP-03", lists: []odd{{fleet: "addresses-1", held: noIPv4, row: tt.Array{"primaryip": ""}, warns: "Undefined array key 0"}}, got: []string{`"Undefined array key 0" (string) | ` + oddNote}},
		{name: "a warning about something else", rule: "IP-03", lists: []odd{{fleet: "addresses-1", warns: "Undefined array key 0"}}, outcome: contract.NotTestable},
		{name: "the panel's notation", rule: "IP-01", lists: []odd{{fleet: "addresses-1", held: func(h *transcript.Held) { h.IPv4 = []string{"::ffff:192.0.2.9"} }, row: tt.Array{"primaryip": "::ffff:192.0.2.9"}}}},
		{name: "the panel's IPv6 notation", rule: "IP-01", lists: []odd{{fleet: "addresses-1", held: func(h *transcript.Held) { h.IPv6 = []string{"fe80::1%eth0"} }, row: tt.Array{"primaryip": "fe80::1%eth0"}}}},
		{name: "not the panel's", rule: "IP-01", lists: []odd{{fleet: "addresses-1", row: tt.Array{"primaryip": "999.1.1.1"}}}, got: []string{`"999.1.1.1" (string) | ` + oddNote}},
		{name: "with a port", rule: "IP-02", lists: []odd{{fleet: "addresses-1", held: func(h *transcript.Held) { h.IPv4 = []string{"192.0.2.9:80"} }, row: tt.Array{"primaryip": "192.0.2.9:80"}}}, got: []string{`"192.0.2.9:80" (string) | ` + oddNote}},
		{name: "none", rule: "ACC-05", lists: []odd{{fleet: "text-1"}}},
		{name: "planted", rule: "ACC-05", lists: []odd{{fleet: "text-1", row: tt.Array{"username": "odd:" + planted}}}, got: []string{"string | it holds the account's password on the panel; " + oddNote}},
		{name: "that of another", rule: "ACC-05", lists: []odd{{fleet: "text-1", row: tt.Array{"username": "odd:" + transcript.PlantedPassword("id-anyone")}}}},
		{name: "the server's", rule: "ACC-05", lists: []odd{{fleet: "text-1", row: tt.Array{"product": "[redacted:serverpassword]"}}}, got: []string{"string | it holds the server's serverpassword; " + oddNote}},
		{name: "under a name", rule: "ACC-05", lists: []odd{{fleet: "text-1", row: tt.Array{"api_key": "x"}}}, got: []string{"string | " + oddNote}},
		{name: "a name without a value", rule: "ACC-05", lists: []odd{{fleet: "text-1", row: tt.Array{"password": ""}}}},
		{name: "a throwable", rule: "ENV-09", lists: []odd{{fleet: "text-1"}}},
	})
}

func TestAThrowableForAnOddAccount(t *testing.T) {
	var verdicts []verdict
	for _, fleet := range []string{
		"ids", "users", "addresses", "mail", "domains", "text", "plans", "dates", "states", "flags", "instants", "duplicates", "case",
	} {
		verdicts = append(verdicts, verdict{name: fleet, rule: "ENV-09", change: heldAs(fleet+"-1", 1, ending(transcript.EndThrew)), findings: []contract.Finding{{
			Call: "fleet:" + fleet + "-1", At: "ListAccounts() of a panel with an odd account (" + fleet + "-1: odd)",
			Want: "it returns, whatever the panel answers", Got: `it threw RuntimeException: "boom"`, File: "acme.php", Line: 40,
		}}})
	}
	testPlayed(t, verdicts)
}

// What a vendor declares about accounts that lack something is what is wanted.
func TestWantedAsDeclared(t *testing.T) {
	none := func(h *transcript.Held) { h.Plans = nil }
	declaring := func(policy string, o odd) func(*tt.Run) {
		return both(func(r *tt.Run) { r.Header.Policies.NoPlan = policy }, o.hold)
	}
	found := func(want, got, policy string) []contract.Finding {
		return []contract.Finding{{
			Call: "fleet:plans-1", At: "ListAccounts() of a panel with an odd account (plans-1: odd in some way)", Want: want, Got: got,
			Note: "syncproof.yaml declares policies: {no_plan: " + policy + "}", File: "acme.php", Line: listLine,
		}}
	}
	verdicts := []verdict{
		{name: "refused", change: declaring(contract.PolicyEmpty, odd{fleet: "plans-1", held: none, refused: true}),
			findings: found("success => true with all 3 accounts", `success => false with the error "The panel holds an account that cannot be listed." (string)`, "empty")},
		{name: "listed", change: declaring(contract.PolicyFail, odd{fleet: "plans-1", held: none}),
			findings: found("success => false with an error", "success => true with 3 accounts", "fail")},
	}
	for i := range verdicts {
		verdicts[i].rule, verdicts[i].from = "PROD-01", tt.Played
	}
	testVerdicts(t, verdicts)
}
