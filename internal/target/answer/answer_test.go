package answer_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

// asked is the call every answer of these tests belongs to.
func asked(function string) answer.Call {
	return answer.Call{
		Session: "s", ID: "c", Loaders: function == "ConfigOptions", Seconds: 2,
		Info: transcript.CallInfo{Function: function, Params: map[string]any{}},
	}
}

// lines writes events as they would be stored.
func lines(t *testing.T, events []transcript.Event) []string {
	t.Helper()
	var out []string
	for _, e := range events {
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatalf("writing event %q: %v", e.Event, err)
		}
		out = append(out, string(raw))
	}
	return out
}

const (
	listCall = `{"event":"call","session":"s","call":"c","function":"ListAccounts","params":{}}`
	silent   = `,"output":{"bytes":0},"seconds":2}`
)

func account(key, value string) string {
	return `{"event":"account","session":"s","call":"c","key":` + key + `,"value":` + value + `}`
}

func returned(value, effects string) string {
	return `{"event":"returned","session":"s","call":"c","value":` + value + effects
}

func accounts(count, list string) string {
	return `{"accounts":{"$php":"accounts","count":` + count + `,"list":` + list + `},"success":true}`
}

func TestBareReturnValue(t *testing.T) {
	sees := transcript.Sees{}
	tests := []struct {
		name, body string
		want       []string
	}{
		{
			"list", `{"success":true,"accounts":[{"email":"a"},{"email":"b"}]}`,
			[]string{account("0", `{"email":"a"}`), account("1", `{"email":"b"}`), returned(accounts("2", "true"), silent)},
		},
		{
			"keyed list", `{"accounts":{"7":{},"07":{},"x":{},"-3":{},"9223372036854775808":{}},"success":true}`,
			[]string{
				account("7", `{}`), account(`"07"`, `{}`), account(`"x"`, `{}`), account("-3", `{}`),
				account(`"9223372036854775808"`, `{}`), returned(accounts("5", "false"), silent),
			},
		},
		{"empty list", `{"success":true,"accounts":[]}`, []string{returned(accounts("0", "true"), silent)}},
		{"empty list as an object", `{"success":true,"accounts":{}}`, []string{returned(accounts("0", "true"), silent)}},
		{
			"entries of any type", `{"success":true,"accounts":[1,1.0,null,"x",[]]}`,
			[]string{
				account("0", "1"), account("1", "1.0"), account("2", "null"), account("3", `"x"`), account("4", "[]"),
				returned(accounts("5", "true"), silent),
			},
		},
		{"accounts that are no list", `{"success":true,"accounts":"none"}`, []string{returned(`{"accounts":"none","success":true}`, silent)}},
		{"failure", ` {"success":false,"error":"no"} ` + "\n", []string{returned(`{"error":"no","success":false}`, silent)}},
		{"bare list", `[{"email":"a"}]`, []string{returned(`[{"email":"a"}]`, silent)}},
		{"null", `null`, []string{returned(`null`, silent)}},
		{"text", `"no"`, []string{returned(`"no"`, silent)}},
		{"float", `1.50`, []string{returned(`1.50`, silent)}},
		{
			"values that look tagged", `{"$php":"accounts","count":1,"success":{"$php":"object"}}`,
			[]string{returned(`{"$php":"array","entries":[["$php","accounts"],["count",1],["success",{"$php":"array","entries":[["$php","object"]]}]]}`, silent)},
		},
		{
			"accounts that look tagged", `{"success":true,"accounts":[{"\u0024php":"bytes","b64":"/w=="}]}`,
			[]string{account("0", `{"$php":"array","entries":[["$php","bytes"],["b64","/w=="]]}`), returned(accounts("1", "true"), silent)},
		},
		{
			"a tagged list", `{"success":true,"accounts":{"$php":"accounts","count":0}}`,
			[]string{account(`"$php"`, `"accounts"`), account(`"count"`, "0"), returned(accounts("2", "false"), silent)},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, trouble := answer.Read([]byte(tt.body), asked("ListAccounts"))
			if trouble != nil {
				t.Fatalf("trouble: %+v", *trouble)
			}
			want := append([]string{listCall}, tt.want...)
			if diff := cmp.Diff(want, lines(t, got.Events)); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if got.Sees != sees || got.Envelope {
				t.Errorf("sees %+v, envelope %v; a bare value shows nothing else", got.Sees, got.Envelope)
			}
		})
	}
}

func TestAnOptionMayBeNamedAccounts(t *testing.T) {
	got, trouble := answer.Read([]byte(`{"accounts":{"Type":"text"}}`), asked("ConfigOptions"))
	if trouble != nil {
		t.Fatalf("trouble: %+v", *trouble)
	}
	want := []string{
		`{"event":"call","session":"s","call":"c","function":"ConfigOptions","params":{}}`,
		returned(`{"accounts":{"Type":"text"}}`, silent),
	}
	if diff := cmp.Diff(want, lines(t, got.Events)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestNoiseIsWhatTheCallPrinted(t *testing.T) {
	const ok = `{"success":false,"error":"no"}`
	const plain = `{"error":"no","success":false}`
	warning := "<br />\n<b>Warning</b>:  Undefined array key \"x\" in <b>/srv/acme.php</b> on line <b>12</b><br />\n"
	printR := "Array\n(\n    [0] => {x}\n)\n"
	long := strings.Repeat("é", 3000)
	tests := []struct{ name, body, value, output string }{
		{"byte order mark", "\xEF\xBB\xBF" + ok, plain, `{"bytes":3,"text":"` + "\ufeff" + `"}`},
		{"a warning before", warning + ok, plain, quoted(t, len(warning), warning)},
		{"a word before", "debug" + ok, plain, quoted(t, 5, "debug")},
		{"a dump before", printR + ok, plain, quoted(t, len(printR), printR)},
		{"a bracket before", "[notice] " + ok, plain, quoted(t, 9, "[notice] ")},
		{"other JSON before", `{"debug":1}` + ok, plain, quoted(t, 11, `{"debug":1}`)},
		{"HTML after", ok + "<html><script>{}</script></html>", plain, quoted(t, 32, "<html><script>{}</script></html>")},
		{"text after", ok + " bye", plain, quoted(t, 4, " bye")},
		{"both", warning + ok + "\n<!-- 3 ms -->", plain, quoted(t, len(warning)+14, warning+"\n<!-- 3 ms -->")},
		{"bytes that are no text", "\xff\xfe" + ok, plain, `{"bytes":2,"text":{"$php":"bytes","b64":"//4="}}`},
		{"long text, cut between characters", "x" + long + ok, plain, quoted(t, 6001, "x"+long[:4094])},
		{"a keyless value on a line of its own", warning + "[]", "[]", quoted(t, len(warning), warning)},
		{"a bare list on a line of its own", "notice\n" + `[{"a":1}]`, `[{"a":1}]`, quoted(t, 7, "notice\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, trouble := answer.Read([]byte(tt.body), asked("ListAccounts"))
			if trouble != nil {
				t.Fatalf("trouble: %+v", *trouble)
			}
			want := []string{listCall, returned(tt.value, `,"output":`+tt.output+`,"seconds":2}`)}
			if diff := cmp.Diff(want, lines(t, got.Events)); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if want := (transcript.Sees{Output: true}); got.Sees != want {
				t.Errorf("sees %+v, want %+v", got.Sees, want)
			}
		})
	}
}

func quoted(t *testing.T, bytes int, text string) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"bytes": bytes, "text": text})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
