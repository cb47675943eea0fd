package secret_test

import (
	"fmt"
	"strings"
	"testing"

	"syncproof/internal/secret"
)

func benchmarkLine(b *testing.B, r *secret.Redactor, line string) {
	b.Helper()
	text := []byte(line)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r.Line(text)
	}
}

func account(email string) string {
	return fmt.Sprintf(`{"event":"account","session":"list","call":"list","key":12345,"value":{"email":%q,"username":"customer12345",`+
		`"domain":"customer12345.example.com","uniqueIdentifier":"customer12345.example.com","product":"business-50","primaryip":"192.0.2.17",`+
		`"created":"2019-07-02 13:15:00","status":"Active"}}`, email)
}

func BenchmarkLine(b *testing.B) {
	r := secret.New(map[string]string{
		"serverpassword": canary, "serveraccesshash": "syncproof-canary-accesshash-d41e08", "endpointtoken": "x1",
	})
	b.Run("account", func(b *testing.B) { benchmarkLine(b, r, account("customer12345@example.net")) })
	b.Run("account with plus", func(b *testing.B) { benchmarkLine(b, r, account("customer+12345@example.net")) })
	b.Run("account with escapes", func(b *testing.B) { benchmarkLine(b, r, account(`customer\u0026\"12345@example.net`)) })
	b.Run("hit", func(b *testing.B) { benchmarkLine(b, r, account(canary+"@example.net")) })
	odd := secret.New(map[string]string{"serverpassword": nasty, "serveraccesshash": strings.Repeat("0123456789abcdef\n", 60)})
	b.Run("odd secrets", func(b *testing.B) { benchmarkLine(b, odd, account("customer12345@example.net")) })
}

func BenchmarkFind(b *testing.B) {
	r := redactor()
	text := strings.Repeat(account("customer12345@example.net")+"\n", 20_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if found, err := r.Find(strings.NewReader(text)); len(found) > 0 || err != nil {
			b.Fatal(found, err)
		}
	}
}
