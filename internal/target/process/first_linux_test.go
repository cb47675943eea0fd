package process_test

import (
	"errors"
	"strings"
	"testing"

	"syncproof/internal/target/netns"
	"syncproof/internal/target/process"
)

// What a program does first is limited as well, however busy the machine is.
func TestLimitsHoldFromTheFirstInstruction(t *testing.T) {
	for name, cell := range map[string]*netns.Options{"outside": nil, "in a cell": {Bare: true}} {
		t.Run(name, func(t *testing.T) {
			for range 30 {
				o := shell(`read -r all < /proc/self/limits; ulimit -n; ulimit -c; exec dd if=/proc/self/limits bs=4096 count=1 2>/dev/null`)
				o.Limits.Files, o.Cell = 77, cell
				res, err := process.Run(t.Context(), o)
				if errors.Is(err, process.ErrNoIsolation) {
					t.Skip(err)
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := string(res.Stdout.Kept); !strings.HasPrefix(got, "77\n0\n") || res.Status != 0 {
					t.Fatalf("status %d, limits %q", res.Status, got)
				}
				if traced := string(res.Stderr.Kept); traced != "" {
					t.Fatalf("said %q", traced)
				}
			}
		})
	}
}

// Nobody is traced any more when it runs, and signals reach it as ever.
func TestNobodyIsTraced(t *testing.T) {
	for name, cell := range map[string]*netns.Options{"outside": nil, "in a cell": {Bare: true}} {
		t.Run(name, func(t *testing.T) {
			o := shell(`grep TracerPid /proc/self/status; grep TracerPid /proc/$$/status; kill -TRAP $$`)
			o.Cell = cell
			res, err := process.Run(t.Context(), o)
			if errors.Is(err, process.ErrNoIsolation) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := string(res.Stdout.Kept); got != "TracerPid:\t0\nTracerPid:\t0\n" || res.Signal != "SIGTRAP" {
				t.Errorf("said %q, ended with %q", got, res.Signal)
			}
		})
	}
}
