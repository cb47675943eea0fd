package suites_test

import (
	"testing"

	tt "syncproof/internal/transcript/transcripttest"
)

func TestAnAccountsProduct(t *testing.T) {
	checkEntries(t, []entryCase{
		{"key", account(tt.Array{"product": "pro"}), []string{}},
		{"empty", account(tt.Array{"product": ""}), []string{
			`PROD-01 accounts[0].product | want a value that is not empty | got "" (string)`,
		}},
		{"white space only", account(tt.Array{"product": "\t"}), []string{
			`ACC-07 accounts[0].product | want plain text without white space around it | got "\t" (string) | it has a control character in it`,
			`PROD-01 accounts[0].product | want a value that is not empty | got "\t" (string) | there is nothing in it but white space`,
		}},
		{"null", account(tt.Array{"product": nil}), []string{
			"ACC-03 accounts[0].product | want a string | got null",
			"PROD-01 accounts[0].product | want a string | got null",
		}},
		{"label", account(tt.Array{"product": "Professional"}), []string{
			`PROD-02 accounts[0].product | want a value of the option "Plan": "basic", "pro" | got "Professional" (string) | that is the label of the option's value "pro"`,
		}},
		{"another case", account(tt.Array{"product": "PRO"}), []string{
			`PROD-02 accounts[0].product | want a value of the option "Plan": "basic", "pro" | got "PRO" (string) | only case or white space sets it apart from "pro"`,
		}},
		{"unknown", account(tt.Array{"product": "gold"}), []string{
			`PROD-02 accounts[0].product | want a value of the option "Plan": "basic", "pro" | got "gold" (string)`,
		}},
		{"int", account(tt.Array{"product": 7}), []string{
			"ACC-03 accounts[0].product | want a string | got 7 (int) | cast it with (string); PHP makes ints of numeric array keys, and json_decode() of bare numbers",
			`PROD-02 accounts[0].product | want a value of the option "Plan": "basic", "pro" | got 7 (int)`,
		}},
	})
}
