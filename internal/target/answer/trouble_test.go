package answer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

const (
	adviceForm = "answer with nothing but what the function returns, written by json_encode(); docs/protocol.md shows both forms of an answer"
	adviceLog  = "look at PHP's error log for the reason: a fatal error, memory_limit, max_execution_time"
	adviceSize = "check the function for an endless loop or for data that does not belong into its return value"
	advicePage = "a login page, an error page or another program answers there: open it in a browser, and check the address and the credentials"
	adviceHand = "write it with json_encode() instead of by hand"
	adviceUTF8 = "convert the panel's text to UTF-8 before json_encode(); with bridge.php (syncproof bridge) such bytes are recorded as they are"
)

func TestWhatIsNoAnswer(t *testing.T) {
	deep := strings.Repeat("[", 100_000)
	tests := []struct{ name, body, kind, message, advice string }{
		{"nothing", "", "answer", "is empty where JSON belongs", adviceLog},
		{"white space", " \r\n\t", "answer", "is empty where JSON belongs", adviceLog},
		{
			"text", "Access denied", "answer", `is not JSON; it is "Access denied"`, adviceForm,
		},
		{
			"long text", "\x1b[31m" + strings.Repeat("é", 100), "answer",
			`is not JSON; it begins with "\x1B[31m` + strings.Repeat("é", 57) + `…"`, adviceForm,
		},
		{
			"a web page", "<!DOCTYPE html>\n<html><title>Sign in</title></html>", "answer",
			`is a web page instead of JSON; it is "<!DOCTYPE html>\n<html><title>Sign in</title></html>"`, advicePage,
		},
		{
			"a web page with JSON in it", "<html><script>\n" + `{"success":true,"accounts":[]}` + "\n</script>", "answer",
			`is a web page instead of JSON; it is "<html><script>\n{\"success\":true,\"accounts\":[]}\n</script>"`, advicePage,
		},
		{
			"PHP that is not run", "<?php\nfunction a() {}\n" + `{"success":true}`, "answer",
			`is PHP source code instead of its output; it is "<?php\nfunction a() {}\n{\"success\":true}"`,
			"have the web server run the file with PHP",
		},
		{
			"a fatal error that quotes JSON", `PHP Fatal error: panel said {"success":false,"error":"no"} in acme.php`, "answer",
			`is not JSON; it is "PHP Fatal error: panel said {\"success\":false,\"error\":\"no\"} in acme.php"`, adviceForm,
		},
		{
			"an error that ends with JSON", `Error: panel said {"error":"no"}`, "answer",
			`is not JSON; it is "Error: panel said {\"error\":\"no\"}"`, adviceForm,
		},
		{"a dump", "Array\n(\n    [0] => 1\n)", "answer", `is not JSON; it is "Array\n(\n    [0] => 1\n)"`, adviceForm},
		{"a list of numbers in text", "[12] started", "answer", `is not JSON; it is "[12] started"`, adviceForm},
		{
			"two documents", `{"a":1}` + "\n" + `{"b":2}`, "answer",
			`holds several JSON documents, so that it is not clear which one is meant; it is "{\"a\":1}\n{\"b\":2}"`, adviceForm,
		},
		{
			"two answers", `{"success":true}` + "\n" + `{"success":false}`, "answer",
			`holds several JSON documents, so that it is not clear which one is meant; it is "{\"success\":true}\n{\"success\":false}"`, adviceForm,
		},
		{
			"a cut answer", `{"success":true,"accounts":[{"email":"a"},{"em`, "answer",
			`breaks off inside its JSON after 46 bytes; it ends with "ess\":true,\"accounts\":[{\"email\":\"a\"},{\"em"`, adviceLog,
		},
		{
			"a cut answer after noise", `notice: {"success":true,"accounts":[{"email":"a"},{"em`, "answer",
			`breaks off inside its JSON after 54 bytes; it ends with "ess\":true,\"accounts\":[{\"email\":\"a\"},{\"em"`, adviceLog,
		},
		{"a word that begins like one of JSON's", "n", "answer", `is not JSON; it is "n"`, adviceForm},
		{"a short cut answer", `{"a`, "answer", `breaks off inside its JSON after 3 bytes; it is "{\"a"`, adviceLog},
		{
			"a comma too many", `{"success":true,"accounts":[{"email":"a"},]}`, "answer",
			`is broken JSON at byte 43, near "nts\":[{\"email\":\"a\"},]}"`, adviceHand,
		},
		{
			"a comma too many after noise", `<b>x</b>{"success":true,"accounts":[{"email":"a"},]}`, "answer",
			`is broken JSON at byte 51, near "nts\":[{\"email\":\"a\"},]}"`, adviceHand,
		},
		{
			"a warning inside", `{"success":true,"accounts":[<br />Warning]}`, "answer",
			`is broken JSON at byte 29, near "s\":true,\"accounts\":[<br />Warning]}"`, adviceHand,
		},
		{"too deep", deep, "limit", "nests deeper than the 512 levels PHP itself reads", adviceSize},
		{"too deep inside", `{"success":true,"accounts":[` + deep, "limit", "nests deeper than the 512 levels PHP itself reads", adviceSize},
		{"too deep after noise", "x\n" + deep, "limit", "nests deeper than the 512 levels PHP itself reads", adviceSize},
		{
			"a key twice", `{"success":true,"success":false}`, "answer",
			`cannot be read without doubt: a key occurs twice in one JSON object, so one of its values is lost: "success"`, adviceForm,
		},
		{
			"a key twice, written differently", `{"success":true,"accounts":[{"status":1,"st\u0061tus":2}]}`, "answer",
			`cannot be read without doubt: a key occurs twice in one JSON object, so one of its values is lost: "status" (in accounts[0])`, adviceForm,
		},
		{
			"a key twice in a keyed list", `{"success":true,"accounts":{"a":1,"a":1}}`, "answer",
			`cannot be read without doubt: a key occurs twice in one JSON object, so one of its values is lost: "a"`, adviceForm,
		},
		{
			"a huge exponent", `{"success":true,"accounts":[{"a":1e99999999}]}`, "answer",
			`cannot be read without doubt: a number is longer, or has a larger exponent, than PHP can hold (in accounts[0])`, adviceForm,
		},
		{
			"bytes that are no text", "{\"success\":true,\"accounts\":[{\"email\":\"caf\xe9\"}]}", "answer",
			`holds bytes that are not UTF-8, near "unts\":[{\"email\":\"caf\xE9\"}]}"`, adviceUTF8,
		},
		{
			"a key that is no text", "{\"caf\xe9\":true}", "answer",
			`holds bytes that are not UTF-8, near "{\"caf\xE9\":true}"`, adviceUTF8,
		},
		{
			"an account of 9 MiB", `{"success":true,"accounts":["` + strings.Repeat("x", 9<<20) + `"]}`, "limit",
			"is too large: one value of it is larger than 8 MiB (in accounts[0])", adviceSize,
		},
		{
			"settings of 9 MiB", `{"a":"` + strings.Repeat("x", 5<<20) + `","b":"` + strings.Repeat("x", 5<<20) + `"}`, "limit",
			"is too large: one value of it is larger than 8 MiB", adviceSize,
		},
		{
			"an account of many values", `{"success":true,"accounts":[[` + strings.Repeat("1,", 1_000_000) + `1]]}`, "limit",
			"is too large: one value of it consists of more than 1000000 values (in accounts[0])", adviceSize,
		},
		{
			"too many accounts", `{"success":true,"accounts":[` + strings.Repeat("1,", 1_000_000) + `1]}`, "limit",
			"is too large: it has more than 1000000 entries", adviceSize,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, trouble := answer.Read([]byte(tt.body), asked("ListAccounts"))
			if trouble == nil {
				t.Fatalf("read %d events from it", len(got.Events))
			}
			want := transcript.Trouble{Kind: tt.kind, Message: "the answer to ListAccounts() " + tt.message, Advice: tt.advice}
			if diff := cmp.Diff(want, *trouble); diff != "" {
				t.Errorf("trouble (-want +got):\n%s", diff)
			}
		})
	}
}

// A body made to be searched again from each of its brackets is given up
// instead of being searched for hours.
func TestSearchIsBounded(t *testing.T) {
	body := "x" + strings.Repeat("[", 500) + strings.Repeat("1,", 4<<20) + "x"
	_, trouble := answer.Read([]byte(body), asked("ListAccounts"))
	want := "the answer to ListAccounts() is not JSON; it begins with \"x" + strings.Repeat("[", 119) + "…\""
	if trouble == nil || trouble.Message != want {
		t.Errorf("trouble %+v, want %q", trouble, want)
	}
}

func TestAnswerToLoadingAlone(t *testing.T) {
	_, trouble := answer.Read(nil, answer.Call{Session: "s"})
	if trouble == nil || trouble.Message != "the answer is empty where JSON belongs" {
		t.Errorf("trouble %+v", trouble)
	}
}
