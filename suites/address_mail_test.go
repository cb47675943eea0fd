package suites_test

import (
	"testing"

	tt "syncproof/internal/transcript/transcripttest"
)

func TestAnAccountsEmail(t *testing.T) {
	checkEntries(t, []entryCase{
		{"none", account(tt.Array{"email": ""}), []string{}},
		{"null", account(tt.Array{"email": nil}), []string{
			"ACC-03 accounts[0].email | want a string | got null | an unknown value is the empty string",
			`MAIL-02 accounts[0].email | want an email address, or "" for an account without one | got null`,
		}},
		{"a word for none", account(tt.Array{"email": "none"}), []string{
			`MAIL-01 accounts[0].email | want one email address, such as "john@example.net", or "" | got "none" (string) | an account without an address has ""`,
			`MAIL-02 accounts[0].email | want an email address, or "" for an account without one | got "none" (string)`,
		}},
		{"white space only", account(tt.Array{"email": " "}), []string{
			`ACC-07 accounts[0].email | want plain text without white space around it | got " " (string) | there is white space around it`,
			`MAIL-01 accounts[0].email | want one email address, such as "john@example.net", or "" | got " " (string) | an account without an address has ""`,
			`MAIL-02 accounts[0].email | want an email address, or "" for an account without one | got " " (string)`,
		}},
		{"international with plus", account(tt.Array{"email": "jöhn+tag@münchen.example"}), []string{}},
		{"with a name", account(tt.Array{"email": "John <j@b.example>"}), []string{
			`MAIL-01 accounts[0].email | want one email address, such as "john@example.net", or "" | got "John <j@b.example>" (string) | only the address belongs there, without a name`,
		}},
		{"list", account(tt.Array{"email": "a@b.example, c@d.example"}), []string{
			`MAIL-01 accounts[0].email | want one email address, such as "john@example.net", or "" | got "a@b.example, c@d.example" (string) | only one address belongs there`,
		}},
		{"without dot", account(tt.Array{"email": "a@b"}), []string{
			`MAIL-01 accounts[0].email | want one email address, such as "john@example.net", or "" | got "a@b" (string)`,
		}},
		{"without at", account(tt.Array{"email": "john"}), []string{
			`MAIL-01 accounts[0].email | want one email address, such as "john@example.net", or "" | got "john" (string) | there is no @ in it`,
		}},
		{"with space before", account(tt.Array{"email": " j@b.example"}), []string{
			`ACC-07 accounts[0].email | want plain text without white space around it | got " j@b.example" (string) | there is white space around it`,
			`MAIL-01 accounts[0].email | want one email address, such as "john@example.net", or "" | got " j@b.example" (string) | there is white space around it`,
		}},
		{"made up", account(tt.Array{"email": "guest-7@local.invalid"}), []string{
			`MAIL-03 accounts[0].email | want the customer's own email address, or "" | got "guest-7@local.invalid" (string) | no mail can ever be delivered to .invalid`,
		}},
		{"made up, and unanswered", account(tt.Array{"email": "noreply@local.invalid"}), []string{
			`MAIL-03 accounts[0].email | want the customer's own email address, or "" | got "noreply@local.invalid" (string) | no mail can ever be delivered to .invalid`,
		}},
		{"at localhost", account(tt.Array{"email": "root@localhost"}), []string{
			`MAIL-01 accounts[0].email | want one email address, such as "john@example.net", or "" | got "root@localhost" (string)`,
			`MAIL-03 accounts[0].email | want the customer's own email address, or "" | got "root@localhost" (string) | no mail can ever be delivered to .localhost`,
		}},
		{"noreply at the own domain", account(tt.Array{"email": "noreply@one.example"}), []string{
			`MAIL-03 accounts[0].email | want the customer's own email address, or "" | got "noreply@one.example" (string) | it is a sender that takes no mail, put before the account's domain`,
		}},
		{"noreply elsewhere", account(tt.Array{"email": "No-Reply@corp.example"}), []string{}},
		{"none at none", account(tt.Array{"email": "none@none.example"}), []string{
			`MAIL-03 accounts[0].email | want the customer's own email address, or "" | got "none@none.example" (string) | it spells out that there is none`,
		}},
		{"at the example domain", account(tt.Array{"email": "john@example.net"}), []string{}},
	})
}
