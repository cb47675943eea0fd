package suites_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"syncproof/internal/contract"
	tt "syncproof/internal/transcript/transcripttest"
)

func TestAnAccountsShapeTypesAndText(t *testing.T) {
	checkEntries(t, []entryCase{
		{"conformant", account(), []string{}},
		{"object", tt.Object(`Acme\Account`), []string{
			`ACC-01 accounts[0] | want an array | got a Acme\Account object | cast the object: (array) $account, or build the array key by key`,
		}},
		{"null", nil, []string{
			"ACC-01 accounts[0] | want an array | got null",
		}},
		{"text", "one.example", []string{
			`ACC-01 accounts[0] | want an array | got "one.example" (string)`,
		}},
		{"int", 5, []string{
			"ACC-01 accounts[0] | want an array | got 5 (int)",
		}},
		{"empty list", tt.List{}, []string{
			`ACC-02 accounts[0].created | want the key "created" | got no such key`,
			`ACC-02 accounts[0].domain | want the key "domain" | got no such key`,
			`ACC-02 accounts[0].email | want the key "email" | got no such key`,
			`ACC-02 accounts[0].primaryip | want the key "primaryip" | got no such key`,
			`ACC-02 accounts[0].product | want the key "product" | got no such key`,
			`ACC-02 accounts[0].status | want the key "status" | got no such key`,
			`ACC-02 accounts[0].uniqueIdentifier | want the key "uniqueIdentifier" | got no such key`,
			`ACC-02 accounts[0].username | want the key "username" | got no such key`,
		}},
		{"plain list", tt.List{"a", "b"}, []string{
			`ACC-02 accounts[0].created | want the key "created" | got no such key | the entry is a plain list; give each value its key`,
			`ACC-02 accounts[0].domain | want the key "domain" | got no such key | the entry is a plain list; give each value its key`,
			`ACC-02 accounts[0].email | want the key "email" | got no such key | the entry is a plain list; give each value its key`,
			`ACC-02 accounts[0].primaryip | want the key "primaryip" | got no such key | the entry is a plain list; give each value its key`,
			`ACC-02 accounts[0].product | want the key "product" | got no such key | the entry is a plain list; give each value its key`,
			`ACC-02 accounts[0].status | want the key "status" | got no such key | the entry is a plain list; give each value its key`,
			`ACC-02 accounts[0].uniqueIdentifier | want the key "uniqueIdentifier" | got no such key | the entry is a plain list; give each value its key`,
			`ACC-02 accounts[0].username | want the key "username" | got no such key | the entry is a plain list; give each value its key`,
			`ACC-04 accounts[0].0 | want no such key | got the key "0" (string)`,
			`ACC-04 accounts[0].1 | want no such key | got the key "1" (string)`,
		}},
		{"empty array", tt.Array{}, []string{
			`ACC-02 accounts[0].created | want the key "created" | got no such key`,
			`ACC-02 accounts[0].domain | want the key "domain" | got no such key`,
			`ACC-02 accounts[0].email | want the key "email" | got no such key`,
			`ACC-02 accounts[0].primaryip | want the key "primaryip" | got no such key`,
			`ACC-02 accounts[0].product | want the key "product" | got no such key`,
			`ACC-02 accounts[0].status | want the key "status" | got no such key`,
			`ACC-02 accounts[0].uniqueIdentifier | want the key "uniqueIdentifier" | got no such key`,
			`ACC-02 accounts[0].username | want the key "username" | got no such key`,
		}},
		{"keys under other names", account(tt.Array{
			"username": tt.Absent(), "userName": "x", "product": tt.Absent(), "package": "p", "status": tt.Absent(), "suspended": "0",
			"primaryip": tt.Absent(), "ip": "1", "created": tt.Absent(), "regdate": "x", "email": tt.Absent(), "emial": "x",
			"password": "hunter2",
		}), []string{
			`ACC-02 accounts[0].created | want the key "created" | got no such key | the entry has "regdate" instead`,
			`ACC-02 accounts[0].email | want the key "email" | got no such key | the entry has "emial" instead`,
			`ACC-02 accounts[0].primaryip | want the key "primaryip" | got no such key | the entry has "ip" instead`,
			`ACC-02 accounts[0].product | want the key "product" | got no such key | the entry has "package" instead`,
			`ACC-02 accounts[0].status | want the key "status" | got no such key | the entry has "suspended" instead`,
			`ACC-02 accounts[0].username | want the key "username" | got no such key | the entry has "userName" instead`,
			`ACC-04 accounts[0].emial | want no such key | got the key "emial" (string) | WHMCS documents the key "email"`,
			`ACC-04 accounts[0].ip | want no such key | got the key "ip" (string) | WHMCS documents the key "primaryip"`,
			`ACC-04 accounts[0].package | want no such key | got the key "package" (string) | WHMCS documents the key "product"`,
			`ACC-04 accounts[0].password | want no such key | got the key "password" (string)`,
			`ACC-04 accounts[0].regdate | want no such key | got the key "regdate" (string) | WHMCS documents the key "created"`,
			`ACC-04 accounts[0].suspended | want no such key | got the key "suspended" (string) | WHMCS documents the key "status"`,
			`ACC-04 accounts[0].userName | want no such key | got the key "userName" (string) | WHMCS documents the key "username"`,
			"ACC-05 accounts[0].password | want no password, token or key | got string",
		}},
		{"all keys in another case", tt.Array{"Email": "a@one.example", "USERNAME": "u", "Domain": "one.example", "unique_identifier": "one.example", "Product": "basic", "PrimaryIP": "192.0.2.1", "Created": "2019-07-02 13:15:00", "Status": "Active"}, []string{
			`ACC-02 accounts[0].created | want the key "created" | got no such key | the entry has "Created" instead`,
			`ACC-02 accounts[0].domain | want the key "domain" | got no such key | the entry has "Domain" instead`,
			`ACC-02 accounts[0].email | want the key "email" | got no such key | the entry has "Email" instead`,
			`ACC-02 accounts[0].primaryip | want the key "primaryip" | got no such key | the entry has "PrimaryIP" instead`,
			`ACC-02 accounts[0].product | want the key "product" | got no such key | the entry has "Product" instead`,
			`ACC-02 accounts[0].status | want the key "status" | got no such key | the entry has "Status" instead`,
			`ACC-02 accounts[0].uniqueIdentifier | want the key "uniqueIdentifier" | got no such key | the entry has "unique_identifier" instead`,
			`ACC-02 accounts[0].username | want the key "username" | got no such key | the entry has "USERNAME" instead`,
			`ACC-04 accounts[0].Created | want no such key | got the key "Created" (string) | WHMCS documents the key "created"`,
			`ACC-04 accounts[0].Domain | want no such key | got the key "Domain" (string) | WHMCS documents the key "domain"`,
			`ACC-04 accounts[0].Email | want no such key | got the key "Email" (string) | WHMCS documents the key "email"`,
			`ACC-04 accounts[0].PrimaryIP | want no such key | got the key "PrimaryIP" (string) | WHMCS documents the key "primaryip"`,
			`ACC-04 accounts[0].Product | want no such key | got the key "Product" (string) | WHMCS documents the key "product"`,
			`ACC-04 accounts[0].Status | want no such key | got the key "Status" (string) | WHMCS documents the key "status"`,
			`ACC-04 accounts[0].USERNAME | want no such key | got the key "USERNAME" (string) | WHMCS documents the key "username"`,
			`ACC-04 accounts[0].unique_identifier | want no such key | got the key "unique_identifier" (string) | WHMCS documents the key "uniqueIdentifier"`,
		}},
		{"the key name", account(tt.Array{"name": "John"}), []string{}},
		{"a key that would move the cursor", account(tt.Array{"we\x1b[31mird": "x"}), []string{
			`ACC-04 accounts[0]["we\x1B[31mird"] | want no such key | got the key "we\x1B[31mird" (string)`,
		}},
		{"int", account(tt.Array{"username": 42}), []string{
			"ACC-03 accounts[0].username | want a string | got 42 (int) | cast it with (string); PHP makes ints of numeric array keys, and json_decode() of bare numbers",
			"USER-01 accounts[0].username | want a string | got 42 (int) | cast it with (string); PHP makes ints of numeric array keys, and json_decode() of bare numbers",
		}},
		{"float", account(tt.Array{"username": tt.Float("1.0")}), []string{
			"ACC-03 accounts[0].username | want a string | got 1.0 (float) | cast it with (string)",
			"USER-01 accounts[0].username | want a string | got 1.0 (float) | cast it with (string)",
		}},
		{"NAN", account(tt.Array{"username": tt.NaN()}), []string{
			"ACC-03 accounts[0].username | want a string | got NAN (float) | cast it with (string)",
			"USER-01 accounts[0].username | want a string | got NAN (float) | cast it with (string)",
		}},
		{"number beyond every limit", account(tt.Array{"username": json.Number("1e99999")}), []string{
			"ACC-03 accounts[0].username | want a string | got 1e99999 (float) | cast it with (string)",
			"USER-01 accounts[0].username | want a string | got 1e99999 (float) | cast it with (string)",
		}},
		{"bool", account(tt.Array{"username": true}), []string{
			"ACC-03 accounts[0].username | want a string | got true (bool)",
			"USER-01 accounts[0].username | want a string | got true (bool)",
		}},
		{"null username", account(tt.Array{"username": nil}), []string{
			"ACC-03 accounts[0].username | want a string | got null | an unknown value is the empty string",
			"USER-01 accounts[0].username | want a string | got null | an unknown value is the empty string",
		}},
		{"closure", account(tt.Array{"username": tt.Closure()}), []string{
			"ACC-03 accounts[0].username | want a string | got a closure",
			"USER-01 accounts[0].username | want a string | got a closure",
		}},
		{"ISO-8859-1", account(tt.Array{"username": tt.Text("Caf\xe9 X")}), []string{
			`ACC-06 accounts[0].username | want a string of valid UTF-8 | got "Caf\xE9 X" (string that is not valid UTF-8) | it is probably ISO-8859-1 or Windows-1252; convert it with mb_convert_encoding()`,
		}},
		{"half a character", account(tt.Array{"username": tt.Text("Caf\xc3\xa9\xc3")}), []string{
			`ACC-06 accounts[0].username | want a string of valid UTF-8 | got "Café\xC3" (string that is not valid UTF-8) | it ends in the middle of a character: cut it with mb_substr()`,
		}},
		{"an odd byte behind ASCII", account(tt.Array{"username": tt.Text("Caf\xc3")}), []string{
			`ACC-06 accounts[0].username | want a string of valid UTF-8 | got "Caf\xC3" (string that is not valid UTF-8) | it is probably ISO-8859-1 or Windows-1252; convert it with mb_convert_encoding()`,
		}},
		{"two thirds of a character", account(tt.Array{"username": tt.Text("Caf\xe2\x82")}), []string{
			`ACC-06 accounts[0].username | want a string of valid UTF-8 | got "Caf\xE2\x82" (string that is not valid UTF-8) | it ends in the middle of a character: cut it with mb_substr()`,
		}},
		{"three quarters of a character", account(tt.Array{"username": tt.Text("Caf\xf0\x9f\x98")}), []string{
			`ACC-06 accounts[0].username | want a string of valid UTF-8 | got "Caf\xF0\x9F\x98" (string that is not valid UTF-8) | it ends in the middle of a character: cut it with mb_substr()`,
		}},
		{"half a character alone", account(tt.Array{"username": tt.Text("\xf0\x9f")}), []string{
			`ACC-06 accounts[0].username | want a string of valid UTF-8 | got "\xF0\x9F" (string that is not valid UTF-8) | it ends in the middle of a character: cut it with mb_substr()`,
		}},
		{"odd bytes before the end too", account(tt.Array{"username": tt.Text("Caf\xe9 \xc3\xa9\xc3")}), []string{
			`ACC-06 accounts[0].username | want a string of valid UTF-8 | got "Caf\xE9 é\xC3" (string that is not valid UTF-8) | it is probably ISO-8859-1 or Windows-1252; convert it with mb_convert_encoding()`,
		}},
		{"bytes under another key", account(tt.Array{"note": tt.Text("Caf\xe9 X")}), []string{
			`ACC-04 accounts[0].note | want no such key | got the key "note" (string that is not valid UTF-8)`,
			"ACC-06 accounts[0].note | want a string of valid UTF-8 | got string that is not valid UTF-8 | it is probably ISO-8859-1 or Windows-1252; convert it with mb_convert_encoding()",
		}},
		{"bytes deep under another key", account(tt.Array{"note": tt.List{tt.Array{"x": tt.List{tt.Text("Caf\xe9 X")}}}}), []string{
			`ACC-04 accounts[0].note | want no such key | got the key "note" (array)`,
			"ACC-06 accounts[0].note | want a string of valid UTF-8 | got string that is not valid UTF-8 | it is probably ISO-8859-1 or Windows-1252; convert it with mb_convert_encoding()",
		}},
		{"bytes as a key", tt.Array{"$php": "array", "entries": entriesOf(account(), tt.Text("Caf\xe9 X"))}, []string{
			`ACC-04 accounts[0]["\"Caf\\xE9 X\" (string that is not valid UTF-8)"] | want no such key | got the key "\"Caf\\xE9 X\" (string that is not valid UTF-8)" (string)`,
			"ACC-06 accounts[0] | want a string of valid UTF-8 | got string that is not valid UTF-8 | it is the name of a key",
		}},
		{"control character", account(tt.Array{"username": "a\x00b"}), []string{
			`ACC-07 accounts[0].username | want plain text without white space around it | got "a\x00b" (string) | it has a control character in it`,
		}},
		{"delete character", account(tt.Array{"username": "a\x7fb"}), []string{
			`ACC-07 accounts[0].username | want plain text without white space around it | got "a\x7Fb" (string) | it has a control character in it`,
		}},
		{"zero-width space", account(tt.Array{"username": "a\u200bb"}), []string{
			`ACC-07 accounts[0].username | want plain text without white space around it | got "a\u{200B}b" (string) | it has an invisible character in it`,
		}},
		{"joiner of a name in Persian", account(tt.Array{"username": "نامه\u200cای"}), []string{}},
		{"space before", account(tt.Array{"username": " a"}), []string{
			`ACC-07 accounts[0].username | want plain text without white space around it | got " a" (string) | there is white space around it`,
		}},
		{"space after", account(tt.Array{"username": "a "}), []string{
			`ACC-07 accounts[0].username | want plain text without white space around it | got "a " (string) | there is white space around it`,
		}},
		{"two secrets", account(tt.Array{"username": "[redacted:serverpassword] [redacted:serveraccesshash]"}), []string{
			"ACC-05 accounts[0].username | want no password, token or key | got string | it holds the server's serverpassword, serveraccesshash",
		}},
		{"a secret in an array", account(tt.Array{"username": tt.Array{"login": "a", "password": "[redacted:serverpassword]"}}), []string{
			"ACC-03 accounts[0].username | want a string | got array with keys login, password",
			"ACC-05 accounts[0].username | want no password, token or key | got array | it holds the server's serverpassword",
			"USER-01 accounts[0].username | want a string | got array with keys login, password",
		}},
		{"no-break space after", account(tt.Array{"username": "a\u00a0"}), []string{
			`ACC-07 accounts[0].username | want plain text without white space around it | got "a\u{00A0}" (string) | there is white space around it`,
		}},
		{"tag", account(tt.Array{"username": "<b>x</b>"}), []string{
			`ACC-07 accounts[0].username | want plain text without white space around it | got "<b>x</b>" (string) | it has markup in it`,
		}},
		{"comment", account(tt.Array{"username": "x<!-- y -->"}), []string{
			`ACC-07 accounts[0].username | want plain text without white space around it | got "x<!-- y -->" (string) | it has markup in it`,
		}},
		{"entity", account(tt.Array{"username": "R&amp;D"}), []string{
			`ACC-07 accounts[0].username | want plain text without white space around it | got "R&amp;D" (string) | it has the HTML entity &amp; in it`,
		}},
		{"numeric entity", account(tt.Array{"username": "R&#38;D"}), []string{
			`ACC-07 accounts[0].username | want plain text without white space around it | got "R&#38;D" (string) | it has the HTML entity &#38; in it`,
		}},
		{"signs that are text", account(tt.Array{"username": "R&D x; a < 5 GB &b; >"}), []string{}},
	})
}

func TestAnAccountOfNothingButBytes(t *testing.T) {
	testVerdicts(t, []verdict{{
		name: "under one key", rule: "ACC-06", change: returns(tt.Success(tt.Array{"username": tt.Text("Caf\xe9 X")})),
		findings: []contract.Finding{inList("accounts[0].username", "a string of valid UTF-8", `"Caf\xE9 X" (string that is not valid UTF-8)`,
			"it is probably ISO-8859-1 or Windows-1252; convert it with mb_convert_encoding()")},
	}})
}

// entriesOf is an account as a tagged array with one more key.
func entriesOf(a tt.Array, key any) tt.List {
	entries := tt.List{tt.List{key, "x"}}
	for _, k := range slices.Sorted(maps.Keys(a)) {
		entries = append(entries, tt.List{k, a[k]})
	}
	return entries
}
