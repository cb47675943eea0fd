package netns_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"syncproof/internal/target/netns"
)

func TestEndings(t *testing.T) {
	requireCells(t)
	for name, tc := range map[string]struct {
		script string
		want   netns.Ending
	}{
		"in order":                   {`true`, netns.Ending{}},
		"with a status":              {`exit 7`, netns.Ending{Status: 7}},
		"with the highest status":    {`exit 255`, netns.Ending{Status: 255}},
		"by a crash":                 {`kill -SEGV $$`, netns.Ending{Status: -1, Signal: "SIGSEGV"}},
		"by a kill":                  {`kill -KILL $$`, netns.Ending{Status: -1, Signal: "SIGKILL"}},
		"by a signal to its group":   {`kill -TERM 0`, netns.Ending{Status: -1, Signal: "SIGTERM"}},
		"after signals to process 1": {`for s in HUP INT QUIT TERM USR1 SEGV ABRT KILL STOP; do kill -$s 1; done; exit 3`, netns.Ending{Status: 3}},
		"and leaves a child":         {`sleep 60 & exit 4`, netns.Ending{Status: 4, Leftover: 1}},
		"and leaves daemons": {
			`for i in 1 2 3; do setsid sh -c 'setsid sleep 60 >/dev/null 2>&1 </dev/null & exit' & wait $!; done`,
			netns.Ending{Leftover: 3},
		},
		"and leaves a dead child": {
			// sleep, unlike a shell, does not bury its children.
			`mkfifo f; sh -c 'read x <f & echo $! >pid; exec sleep 60' & until grep -q sleep /proc/$!/comm; do :; done; echo >f;
				until grep -q " Z " /proc/"$(cat pid)"/stat; do :; done; exit 5`,
			netns.Ending{Status: 5, Leftover: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.want.Leftover > 0 {
				if _, err := exec.LookPath("setsid"); err != nil {
					t.Skip("the program setsid is not installed")
				}
			}
			out := run(t, netns.Options{}, nil, "sh", "-c", tc.script)
			if !out.known || out.Ending != tc.want {
				t.Errorf("ended %+v (known %v), want %+v; stderr %q", out.Ending, out.known, tc.want, out.stderr)
			}
		})
	}
}

// The exit status of the command itself is what a shell would say.
func TestStatusOfTheCommand(t *testing.T) {
	requireCells(t)
	for script, want := range map[string]int{`exit 9`: 9, `kill -KILL $$`: 137} {
		cell, cmd := start(t, netns.Options{}, "sh", "-c", script)
		if err := cell.Go(t.Context(), netns.Start{}); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != want {
			t.Errorf("%s: status %d, want %d", script, got, want)
		}
		if err := cell.Close(); err != nil {
			t.Error(err)
		}
	}
}

// start starts a cell and opens it.
func start(t testing.TB, o netns.Options, command ...string) (*netns.Cell, *exec.Cmd) {
	t.Helper()
	cell, err := netns.Prepare(o)
	if err != nil {
		t.Fatal(err)
	}
	path, err := exec.LookPath(command[0])
	if err != nil {
		path = command[0]
	}
	cmd := &exec.Cmd{Path: path, Args: command, Env: []string{"PATH=" + os.Getenv("PATH")}}
	if err := cell.Attach(cmd); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := cell.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return cell, cmd
}

func TestProgramThatCannotBeStarted(t *testing.T) {
	requireCells(t)
	cell, cmd := start(t, netns.Options{}, "/no/such/program")
	err := cell.Go(t.Context(), netns.Start{})
	if !errors.Is(err, netns.ErrStart) || !errors.Is(err, syscall.ENOENT) {
		t.Errorf("got %v, want ErrStart for a file that does not exist", err)
	}
	_ = cmd.Wait()
	if err := cell.Close(); err != nil {
		t.Error(err)
	}
}

// A program that is stopped dies with all that left its group; those are
// counted, its own group is not.
func TestStop(t *testing.T) {
	requireCells(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cell, err := netns.Prepare(netns.Options{})
	if err != nil {
		t.Fatal(err)
	}
	path, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := &exec.Cmd{
		Path: path, Env: []string{"PATH=" + os.Getenv("PATH")}, ExtraFiles: []*os.File{w},
		Args: []string{"sh", "-c", `sleep 60 & setsid sh -c 'echo ready >&3; exec sleep 60' & sleep 60`},
	}
	if err := errors.Join(cell.Attach(cmd), cmd.Start(), w.Close(), cell.Open(t.Context())); err != nil {
		t.Fatal(err)
	}
	// An hour of patience is cut short.
	if err := cell.Go(t.Context(), netns.Start{Grace: time.Hour}); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(r).ReadString('\n'); line != "ready\n" {
		t.Fatal(line, err)
	}
	if err := cell.Stop(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	got, known := cell.Ending()
	if want := (netns.Ending{Status: -1, Signal: "SIGKILL", Leftover: 1}); !known || got != want {
		t.Errorf("ended %+v (known %v), want %+v", got, known, want)
	}
	if err := cell.Close(); err != nil {
		t.Error(err)
	}
}

// Killed from outside, the cell takes everything with it.
func TestKilledCell(t *testing.T) {
	requireCells(t)
	before := everyone(t)
	cell, cmd := start(t, netns.Options{}, "sh", "-c", `setsid sleep 6171 & sleep 6172`)
	if err := cell.Go(t.Context(), netns.Start{}); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if e, known := cell.Ending(); known {
		t.Errorf("a killed cell said %+v", e)
	}
	if err := cell.Close(); err != nil {
		t.Error(err)
	}
	if left := everyone(t).without(before); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A cell ends when whoever made it does, even by a kill.
func TestOrphanedCell(t *testing.T) {
	requireCells(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestHelperMakesACell$")
	cmd.Env = append(os.Environ(), "NETNS_TEST_HELPER=cell")
	cmd.ExtraFiles = []*os.File{w}
	if err := errors.Join(cmd.Start(), w.Close()); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(r)
	if line, err := in.ReadString('\n'); line != "ready\n" {
		t.Fatal(line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	// The pipe ends when the last process that holds it does.
	if err := r.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if rest, err := in.ReadString('\n'); rest != "" || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the program outlived whoever started it: %q, %v", rest, err)
	}
}

func TestHelperMakesACell(t *testing.T) {
	if os.Getenv("NETNS_TEST_HELPER") != "cell" {
		t.Skip("only part of another test")
	}
	cell, err := netns.Prepare(netns.Options{})
	if err != nil {
		t.Fatal(err)
	}
	path, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := &exec.Cmd{
		Path: path, Args: []string{"sh", "-c", `setsid sleep 60 & echo ready >&3; sleep 60`},
		Env: os.Environ(), ExtraFiles: []*os.File{os.NewFile(3, "pipe")},
	}
	if err := errors.Join(cell.Attach(cmd), cmd.Start(), cell.Open(t.Context())); err != nil {
		t.Fatal(err)
	}
	if err := cell.Go(t.Context(), netns.Start{}); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
}

// As many ports as wanted are handed over.
func TestManyPorts(t *testing.T) {
	requireCells(t)
	var ports []int
	for p := range 700 {
		ports = append(ports, 40000+p)
	}
	cell, cmd := start(t, netns.Options{Ports: ports}, "true")
	if got, want := len(cell.Entrance().Ports()), len(netns.DefaultPorts())+len(ports); got != want {
		t.Errorf("%d listeners, want %d", got, want)
	}
	if err := cell.Go(t.Context(), netns.Start{}); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait()
	if err := cell.Close(); err != nil {
		t.Error(err)
	}
}

// Only the first process of a process namespace may play the part: it ends by
// killing everybody else there.
func TestInsideIsNotPlayedOutside(t *testing.T) {
	cmd := &exec.Cmd{Path: "/proc/self/exe", Args: []string{"syncproof-cell", "3", "/bin/true", "true"}}
	if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 2 {
		t.Errorf("ended with %v, want status 2", err)
	}
}

// A program that does not call Inside must not start itself over and over.
func TestAttachRefusesToNest(t *testing.T) {
	cell, err := netns.Prepare(netns.Options{})
	if errors.Is(err, netns.ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer cell.Close()
	name := os.Args[0]
	os.Args[0] = "syncproof-cell"
	defer func() { os.Args[0] = name }()
	if err := cell.Attach(&exec.Cmd{Path: "/bin/true"}); !errors.Is(err, netns.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}
