package suites_test

import (
	"testing"

	tt "syncproof/internal/transcript/transcripttest"
)

func TestAnAccountsDomain(t *testing.T) {
	checkEntries(t, []entryCase{
		{"URL", account(tt.Array{"domain": "https://one.example/", "uniqueIdentifier": "https://one.example/"}), []string{
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got "https://one.example/" (string) | it is a URL; only the host name belongs there`,
		}},
		{"port", account(tt.Array{"domain": "one.example:80", "uniqueIdentifier": "one.example:80"}), []string{
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got "one.example:80" (string) | a port does not belong there`,
		}},
		{"path", account(tt.Array{"domain": "one.example/x", "uniqueIdentifier": "one.example/x"}), []string{
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got "one.example/x" (string) | a path does not belong there`,
		}},
		{"trailing dot", account(tt.Array{"domain": "one.example.", "uniqueIdentifier": "one.example."}), []string{
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got "one.example." (string) | the dot at the end does not belong there`,
		}},
		{"list", account(tt.Array{"domain": "one.example,two.example", "uniqueIdentifier": "one.example,two.example"}), []string{
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got "one.example,two.example" (string) | only the primary domain belongs there, not a list`,
			`DOM-02 accounts[0].domain | want the primary domain only | got "one.example,two.example" (string)`,
		}},
		{"list with spaces", account(tt.Array{"domain": "one.example two.example", "uniqueIdentifier": "one.example two.example"}), []string{
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got "one.example two.example" (string) | only the primary domain belongs there, not a list`,
			`DOM-02 accounts[0].domain | want the primary domain only | got "one.example two.example" (string)`,
		}},
		{"upper case", account(tt.Array{"domain": "One.Example", "uniqueIdentifier": "One.Example"}), []string{
			`DOM-03 accounts[0].domain | want "one.example" | got "One.Example" (string)`,
		}},
		{"international", account(tt.Array{"domain": "münchen.example", "uniqueIdentifier": "münchen.example"}), []string{}},
		{"encoded", account(tt.Array{"domain": "xn--mnchen-3ya.example", "uniqueIdentifier": "xn--mnchen-3ya.example"}), []string{}},
		{"underscore", account(tt.Array{"domain": "a_b.example", "uniqueIdentifier": "a_b.example"}), []string{}},
		{"one label", account(tt.Array{"domain": "server1", "uniqueIdentifier": "server1"}), []string{}},
		{"space inside", account(tt.Array{"domain": "one two", "uniqueIdentifier": "one two"}), []string{
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got "one two" (string) | white space does not belong there`,
		}},
		{"space before", account(tt.Array{"domain": " one.example", "uniqueIdentifier": " one.example"}), []string{
			`ACC-07 accounts[0].uniqueIdentifier | want plain text without white space around it | got " one.example" (string) | there is white space around it`,
			`ACC-07 accounts[0].domain | want plain text without white space around it | got " one.example" (string) | there is white space around it`,
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got " one.example" (string) | there is white space around it`,
		}},
		{"wildcard", account(tt.Array{"domain": "*.one.example", "uniqueIdentifier": "*.one.example"}), []string{
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got "*.one.example" (string) | a wildcard is no host name`,
		}},
		{"email", account(tt.Array{"domain": "a@one.example", "uniqueIdentifier": "a@one.example"}), []string{
			`DOM-01 accounts[0].domain | want a bare host name, such as "example.com", or "" | got "a@one.example" (string) | it is an email address`,
		}},
	})
}
