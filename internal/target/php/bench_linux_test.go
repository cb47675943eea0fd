package php_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/php"
)

// Modules to make sessions of: what every session costs whatever the module does, and
// what one adds that asks its panel once.
const (
	lean   = `<?php function acme_ListAccounts(array $params) { return ['success' => true, 'accounts' => []]; }`
	asking = `<?php function acme_ListAccounts(array $params) {
	$c = curl_init(SCHEME . '://' . $params['serverhostname'] . ':' . $params['serverport'] . '/accounts');
	curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 30]);
	$body = curl_exec($c);
	return ['success' => false, 'error' => 'HTTP ' . curl_getinfo($c, CURLINFO_RESPONSE_CODE)];
}`
)

func asks(scheme string) string { return strings.Replace(asking, "SCHEME", "'"+scheme+"'", 1) }

func requireBenchmark(b *testing.B) {
	b.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		b.Skip("PHP is not installed; run scripts/setup")
	}
	if err := netns.Check(b.Context()); err != nil {
		b.Skip(err)
	}
}

// BenchmarkIsolation makes the sessions of a sweep, as many at a time as a run does, in
// fresh processes and in forked ones, by turns so that both meet the same machine. An
// operation is burst sessions of the former and three times as many of the latter.
func BenchmarkIsolation(b *testing.B) {
	requireBenchmark(b)
	for _, module := range []struct{ name, source, scheme string }{
		{"asks nothing", lean, scenario.HTTPS},
		{"asks over HTTP", asks("http"), scenario.HTTP},
		{"asks over HTTPS", asks("https"), scenario.HTTPS},
	} {
		b.Run(module.name, func(b *testing.B) {
			fresh := newBurst(b, module.source, module.scheme, php.IsolationProcess, php.SandboxAuto)
			forked := newBurst(b, module.source, module.scheme, php.IsolationFork, php.SandboxAuto)
			for b.Loop() {
				fresh.make(burst)
				forked.make(3 * burst)
			}
			b.ReportMetric(fresh.perSecond(), "fresh/s")
			b.ReportMetric(forked.perSecond(), "forked/s")
			b.ReportMetric(forked.perSecond()/fresh.perSecond(), "times-faster")
			// On a machine that is busy with other work the processor time says more.
			b.ReportMetric(fresh.milliseconds(), "fresh-cpu-ms")
			b.ReportMetric(forked.milliseconds(), "forked-cpu-ms")
			b.ReportMetric(fresh.milliseconds()/forked.milliseconds(), "times-cheaper")
		})
	}
}

// BenchmarkSandbox says what the sandbox costs a session: 1 is nothing.
func BenchmarkSandbox(b *testing.B) {
	requireBenchmark(b)
	for _, isolation := range []string{php.IsolationProcess, php.IsolationFork} {
		b.Run(isolation, func(b *testing.B) {
			bare := newBurst(b, asks("https"), scenario.HTTPS, isolation, php.SandboxOff)
			kept := newBurst(b, asks("https"), scenario.HTTPS, isolation, php.SandboxOn)
			for b.Loop() {
				bare.make(burst)
				kept.make(burst)
			}
			b.ReportMetric(kept.milliseconds()/bare.milliseconds(), "times-the-cpu")
			b.ReportMetric(bare.perSecond()/kept.perSecond(), "times-the-time")
		})
	}
}

// burst is how many sessions are made in a row before it is the other kind's turn.
const burst = 40

// bursts makes sessions of one kind and keeps account of them.
type bursts struct {
	b            *testing.B
	target       *php.Target
	scheme       string
	forked       bool
	made         int
	took, worked time.Duration
}

func newBurst(b *testing.B, source, scheme, isolation, sandbox string) *bursts {
	b.Helper()
	file := filepath.Join(b.TempDir(), "acme.php")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		b.Fatal(err)
	}
	target, err := php.New(php.Options{Path: file, Isolation: isolation, Sandbox: sandbox})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = target.Close() })
	all := &bursts{b: b, target: target, scheme: scheme, forked: isolation == php.IsolationFork}
	// PHP is looked at, and servers are started, once for a whole run.
	all.make(runtime.GOMAXPROCS(0))
	all.made, all.took, all.worked = 0, 0, 0
	return all
}

// make makes n sessions.
func (s *bursts) make(n int) {
	began, before := time.Now(), total(s.b)
	var next atomic.Int64
	var all sync.WaitGroup
	for range max(2, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			for next.Add(1) <= int64(n) {
				oneSession(s.b, s.target, s.scheme, s.forked)
			}
		})
	}
	all.Wait()
	s.made += n
	s.took += time.Since(began)
	s.worked += total(s.b) - before
}

func (s *bursts) perSecond() float64    { return float64(s.made) / s.took.Seconds() }
func (s *bursts) milliseconds() float64 { return s.worked.Seconds() * 1000 / float64(s.made) }
