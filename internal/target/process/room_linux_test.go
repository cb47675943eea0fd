package process_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncproof/internal/target/netns"
	"syncproof/internal/target/process"
)

func TestMain(m *testing.M) {
	if status, inside := netns.Inside(); inside {
		os.Exit(status)
	}
	os.Exit(m.Run())
}

func requireCells(t *testing.T) {
	t.Helper()
	if err := netns.Check(t.Context()); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_NETNS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// Whatever a program does, in a cell it is reported as it is outside.
func TestCellChangesNoReport(t *testing.T) {
	requireCells(t)
	type report struct {
		Status                       int
		Signal                       string
		TimedOut, Overflowed, Memory bool
		TooBig                       bool
		Stdout, Stderr, Lines        string
		StdoutBytes                  int64
		LongLines, Leftover          int
	}
	for name, tc := range map[string]struct {
		script string
		limits process.Limits
		stdin  string
		want   report
	}{
		"in order":      {script: `cat; cat <&4 >&3; echo problem >&2`, stdin: "question", want: report{Stdout: "question", StdoutBytes: 8, Stderr: "problem\n", Lines: "request"}},
		"with a status": {script: `exit 7`, want: report{Status: 7}},
		"by a signal":   {script: `kill -SEGV $$`, want: report{Status: -1, Signal: "SIGSEGV"}},
		"out of time": {
			script: `echo early >&3; sleep 60`, limits: process.Limits{Time: 300 * time.Millisecond},
			want: report{Status: -1, Signal: "SIGKILL", TimedOut: true, Lines: "early"},
		},
		"out of time with a daemon": {
			script: `sleep 60 & setsid sleep 60 & sleep 60`, limits: process.Limits{Time: 300 * time.Millisecond},
			want: report{Status: -1, Signal: "SIGKILL", TimedOut: true, Leftover: 1},
		},
		"stopped and never continued": {
			script: `kill -STOP $$`, limits: process.Limits{Time: 300 * time.Millisecond},
			want: report{Status: -1, Signal: "SIGKILL", TimedOut: true},
		},
		"in time, and what it leaves is not": {
			script: `setsid sleep 60 & exit 3`, limits: process.Limits{Time: 2 * time.Second, Grace: 3 * time.Second},
			want: report{Status: 3, Leftover: 1},
		},
		"with too much output": {
			script: `exec cat /dev/zero`, limits: process.Limits{Time: long, StopAfter: 1000, Stdout: 3},
			want: report{Status: -1, Signal: "SIGKILL", Overflowed: true, Stdout: "\x00\x00\x00", StdoutBytes: -1},
		},
		"with too big a file": {
			// A small program may be quicker than the limits.
			script: `until [ "$(ulimit -f)" = 16 ]; do :; done; exec dd if=/dev/zero of="$TMPDIR/big" bs=4096 count=100 2>/dev/null`, limits: process.Limits{Time: long, FileSize: 8192},
			want: report{Status: -1, Signal: "SIGXFSZ", TooBig: true},
		},
		"with too much processor time": {
			script: `while :; do :; done`, limits: process.Limits{Time: long, CPU: time.Second},
			want: report{Status: -1, Signal: "SIGXCPU"},
		},
		"with limits in force": {
			script: `until [ "$(ulimit -t)" = 9 ]; do :; done; ulimit -c; ulimit -f; ulimit -n; ulimit -v; ulimit -t`,
			limits: process.Limits{Time: long, FileSize: 1 << 20, Files: 77, AddressSpace: 512 << 20, CPU: 9 * time.Second},
			want:   report{Stdout: "0\n2048\n77\n524288\n9\n", StdoutBytes: 19},
		},
		"with too long a line": {
			script: `echo short >&3; head -c 5000 /dev/zero | tr '\0' x >&3; echo >&3; echo last >&3`, limits: process.Limits{Time: long, Line: 100},
			want: report{Lines: "short last", LongLines: 1},
		},
		"and leaves children that end in time": {
			script: `sleep 0.05 & setsid sleep 0.05 &`, limits: process.Limits{Time: long, Grace: 30 * time.Second},
		},
		"and leaves a daemon": {
			script: `setsid sh -c 'setsid sleep 60 >/dev/null 2>&1 </dev/null 3>&- 4>&- & echo $! >&3' & wait $!; exit 5`,
			limits: process.Limits{Time: long, Grace: 50 * time.Millisecond},
			want:   report{Status: 5, Leftover: 1, Lines: "*"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, cell := range []*netns.Options{nil, {}} {
				o := shell(tc.script)
				o.Env.Temp, o.Stdin, o.Cell = t.TempDir(), []byte(tc.stdin), cell
				if tc.limits != (process.Limits{}) {
					o.Limits = tc.limits
				}
				o.Request = []byte("request")
				var lines []string
				o.Result = func(line []byte) { lines = append(lines, string(line)) }
				res := mustRun(t, o)
				got := report{
					Status: res.Status, Signal: res.Signal, TimedOut: res.TimedOut, Overflowed: res.Overflowed,
					Memory: res.OutOfMemory, TooBig: res.FileTooBig, Stdout: string(res.Stdout.Kept), Stderr: string(res.Stderr.Kept),
					Lines: strings.Join(lines, " "), StdoutBytes: res.Stdout.Bytes, LongLines: res.LongLines, Leftover: res.Leftover,
				}
				if tc.want.StdoutBytes < 0 {
					got.StdoutBytes = -1
				}
				if tc.want.Lines == "*" {
					got.Lines = "*"
				}
				if got != tc.want {
					t.Errorf("in a cell %v: got %+v, want %+v", cell != nil, got, tc.want)
				}
			}
		})
	}
}

func TestCellRunsOutOfMemoryToo(t *testing.T) {
	requireCells(t)
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
		Cell:    &netns.Options{},
	})
	if !res.OutOfMemory || res.TimedOut {
		t.Errorf("out of memory %v, timed out %v, status %d, stderr %q", res.OutOfMemory, res.TimedOut, res.Status, res.Stderr.Kept)
	}
}

// The cell's ports are served by whoever was made ready, and only the cell is.
func TestCellIsServedFromOutside(t *testing.T) {
	requireCells(t)
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("the program curl is not installed")
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "answer for "+r.Host+r.URL.Path)
	})}
	defer server.Close()
	ended := make(chan struct{})
	var attempts []netip.AddrPort
	o := process.Options{
		Command: []string{curl, "-sS", "http://panel.example.test:2086/list"},
		Limits:  process.Limits{Time: long},
		Cell:    &netns.Options{Attempt: func(to netip.AddrPort) { attempts = append(attempts, to) }},
		Ready: func(c *netns.Cell) error {
			go func() {
				defer close(ended)
				// It ends when the listener is closed.
				_ = server.Serve(c.Entrance())
			}()
			return nil
		},
	}
	res := mustRun(t, o)
	if got := string(res.Stdout.Kept); got != "answer for panel.example.test:2086/list" || res.Status != 0 {
		t.Errorf("got %q, status %d, stderr %q", got, res.Status, res.Stderr.Kept)
	}
	if len(attempts) != 1 || attempts[0].Port() != 2086 {
		t.Errorf("attempts %v, want one at port 2086", attempts)
	}
	// Run has closed the listeners.
	<-ended
}

func TestCellThatIsNotMadeReady(t *testing.T) {
	requireCells(t)
	broken := errors.New("no panel today")
	marker := filepath.Join(t.TempDir(), "ran")
	o := shell(`touch ` + marker)
	o.Cell, o.Ready = &netns.Options{}, func(*netns.Cell) error { return broken }
	if _, err := process.Run(t.Context(), o); !errors.Is(err, broken) {
		t.Errorf("got %v, want the error of Ready", err)
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("the program ran nevertheless")
	}
}

func TestInterruptedCell(t *testing.T) {
	requireCells(t)
	for name, when := range map[string]string{"before it is open": "start", "before the program starts": "ready", "while the program runs": "run"} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			o := shell(`echo running >&3; setsid sleep 60 & sleep 60`)
			o.Cell = &netns.Options{}
			o.Result = func([]byte) { cancel() }
			if when == "start" {
				cancel()
			}
			o.Ready = func(*netns.Cell) error {
				if when == "ready" {
					cancel()
				}
				return nil
			}
			res, err := process.Run(ctx, o)
			if err != nil || !res.Interrupted || res.TimedOut || res.Status != -1 {
				t.Errorf("interrupted %v, timed out %v, status %d, error %v", res.Interrupted, res.TimedOut, res.Status, err)
			}
		})
	}
}

func TestCellCannotStart(t *testing.T) {
	requireCells(t)
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("\x7fELF is not all"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{text, "/no/such/program", "no-such-program-here"} {
		_, err := process.Run(t.Context(), process.Options{Command: []string{command}, Cell: &netns.Options{}})
		if !errors.Is(err, process.ErrStart) {
			t.Errorf("%s: got %v, want ErrStart", command, err)
		}
	}
}

// The program knows itself by the namespace that Run reports, and sees nobody.
func TestCellIsNamed(t *testing.T) {
	requireCells(t)
	o := shell(`readlink /proc/self/ns/net; id -u; set -- /proc/[0-9]*; echo $#`)
	o.Cell = &netns.Options{}
	res := mustRun(t, o)
	got := strings.Split(string(res.Stdout.Kept), "\n")
	want := []string{res.Namespace, strconv.Itoa(os.Getuid()), "2", ""}
	if own, _ := os.Readlink("/proc/self/ns/net"); !slices.Equal(got, want) || res.Namespace == own || res.Namespace == "" {
		t.Errorf("got %q, want %q, other than %s", got, want, own)
	}
}

// The program is found with the same arguments, in the same folder and with
// the same variables; what the cell needs is not among them.
func TestCellHandsOnEverything(t *testing.T) {
	requireCells(t)
	var outputs []string
	dir := t.TempDir()
	for _, cell := range []*netns.Options{nil, {}} {
		o := process.Options{
			Command: []string{"/bin/sh", "-c", `echo "$0" "$@" "$#"; pwd; env | grep -v PROCESS_RUN | sort; ls -l /proc/self/fd | grep -c -e socket -e cell`, "", "two words", "", "\xff"},
			Dir:     dir, Env: process.Environment{Extra: []string{"EMPTY=", "ODD=a\nb=c"}},
			Limits: process.Limits{Time: long}, Request: []byte("x"), Cell: cell,
		}
		outputs = append(outputs, string(mustRun(t, o).Stdout.Kept))
	}
	if outputs[0] != outputs[1] || !strings.HasPrefix(outputs[0], " two words  \xff 3\n") {
		t.Errorf("outside %q, in a cell %q", outputs[0], outputs[1])
	}
}
