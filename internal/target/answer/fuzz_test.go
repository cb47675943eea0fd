package answer_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

// FuzzRead: whatever comes, either it is trouble that can be shown, or it is
// evidence that can be stored and says what became of the call.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "null", "[]", "{}", `{"success":true,"accounts":[{"a":"b"}]}`, `{"success":true,"accounts":{"7":1,"a":{"$php":"x"}}}`,
		"\xEF\xBB\xBF<b>Warning</b>\n{\"success\":false,\"error\":\"\xff\"}\n<p>", `x{"a":1}{"success":1}`, `[[[[`, `{"a":1e999999}`,
		`{"syncproof":1,"missing":true}`, envelope(boot, load, begin, failed, end, final),
		envelope(boot, load, `{"event":"account","key":0,"value":1}`, counted1), envelope(`{"event":"shutdown","phase":"call"}`),
		envelope(boot, `{"event":"loaded","ok":false}`), envelope(`{"event":"call","call":"loader:x"}`, failed),
		honouring(failed, `{"event":"call","call":"c2"}`, `{"event":"returned","call":"c2"}`), honouring(boot, load, begin, `{"event":"shutdown","phase":"call"}`),
		`{"syncproof":1,"fatal":{"message":"x"},"events":[` + failed + `,{"event":"shutdown","phase":"end"}]}`,
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, body []byte, list bool) {
		call := asked("ConfigOptions")
		if list {
			call = askedTwice()
		}
		got, trouble := answer.Read(body, call)
		if trouble != nil {
			if trouble.Kind == "" || trouble.Message == "" || trouble.Advice == "" || !utf8.ValidString(trouble.Message) {
				t.Fatalf("trouble that cannot be shown: %+v", *trouble)
			}
			if len(got.Events) > 0 {
				t.Fatal("trouble and events at once")
			}
			return
		}
		folded := record(t, got.Events)
		c := folded.Call("c")
		if c == nil || c.Ending == transcript.EndOpen {
			t.Fatalf("nothing says what became of the call: %v", lines(t, got.Events))
		}
		if again := folded.Call("c2"); list && got.Honoured("again") && (again == nil || again.Ending == transcript.EndOpen) {
			t.Fatalf("nothing says what became of the second call: %v", lines(t, got.Events))
		}
		for a := range c.Accounts() {
			if a.Fields == nil && a.Value == nil && !nulls(c, a.Row, got.Events) {
				t.Fatalf("account %d was lost", a.Row)
			}
		}
	})
}

// nulls reports whether the entry in that row really is null.
func nulls(c *transcript.Call, row int, events []transcript.Event) bool {
	for _, e := range events {
		if e.Event != transcript.EventAccount || e.Call != c.ID {
			continue
		}
		if row == 0 {
			raw, err := json.Marshal(e.Body)
			var line transcript.AccountLine
			return err == nil && json.Unmarshal(raw, &line) == nil && string(line.Value) == "null"
		}
		row--
	}
	return false
}
