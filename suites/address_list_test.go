package suites_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

func domain(name string, changes ...tt.Array) tt.Array {
	a := tt.Array{"domain": name, "uniqueIdentifier": name}
	for _, change := range changes {
		for k, v := range change {
			a[k] = v
		}
	}
	return a
}

func TestPrimaryDomains(t *testing.T) {
	const want = `want one entry for each account, with its primary domain`
	checkLists(t, "DOM-02", []listCase{
		{"several services of one customer", rows(domain("one.example"), domain("two.example")), []string{}},
		{"two accounts without identifier", rows(domain("one.example", id("")), domain("two.example", id(""))), []string{}},
		{"the same account twice", rows(domain("one.example", id("7")), domain("one.example", id("7"))), []string{}},
		{"its domain in another case", rows(domain("one.example", id("7")), domain("One.example", id("7"))), []string{}},
		{"no username to go by", rows(
			domain("one.example", id("7"), tt.Array{"username": ""}), domain("two.example", id("7"), tt.Array{"username": ""})), []string{}},
		{"a row for each domain", rows(domain("one.example", id("7")), domain("x.example", id("8")), domain("two.example", id("7"))), []string{
			`list accounts[2].domain | ` + want + ` | got "two.example" (string) | row 0 of the list has the same identifier and username with another domain`,
		}},
		{"domains in one text", rows(domain("one.example www.one.example")), []string{
			`list accounts[0].domain | want the primary domain only | got "one.example www.one.example" (string)`,
		}},
		{"domains in one text, twice", rows(domain("one.example;two.example", id("7")), domain("one.example,three.example", id("7"))), []string{
			`list accounts[0].domain | want the primary domain only | got "one.example;two.example" (string)`,
			`list accounts[1].domain | want the primary domain only | got "one.example,three.example" (string)`,
		}},
		{"no domain, and then one", rows(domain("", id("7")), domain("one.example", id("7"))), []string{}},
		{"signs that separate no domains", rows(domain("one.example~two.example"), domain("one.example~two.example,"), domain("a!.b, c!.d")), []string{}},
		{"one domain and a comma", rows(domain("one.example,")), []string{}},
	})
}

func TestFormsOfDomains(t *testing.T) {
	checkLists(t, "DOM-03", []listCase{
		{"all readable", rows(domain("münchen.example"), domain("one.example"), domain("köln.example")), []string{}},
		{"all encoded", rows(domain("xn--mnchen-3ya.example"), domain("one.example"), domain("shop.xn--kln-sna.example")), []string{}},
		{"both", rows(domain("one.example"), domain("münchen.example"), domain("xn--kln-sna.example"), domain("bücher.example")), []string{
			`list accounts[2].domain | want the same form as accounts[1].domain, "münchen.example" | got "xn--kln-sna.example" (string)`,
		}},
		{"both, the other way round", rows(domain("xn--kln-sna.example"), domain("münchen.example")), []string{
			`list accounts[1].domain | want the same form as accounts[0].domain, "xn--kln-sna.example" | got "münchen.example" (string)`,
		}},
		{"upper case", rows(domain("ONE.example"), domain("MÜNCHEN.example"), domain("a.exAmple"), domain("z.exampleZ")), []string{
			`list accounts[0].domain | want "one.example" | got "ONE.example" (string)`,
			`list accounts[1].domain | want "münchen.example" | got "MÜNCHEN.example" (string)`,
			`list accounts[2].domain | want "a.example" | got "a.exAmple" (string)`,
			`list accounts[3].domain | want "z.examplez" | got "z.exampleZ" (string)`,
		}},
		{"no domain", rows(domain("")), []string{}},
		{"upper case says nothing about the form", rows(domain("MÜNCHEN.example"), domain("xn--kln-sna.example")), []string{
			`list accounts[0].domain | want "münchen.example" | got "MÜNCHEN.example" (string)`,
		}},
	})
}

func TestMadeUpSenders(t *testing.T) {
	email := func(address, identifier string) tt.Array {
		return tt.Array{"email": address, "uniqueIdentifier": identifier}
	}
	checkLists(t, "MAIL-03", []listCase{
		{"one customer with three accounts", rows(email("jo@corp.example", "1"), email("jo@corp.example", "2"), email("jo@corp.example", "3")), []string{}},
		{"one account without a reader", rows(email("noreply@corp.example", "1"), email("noreply@shop.example", "2")), []string{}},
		{"the same row twice", rows(email("noreply@corp.example", "1"), email("noreply@corp.example", "1")), []string{}},
		{"several accounts without a reader", rows(email("noreply@corp.example", "1"), email("NoReply@corp.example", "2")), []string{
			`list accounts[1].email | want the customer's own email address, or "" | got "NoReply@corp.example" (string) | it is a sender that takes no mail, on several accounts`,
		}},
		{"domains for tests", rows(email("a@one.test", "1"), email("b@example.com", "2"), email("c@corp.local", "3")), []string{}},
		{"an account without an identifier and a sender", rows(email("noreply@corp.example", ""), email("noreply@corp.example", "2")), []string{}},
		{"half a word for nothing", rows(email("none@corp.example", "1"), email("jo@none.example", "2")), []string{}},
		{"a word for nothing where no mail gets", rows(email("none@none.invalid", "1")), []string{
			`list accounts[0].email | want the customer's own email address, or "" | got "none@none.invalid" (string) | no mail can ever be delivered to .invalid`,
		}},
		{"names that only begin alike", rows(email("noreplyman@one.example", "1"), email("nona@nona.example", "2")), []string{}},
	})
}

func TestAccountsWithoutAnAddress(t *testing.T) {
	warning := func(message string) transcript.Warning {
		return transcript.Warning{Level: "warning", Message: message, File: "acme.php", Line: 61}
	}
	silenced := warning(`Undefined array key "ipv4"`)
	silenced.Silenced = true
	for _, tc := range []struct {
		name     string
		ip       any
		warnings []transcript.Warning
		outcome  contract.Outcome
		want     []contract.Finding
	}{
		{"none seen", "192.0.2.1", nil, contract.NotTestable, nil},
		{"a list of addresses shows none", "192.0.2.1, 192.0.2.2", nil, contract.NotTestable, nil},
		{"empty", "", nil, contract.Pass, nil},
		{"IPv6 only", "2001:db8::1", nil, contract.Pass, nil},
		{"a word", "none", nil, contract.Pass, nil},
		{"missing key", tt.Absent(), nil, contract.NotTestable, nil},
		{"a number", 3221225985, nil, contract.NotTestable, nil},
		{"null", nil, nil, contract.Fail, []contract.Finding{{
			Call: "list", At: "accounts[0].primaryip", Want: `an IP address, or "" for an account without one`, Got: "null", File: "acme.php", Line: 50,
		}}},
		{"warning of an address", "192.0.2.1", []transcript.Warning{warning(`Undefined array key "ipv4"`)}, contract.Fail, []contract.Finding{{
			Call: "list", At: "acme_ListAccounts()", Want: "no warning for an account without an address",
			Got: `"Undefined array key \"ipv4\"" (string)`, File: "acme.php", Line: 61,
		}}},
		{"notice of PHP 7", "", []transcript.Warning{warning("Undefined index: ip_addresses")}, contract.Fail, []contract.Finding{{
			Call: "list", At: "acme_ListAccounts()", Want: "no warning for an account without an address",
			Got: `"Undefined index: ip_addresses" (string)`, File: "acme.php", Line: 61,
		}}},
		{"warning of a property", "", []transcript.Warning{warning("Undefined property: stdClass::$primary_ip")}, contract.Fail, []contract.Finding{{
			Call: "list", At: "acme_ListAccounts()", Want: "no warning for an account without an address",
			Got: `"Undefined property: stdClass::$primary_ip" (string)`, File: "acme.php", Line: 61,
		}}},
		{"warnings of other things", "", []transcript.Warning{
			warning(`Undefined array key "serverip"`), warning(`Undefined array key "zip"`), warning("Undefined array key 0"),
			warning(`Undefined array key "description"`), warning("Undefined variable $ip"), silenced,
		}, contract.Pass, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			run := listing(t, account(tt.Array{"primaryip": tc.ip}), account(tt.Array{"primaryip": "192.0.2.9"}))
			run.List().Effects.Warnings = tc.warnings
			got := ruled(t, run.Transcript(), "IP-03")
			checkUnseen(t, got, tc.outcome,
				"every account in the list has an IPv4 address, so an account without one was not seen",
				"name a server that has an account without an IPv4 address")
			if diff := cmp.Diff(tc.want, got.Findings); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAccountsWithoutAnEmail(t *testing.T) {
	for _, tc := range []struct {
		name    string
		email   any
		outcome contract.Outcome
		want    int
	}{
		{"none seen", "a@b.example", contract.NotTestable, 0},
		{"junk shows none", "a@", contract.NotTestable, 0},
		{"missing key", tt.Absent(), contract.NotTestable, 0},
		{"empty", "", contract.Pass, 0},
		{"null", nil, contract.Fail, 1},
		{"false", false, contract.Fail, 1},
		{"dash", "-", contract.Fail, 1},
		{"word", "Not available", contract.Fail, 1},
		{"int", 0, contract.NotTestable, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := ruled(t, listing(t, account(), account(tt.Array{"email": tc.email})).Transcript(), "MAIL-02")
			checkUnseen(t, got, tc.outcome,
				"every account in the list has an email address, so an account without one was not seen",
				"name a server that has an account without an email address")
			if got.Count != tc.want {
				t.Errorf("%d findings, want %d", got.Count, tc.want)
			}
		})
	}
}

// checkUnseen checks a rule that can only tell from certain accounts.
func checkUnseen(t *testing.T, got contract.Result, outcome contract.Outcome, reason, supply string) {
	t.Helper()
	if outcome != contract.NotTestable {
		reason, supply = "", ""
	}
	if got.Outcome != outcome || got.Reason != reason || got.Supply != supply {
		t.Errorf("came out as %s\nreason %q\nsupply %q", got.Outcome, got.Reason, got.Supply)
	}
}

// What PHP says while it lists an account without an IPv4 address is about that
// account where it does not say the same, at the same place, of the list without.
func TestWarningsBroughtAboutByAnAccount(t *testing.T) {
	const message = "Undefined array key 0"
	held := transcript.Fleet{Name: "addresses-1", Title: "odd in some way", Accounts: []transcript.Held{heldAccount("odd", func(h *transcript.Held) { h.IPv4 = nil })}}
	for name, tc := range map[string]struct {
		usual  transcript.Warning
		passes bool
	}{
		"the same":          {transcript.Warning{Message: message, File: "acme.php", Line: 70}, true},
		"another message":   {transcript.Warning{Message: "Undefined array key 1", File: "acme.php", Line: 70}, false},
		"at another line":   {transcript.Warning{Message: message, File: "acme.php", Line: 71}, false},
		"in another file":   {transcript.Warning{Message: message, File: "lib.php", Line: 70}, false},
		"nothing in common": {transcript.Warning{Message: "Deprecated", File: "lib.php", Line: 7}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := judgeOne(t, "IP-03", recordedOnce(t, func(tb testing.TB) *transcript.Transcript {
				run := tt.Played(tb)
				run.List().Effects.Warnings = []transcript.Warning{tc.usual}
				c := run.Hold(held, false)
				c.Returns(tt.Success(heldRow(held.Accounts[0], tt.Array{"primaryip": ""})))
				c.Effects.Warnings = []transcript.Warning{{Message: message, File: "acme.php", Line: 70}}
				return run.Transcript()
			}))
			if passes := got.Outcome == contract.Pass; passes != tc.passes || !passes && got.Count != 1 {
				t.Errorf("%s with %v", got.Outcome, got.Findings)
			}
		})
	}
}

// However it is spelled, a sender that takes no mail is one, and so is a domain
// that nobody can have.
func TestSpellingsOfMadeUpSenders(t *testing.T) {
	for _, local := range []string{"noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply", "do.not.reply", "DoNotReply"} {
		if got := hintOf(t, "MAIL-03", account(tt.Array{"email": local + "@one.example"})); got != "it is a sender that takes no mail, put before the account's domain" {
			t.Errorf("%s: %q", local, got)
		}
	}
	for _, top := range []string{"invalid", "localhost", "localdomain"} {
		if got := hintOf(t, "MAIL-03", account(tt.Array{"email": "jo@panel." + top})); got != "no mail can ever be delivered to ."+top {
			t.Errorf("%s: %q", top, got)
		}
	}
}
