package suites_test

import (
	"testing"

	tt "syncproof/internal/transcript/transcripttest"
)

func TestAnAccountsIdentifier(t *testing.T) {
	checkEntries(t, []entryCase{
		{"null", account(tt.Array{"uniqueIdentifier": nil}), []string{
			"ACC-03 accounts[0].uniqueIdentifier | want a string | got null | WHMCS recommends the domain name where the server has no identifier",
			"UID-01 accounts[0].uniqueIdentifier | want a string | got null | WHMCS recommends the domain name where the server has no identifier",
		}},
		{"false", account(tt.Array{"uniqueIdentifier": false}), []string{
			"ACC-03 accounts[0].uniqueIdentifier | want a string | got false (bool)",
			"UID-01 accounts[0].uniqueIdentifier | want a string | got false (bool)",
		}},
		{"empty", account(tt.Array{"uniqueIdentifier": ""}), []string{
			`UID-01 accounts[0].uniqueIdentifier | want a value that is not empty | got "" (string) | WHMCS recommends the domain name where the server has no identifier`,
			`UID-03 accounts[0].uniqueIdentifier | want the account's domain, "one.example" | got "" (string)`,
		}},
		{"white space only", account(tt.Array{"uniqueIdentifier": " \u00a0 "}), []string{
			`ACC-07 accounts[0].uniqueIdentifier | want plain text without white space around it | got " \u{00A0} " (string) | there is white space around it`,
			`UID-01 accounts[0].uniqueIdentifier | want a value that is not empty | got " \u{00A0} " (string) | there is nothing in it but white space`,
			`UID-03 accounts[0].uniqueIdentifier | want the account's domain, "one.example" | got " \u{00A0} " (string)`,
		}},
		{"empty like the domain", account(tt.Array{"domain": "", "uniqueIdentifier": ""}), []string{
			`UID-01 accounts[0].uniqueIdentifier | want a value that is not empty | got "" (string) | WHMCS recommends the domain name where the server has no identifier`,
			`DOM-01 accounts[0].domain | want a value that is not empty | got "" (string)`,
		}},
		{"not the domain", account(tt.Array{"uniqueIdentifier": "two.example"}), []string{
			`UID-03 accounts[0].uniqueIdentifier | want the account's domain, "one.example" | got "two.example" (string)`,
		}},
		{"the domain in another case", account(tt.Array{"uniqueIdentifier": "ONE.example"}), []string{
			`UID-03 accounts[0].uniqueIdentifier | want the account's domain, "one.example" | got "ONE.example" (string) | they differ in case only`,
		}},
		{"int equal to the domain", account(tt.Array{"uniqueIdentifier": 42, "domain": "42"}), []string{
			"ACC-03 accounts[0].uniqueIdentifier | want a string | got 42 (int) | cast it with (string); PHP makes ints of numeric array keys, and json_decode() of bare numbers",
		}},
		{"the same bytes as the domain", account(tt.Array{"domain": tt.Text("Caf\xe9 X"), "uniqueIdentifier": tt.Text("Caf\xe9 X")}), []string{
			`ACC-06 accounts[0].domain | want a string of valid UTF-8 | got "Caf\xE9 X" (string that is not valid UTF-8) | it is probably ISO-8859-1 or Windows-1252; convert it with mb_convert_encoding()`,
			`ACC-06 accounts[0].uniqueIdentifier | want a string of valid UTF-8 | got "Caf\xE9 X" (string that is not valid UTF-8) | it is probably ISO-8859-1 or Windows-1252; convert it with mb_convert_encoding()`,
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got "Caf\xE9 X" (string that is not valid UTF-8) | white space does not belong there`,
		}},
		{"zero", account(tt.Array{"domain": "0", "uniqueIdentifier": "0"}), []string{}},
	})
}
