package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Cost is what a program took.
type Cost struct {
	Wall time.Duration
	// CPU is the processor time of the program and of all programs it started and
	// waited for.
	CPU time.Duration
	// Peak is the most memory the program itself was resident with, in bytes,
	// without the programs it started; 0 where that cannot be seen.
	Peak int64
	// First is when the first byte of output came, 0 when none did.
	First time.Duration
	// Out is what it printed on standard output.
	Out []byte
}

// Command is a program to measure.
type Command struct {
	Args []string
	Dir  string
	// Env is added to the environment.
	Env []string
	// Discard says that what it prints is not to be kept.
	Discard bool
	// Codes are exit codes that are in order besides 0.
	Codes []int
}

// Run runs a program and says what it took.
func Run(ctx context.Context, c Command) (Cost, error) {
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Dir, cmd.Env = c.Dir, append(os.Environ(), c.Env...)
	out, failure := &output{discard: c.Discard}, &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, failure
	out.began = time.Now()
	if err := cmd.Start(); err != nil {
		return Cost{}, fmt.Errorf("starting %s: %w", filepath.Base(c.Args[0]), err)
	}
	var peak int64
	var watching sync.WaitGroup
	ended := make(chan struct{})
	watching.Go(func() { peak = watchMemory(cmd.Process.Pid, ended) })
	err := cmd.Wait()
	wall := time.Since(out.began)
	close(ended)
	watching.Wait()
	if err != nil && !c.allowed(cmd.ProcessState.ExitCode()) {
		return Cost{}, fmt.Errorf("%s: %w: %s", strings.Join(c.Args[:min(2, len(c.Args))], " "), err, lastLines(failure.String()+out.kept.String()))
	}
	return Cost{
		Wall: wall, CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		Peak: peak, First: out.first, Out: out.kept.Bytes(),
	}, nil
}

func (c Command) allowed(code int) bool {
	for _, other := range c.Codes {
		if code == other {
			return true
		}
	}
	return false
}

func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], " / ")
}

// watchMemory asks the kernel, until the program has ended, for the most memory it
// was resident with. What it took in the last hundredth of a second can be missed.
func watchMemory(pid int, ended <-chan struct{}) (peak int64) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return peak
		case <-tick.C:
			peak = max(peak, highWater(pid))
		}
	}
}

func highWater(pid int) int64 {
	raw, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			kilobytes, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

// output notes when the first byte came.
type output struct {
	began   time.Time
	first   time.Duration
	discard bool
	kept    bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	if o.first == 0 && len(p) > 0 {
		o.first = time.Since(o.began)
	}
	if o.discard {
		return len(p), nil
	}
	return o.kept.Write(p)
}

// Best is the cheapest of several runs: what other programs do to a measurement
// only makes it dearer.
func Best(ctx context.Context, times int, c Command) (Cost, error) {
	var best Cost
	for i := range times {
		cost, err := Run(ctx, c)
		if err != nil {
			return Cost{}, err
		}
		if i == 0 {
			best = cost
			continue
		}
		best.Wall, best.CPU = min(best.Wall, cost.Wall), min(best.CPU, cost.CPU)
		best.First = min(best.First, cost.First)
		// Memory that was needed once may be needed again.
		best.Peak = max(best.Peak, cost.Peak)
	}
	return best, nil
}

func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return a.Seconds() / b.Seconds()
}

func seconds(d time.Duration) string { return trim(d.Seconds()) + " s" }

func megabytes(n int64) float64 { return float64(n) / 1e6 }
