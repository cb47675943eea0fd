package cli_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// command is a program as a script runs it.
func command(ts *testscript.TestScript, args []string) *exec.Cmd {
	program := args[0]
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if _, err := os.Stat(filepath.Join(dir, program)); err == nil {
			program = filepath.Join(dir, program)
			break
		}
	}
	c := exec.Command(program, args[1:]...)
	c.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TESTSCRIPT_COMMAND"} {
		c.Env = append(c.Env, name+"="+ts.Getenv(name))
	}
	return c
}

func status(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

// cmdBreakOff CODE SIGNAL N TRANSCRIPT COMMAND ARGS… stops a run by a signal once
// its transcript shows that N sessions are over, and wants that code, -1 where the
// signal itself ended the program.
func cmdBreakOff(ts *testscript.TestScript, neg bool, args []string) {
	const named = 5
	if neg || len(args) < named {
		ts.Fatalf("usage: break-off CODE SIGNAL N TRANSCRIPT COMMAND ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	over, err := strconv.Atoi(args[2])
	ts.Check(err)
	signals := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM, "KILL": os.Kill}
	c := command(ts, args[4:])
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	ts.Check(c.Start())
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for path, sent := ts.MkAbs(args[3]), false; ; {
		select {
		case err := <-ended:
			if got := status(err); got != want || !sent {
				ts.Fatalf("ended with code %d, want %d (signal sent: %v)\n%s", got, want, sent, said.String())
			}
			return
		case <-look.C:
			raw, _ := os.ReadFile(path)
			if !sent && bytes.Count(raw, []byte(`{"event":"exit"`)) >= over {
				sent = true
				ts.Check(c.Process.Signal(signals[args[1]]))
			}
		}
	}
}

// cmdUnread CODE COMMAND ARGS… runs a command whose standard output nobody reads.
func cmdUnread(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: unread CODE COMMAND ARGS...")
	}
	read, write, err := os.Pipe()
	ts.Check(err)
	ts.Check(read.Close())
	c := command(ts, args[1:])
	var said bytes.Buffer
	c.Stdout, c.Stderr = write, &said
	err = c.Run()
	ts.Check(write.Close())
	if got := strconv.Itoa(c.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("ended with code %s (%v), want %s\n%s", got, err, args[0], said.String())
	}
	if !strings.Contains(said.String(), "broken pipe") {
		ts.Fatalf("did not say why:\n%s", said.String())
	}
}

// The settings of scripts/resume need signals, pipes and a disk of their own.
func TestResumeScripts(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("signals and disks are those of Linux here")
	}
	p := scripts("testdata/resume")
	p.Cmds["break-off"], p.Cmds["unread"] = cmdBreakOff, cmdUnread
	testscript.Run(t, p)
}
