package suites_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

// listCase is one rule on lists of accounts.
type listCase struct {
	name   string
	change func(*tt.Run)
	want   []string
}

func checkLists(t *testing.T, rule string, cases []listCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got := ruled(t, recordedOnce(t, func(tb testing.TB) *transcript.Transcript {
				run := tt.Conformant(tb)
				tc.change(run)
				return run.Transcript()
			}), rule)
			lines := []string{}
			for _, f := range got.Findings {
				lines = append(lines, f.Call+" "+line(f))
			}
			want := contract.Fail
			if len(tc.want) == 0 {
				want = contract.Pass
			}
			if got.Outcome != want || got.Reason != "" || got.Follows != "" {
				t.Errorf("%s came out as %s (%q), want %s", rule, got.Outcome, got.Reason, want)
			}
			if diff := cmp.Diff(tc.want, lines); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// rows makes every call of ListAccounts() return accounts with these fields.
func rows(fields ...tt.Array) func(*tt.Run) {
	return func(run *tt.Run) { run.EachList(list(fields...)) }
}

func list(fields ...tt.Array) any {
	entries := make(tt.List, len(fields))
	for i, f := range fields {
		entries[i] = account(f)
	}
	return tt.Success(entries...)
}

func id(v any) tt.Array { return tt.Array{"uniqueIdentifier": v} }

func TestIdentifiersOfAList(t *testing.T) {
	checkLists(t, "UID-02", []listCase{
		{"all different", rows(id("a"), id("b"), id("ab"), id("a b")), []string{}},
		{"the same twice", rows(id("a"), id("b"), id("a"), id("a")), []string{
			`list accounts[2].uniqueIdentifier | want an identifier that no other account has | got "a" (string) | accounts[0] has the same identifier`,
			`list accounts[3].uniqueIdentifier | want an identifier that no other account has | got "a" (string) | accounts[0] has the same identifier`,
		}},
		{"but for case", rows(id("acme"), id("Acme"), id("STRASSE"), id("strasse")), []string{
			`list accounts[1].uniqueIdentifier | want an identifier that no other account has | got "Acme" (string) | accounts[0] has the same identifier but for case`,
			`list accounts[3].uniqueIdentifier | want an identifier that no other account has | got "strasse" (string) | accounts[2] has the same identifier but for case`,
		}},
		{"an int and its text", rows(id(42), id("42")), []string{
			`list accounts[1].uniqueIdentifier | want an identifier that no other account has | got "42" (string) | accounts[0] has the same identifier`,
		}},
		{"empty ones are another rule's", rows(id(""), id(""), id(" "), id(" "), id(nil), id(nil), id(tt.Absent()), id(tt.Absent())), []string{}},
		{"bytes", rows(id(tt.Text("\xe9")), id(tt.Text("\xe9")), id(tt.Text("\xe8"))), []string{
			`list accounts[1].uniqueIdentifier | want an identifier that no other account has | got "\xE9" (string that is not valid UTF-8) | accounts[0] has the same identifier`,
		}},
		{"in a keyed list", func(run *tt.Run) {
			run.EachList(tt.Array{"success": true, "accounts": tt.Entries{
				{Key: "jo\nhn", Value: account(id("a"))}, {Key: 7, Value: account(id("b"))},
				{Key: "mary", Value: account(id("a"))}, {Key: 9, Value: account(id("b"))},
			}})
		}, []string{
			`list accounts["mary"].uniqueIdentifier | want an identifier that no other account has | got "a" (string) | accounts["jo\nhn"] has the same identifier`,
			`list accounts[9].uniqueIdentifier | want an identifier that no other account has | got "b" (string) | accounts[7] has the same identifier`,
		}},
	})
}

func identified(field any) func(*tt.Run) {
	return func(run *tt.Run) {
		run.MetaData().Returns(tt.MetaData(tt.Array{"ListAccountsUniqueIdentifierField": field}))
	}
}

func TestTheFieldThatIdentifies(t *testing.T) {
	for _, tc := range []struct {
		name, rule string
		field      any
		entry      tt.Array
		outcome    contract.Outcome
		follows    string
		reason     string
		want       []string
	}{
		{"username", "UID-03", "username", account(id("user")), contract.Pass, "", "", nil},
		{"not the username", "UID-03", "username", account(), contract.Fail, "", "", []string{
			`accounts[0].uniqueIdentifier | want the account's username, "user" | got "one.example" (string)`,
		}},
		{
			"custom field", "UID-03", "customfield.Service ID", account(id("42")), contract.NotApplicable, "",
			"the identifier is compared with a custom field of the service, which is not part of the list", nil,
		},
		{"undocumented field", "UID-03", "dedicatedip", account(), contract.Fail, "META-02", "", []string{
			`the whole rule | the metadata names no field that WHMCS supports as the identifier ("dedicatedip" (string))`,
		}},
		{"no field", "UID-03", tt.Absent(), account(), contract.Fail, "META-02", "", []string{
			`the whole rule | the metadata names no field that WHMCS supports as the identifier (no such key)`,
		}},
		{"field that is missing", "UID-03", "domain", account(tt.Array{"domain": tt.Absent()}), contract.Pass, "", "", nil},
		{"empty username that identifies", "USER-01", "username", account(tt.Array{"username": ""}), contract.Fail, "", "", []string{
			`accounts[0].username | want a value that is not empty | got "" (string)`,
		}},
		{"blank username that identifies", "USER-01", "username", account(tt.Array{"username": " "}), contract.Fail, "", "", []string{
			`accounts[0].username | want a value that is not empty | got " " (string) | there is nothing in it but white space`,
		}},
		{"empty username that does not", "USER-01", "domain", account(tt.Array{"username": ""}), contract.Pass, "", "", nil},
		{"empty username beside a custom field", "USER-01", "customfield.id", account(tt.Array{"username": ""}), contract.Pass, "", "", nil},
		{"empty domain that identifies", "DOM-01", "domain", account(tt.Array{"domain": ""}), contract.Fail, "", "", []string{
			`accounts[0].domain | want a value that is not empty | got "" (string)`,
		}},
		{"empty domain that does not", "DOM-01", "username", account(tt.Array{"domain": ""}), contract.Pass, "", "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			run := listing(t, tc.entry)
			identified(tc.field)(run)
			got := ruled(t, run.Transcript(), tc.rule)
			if got.Outcome != tc.outcome || got.Follows != tc.follows || got.Reason != tc.reason {
				t.Errorf("came out as %s following %q (%q), want %s following %q (%q)",
					got.Outcome, got.Follows, got.Reason, tc.outcome, tc.follows, tc.reason)
			}
			var lines []string
			for _, f := range got.Findings {
				lines = append(lines, line(f))
			}
			if diff := cmp.Diff(tc.want, lines); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// owner tells accounts apart for the reader of a call.
func owner(name string, identifier any) tt.Array {
	return tt.Array{"username": name, "domain": name + ".example", "email": name + "@a.example", "uniqueIdentifier": identifier}
}

// repeated makes the first call and the repeated ones return different lists.
func repeated(first, again any) func(*tt.Run) {
	return func(run *tt.Run) {
		run.List().Returns(first)
		run.Call(transcript.CallRepeat1).Returns(again)
		run.Call(transcript.CallRepeat2).Returns(again)
	}
}

func TestIdentifiersFromCallToCall(t *testing.T) {
	john, mary := owner("john", "1"), owner("mary", "2")
	checkLists(t, "UID-04", []listCase{
		{"the same", rows(john, mary), []string{}},
		{"small numbers in order", rows(owner("john", "0"), owner("mary", "1"), owner("zoe", "2")), []string{}},
		{"the same in another order", repeated(list(john, mary), list(mary, john)), []string{}},
		{"numbered by position", repeated(list(john, mary), list(owner("mary", "1"), owner("john", "2"))), []string{
			`repeat-1 accounts[0].uniqueIdentifier | want "2" (string), as in the first call | got "1" (string) | the account with the username "mary" had another identifier at row 1 of the first call`,
			`repeat-1 accounts[1].uniqueIdentifier | want "1" (string), as in the first call | got "2" (string) | the account with the username "john" had another identifier at row 0 of the first call`,
		}},
		{"random", repeated(list(john, mary), list(owner("john", "8f3a"), mary)), []string{
			`repeat-1 accounts[0].uniqueIdentifier | want "1" (string), as in the first call | got "8f3a" (string) | the account with the username "john" had another identifier in the first call`,
		}},
		{"random in the third call only", func(run *tt.Run) {
			run.EachList(list(john))
			run.Call(transcript.CallRepeat2).Returns(list(owner("john", 5)))
		}, []string{
			`repeat-2 accounts[0].uniqueIdentifier | want "1" (string), as in the first call | got 5 (int) | the account with the username "john" had another identifier in the first call`,
		}},
		{"random after an account was created", func(run *tt.Run) {
			run.EachList(list(john))
			run.Call(transcript.CallRepeat1).Returns(list(john, mary))
			run.Call(transcript.CallRepeat2).Returns(list(owner("john", "x"), mary))
		}, []string{
			`repeat-2 accounts[0].uniqueIdentifier | want "1" (string), as in the first call | got "x" (string) | the account with the username "john" had another identifier in the first call`,
		}},
		{"random, and nothing else to go by", repeated(
			list(owner("", "a"), owner("", "b"), owner("", "c")), list(owner("", "a"), owner("", "x"), owner("", "y"))), []string{
			`repeat-1 accounts[1].uniqueIdentifier | want an identifier that the first call returned too | got "x" (string) | 2 identifiers of the first call are missing here`,
			`repeat-1 accounts[2].uniqueIdentifier | want an identifier that the first call returned too | got "y" (string) | 2 identifiers of the first call are missing here`,
		}},
		{"random, with nothing but a username", repeated(
			list(tt.Array{"username": "john", "domain": "", "email": "", "uniqueIdentifier": "1"}),
			list(tt.Array{"username": "john", "domain": "", "email": "", "uniqueIdentifier": "2"})), []string{
			`repeat-1 accounts[0].uniqueIdentifier | want "1" (string), as in the first call | got "2" (string) | the account with the username "john" had another identifier in the first call`,
		}},
		{"random, and nothing but an email", repeated(
			list(tt.Array{"username": "", "domain": "", "email": "a@b.example", "uniqueIdentifier": "1"}),
			list(tt.Array{"username": "", "domain": "", "email": "a@b.example", "uniqueIdentifier": "2"})), []string{
			`repeat-1 accounts[0].uniqueIdentifier | want "1" (string), as in the first call | got "2" (string) | the account with the email "a@b.example" had another identifier in the first call`,
		}},
		{"random, and nothing but a domain", repeated(
			list(tt.Array{"username": "", "domain": "a.example", "email": "", "uniqueIdentifier": "1"}),
			list(tt.Array{"username": "", "domain": "a.example", "email": "", "uniqueIdentifier": "2"})), []string{
			`repeat-1 accounts[0].uniqueIdentifier | want "1" (string), as in the first call | got "2" (string) | the account with the domain "a.example" had another identifier in the first call`,
		}},
		{"another account with the same letters", repeated(
			list(tt.Array{"username": "johnny", "domain": ".example", "uniqueIdentifier": "1"}),
			list(tt.Array{"username": "john", "domain": "ny.example", "uniqueIdentifier": "2"})), []string{
			`repeat-1 accounts[0].uniqueIdentifier | want an identifier that the first call returned too | got "2" (string) | 1 identifier of the first call is missing here`,
		}},
		{"one account became two others", repeated(list(john), list(owner("john", "5"), owner("john", "6"))), []string{
			`repeat-1 accounts[0].uniqueIdentifier | want an identifier that the first call returned too | got "5" (string) | 1 identifier of the first call is missing here`,
			`repeat-1 accounts[1].uniqueIdentifier | want an identifier that the first call returned too | got "6" (string) | 1 identifier of the first call is missing here`,
		}},
		{"random, with one owner for all", repeated(
			list(owner("john", "a"), owner("john", "b")), list(owner("john", "a"), owner("john", "x"))), []string{
			`repeat-1 accounts[1].uniqueIdentifier | want an identifier that the first call returned too | got "x" (string) | 1 identifier of the first call is missing here`,
		}},
		{"an account was created meanwhile", repeated(list(john), list(john, mary)), []string{}},
		{"an account was deleted meanwhile", repeated(list(john, mary), list(mary)), []string{}},
		{"another field changed", repeated(list(john), list(owner("johnny", "1"))), []string{}},
		{"two accounts of one customer", rows(owner("john", "1"), owner("john", "2")), []string{}},
		{"identifiers that are missing", repeated(list(id(tt.Absent())), list(id(tt.Absent()))), []string{}},
	})
}

func TestRepeatedCallsWithoutAList(t *testing.T) {
	for _, rule := range []string{"UID-04", "DATE-03"} {
		t.Run(rule, func(t *testing.T) {
			run := tt.Conformant(t)
			run.Call(transcript.CallRepeat1).Returns(tt.Failure("busy"))
			run.Call(transcript.CallRepeat2).Ends(transcript.EndThrew)
			got := ruled(t, run.Transcript(), rule)
			want := []contract.Finding{{At: "the whole rule", Note: "the repeated calls of ListAccounts() returned no list"}}
			if diff := cmp.Diff(want, got.Findings); diff != "" || got.Follows != "DET-01" {
				t.Errorf("follows %q, findings (-want +got):\n%s", got.Follows, diff)
			}
		})
	}
}
