package process_test

import (
	"bufio"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncproof/internal/target/process"
)

const helperVariable = "PROCESS_TEST_HELPER"

// TestHelperThatIsKilled is no test: it is what the next one runs and kills.
func TestHelperThatIsKilled(t *testing.T) {
	if os.Getenv(helperVariable) == "" {
		t.Skip("only runs on behalf of another test")
	}
	o := shell(`echo $$ >&3; exec sleep 60`)
	o.Result = func(line []byte) { os.Stdout.WriteString("pid " + string(line) + "\n") }
	if _, err := process.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

func TestTheProgramDiesWithItsCaller(t *testing.T) {
	caller := exec.Command(os.Args[0], "-test.run=^TestHelperThatIsKilled$")
	caller.Env = append(os.Environ(), helperVariable+"=1")
	out, err := caller.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := caller.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	for lines := bufio.NewScanner(out); pid == 0 && lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "pid "); ok {
			if pid, err = strconv.Atoi(text); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := caller.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = caller.Wait()
	if pid == 0 {
		t.Fatal("the program was never started")
	}
	for end := time.Now().Add(time.Minute); alive(pid); {
		if time.Now().After(end) {
			t.Fatalf("process %d outlived its caller", pid)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
