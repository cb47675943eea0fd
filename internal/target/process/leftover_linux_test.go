package process_test

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"syncproof/internal/target/process"
)

// background starts a process the way each name says. The process tells its id
// on the result channel and then, through a named pipe, lets the program end.
var background = map[string]string{
	"a child of its own":        `sh -c "$SLEEPER" &`,
	"in another session":        `setsid sh -c "$SLEEPER" &`,
	"a daemon forked twice":     `setsid sh -c 'setsid sh -c "$SLEEPER" & exit' &`,
	"without our descriptors":   `setsid sh -c 'setsid sh -c "$SLEEPER" >/dev/null 2>&1 </dev/null & exit' &`,
	"without our environment":   `env -i "TMPDIR=$TMPDIR" "SLEEPER=$SLEEPER" setsid sh -c 'setsid sh -c "$SLEEPER" & exit' &`,
	"without anything of ours":  `env -i "TMPDIR=$TMPDIR" "SLEEPER=$SLEEPER" setsid sh -c 'setsid sh -c "$SLEEPER 0<&- 1>&- 2>&-" & exit' &`,
	"that takes off its limits": `env -i "TMPDIR=$TMPDIR" "SLEEPER=$SLEEPER" setsid sh -c 'for l in c d f l n s t v m p w r; do ulimit -S -$l unlimited; done 2>/dev/null; setsid sh -c "$SLEEPER" & exit' &`,
	"that takes off its tag":    `env -i "TMPDIR=$TMPDIR" "SLEEPER=$SLEEPER" setsid sh -c 'ulimit -S -w 1; setsid sh -c "$SLEEPER" & exit' &`,
}

const sleeper = `SLEEPER=echo $$ >&3; echo > "$TMPDIR/fifo"; exec sleep 60 3>&- 4>&-`

func TestNothingStaysBehind(t *testing.T) {
	bystander := exec.Command("sleep", "60")
	if err := bystander.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = bystander.Process.Kill(); _ = bystander.Wait() }()

	for name, script := range background {
		for _, isolated := range []bool{false, true} {
			t.Run(name+"/isolated "+strconv.FormatBool(isolated), func(t *testing.T) {
				o := shell(`mkfifo "$TMPDIR/fifo"; ` + script + ` read -r go < "$TMPDIR/fifo"`)
				o.Env = process.Environment{Temp: t.TempDir(), Extra: []string{sleeper}}
				o.Isolate = isolated
				o.Limits.Grace = time.Millisecond
				var pids []int
				o.Result = func(line []byte) {
					pid, err := strconv.Atoi(string(line))
					if err != nil {
						t.Error(err)
					}
					pids = append(pids, pid)
				}
				began := time.Now()
				res, err := process.Run(t.Context(), o)
				if errors.Is(err, process.ErrNoIsolation) {
					t.Skip("namespaces cannot be made here")
				}
				if err != nil {
					t.Fatal(err)
				}
				if len(pids) != 1 || alive(pids[0]) {
					t.Errorf("processes %v were started; one was expected, and that it is gone", pids)
				}
				if res.Leftover != 1 {
					t.Errorf("%d processes counted as left over, want 1", res.Leftover)
				}
				if took := time.Since(began); took > 30*time.Second {
					t.Errorf("took %v", took)
				}
			})
		}
	}
	if !alive(bystander.Process.Pid) {
		t.Error("a process of somebody else was killed")
	}
}

func TestChildrenThatEndInTimeAreNotCounted(t *testing.T) {
	o := shell(`sleep 0.05 &`)
	o.Limits.Grace = 30 * time.Second
	if res := mustRun(t, o); res.Leftover != 0 {
		t.Errorf("%d processes counted as left over, want none", res.Leftover)
	}
}

func TestTimeLimitEndsTheWholeTree(t *testing.T) {
	o := shell(`setsid sleep 60 & echo $! >&3; sleep 60`)
	o.Limits.Time = time.Second
	var pid int
	o.Result = func(line []byte) { pid, _ = strconv.Atoi(string(line)) }
	res := mustRun(t, o)
	if !res.TimedOut || pid == 0 || alive(pid) {
		t.Errorf("timed out %v, process %d alive %v", res.TimedOut, pid, alive(pid))
	}
}

func TestRunsDoNotDisturbEachOther(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			o := shell(`setsid sleep 60 & exit ` + strconv.Itoa(i))
			o.Limits.Grace = time.Millisecond
			res, err := process.Run(t.Context(), o)
			if err != nil || res.Status != i || res.Leftover != 1 {
				t.Errorf("run %d: status %d, leftover %d, error %v", i, res.Status, res.Leftover, err)
			}
		})
	}
	wg.Wait()
}

func TestOutOfAddressSpace(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
			t.Fatal(err)
		}
		t.Skip("no PHP here")
	}
	res := mustRun(t, process.Options{
		Command: []string{php, "-n", "-d", "memory_limit=-1", "-r", "function f(){return f()+1;} f();"},
		Limits:  process.Limits{Time: long, AddressSpace: 512 << 20},
	})
	if !res.OutOfMemory || res.TimedOut {
		t.Errorf("out of memory %v, timed out %v, status %d, stderr %q", res.OutOfMemory, res.TimedOut, res.Status, res.Stderr.Kept)
	}
}

func TestIsolationReachesNothing(t *testing.T) {
	o := shell(`readlink /proc/self/ns/net; id -u; grep -c ':.*[1-9]' /proc/net/dev`)
	o.Isolate = true
	res, err := process.Run(t.Context(), o)
	if errors.Is(err, process.ErrNoIsolation) {
		t.Skip("namespaces cannot be made here")
	}
	if err != nil {
		t.Fatal(err)
	}
	ours, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(string(res.Stdout.Kept))
	want := []string{res.Namespace, strconv.Itoa(os.Getuid()), "0"} // no traffic
	if !slices.Equal(got, want) || res.Namespace == ours || res.Namespace == "" {
		t.Errorf("got %v, want %v, other than %s", got, want, ours)
	}
}
