package answer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/transcript"
)

const plainRow = `{"email":"jo@example.com","username":"jo","status":"Active"}`

func listCall() Call {
	return Call{Session: "list", ID: "list", Info: transcript.CallInfo{Function: listFunction}, Again: "repeat-1"}
}

// events are those of an answer as lines, with every account told on its own.
func events(t *testing.T, a Answer) (lines []string) {
	t.Helper()
	add := func(e transcript.Event) {
		if line, ok := e.Body.(*transcript.AccountLine); ok {
			e.Body = *line
		}
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	for _, e := range a.Events {
		many, ok := e.Body.(*Accounts)
		if !ok {
			add(e)
			continue
		}
		err := many.Each(func(line transcript.AccountLine) error {
			add(transcript.Event{Envelope: e.Envelope, Body: line})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return lines
}

// streamed reads a body as it arrives, from its first bytes on.
func streamed(t *testing.T, body string, l Limits) (Answer, *transcript.Trouble, *Stream, error) {
	t.Helper()
	text, stream, _, err := Take(iotest.OneByteReader(strings.NewReader(body)), l)
	if err != nil {
		return Answer{}, nil, nil, err
	}
	if stream == nil {
		a, trouble := Read(text, listCall())
		return a, trouble, nil, nil
	}
	t.Cleanup(func() { _ = stream.Close() })
	a, trouble := ReadStream(stream, listCall())
	return a, trouble, stream, nil
}

func small() Limits { return Limits{Whole: 1 << 20, All: 2 << 20, at: 60} }

func streamSeeds() []string {
	raw := func(rows ...string) string {
		return `{"success":true,"a":"` + strings.Repeat("x", 20) + `","accounts":[` + strings.Join(rows, ",") + `]}`
	}
	account := `{"event":"account","session":"list","call":"list","key":%s,"value":` + plainRow + `}`
	envelope := func(events ...string) string {
		return `{"syncproof":1,"honoured":["again"],"events":[{"event":"call","function":"ListAccounts"},` + strings.Join(events, ",") + `]}`
	}
	returned := func(n int) string {
		return fmt.Sprintf(`{"event":"returned","value":{"success":true,"accounts":{"$php":"accounts","count":%d,"list":true}}}`, n)
	}
	second := strings.ReplaceAll(account, `"call":"list"`, `"call":"repeat-1"`)
	return []string{
		raw(), raw(plainRow), raw(plainRow, plainRow), raw(plainRow, `{"email":"jo\u00fc@example.com"}`, `{"a":{"b":[1,2.0,null]}}`, `7`, `"x"`, `[]`, `{}`),
		raw(plainRow) + "\n", "\n " + raw(" "+plainRow+" ", "\n"+plainRow), raw(plainRow) + "\nNotice: x", raw(plainRow) + raw(plainRow), "x" + raw(plainRow),
		raw(plainRow, `{"email":"a","email":"b"}`), raw(plainRow, `{"$php":"object","class":"X"}`), raw(plainRow, `{"a":"\ud800"}`), raw(plainRow, "{\"a\":\"\xff\"}"),
		raw(plainRow, strings.Repeat("[", 600)), raw(plainRow, `{"a":1e99999999}`), raw(plainRow, `nul`), raw(plainRow, ``), raw(plainRow, `-`),
		raw(plainRow)[:90], raw(plainRow, plainRow)[:100], raw(plainRow) + `]`, raw(plainRow)[:len(raw(plainRow))-1] + `,"accounts":[]}`,
		raw(plainRow)[:len(raw(plainRow))-1] + `,"success":false}`, raw(plainRow)[:len(raw(plainRow))-1] + `,"$php":"x","b":nope}`,
		raw(plainRow)[:len(raw(plainRow))-1] + `,"syncproof":1,"events":[0,1]}`,
		envelope(fmt.Sprintf(account, "0"), fmt.Sprintf(account, `"a"`), returned(2), `{"event":"final"}`),
		envelope(fmt.Sprintf(account, "0"), fmt.Sprintf(account, "-1"), `{"event":"record","function":"x","phase":"call"}`, fmt.Sprintf(account, "01"), returned(2)),
		envelope(fmt.Sprintf(account, "0"), returned(1), `{"event":"call","call":"repeat-1"}`, fmt.Sprintf(second, "0"), fmt.Sprintf(second, "1"),
			`{"event":"returned","call":"repeat-1","value":{"success":true,"accounts":{"$php":"accounts","count":2,"list":true}}}`),
		envelope(fmt.Sprintf(account, "0"), returned(2)), envelope(fmt.Sprintf(account, "0"), "0", returned(1)), envelope(fmt.Sprintf(account, "0"), `"x"`),
		envelope(`{"event":"account","key":0}`, returned(1)), envelope(`{ "event": "account", "key": 0, "value": {"a": "b"} }`, returned(1)),
		envelope(`{"event":"account","key":0,"key":1,"value":{}}`, returned(1)), envelope(`{"event":"account","key":{"$php":"bytes","b64":"/w=="},"value":[]}`, returned(1)),
		envelope(`{"event":"account","session":"x","session":"y","key":0,"value":{}}`, returned(1)), envelope(returned(0), fmt.Sprintf(account, "0")),
		envelope(fmt.Sprintf(account, "0"), `{"event":"account","key":1,"value":{"x":"y","x":"z"}}`, returned(2)),
	}
}

// What is read of an answer while it arrives is what is read of it as a whole.
func FuzzStream(f *testing.F) {
	for _, seed := range streamSeeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		whole, wrong := Read([]byte(body), listCall())
		got, trouble, _, err := streamed(t, body, small())
		if err != nil {
			t.Fatal(err)
		}
		if (wrong == nil) != (trouble == nil) {
			t.Fatalf("as it arrives: %+v, as a whole: %+v", trouble, wrong)
		}
		if wrong != nil {
			return
		}
		if diff := cmp.Diff(events(t, whole), events(t, got)); diff != "" {
			t.Errorf("(-as a whole +as it arrives)\n%s", diff)
		}
		whole.Events, got.Events = nil, nil
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Errorf("(-as a whole +as it arrives)\n%s", diff)
		}
	})
}

// The message about a broken answer does not depend on how it was read, and most
// answers of these are taken apart; else all of this would be for nothing.
func TestStreamTroubles(t *testing.T) {
	apart := 0
	for _, body := range streamSeeds() {
		_, want := Read([]byte(body), listCall())
		_, got, stream, err := streamed(t, body, small())
		if err != nil {
			t.Fatal(err)
		}
		if stream != nil {
			apart++
		}
		if diff := cmp.Diff(withoutExcerpt(want), withoutExcerpt(got)); diff != "" {
			t.Errorf("%s (-as a whole +as it arrives)\n%s", body, diff)
		}
	}
	// All but an empty list, and one that text stands before.
	if want := len(streamSeeds()) - 2; apart != want {
		t.Errorf("%d answers are taken apart, want %d", apart, want)
	}
}

// withoutExcerpt leaves out the text that is shown, in which the list may be an
// empty one.
func withoutExcerpt(t *transcript.Trouble) *transcript.Trouble {
	if t == nil {
		return nil
	}
	other := *t
	for _, sign := range []string{" near \"", " begins with \"", " ends with \""} {
		other.Message, _, _ = strings.Cut(other.Message, sign)
	}
	return &other
}

// endless says the same over and over and never ends.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

func TestStreamLimits(t *testing.T) {
	begin := `{"success":true,"accounts":[`
	for name, tt := range map[string]struct {
		first, again string
		limits       Limits
		want         error
		wrong        string
	}{
		"endless accounts":      {begin, plainRow + ",", Limits{Whole: 1 << 20, All: 8 << 20, at: 64 << 10}, LimitError{8 << 20}, ""},
		"endless space":         {begin, "        ", Limits{Whole: 1 << 20, All: 8 << 20, at: 64 << 10}, LimitError{8 << 20}, ""},
		"endless tiny accounts": {begin, "1,", Limits{Whole: 1 << 20, All: 8 << 20, at: 64 << 10}, nil, "the answer to ListAccounts() is too large: it has more than 1000000 entries"},
		"an endless account":    {begin + `{"a":"`, "x", Limits{Whole: 1 << 20, All: 64 << 20, at: 64 << 10}, nil, "the answer to ListAccounts() is too large: one value of it is larger than 8 MiB"},
		"endless brackets":      {begin, "[", Limits{Whole: 1 << 20, All: 64 << 20, at: 64 << 10}, nil, "the answer to ListAccounts() nests deeper than the 512 levels PHP itself reads"},
		"endless events":        {`{"syncproof":1,"events":[`, `{"event":"record"},`, Limits{Whole: 1 << 20, All: 64 << 20, at: 64 << 10}, LimitError{1 << 20}, ""},
		"an endless tail":       {begin + "1]}", " ", Limits{Whole: 1 << 20, All: 64 << 20, at: 64 << 10}, LimitError{1 << 20}, ""},
		"no list":               {`{"x":[`, "1,", Limits{Whole: 1 << 20, All: 64 << 20, at: 64 << 10}, LimitError{1 << 20}, ""},
		"nothing apart":         {begin, plainRow + ",", Limits{Whole: 1 << 20, All: 1 << 20, at: 64 << 10}, LimitError{1 << 20}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, stream, _, err := Take(io.MultiReader(strings.NewReader(tt.first), &endless{text: tt.again}), tt.limits)
			if stream != nil {
				defer func() { _ = stream.Close() }()
			}
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if tt.wrong == "" {
				return
			}
			if _, trouble := ReadStream(stream, listCall()); trouble == nil || trouble.Message != tt.wrong || trouble.Kind != transcript.TroubleLimit {
				t.Errorf("got %+v, want %q", trouble, tt.wrong)
			}
		})
	}
}
