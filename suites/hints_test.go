package suites_test

import (
	"strings"
	"testing"

	"syncproof/internal/contract"
	tt "syncproof/internal/transcript/transcripttest"
)

// hintOf returns the note of the only finding of a rule about one account.
func hintOf(t *testing.T, rule string, entry any) string {
	t.Helper()
	got := ruled(t, listing(t, entry).Transcript(), rule)
	if len(got.Findings) != 1 {
		t.Fatalf("%s has %d findings: %v", rule, len(got.Findings), got.Findings)
	}
	return got.Findings[0].Note
}

// Keys that public modules and panels use where a documented one belongs.
func TestKeysThatWereMeant(t *testing.T) {
	for missing, keys := range map[string][]string{
		contract.FieldEmail:            {"Email", "e-mail", "emial", "emails", "mail", "email_address", "contactEmail"},
		contract.FieldUsername:         {"userName", "UserName", "user_name", "user", "login", "usernmae", "usrnam", "account", "usernames"},
		contract.FieldDomain:           {"Domain", "domains", "domainname", "hostname", "primary_domain", "doman"},
		contract.FieldUniqueIdentifier: {"uniqueidentifier", "unique_identifier", "UniqueIdentifier", "id", "uuid", "identifier", "uniqueIdentifer", "account_id"},
		contract.FieldProduct:          {"products", "package", "plan", "package_name", "PlanId", "prodcut"},
		contract.FieldPrimaryIP:        {"primaryIp", "primary_ip", "ip", "ip_address", "dedicatedip", "primaryipp", "mainIP"},
		contract.FieldCreated:          {"Created", "created_at", "creationdate", "regdate", "create", "start_date"},
		contract.FieldStatus:           {"Status", "suspended", "domainstatus", "state", "is_suspended", "statuss"},
	} {
		for _, key := range keys {
			entry := account(tt.Array{missing: tt.Absent(), key: "x"})
			if got, want := hintOf(t, "ACC-02", entry), `the entry has "`+key+`" instead`; got != want {
				t.Errorf("%s without %s: %q", key, missing, got)
			}
			if got, want := hintOf(t, "ACC-04", entry), `WHMCS documents the key "`+missing+`"`; got != want {
				t.Errorf("%s for %s: %q", key, missing, got)
			}
		}
	}
}

func TestKeysThatWereNotMeant(t *testing.T) {
	for missing, keys := range map[string][]string{
		contract.FieldEmail:     {"detail", "name", "retail", "quota"},
		contract.FieldStatus:    {"stats_url", "disk"},
		contract.FieldPrimaryIP: {"zip", "priority"},
		contract.FieldDomain:    {"remain", "password"},
		contract.FieldProduct:   {"prdct"},
	} {
		for _, key := range keys {
			if got := hintOf(t, "ACC-02", account(tt.Array{missing: tt.Absent(), key: "x"})); got != "" {
				t.Errorf("%s without %s: %q", key, missing, got)
			}
		}
	}
	// A key beside the documented one it resembles is just another key.
	if got := hintOf(t, "ACC-04", account(tt.Array{"user": "x"})); got != "" {
		t.Errorf("user beside username: %q", got)
	}
}

// The likeliest of several is named: spelling before meaning.
func TestTheLikeliestKey(t *testing.T) {
	entry := account(tt.Array{"username": tt.Absent(), "account": "x", "login": "x", "user_name": "x", "usernam": "x"})
	for _, want := range []string{"user_name", "login", "account", "usernam"} {
		if got := hintOf(t, "ACC-02", entry); got != `the entry has "`+want+`" instead` {
			t.Errorf("got %q, want %s", got, want)
		}
		delete(entry, want)
	}
}

func TestHintsAtValues(t *testing.T) {
	for _, tc := range []struct {
		rule  string
		field tt.Array
		want  string
	}{
		{"ACC-01", nil, ""},
		{"ACC-03", tt.Array{"domain": tt.Object("Acme\\Domain")}, "take its text, or (string) where it has one"},
		{"ACC-03", tt.Array{"created": tt.Object("DateTime")}, "format it: ->format('Y-m-d H:i:s')"},
		{"ACC-03", tt.Array{"email": tt.List{}}, ""},
		{"STAT-01", tt.Array{"status": "fraud"}, "WHMCS documents the two states only; leave an account out only when it is gone from the server"},
		{"STAT-01", tt.Array{"status": "inactive"}, "a flag is no status: choose between Status::ACTIVE and Status::SUSPENDED"},
		{"STAT-01", tt.Array{"status": false}, "a flag is no status: choose between Status::ACTIVE and Status::SUSPENDED"},
		{"STAT-01", tt.Array{"status": tt.Float("1.0")}, ""},
		{"DATE-01", tt.Array{"created": "2019-07-02T13:15:00+02:00"}, "it is ISO 8601; convert it with ->format('Y-m-d H:i:s')"},
		{"DATE-01", tt.Array{"created": "2019-07-02T13:15:00"}, "it is ISO 8601; convert it with ->format('Y-m-d H:i:s')"},
		{"DATE-01", tt.Array{"created": "1562073300000"}, "it looks like a Unix timestamp: date('Y-m-d H:i:s', …) makes a date of it"},
		{"DATE-01", tt.Array{"created": "20190702"}, ""},
		{"DATE-01", tt.Array{"created": "2019-07-02 13.15.00"}, ""},
		{"DATE-01", tt.Array{"created": "unknown"}, ""},
		{"DATE-01", tt.Array{"created": "2019-06-31 13:15:00"}, "there is no such day or time; PHP would quietly take a later one"},
		{"IP-01", tt.Array{"primaryip": " "}, `an account without an address has ""`},
		{"IP-01", tt.Array{"primaryip": "(none)"}, `an account without an address has ""`},
		{"IP-01", tt.Array{"primaryip": "1.2.3"}, ""},
		{"DOM-01", tt.Array{"domain": " "}, "there is nothing in it but white space"},
		{"DOM-01", tt.Array{"domain": "a.example?x"}, "a path does not belong there"},
		{"DOM-01", tt.Array{"domain": "a.example; b.example"}, "only the primary domain belongs there, not a list"},
		{"DOM-01", tt.Array{"domain": "a..example"}, ""},
		{"MAIL-01", tt.Array{"email": "unknown"}, `an account without an address has ""`},
		{"MAIL-01", tt.Array{"email": "a@b.example;c@d.example"}, "only one address belongs there"},
		{"MAIL-01", tt.Array{"email": "a b@c.example"}, ""},
		{"PROD-01", tt.Array{"product": "\u00a0"}, "there is nothing in it but white space"},
	} {
		var entry any = account(tc.field)
		if tc.field == nil {
			entry = 5
		}
		if got := hintOf(t, tc.rule, entry); got != tc.want {
			t.Errorf("%s of %v: %q, want %q", tc.rule, tc.field, got, tc.want)
		}
	}
}

// Hints speak to a PHP developer.
func TestHintsAreSentences(t *testing.T) {
	for _, word := range []string{"map[", "interface", "nil", "struct", "json.", "%!"} {
		for _, entry := range oddValues() {
			for _, line := range failures(t, listing(t, entry, account(tt.Array{"status": entry, "created": entry, "email": entry})).Transcript()) {
				if strings.Contains(line, word) {
					t.Errorf("%q in %q", word, line)
				}
			}
		}
	}
}
