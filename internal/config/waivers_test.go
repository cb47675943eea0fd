package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
)

func TestLoadWaivers(t *testing.T) {
	got, err := load(t, `waivers:
  - rule: MAIL-01
    module: acme
    scope: point:html-login@2
    owner: jane@example.com
    reason: |
      the panel
      has no e-mail
    expires: 2027-01-31
    message: [one, "two: 2"]
  - {rule: META-02, owner: joe, reason: x, expires: "2027-02-28", message: all}
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []contract.Waiver{
		{Rule: "MAIL-01", Module: "acme", Scope: "point:html-login@2", Owner: "jane@example.com", Reason: "the panel has no e-mail",
			Expires: "2027-01-31", Messages: []string{"one", "two: 2"}},
		{Rule: "META-02", Scope: "rule", Owner: "joe", Reason: "x", Expires: "2027-02-28", Messages: []string{"all"}},
	}
	if diff := cmp.Diff(want, got.Accepted()); diff != "" {
		t.Errorf("waivers differ (-want +got):\n%s", diff)
	}
}

func TestWaiverErrors(t *testing.T) {
	const whole = "waivers:\n  - rule: MAIL-01\n    owner: joe\n    reason: x\n    expires: 2027-01-31\n"
	tests := []struct{ name, text, want string }{
		{"no reason", "waivers:\n  - rule: MAIL-01\n    owner: joe\n    expires: 2027-01-31\n",
			`syncproof.yaml:2:5: this entry of waivers lacks the key reason: a reason in words
   2 |   - rule: MAIL-01
     |     ^`},
		{"no owner", "waivers:\n  - {rule: MAIL-01, reason: x, expires: 2027-01-31}\n",
			`syncproof.yaml:2:5: this entry of waivers lacks the key owner: who answers for the waiver, such as jane@example.com
   2 |   - {rule: MAIL-01, reason: x, expires: 2027-01-31}
     |     ^`},
		{"no date", "waivers:\n- rule: MAIL-01\n  owner: joe\n  reason: x\n",
			`syncproof.yaml:2:3: this entry of waivers lacks the key expires: a date such as 2027-01-31
   2 | - rule: MAIL-01
     |   ^`},
		{"an empty reason", "waivers:\n  - rule: MAIL-01\n    owner: joe\n    reason: ' '\n    expires: 2027-01-31\n",
			`syncproof.yaml:4:13: waivers.reason takes a reason in words; got " "
   4 |     reason: ' '
     |             ^`},
		{"an owner without a value", "waivers:\n  - rule: MAIL-01\n    owner:\n    reason: x\n    expires: 2027-01-31\n",
			`syncproof.yaml:3:5: waivers.owner has no value; give it one or remove the line
   3 |     owner:
     |     ^`},
		{"a pattern in place of a rule", "waivers:\n  - rule: MAIL-*\n    owner: joe\n    reason: x\n    expires: 2027-01-31\n",
			`syncproof.yaml:2:11: waivers.rule takes the id of one rule, such as META-02; got "MAIL-*"
   2 |   - rule: MAIL-*
     |           ^`},
		{"a day that does not exist", "waivers:\n  - rule: MAIL-01\n    owner: joe\n    reason: x\n    expires: 2027-02-30\n",
			`syncproof.yaml:5:14: waivers.expires takes a day that exists, such as 2027-01-31; got "2027-02-30"
   5 |     expires: 2027-02-30
     |              ^`},
		{"a date in words", "waivers:\n  - rule: MAIL-01\n    owner: joe\n    reason: x\n    expires: tomorrow\n",
			`syncproof.yaml:5:14: waivers.expires takes a date such as 2027-01-31; got "tomorrow"
   5 |     expires: tomorrow
     |              ^`},
		{"a scope of another kind", whole + "    scope: request:2\n",
			`syncproof.yaml:6:12: waivers.scope takes rule, session:NAME, fault:NAME or point:FAULT@REQUEST, such as point:html-login@2; got "request:2"
   6 |     scope: request:2
     |            ^`},
		{"a fault there is not", whole + "    scope: fault:html-lgin\n",
			`syncproof.yaml:6:12: waivers.scope names no fault: there is no fault "html-lgin"; syncproof faults lists them
   6 |     scope: fault:html-lgin
     |            ^`},
		{"an unknown key", whole + "    until: x\n",
			`syncproof.yaml:6:5: unknown key "until" under waivers; the keys here are expires, message, module, owner, reason, rule, scope
   6 |     until …
     |     ^`},
		{"a key given twice", whole + "    owner: joe\n",
			`syncproof.yaml:6:5: the key "owner" stands here a second time, first in line 3; remove one of them
   6 |     owner …
     |     ^`},
		{"a rule's id alone", "waivers: [MAIL-01]\n",
			`syncproof.yaml:1:11: waivers takes the keys rule, owner, reason and expires, and if need be module, scope and message; got "MAIL-01"
   1 | waivers: [MAIL-01]
     |           ^`},
		{"keys in place of a list", "waivers:\n  rule: MAIL-01\n",
			`syncproof.yaml:2:3: waivers takes a list of waivers, each with rule, owner, reason and expires; got keys and values
   2 |   rule: MAIL-01
     |   ^`},
		{"an empty message", whole + "    message: ''\n",
			`syncproof.yaml:6:14: waivers.message takes the failure's message, as one text or as a list of texts; got ""
   6 |     message: ''
     |              ^`},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			_, err := load(t, tc.text)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("message differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckWaivers(t *testing.T) {
	c, err := load(t, "waivers:\n  - {rule: MAIL-01, owner: joe, reason: x, expires: 2027-01-31}\n  - {rule: MAIL-99, module: acme, owner: joe, reason: x, expires: 2027-01-31}\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		err  error
		want string
	}{
		{"rules", c.CheckWaivers([]string{"MAIL-01", "MAIL-09"}), `syncproof.yaml:3:12: waivers.rule names MAIL-99, and there is no such rule; did you mean "MAIL-09" or "MAIL-01"?
   3 |   - {rule: MAIL-99, module: acme, owner: joe, reason: x, expires: 2027-01-31}
     |            ^`},
		{"modules", c.CheckWaiversOfSeveral(), `syncproof.yaml:2:12: several modules are tested, and this waiver of MAIL-01 does not say which of them it is for; add a line such as module: acme
   2 |   - {rule: MAIL-01, owner: joe, reason: x, expires: 2027-01-31}
     |            ^`},
	} {
		if tc.err == nil {
			t.Errorf("%s: no error", tc.name)
		} else if diff := cmp.Diff(tc.want, tc.err.Error()); diff != "" {
			t.Errorf("%s differ (-want +got):\n%s", tc.name, diff)
		}
	}
	if err := c.CheckWaivers([]string{"MAIL-01", "MAIL-99"}); err != nil {
		t.Errorf("known rules: %v", err)
	}
}
