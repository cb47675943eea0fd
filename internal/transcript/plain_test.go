package transcript

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func plainSeeds() []string {
	return []string{
		`{"event":"account","session":"s","call":"c","key":0,"value":{"email":"a@b.example","status":"Active"}}`,
		`{"event":"account","session":"s","call":"c","nonce":"n","key":7,"value":{}}`,
		`{"event":"account","session":"s","call":"c","key":"näme","value":{"domain":"münchen.example","":"","x":"y","x":"z"}}`,
		`{"event":"account","session":"s","call":"c","key":-1,"value":{"$php":"bytes","b64":"Y2Fm6Q=="}}`,
		`{"event":"account","session":"s","call":"c","key":-0,"value":{}}`,
		`{"event":"account","session":"s","call":"c","key":01,"value":{}}`,
		`{"event":"account","session":"s","call":"c","key":1.0,"value":{}}`,
		`{"event":"account","session":"s","call":"c","key":1,"value":{"a":"<b>"}}`,
		`{"event":"account","session":"s","call":"c","key":1,"value":{"a":"\u2028"}}`,
		"{\"event\":\"account\",\"session\":\"s\",\"call\":\"c\",\"key\":1,\"value\":{\"a\":\"\u2028\"}}",
		"{\"event\":\"account\",\"session\":\"s\",\"call\":\"c\",\"key\":1,\"value\":{\"a\":\"\xff\"}}",
		`{"event":"account","session":"s","call":"c","key":1,"value":{"a":1}}`,
		`{"event":"account","session":"s","call":"c","key":1,"value":{"a":"b"}} `,
		`{"event":"account","session":"s","call":"c","key":1,"key":2,"value":{"a":"b"}}`,
		`{"event":"account","session":"s","Session":"t","call":"c","key":1,"value":{"a":"b"}}`,
		`{"event":"account","key":1,"value":{"a":"b"}}`,
		`{"event":"account","session":"s","call":"c","key":1,"value":{"a":"b",}}`,
		`{"event":"account","session":"s","call":"c","key":1,"value":{"a"`,
		`{"event":"account",`,
	}
}

// What the quick way reads of a line is what encoding/json reads, and what it
// writes of it is what encoding/json writes.
func FuzzPlainAccount(f *testing.F) {
	for _, seed := range plainSeeds() {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, line []byte, row int) {
		p, plain := scanAccount(line)
		if !plain {
			return
		}
		var envelope Envelope
		var body AccountLine
		if err := decode(line, &envelope); err != nil {
			t.Fatalf("encoding/json refuses a line that is plain: %v", err)
		}
		if err := decode(line, &body); err != nil {
			t.Fatalf("encoding/json refuses a line that is plain: %v", err)
		}
		if envelope != (Envelope{EventAccount, string(p.session), string(p.call)}) {
			t.Errorf("envelope: %+v", envelope)
		}
		if diff := cmp.Diff(&body, p.body()); diff != "" {
			t.Errorf("body:\n%s", diff)
		}
		if diff := cmp.Diff(body.account(row), p.account(row)); diff != "" {
			t.Errorf("account:\n%s", diff)
		}
		want, err := json.Marshal(Event{Envelope: envelope, Body: &body})
		if err != nil {
			t.Fatal(err)
		}
		if got, _, quick := appendAccount(nil, envelope, &body); quick && !bytes.Equal(got, want) {
			t.Errorf("written\n%s, want\n%s", got, want)
		}
	})
}

// The usual line is read in the quick way; else all of this would be for nothing.
func TestOrdinaryAccountsArePlain(t *testing.T) {
	for i, seed := range plainSeeds() {
		if _, plain := scanAccount([]byte(seed)); plain != (i < 4) {
			t.Errorf("plain is %v: %s", plain, seed)
		}
	}
}

// usualLine is an account event as long as most are.
const usualLine = `{"event":"account","session":"list","call":"list","key":123456,"value":{"email":"customer123456@example.net",` +
	`"username":"cust123456","domain":"customer123456.example.com","uniqueIdentifier":"customer123456.example.com","product":"business-6",` +
	`"primaryip":"192.0.2.17","created":"2019-07-02 13:15:00","status":"Active"}}`

func BenchmarkScanAccount(b *testing.B) {
	line := []byte(usualLine)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, plain := scanAccount(line); !plain {
			b.Fatal("it is not plain")
		}
	}
}

func BenchmarkDecodeAccount(b *testing.B) {
	line := []byte(usualLine)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeEvent(line); err != nil {
			b.Fatal(err)
		}
	}
}
