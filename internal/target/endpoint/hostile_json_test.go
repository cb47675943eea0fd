package endpoint_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"syncproof/internal/target/endpoint"
)

// utf16Of is text in UTF-16, with a byte order mark.
func utf16Of(text string, bigEndian bool) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune("\uFEFF" + text)) {
		if bigEndian {
			b.WriteString(string([]byte{byte(unit >> 8), byte(unit)}))
			continue
		}
		b.WriteString(string([]byte{byte(unit), byte(unit >> 8)}))
	}
	return b.String()
}

func accounts(account string) string { return `{"success":true,"accounts":[` + account + `]}` }

func TestHostileJSON(t *testing.T) {
	deep := func(open, end string) string {
		return strings.Repeat(open, 100_000) + "1" + strings.Repeat(end, 100_000)
	}
	ones := strings.Repeat("1", 400)
	large := endpoint.Options{MaxBody: 32 << 20}
	var tests []hostile
	for _, tt := range []struct {
		name, body, want string
		o                endpoint.Options
	}{
		{name: "arrays in arrays", body: deep("[", "]"), want: "limit 200: the answer to ListAccounts() nests deeper than the 512 levels PHP itself reads"},
		{name: "objects in objects", body: deep(`{"a":`, "}"), want: "limit 200: the answer to ListAccounts() nests deeper than the 512 levels PHP itself reads"},
		{name: "arrays in an account", body: accounts(deep("[", "]")), want: "limit 200: the answer to ListAccounts() nests deeper than the 512 levels PHP itself reads"},
		{name: "open brackets only", body: strings.Repeat("[", 1_000_000), want: "limit 200: the answer to ListAccounts() nests deeper than the 512 levels PHP itself reads"},
		{name: "open braces between words", body: strings.Repeat("x{", 200_000), want: `answer 200: the answer to ListAccounts() is not JSON; it begins with "x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{x{…"`},
		{name: "quotes only", body: strings.Repeat(`{"`, 200_000), want: `answer 200: the answer to ListAccounts() is not JSON; it begins with "{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"{\"…"`},
		{name: "success twice", body: `{"success":false,"success":true,"accounts":[]}`, want: `answer 200: the answer to ListAccounts() cannot be read without doubt: a key occurs twice in one JSON object, so one of its values is lost: "success"`},
		{name: "success twice, once escaped", body: `{"success":false,"\u0073uccess":true,"accounts":[]}`, want: `answer 200: the answer to ListAccounts() cannot be read without doubt: a key occurs twice in one JSON object, so one of its values is lost: "success"`},
		{name: "accounts twice", body: `{"success":true,"accounts":[{"email":"a"}],"accounts":[]}`, want: `answer 200: the answer to ListAccounts() cannot be read without doubt: a key occurs twice in one JSON object, so one of its values is lost: "accounts"`},
		{name: "a key twice in an account", body: accounts(`{"email":"a","email":"b"}`), want: `answer 200: the answer to ListAccounts() cannot be read without doubt: a key occurs twice in one JSON object, so one of its values is lost: "email" (in accounts[0])`},
		{name: "a large exponent", body: accounts(`{"email":1e99999999}`), want: "answer 200: the answer to ListAccounts() cannot be read without doubt: a number is longer, or has a larger exponent, than PHP can hold (in accounts[0])"},
		{name: "a small exponent", body: accounts(`{"email":1e-99999999}`), want: "answer 200: the answer to ListAccounts() cannot be read without doubt: a number is longer, or has a larger exponent, than PHP can hold (in accounts[0])"},
		{name: "an exponent with zeros", body: accounts(`{"email":1e0000000001}`), want: `returned 200: {"accounts":{"$php":"accounts","count":1,"list":true},"success":true}`},
		{name: "a number of 400 digits", body: accounts(`{"email":` + ones + `}`), want: `returned 200: {"accounts":{"$php":"accounts","count":1,"list":true},"success":true}`},
		{name: "a fraction of 400 digits", body: accounts(`{"email":0.` + ones + `}`), want: `returned 200: {"accounts":{"$php":"accounts","count":1,"list":true},"success":true}`},
		{name: "a number of 500 KB", body: `{"success":` + strings.Repeat("1", 500_000) + `}`, want: "answer 200: the answer to ListAccounts() cannot be read without doubt: a number is longer, or has a larger exponent, than PHP can hold"},
		{name: "minus zero", body: accounts(`{"email":-0}`), want: `returned 200: {"accounts":{"$php":"accounts","count":1,"list":true},"success":true}`},
		{name: "NaN", body: `{"success":NaN}`, want: `answer 200: the answer to ListAccounts() is broken JSON at byte 12, near "{\"success\":NaN}"`},
		{name: "Infinity", body: `{"success":-Infinity}`, want: `answer 200: the answer to ListAccounts() is broken JSON at byte 13, near "{\"success\":-Infinity}"`},
		{name: "a number as JSON5 writes it", body: `{"success":+1}`, want: `answer 200: the answer to ListAccounts() is broken JSON at byte 12, near "{\"success\":+1}"`},
		{name: "hexadecimal", body: `{"success":0x1}`, want: `answer 200: the answer to ListAccounts() is broken JSON at byte 13, near "{\"success\":0x1}"`},
		{name: "a comma too many", body: `{"success":false,}`, want: `answer 200: the answer to ListAccounts() is broken JSON at byte 18, near "{\"success\":false,}"`},
		{name: "a comment", body: `{"success":false/* no */}`, want: `answer 200: the answer to ListAccounts() is broken JSON at byte 17, near "{\"success\":false/* no */}"`},
		{name: "single quotes", body: `{'success':false}`, want: `answer 200: the answer to ListAccounts() is not JSON; it is "{'success':false}"`},
		{name: "a control character in a string", body: "{\"success\":false,\"error\":\"\x01\"}", want: `answer 200: the answer to ListAccounts() is broken JSON at byte 27, near "ess\":false,\"error\":\"\x01\"}"`},
		{name: "NUL in a string", body: `{"success":false,"error":"\u0000"}`, want: `returned 200: {"error":"\u0000","success":false}`},
		{name: "NUL in a key", body: `{"success":false,"\u0000*\u0000error":"x"}`, want: `returned 200: {"\u0000*\u0000error":"x","success":false}`},
		{name: "NUL bytes around", body: "\x00\x00" + failure + "\x00", want: `answer 200: the answer to ListAccounts() is not JSON; it is "\x00\x00{\"success\":false,\"error\":\"no\"}\x00"`},
		{name: "NUL bytes only", body: strings.Repeat("\x00", 5000), want: `answer 200: the answer to ListAccounts() is not JSON; it begins with "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00…"`},
		{name: "invalid UTF-8", body: "{\"success\":false,\"error\":\"\xC3\x28\"}", want: `answer 200: the answer to ListAccounts() holds bytes that are not UTF-8, near "ess\":false,\"error\":\"\xC3(\"}"`},
		{name: "an overlong slash", body: "{\"success\":false,\"error\":\"\xC0\xAF\"}", want: `answer 200: the answer to ListAccounts() holds bytes that are not UTF-8, near "ess\":false,\"error\":\"\xC0\xAF\"}"`},
		{name: "a surrogate in UTF-8", body: "{\"success\":false,\"error\":\"\xED\xA0\x80\"}", want: `answer 200: the answer to ListAccounts() holds bytes that are not UTF-8, near "ess\":false,\"error\":\"\xED\xA0\x80\"}"`},
		{name: "a lone surrogate, escaped", body: `{"success":false,"error":"\ud800"}`, want: `answer 200: the answer to ListAccounts() cannot be read without doubt: an escape from \uD800 to \uDFFF stands without its other half, so it is no character`},
		{name: "invalid UTF-8 in a key", body: "{\"success\":false,\"\xFF\":1}", want: `answer 200: the answer to ListAccounts() holds bytes that are not UTF-8, near "{\"success\":false,\"\xFF\":1}"`},
		{name: "a byte order mark", body: "\xEF\xBB\xBF" + failure, want: `returned 200: {"error":"no","success":false} after printing "\ufeff"`},
		{name: "two byte order marks", body: "\xEF\xBB\xBF\xEF\xBB\xBF" + failure, want: `returned 200: {"error":"no","success":false} after printing "\ufeff\ufeff"`},
		{name: "UTF-16, little end first", body: utf16Of(failure, false), want: `answer 200: the answer to ListAccounts() is not JSON; it is "\xFF\xFE{\x00\"\x00s\x00u\x00c\x00c\x00e\x00s\x00s\x00\"\x00:\x00f\x00a\x00l\x00s\x00e\x00,\x00\"\x00e\x00r\x00r\x00o\x00r\x00\"\x00:\x00\"\x00n\x00o\x00\"\x00}\x00"`},
		{name: "UTF-16, big end first", body: utf16Of(failure, true), want: `answer 200: the answer to ListAccounts() is not JSON; it is "\xFE\xFF\x00{\x00\"\x00s\x00u\x00c\x00c\x00e\x00s\x00s\x00\"\x00:\x00f\x00a\x00l\x00s\x00e\x00,\x00\"\x00e\x00r\x00r\x00o\x00r\x00\"\x00:\x00\"\x00n\x00o\x00\"\x00}"`},
		{name: "UTF-7", body: "+AHsAIg-success+ACI-:false,+ACI-error+ACIAOgAi-no+ACIAfQ-", want: `answer 200: the answer to ListAccounts() is not JSON; it is "+AHsAIg-success+ACI-:false,+ACI-error+ACIAOgAi-no+ACIAfQ-"`},
		{name: "two answers", body: failure + `{"success":true,"accounts":[]}`, want: `answer 200: the answer to ListAccounts() holds several JSON documents, so that it is not clear which one is meant; it is "{\"success\":false,\"error\":\"no\"}{\"success\":true,\"accounts\":[]}"`},
		{name: "one answer a line", body: failure + "\n" + failure, want: `answer 200: the answer to ListAccounts() holds several JSON documents, so that it is not clear which one is meant; it is "{\"success\":false,\"error\":\"no\"}\n{\"success\":false,\"error\":\"no\"}"`},
		{name: "an answer in an answer", body: `{"x":{"success":true,"accounts":[]},"success":false,"error":"no"}`, want: `returned 200: {"error":"no","success":false,"x":{"accounts":[],"success":true}}`},
		{name: "an answer in a page", body: "<!DOCTYPE html><script>" + accounts("") + "</script>", want: `answer 200: the answer to ListAccounts() is a web page instead of JSON; it is "<!DOCTYPE html><script>{\"success\":true,\"accounts\":[]}</script>"`},
		{name: "an answer in PHP", body: "<?php return " + accounts("") + ";", want: `answer 200: the answer to ListAccounts() is not JSON; it is "<?php return {\"success\":true,\"accounts\":[]};"`},
		{name: "guarded JSON", body: ")]}',\n" + failure, want: `returned 200: {"error":"no","success":false} after printing ")]}',\n"`},
		{name: "a callback", body: "callback(" + failure + ");", want: `answer 200: the answer to ListAccounts() is not JSON; it is "callback({\"success\":false,\"error\":\"no\"});"`},
		{name: "server-sent events", body: "data: " + failure + "\n\n", want: `returned 200: {"error":"no","success":false} after printing "data: "`},
		{name: "a multipart body", body: "--x\r\nContent-Type: application/json\r\n\r\n" + failure + "\r\n--x--", want: `returned 200: {"error":"no","success":false} after printing "--x\r\nContent-Type: application/json\r\n\r\n\r\n--x--"`},
		{name: "escape sequences around", body: "\x1b]8;;http://evil.example\x07\x1b[2J" + failure + "\u202E\r::error::x", want: `answer 200: the answer to ListAccounts() is not JSON; it is "\x1B]8;;http://evil.example\x07\x1B[2J{\"success\":false,\"error\":\"no\"}\u{202E}\r::error::x"`},
		{name: "keys of the language below", body: `{"success":false,"error":"x","__proto__":{"success":true},"$php":"null"}`, want: `returned 200: {"$php":"array","entries":[["$php","null"],["__proto__",{"success":true}],["error","x"],["success",false]]}`},
		{name: "a tag where a value belongs", body: `{"$php":"object","class":"X"}`, want: `returned 200: {"$php":"array","entries":[["$php","object"],["class","X"]]}`},
		{name: "an envelope of another version", body: `{"syncproof":99,"events":[]}`, want: `answer 200: the answer to ListAccounts() is an envelope, but its "syncproof" is 99 (int); this syncproof knows version 1 of the protocol only`},
		{name: "an envelope of everything", body: `{"syncproof":1,"events":[{"event":"end"},{"event":"run"},{"event":"trouble","message":"x"}]}`, want: `answer 200: the answer to ListAccounts() is an envelope, but event 1 is named "end", which is none that an envelope may hold`},
		{name: "an envelope for another session", body: `{"syncproof":1,"events":[{"event":"call","session":"run","call":"x"},{"event":"final"}]}`, want: `answer 200: the answer to ListAccounts() is an envelope, but it does not say how the call "list" ended`},
		{name: "a value of 9 MB", body: `{"success":false,"error":"` + strings.Repeat("a", 9<<20) + `"}`, o: large, want: "limit 200: the answer to ListAccounts() is too large: one value of it is larger than 8 MiB"},
		{name: "a value of 2 million values", body: `{"success":false,"x":[` + strings.Repeat("1,", 2_000_000) + `1]}`, o: large, want: "limit 200: the answer to ListAccounts() is too large: one value of it consists of more than 1000000 values"},
		{name: "2 million accounts", body: accounts(strings.Repeat("1,", 2_000_000) + "1"), o: large, want: "limit 200: the answer to ListAccounts() is too large: it has more than 1000000 entries"},
	} {
		tests = append(tests, hostile{tt.name, body(tt.body), tt.o, tt.want})
	}
	run(t, tests)
}
