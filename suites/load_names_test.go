package suites

import (
	"strings"
	"testing"

	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

// The likeliest function is named, whatever the order they are defined in.
func TestNearFunction(t *testing.T) {
	for defined, want := range map[string]string{
		"": "", "acme_MetaData": "", "acme": "", `Acme\acme_MetaData`: "", `Acme\cpanel_ListAccounts`: "", "cpanel_MetaData": "", "acmd_getaccounts": "",
		`\acme_ListAccounts`:                      `\acme_ListAccounts namespace`,
		`A\acme_ListAccounts ac_me_ListAccounts`:  `A\acme_ListAccounts namespace`,
		`ac_me_ListAccounts A\acme_ListAccounts`:  `A\acme_ListAccounts namespace`,
		`A\acme_ListAccounts B\acme_ListAccounts`: `A\acme_ListAccounts namespace`,
		"ac_me_ListAccounts a_cme_ListAccounts":   "ac_me_ListAccounts agree",
		"ac_me_ListAccounts acme_GetAccounts":     "ac_me_ListAccounts agree",
		"acme_GetAccounts ac_me_ListAccounts":     "acme_GetAccounts suffix",
		"acme_GetAccounts acme_SyncAccounts":      "acme_GetAccounts suffix",
		"cpanel_ListAccounts acme_GetAccounts":    "acme_GetAccounts suffix",
		`acme_GetAccounts A\acme_ListAccounts`:    `A\acme_ListAccounts namespace`,
		"acme_Sync":                               "acme_Sync suffix",
		"acme_GetAccounts cpanel_ListAccounts":    "acme_GetAccounts suffix",
		"cpanel_ListAccounts ac_me_ListAccounts":  "ac_me_ListAccounts agree",
		"ac_me_ListAccounts cpanel_ListAccounts":  "ac_me_ListAccounts agree",
		"cpanel_ListAccounts plesk_ListAccounts":  "cpanel_ListAccounts cpanel.php",
	} {
		var symbols []transcript.Symbol
		for _, name := range strings.Fields(defined) {
			symbols = append(symbols, transcript.Symbol{Name: name})
		}
		name, word, _ := strings.Cut(want, " ")
		near, why := nearFunction("acme", symbols)
		switch {
		case near == nil && want != "", near != nil && near.Name != name:
			t.Errorf("%s: %+v", defined, near)
		case !strings.Contains(why, word) || (why == "") != (want == ""):
			t.Errorf("%s: %q", defined, why)
		}
	}
}

func TestListLike(t *testing.T) {
	for _, suffix := range []string{
		"getaccounts", "syncaccounts", "accountlist", "accountslist", "listusers", "listallaccounts", "getaccountlist", "sync", "serversync",
		"listaccounts", "listaccount", "listaccou", "lstaccnts",
	} {
		if !listLike(suffix) {
			t.Errorf("%s was not meant", suffix)
		}
	}
	for _, suffix := range []string{"", "listacco", "metadata", "getusers", "accounts"} {
		if listLike(suffix) {
			t.Errorf("%s was meant", suffix)
		}
	}
	if got := plainName("A-c_m.e 2x"); got != "acme2x" {
		t.Errorf("the name without what is exchanged: %q", got)
	}
}

func TestWhereOutputComesFrom(t *testing.T) {
	for name, tc := range map[string]struct {
		s    *transcript.Subject
		want string
	}{
		"no file": {nil, ""}, "nothing": {&transcript.Subject{Head: []byte("<?php")}, ""}, "no opening": {&transcript.Subject{Head: []byte("text")}, ""},
		"one byte before":    {&transcript.Subject{Head: []byte("x<?php")}, `the file has 1 byte before <?php: "x"`},
		"a mark":             {&transcript.Subject{Head: []byte("\xEF\xBB\xBF<?php")}, "the file begins with a UTF-8 byte order mark; save it without"},
		"one byte after":     {&transcript.Subject{Head: []byte("<?php"), Tail: []byte("\nx")}, `the file goes on after its last ?>: "x"; leave the closing tag out`},
		"a line break after": {&transcript.Subject{Head: []byte("<?php"), Tail: []byte("\r\n")}, ""},
	} {
		if got := outputSource(tc.s); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
	if hasByteOrderMark(nil) {
		t.Error("a file that is not known has a mark")
	}
}

// Values that only resemble those a hint is for.
func TestHintsThatDoNotFit(t *testing.T) {
	const list, epoch = "only the primary domain belongs there, not a list", "it looks like a Unix timestamp: date('Y-m-d H:i:s', …) makes a date of it"
	for name, tc := range map[string]struct {
		hint func(string) string
		want map[string]string
	}{
		"dates": {dateHint, map[string]string{
			"12345678": "", "123456789": epoch, "1234567890123": epoch, "12345678901234": "", "123456789~": "", "2019107-02 13:15:00": "",
			"2019-07-02T13:15:00 and then some": "",
		}},
		"addresses": {addressHint, map[string]string{
			"1.2.3.4": "", " 1.2.3 ": "", " 1.2.3.4": "there is white space around it", "": `an account without an address has ""`, " ": `an account without an address has ""`,
		}},
		"hosts": {hostHint, map[string]string{
			"a~b": "", "a.example;b.example": list, "a|b": list, "a,b": list, "a, b": list, "a.example": "",
		}},
		"mail": {emailHint, map[string]string{
			"a@b.example": "", " a@b.example": "there is white space around it", " a b@c ": "", "a@b@c": "", "a,b@c.example": "", "a~b@c@d": "", "a@b,c@d": "only one address belongs there",
			"": `an account without an address has ""`, " ": `an account without an address has ""`,
		}},
	} {
		for text, want := range tc.want {
			if got := tc.hint(text); got != want {
				t.Errorf("%s: %q: %q, want %q", name, text, got, want)
			}
		}
	}
	for text, want := range map[string]bool{"2019-06-31 13:15:00": true, "2019": false, "2019-06-31 13:15:00Z": false, "2019106-31 13:15:00": false, "2019-06-31 13:15:0x": false} {
		if got := hasDateShape(text); got != want {
			t.Errorf("%q looks like a date: %t", text, got)
		}
	}
	if isNoValue("~none~") || !isNoValue(" [None] ") {
		t.Error("signs around a word for nothing")
	}
	if got := formatHint(schema.Violation{Detail: schema.FormatHost, Value: []any{}}); got != "" {
		t.Errorf("a value that is no text (%s): %q", phpvalue.Show([]any{}), got)
	}
}
