package php_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// asking is a module that asks its panel once, over HTTPS.
const asking = `<?php function acme_ListAccounts(array $params) {
	$c = curl_init('https://' . $params['serverhostname'] . ':' . $params['serverport'] . '/accounts');
	curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 30]);
	$body = curl_exec($c);
	return ['success' => false, 'error' => 'HTTP ' . curl_getinfo($c, CURLINFO_RESPONSE_CODE)];
}`

func requireBenchmark(b *testing.B) {
	b.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		b.Skip("PHP is not installed; run scripts/setup")
	}
	if err := netns.Check(b.Context()); err != nil {
		b.Skip(err)
	}
}

// BenchmarkIsolation makes the sessions of a sweep, two at a time, in fresh
// processes and in forked ones, with and without the sandbox, by turns so that all
// meet the same machine. An operation is a pair of each.
func BenchmarkIsolation(b *testing.B) {
	requireBenchmark(b)
	file := filepath.Join(b.TempDir(), "acme.php")
	if err := os.WriteFile(file, []byte(asking), 0o600); err != nil {
		b.Fatal(err)
	}
	took, worked := map[string]time.Duration{}, map[string]time.Duration{}
	made := map[string]func(){}
	for _, isolation := range []string{php.IsolationProcess, php.IsolationFork} {
		for _, sandbox := range []string{php.SandboxOff, php.SandboxAuto} {
			target, err := php.New(php.Options{Path: file, Isolation: isolation, Sandbox: sandbox})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = target.Close() })
			kind := isolation + sandbox
			made[kind] = func() { pair(b, target, isolation == php.IsolationFork) }
			// PHP is looked at, and servers are started, once for a whole run.
			made[kind]()
		}
	}
	for b.Loop() {
		for isolation, make := range made {
			began, before := time.Now(), total(b)
			make()
			took[isolation] += time.Since(began)
			worked[isolation] += total(b) - before
		}
	}
	fresh, forked := took[php.IsolationProcess+php.SandboxOff], took[php.IsolationFork+php.SandboxOff]
	perSecond := func(d time.Duration) float64 { return 2 * float64(b.N) / d.Seconds() }
	b.ReportMetric(perSecond(fresh), "fresh/s")
	b.ReportMetric(perSecond(forked), "forked/s")
	b.ReportMetric(fresh.Seconds()/forked.Seconds(), "times-faster")
	// On a machine that is busy with other work the processor time says more.
	perSession := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(2*b.N) }
	freshWork, forkedWork := worked[php.IsolationProcess+php.SandboxOff], worked[php.IsolationFork+php.SandboxOff]
	b.ReportMetric(perSession(freshWork), "fresh-cpu-ms")
	b.ReportMetric(perSession(forkedWork), "forked-cpu-ms")
	b.ReportMetric(freshWork.Seconds()/forkedWork.Seconds(), "times-cheaper")
	// What the sandbox costs: 1 is nothing.
	b.ReportMetric(took[php.IsolationProcess+php.SandboxAuto].Seconds()/fresh.Seconds(), "fresh-sandboxed")
	b.ReportMetric(took[php.IsolationFork+php.SandboxAuto].Seconds()/forked.Seconds(), "forked-sandboxed")
}

// pair makes two sessions at once.
func pair(b *testing.B, target *php.Target, forked bool) {
	var both sync.WaitGroup
	for i := range 2 {
		both.Go(func() {
			f, _ := fault.Find("http-500")
			planned := scenario.Session{
				ID: fmt.Sprint(transcript.FaultPrefix, i), Purpose: "list the accounts", Request: scenario.RequestAdmin,
				Upstream: &scenario.Upstream{Fault: f, Scheme: scenario.HTTPS},
				Steps: []scenario.Step{{Call: transcript.CallList, Function: "ListAccounts", Params: map[string]any{
					"serverhostname": "panel.example.test", "serverport": "2087",
				}}},
			}
			record := transcript.NewRecorder(io.Discard, nil)
			if err := target.Run(b.Context(), planned, record); err != nil {
				b.Error(err)
				return
			}
			if s := record.Transcript().Session(planned.ID); s.Forked != forked || len(s.Calls) != 1 || s.Calls[0].Ending != transcript.EndReturned {
				b.Errorf("the session went wrong: %+v", s)
			}
		})
	}
	both.Wait()
}
