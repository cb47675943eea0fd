//go:build unix

package suites_test

import (
	"fmt"
	"math"
	"syscall"
	"testing"
	"time"
)

// processorTime is what this process took so far, on all cores.
func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// BenchmarkAccountCost is the processor time of the rules that look at each account,
// which other programs on the machine hardly change.
func BenchmarkAccountCost(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			t := longList(b, n, 0)
			began := processorTime(b)
			b.ResetTimer()
			for b.Loop() {
				judgeRows(b, t.Transcript)
			}
			b.ReportMetric(float64((processorTime(b)-began).Nanoseconds())/float64(b.N)/float64(n), "cpu-ns/account")
		})
	}
}

// An account of a long list costs what one of a short list does: at most half as much
// more, in processor time, and at the best of three attempts. The target is 15 %; the
// rest is what a busy machine does to caches.
func TestAccountsCostTheSameInLongLists(t *testing.T) {
	const short, long, bound = 10_000, 100_000, 1.5
	cost := func(n, times int) func() float64 {
		recorded := longList(t, n, 0)
		return func() float64 {
			began := processorTime(t)
			for range times {
				judgeRows(t, recorded.Transcript)
			}
			return float64(processorTime(t)-began) / float64(n*times)
		}
	}
	ofShort, ofLong := cost(short, 5), cost(long, 1)
	best := math.Inf(1)
	for range 3 {
		if best = min(best, ofLong()/ofShort()); best <= bound {
			return
		}
	}
	t.Errorf("an account costs %.2f times as much processor time in a list of %d as in one of %d, want at most %.1f", best, long, short, bound)
}
