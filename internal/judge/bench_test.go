package judge_test

import (
	"os"
	"path/filepath"
	"testing"

	"syncproof/internal/judge"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// BenchmarkStoredRun judges stored runs by all rules: ns/rule is what a rule costs
// besides what a long list does.
func BenchmarkStoredRun(b *testing.B) {
	files, err := filepath.Glob("../../fixtures/transcripts/*.ndjson*")
	if err != nil || len(files) == 0 {
		b.Fatal("there are no stored runs", err)
	}
	largest, size := "", int64(-1)
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			b.Fatal(err)
		}
		if info.Size() > size {
			largest, size = file, info.Size()
		}
	}
	opened, err := transcript.Open(largest)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	rules := suites.Rules()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := judge.Run(opened.Transcript, rules, judge.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(rules)), "ns/rule")
}
