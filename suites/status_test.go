package suites_test

import (
	"testing"

	tt "syncproof/internal/transcript/transcripttest"
)

func TestAnAccountsStatus(t *testing.T) {
	checkEntries(t, []entryCase{
		{"suspended", account(tt.Array{"status": "Suspended"}), []string{}},
		{"lower case", account(tt.Array{"status": "active"}), []string{
			`STAT-01 accounts[0].status | want "Active" or "Suspended" | got "active" (string) | only case or white space differs; use the constants of WHMCS\Service\Status`,
		}},
		{"space after", account(tt.Array{"status": "Active "}), []string{
			`STAT-01 accounts[0].status | want "Active" or "Suspended" | got "Active " (string) | only case or white space differs; use the constants of WHMCS\Service\Status`,
		}},
		{"terminated", account(tt.Array{"status": "Terminated"}), []string{
			`STAT-01 accounts[0].status | want "Active" or "Suspended" | got "Terminated" (string) | WHMCS documents the two states only; leave an account out only when it is gone from the server`,
		}},
		{"pending", account(tt.Array{"status": "Pending"}), []string{
			`STAT-01 accounts[0].status | want "Active" or "Suspended" | got "Pending" (string) | WHMCS documents the two states only; leave an account out only when it is gone from the server`,
		}},
		{"empty", account(tt.Array{"status": ""}), []string{
			`STAT-01 accounts[0].status | want "Active" or "Suspended" | got "" (string) | an upstream state is missing from the module's mapping`,
		}},
		{"null", account(tt.Array{"status": nil}), []string{
			"ACC-03 accounts[0].status | want a string | got null | an upstream state is missing from the module's mapping",
			"STAT-01 accounts[0].status | want a string | got null | an upstream state is missing from the module's mapping",
		}},
		{"int", account(tt.Array{"status": 1}), []string{
			"ACC-03 accounts[0].status | want a string | got 1 (int) | a flag is no status: choose between Status::ACTIVE and Status::SUSPENDED",
			"STAT-01 accounts[0].status | want a string | got 1 (int) | a flag is no status: choose between Status::ACTIVE and Status::SUSPENDED",
		}},
		{"bool", account(tt.Array{"status": true}), []string{
			"ACC-03 accounts[0].status | want a string | got true (bool) | a flag is no status: choose between Status::ACTIVE and Status::SUSPENDED",
			"STAT-01 accounts[0].status | want a string | got true (bool) | a flag is no status: choose between Status::ACTIVE and Status::SUSPENDED",
		}},
		{"flag as text", account(tt.Array{"status": "1"}), []string{
			`STAT-01 accounts[0].status | want "Active" or "Suspended" | got "1" (string) | a flag is no status: choose between Status::ACTIVE and Status::SUSPENDED`,
		}},
		{"list", account(tt.Array{"status": tt.List{1}}), []string{
			"ACC-03 accounts[0].status | want a string | got array with 1 entry",
			"STAT-01 accounts[0].status | want a string | got array with 1 entry",
		}},
		{"raw", account(tt.Array{"status": "running"}), []string{
			`STAT-01 accounts[0].status | want "Active" or "Suspended" | got "running" (string) | the upstream's own word has to be mapped to one of the two`,
		}},
		{"name of the constant", account(tt.Array{"status": "Status::ACTIVE"}), []string{
			`STAT-01 accounts[0].status | want "Active" or "Suspended" | got "Status::ACTIVE" (string) | a constant's name is not its value; write it without quotes`,
		}},
		{"bytes", account(tt.Array{"status": tt.Text("Caf\xe9 X")}), []string{
			`ACC-06 accounts[0].status | want a string of valid UTF-8 | got "Caf\xE9 X" (string that is not valid UTF-8) | it is probably ISO-8859-1 or Windows-1252; convert it with mb_convert_encoding()`,
			`STAT-01 accounts[0].status | want "Active" or "Suspended" | got "Caf\xE9 X" (string that is not valid UTF-8)`,
		}},
		{"missing", account(tt.Array{"status": tt.Absent()}), []string{
			`ACC-02 accounts[0].status | want the key "status" | got no such key`,
		}},
	})
}
