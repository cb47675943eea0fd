package php_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// BenchmarkSession makes sessions one after another and says where their processor
// time goes: in this process, in those that ended, and for forked ones in the first
// process of the cell, in the PHP that forks and in what it forks off.
func BenchmarkSession(b *testing.B) {
	requireBenchmark(b)
	for name, source := range map[string]string{"lean": lean, "https": asks("https")} {
		for _, isolation := range []string{php.IsolationFork, php.IsolationProcess} {
			b.Run(name+"/"+isolation, func(b *testing.B) {
				file := filepath.Join(b.TempDir(), "acme.php")
				if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
					b.Fatal(err)
				}
				target, err := php.New(php.Options{Path: file, Isolation: isolation, Sandbox: php.SandboxAuto})
				if err != nil {
					b.Fatal(err)
				}
				defer target.Close()
				oneSession(b, target, scenario.HTTPS, isolation == php.IsolationFork)
				before := spent(b)
				for b.Loop() {
					oneSession(b, target, scenario.HTTPS, isolation == php.IsolationFork)
				}
				after := spent(b)
				sum := 0.0
				for who, cost := range after {
					ms := (cost - before[who]).Seconds() * 1000 / float64(b.N)
					sum += ms
					b.ReportMetric(ms, who+"-cpu-ms")
				}
				b.ReportMetric(sum, "cpu-ms")
			})
		}
	}
}

// oneSession may be called from several goroutines.
func oneSession(b *testing.B, target *php.Target, scheme string, forked bool) {
	f, _ := fault.Find("http-500")
	planned := scenario.Session{
		ID: transcript.FaultPrefix + "1", Purpose: "list the accounts", Request: scenario.RequestAdmin,
		Upstream: &scenario.Upstream{Fault: f, Scheme: scheme},
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
}

// spent is the processor time of everybody who has a part in sessions: this
// process, those that ended, and of those that serve the first process of the cell,
// the PHP that forks, and what it forks off.
func spent(b *testing.B) map[string]time.Duration {
	all := map[string]time.Duration{"syncproof": used(b, unix.RUSAGE_SELF), "ended": used(b, unix.RUSAGE_CHILDREN), "cell": 0, "server": 0, "session": 0}
	for _, cell := range childrenOf(b, os.Getpid()) {
		self, _ := ticks(b, cell)
		all["cell"] += self
		for _, server := range childrenOf(b, cell) {
			self, buried := ticks(b, server)
			all["server"] += self
			all["session"] += buried
		}
	}
	return all
}

func used(b *testing.B, who int) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// total is the processor time of them all.
func total(b *testing.B) time.Duration {
	var sum time.Duration
	for _, t := range spent(b) {
		sum += t
	}
	return sum
}

func childrenOf(b *testing.B, pid int) []int {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		b.Fatal(err)
	}
	var list []int
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		for _, word := range bytes.Fields(text) {
			if child, err := strconv.Atoi(string(word)); err == nil {
				list = append(list, child)
			}
		}
	}
	return list
}

// ticks are what a process used itself, and what its children did that it buried.
func ticks(b *testing.B, pid int) (self, buried time.Duration) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	at := func(n int) time.Duration {
		count, err := strconv.Atoi(string(fields[n-3]))
		if err != nil {
			b.Fatal(err)
		}
		return time.Duration(count) * time.Second / 100
	}
	return at(14) + at(15), at(16) + at(17)
}
