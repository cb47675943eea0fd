package php_test

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// A forked session costs a fraction of a fresh one's processor time: a quarter was
// measured on a machine with ten times as much to do as it had cores. The bound leaves
// room, so that it tells a fork server that lost its use from a busy machine.
func TestForkedSessionsAreCheaper(t *testing.T) {
	needPHP(t)
	needCells(t)
	const attempts, sessions, bound = 3, 12, 2.5
	file := filepath.Join(t.TempDir(), "acme.php")
	if err := os.WriteFile(file, []byte(`<?php function acme_ListAccounts(array $params) { return ['success' => false, 'error' => 'no']; }`), 0o600); err != nil {
		t.Fatal(err)
	}
	cost := func(isolation string) time.Duration {
		target, err := php.New(php.Options{Path: file, Isolation: isolation})
		if err != nil {
			t.Fatal(err)
		}
		// PHP is looked at and forked off once for a whole run.
		session(t, target, 0)
		began := processorTime(t)
		for i := range sessions {
			session(t, target, i+1)
		}
		// What PHP took is known once it was waited for, which Close does.
		if err := target.Close(); err != nil {
			t.Fatal(err)
		}
		return processorTime(t) - began
	}
	best := math.Inf(-1)
	for range attempts {
		fresh, forked := cost(php.IsolationProcess), cost(php.IsolationFork)
		if best = max(best, fresh.Seconds()/forked.Seconds()); best >= bound {
			return
		}
	}
	t.Errorf("a fresh session costs %.2f times the processor time of a forked one, want at least %.1f", best, bound)
}

func session(t *testing.T, target *php.Target, i int) {
	t.Helper()
	f, _ := fault.Find("http-500")
	planned := scenario.Session{
		ID: fmt.Sprint(transcript.FaultPrefix, i), Purpose: "list the accounts", Request: scenario.RequestAdmin,
		Upstream: &scenario.Upstream{Fault: f, Scheme: scenario.HTTPS},
		Steps: []scenario.Step{{Call: transcript.CallList, Function: "ListAccounts", Params: map[string]any{
			"serverhostname": "panel.example.test", "serverport": "2087",
		}}},
	}
	record := transcript.NewRecorder(io.Discard, nil)
	if err := target.Run(t.Context(), planned, record); err != nil {
		t.Fatal(err)
	}
	if s := record.Transcript().Session(planned.ID); len(s.Calls) != 1 || s.Calls[0].Ending != transcript.EndReturned {
		t.Fatalf("the session went wrong: %+v", s)
	}
}

// processorTime is what this process and those it waited for took so far.
func processorTime(t *testing.T) (total time.Duration) {
	t.Helper()
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var use syscall.Rusage
		if err := syscall.Getrusage(who, &use); err != nil {
			t.Fatal(err)
		}
		total += time.Duration(use.Utime.Nano() + use.Stime.Nano())
	}
	return total
}
