package suites_test

import (
	"testing"

	tt "syncproof/internal/transcript/transcripttest"
)

func TestAnAccountsAddress(t *testing.T) {
	checkEntries(t, []entryCase{
		{"none", account(tt.Array{"primaryip": ""}), []string{}},
		{"IPv6", account(tt.Array{"primaryip": "2001:db8::1"}), []string{}},
		{"list", account(tt.Array{"primaryip": "192.0.2.1, 192.0.2.2"}), []string{
			`IP-02 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "192.0.2.1, 192.0.2.2" (string)`,
		}},
		{"prefix length", account(tt.Array{"primaryip": "192.0.2.1/24"}), []string{
			`IP-02 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "192.0.2.1/24" (string)`,
		}},
		{"IPv6 prefix length", account(tt.Array{"primaryip": "2001:db8::/64"}), []string{
			`IP-02 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "2001:db8::/64" (string)`,
		}},
		{"port", account(tt.Array{"primaryip": "192.0.2.1:80"}), []string{
			`IP-02 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "192.0.2.1:80" (string)`,
		}},
		{"IPv6 in brackets", account(tt.Array{"primaryip": "[2001:db8::1]:80"}), []string{
			`IP-02 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "[2001:db8::1]:80" (string)`,
		}},
		{"host name", account(tt.Array{"primaryip": "panel.example"}), []string{
			`IP-02 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "panel.example" (string)`,
		}},
		{"localhost", account(tt.Array{"primaryip": "localhost"}), []string{
			`IP-02 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "localhost" (string)`,
		}},
		{"array of addresses", account(tt.Array{"primaryip": tt.List{"192.0.2.1"}}), []string{
			"ACC-03 accounts[0].primaryip | want a string | got array with 1 entry",
			"IP-02 accounts[0].primaryip | want a string | got array with 1 entry",
		}},
		{"no such address", account(tt.Array{"primaryip": "999.1.1.1"}), []string{
			`IP-01 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "999.1.1.1" (string)`,
		}},
		{"word for none", account(tt.Array{"primaryip": "N/A"}), []string{
			`IP-01 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "N/A" (string) | an account without an address has ""`,
		}},
		{"IPv4 as IPv6", account(tt.Array{"primaryip": "::ffff:192.0.2.1"}), []string{
			`IP-01 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "::ffff:192.0.2.1" (string) | an IPv4 address is written without ::ffff:`,
		}},
		{"space before", account(tt.Array{"primaryip": " 192.0.2.1"}), []string{
			`IP-01 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got " 192.0.2.1" (string) | there is white space around it`,
		}},
		{"zone", account(tt.Array{"primaryip": "fe80::1%eth0"}), []string{
			`IP-01 accounts[0].primaryip | want one bare IP address, such as "192.0.2.10", or "" | got "fe80::1%eth0" (string)`,
		}},
		{"as int", account(tt.Array{"primaryip": 3221225985}), []string{
			"ACC-03 accounts[0].primaryip | want a string | got 3221225985 (int) | cast it with (string); PHP makes ints of numeric array keys, and json_decode() of bare numbers",
		}},
		{"a float", account(tt.Array{"primaryip": tt.Float("1.0e+25")}), []string{
			"ACC-03 accounts[0].primaryip | want a string | got 1.0e+25 (float) | cast it with (string)",
		}},
		{"null", account(tt.Array{"primaryip": nil}), []string{
			"ACC-03 accounts[0].primaryip | want a string | got null | an unknown value is the empty string",
			`IP-03 accounts[0].primaryip | want an IP address, or "" for an account without one | got null`,
		}},
		{"false", account(tt.Array{"primaryip": false}), []string{
			"ACC-03 accounts[0].primaryip | want a string | got false (bool)",
			`IP-03 accounts[0].primaryip | want an IP address, or "" for an account without one | got false (bool)`,
		}},
		{"empty array", account(tt.Array{"primaryip": tt.List{}}), []string{
			"ACC-03 accounts[0].primaryip | want a string | got [] (array)",
			`IP-03 accounts[0].primaryip | want an IP address, or "" for an account without one | got [] (array)`,
		}},
	})
}
