package suites_test

import (
	"testing"

	tt "syncproof/internal/transcript/transcripttest"
)

func TestAnAccountsCreationDate(t *testing.T) {
	checkEntries(t, []entryCase{
		{"empty", account(tt.Array{"created": ""}), []string{}},
		{"leap day", account(tt.Array{"created": "2024-02-29 23:59:59"}), []string{}},
		{"ISO 8601", account(tt.Array{"created": "2019-07-02T13:15:00Z"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "2019-07-02T13:15:00Z" (string) | it is ISO 8601; convert it with ->format('Y-m-d H:i:s')`,
		}},
		{"date only", account(tt.Array{"created": "2019-07-02"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "2019-07-02" (string) | the time of day is missing`,
		}},
		{"30 February", account(tt.Array{"created": "2023-02-30 10:00:00"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "2023-02-30 10:00:00" (string) | there is no such day or time; PHP would quietly take a later one`,
		}},
		{"hour 24", account(tt.Array{"created": "2019-07-02 24:00:00"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "2019-07-02 24:00:00" (string) | there is no such day or time; PHP would quietly take a later one`,
		}},
		{"fraction", account(tt.Array{"created": "2019-07-02 13:15:00.5"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "2019-07-02 13:15:00.5" (string) | fractions of a second do not belong there`,
		}},
		{"space before", account(tt.Array{"created": " 2019-07-02 13:15:00"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got " 2019-07-02 13:15:00" (string) | there is white space around it`,
		}},
		{"German", account(tt.Array{"created": "02.07.2019"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "02.07.2019" (string)`,
		}},
		{"epoch as text", account(tt.Array{"created": "1562073300"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "1562073300" (string) | it looks like a Unix timestamp: date('Y-m-d H:i:s', …) makes a date of it`,
		}},
		{"epoch as int", account(tt.Array{"created": 1562073300}), []string{
			"ACC-03 accounts[0].created | want a string | got 1562073300 (int) | cast it with (string); PHP makes ints of numeric array keys, and json_decode() of bare numbers",
			"DATE-01 accounts[0].created | want a string | got 1562073300 (int) | cast it with (string); PHP makes ints of numeric array keys, and json_decode() of bare numbers",
		}},
		{"Carbon", account(tt.Array{"created": tt.Object(`Carbon\Carbon`)}), []string{
			`ACC-03 accounts[0].created | want a string | got a Carbon\Carbon object | format it: ->format('Y-m-d H:i:s')`,
			`DATE-01 accounts[0].created | want a string | got a Carbon\Carbon object | format it: ->format('Y-m-d H:i:s')`,
		}},
		{"null", account(tt.Array{"created": nil}), []string{
			"ACC-03 accounts[0].created | want a string | got null | an unknown value is the empty string",
		}},
		{"zero date", account(tt.Array{"created": "0000-00-00 00:00:00"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "0000-00-00 00:00:00" (string) | a zero date means that the panel knows none`,
			`DATE-02 accounts[0].created | want the date on which the account was created | got "0000-00-00 00:00:00" (string) | it is a zero date`,
		}},
		{"zero date without time", account(tt.Array{"created": "0000-00-00"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "0000-00-00" (string) | a zero date means that the panel knows none`,
			`DATE-02 accounts[0].created | want the date on which the account was created | got "0000-00-00" (string) | it is a zero date`,
		}},
		{"start of Unix time", account(tt.Array{"created": "1970-01-01 00:00:00"}), []string{
			`DATE-02 accounts[0].created | want the date on which the account was created | got "1970-01-01 00:00:00" (string) | it is what date() makes of 0, false or null`,
		}},
		{"start of Unix time west of Greenwich", account(tt.Array{"created": "1969-12-31 19:00:00"}), []string{
			`DATE-02 accounts[0].created | want the date on which the account was created | got "1969-12-31 19:00:00" (string) | it is what date() makes of 0, false or null`,
		}},
		{"start of Unix time as date", account(tt.Array{"created": "1970-01-01"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "1970-01-01" (string) | the time of day is missing`,
			`DATE-02 accounts[0].created | want the date on which the account was created | got "1970-01-01" (string) | it is what date() makes of 0, false or null`,
		}},
		{"negative year", account(tt.Array{"created": "-0001-11-30 00:00:00"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "-0001-11-30 00:00:00" (string)`,
			`DATE-02 accounts[0].created | want the date on which the account was created | got "-0001-11-30 00:00:00" (string) | its year is negative, which is what PHP makes of a zero date`,
		}},
		{"before our era", account(tt.Array{"created": "-0044-03-15 00:00:00"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "-0044-03-15 00:00:00" (string)`,
			`DATE-02 accounts[0].created | want the date on which the account was created | got "-0044-03-15 00:00:00" (string) | its year is negative, which is what PHP makes of a zero date`,
		}},
		{"zero date behind a space", account(tt.Array{"created": " 0000-00-00 00:00:00"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got " 0000-00-00 00:00:00" (string) | a zero date means that the panel knows none`,
			`DATE-02 accounts[0].created | want the date on which the account was created | got " 0000-00-00 00:00:00" (string) | it is a zero date`,
		}},
		{"long before our era", account(tt.Array{"created": "-9999-03-15 00:00:00"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "-9999-03-15 00:00:00" (string)`,
			`DATE-02 accounts[0].created | want the date on which the account was created | got "-9999-03-15 00:00:00" (string) | its year is negative, which is what PHP makes of a zero date`,
		}},
		{"a negative number", account(tt.Array{"created": "-1"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "-1" (string)`,
			`DATE-02 accounts[0].created | want the date on which the account was created | got "-1" (string) | its year is negative, which is what PHP makes of a zero date`,
		}},
		{"a negative year at the end", account(tt.Array{"created": "30.11.-0001"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "30.11.-0001" (string)`,
			`DATE-02 accounts[0].created | want the date on which the account was created | got "30.11.-0001" (string) | its year is negative, which is what PHP makes of a zero date`,
		}},
		{"a dash", account(tt.Array{"created": "-"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "-" (string)`,
		}},
		{"a dash before a sign", account(tt.Array{"created": "-/"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "-/" (string)`,
		}},
		{"a dash before another sign", account(tt.Array{"created": "-:"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "-:" (string)`,
		}},
		{"a word that sorts behind every date", account(tt.Array{"created": "tomorrow"}), []string{
			`DATE-01 accounts[0].created | want a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00" | got "tomorrow" (string)`,
		}},
		{"zero date of Go", account(tt.Array{"created": "0001-01-01 00:00:00"}), []string{
			`DATE-02 accounts[0].created | want the date on which the account was created | got "0001-01-01 00:00:00" (string) | it is the zero date of .NET and Go`,
		}},
		{"a day after the call", account(tt.Array{"created": "2026-03-02 10:00:01"}), []string{}},
		{"more than a day after the call", account(tt.Array{"created": "2026-03-02 10:00:02"}), []string{
			`DATE-04 accounts[0].created | want a time no later than 2026-03-02 10:00:01, a day after the call | got "2026-03-02 10:00:02" (string)`,
		}},
		{"expiry date", account(tt.Array{"created": "2027-03-01 00:00:00"}), []string{
			`DATE-04 accounts[0].created | want a time no later than 2026-03-02 10:00:01, a day after the call | got "2027-03-01 00:00:00" (string)`,
		}},
	})
}
