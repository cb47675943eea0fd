package suites_test

import (
	"bytes"
	"testing"
	"time"

	"syncproof/fixtures"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// BenchmarkRules judges a stored run with few accounts by all rules, so that what
// is measured is the rules and not the accounts.
func BenchmarkRules(b *testing.B) {
	raw, err := fixtures.Transcript("reference")
	if err != nil {
		b.Fatal(err)
	}
	rules := suites.Rules()
	var reading time.Duration
	b.ResetTimer()
	for b.Loop() {
		began := time.Now()
		t, err := transcript.Read(bytes.NewReader(raw))
		if err != nil {
			b.Fatal(err)
		}
		reading += time.Since(began)
		judge, err := suites.NewJudge(rules, t)
		if err != nil {
			b.Fatal(err)
		}
		for i := range rules {
			judge.Close(i)
		}
	}
	perRun := 1000 * float64(b.N)
	b.ReportMetric(float64((b.Elapsed()-reading).Nanoseconds())/perRun/float64(len(rules)), "µs/rule")
	b.ReportMetric(float64(reading.Nanoseconds())/perRun, "µs/read")
}
