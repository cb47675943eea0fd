package answer_test

import (
	"fmt"
	"strings"
	"testing"

	"syncproof/internal/target/answer"
)

// BenchmarkRead reads a list of 100,000 accounts.
func BenchmarkRead(b *testing.B) {
	var body strings.Builder
	body.WriteString(`{"success":true,"accounts":[`)
	for i := range 100_000 {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"email":"user%d@example.com","username":"user%d","domain":"host%d.example.com","uniqueIdentifier":"host%d.example.com",`+
			`"product":"basic","primaryip":"192.0.2.10","created":"2024-03-01 12:00:00","status":"Active"}`, i, i, i, i)
	}
	body.WriteString(`]}`)
	document := []byte(body.String())
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		a, trouble := answer.Read(document, asked("ListAccounts"))
		if trouble != nil || len(a.Events) != 100_002 {
			b.Fatalf("%d events, trouble %+v", len(a.Events), trouble)
		}
	}
}
