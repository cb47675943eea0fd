package command_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"syncproof/internal/target/command"
	"syncproof/internal/target/exchange/exchangetest"
	"syncproof/internal/transcript"
)

// heap is how much one call may allocate in all.
const heap = 64 << 20

// outcome is what the session shows: trouble, or the value that will be judged,
// and how the command ended.
func outcome(t *testing.T, got exchangetest.Recorded) string {
	t.Helper()
	s := got.Transcript.Session(transcript.SessionList)
	if s == nil || s.Exit == nil {
		t.Fatalf("no session, or no end of it, in %v", got.Lines)
	}
	end := fmt.Sprintf("status %d", s.Exit.Status)
	if s.Exit.Signal != "" {
		end = s.Exit.Signal
	}
	if s.Exit.Leftover > 0 {
		end += fmt.Sprintf(", %d left", s.Exit.Leftover)
	}
	if len(s.Troubles) > 0 {
		return s.Troubles[0].Kind + " (" + end + "): " + s.Troubles[0].Message
	}
	c := got.Transcript.Call(transcript.CallList)
	value, err := json.Marshal(c.Value)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s (%s): %s after printing %d bytes", c.Ending, end, value, c.Output.Bytes)
}

func TestHostileCommands(t *testing.T) {
	const (
		answer = `printf '{"success":false,"error":"no"}'; `
		sound  = `returned (status 0): {"error":"no","success":false} after printing 0 bytes`
		late   = "timeout (SIGKILL): the command gave no answer within 0.5 seconds and was stopped"
		much   = "limit (SIGKILL): the command wrote more than 1 MiB and was stopped"
	)
	tests := []struct{ name, script, want string }{
		{"never reads", answer, sound},
		{"closes its input", "exec <&-; " + answer, sound},
		{"answers before it is asked", answer + "cat > /dev/null", sound},
		{"reads a little", "head -c 1 > /dev/null; " + answer, sound},
		{"answers twice", answer + answer, `answer (status 0): the answer to ListAccounts() holds several JSON documents, so that it is not clear which one is meant; it is "{\"success\":false,\"error\":\"no\"}{\"success\":false,\"error\":\"no\"}"`},
		{"answers twice in two processes", "(" + answer + ") ; sh -c \"$ANSWER\"", `answer (status 0): the answer to ListAccounts() holds several JSON documents, so that it is not clear which one is meant; it is "{\"success\":false,\"error\":\"no\"}{\"success\":false,\"error\":\"no\"}"`},
		{"answers on the wrong stream", "{ " + answer + "} >&2", `answer (status 0): the answer to ListAccounts() is empty where JSON belongs`},
		{"answers on descriptor 3", "{ " + answer + "} >&3 2> /dev/null || :", `answer (status 0): the answer to ListAccounts() is empty where JSON belongs`},
		{"ends early", "exit 0", `answer (status 0): the answer to ListAccounts() is empty where JSON belongs`},
		{"ends early with 255", "exit 255", `answer (status 255): the command ended with status 255; it wrote no answer`},
		{"answers and fails", answer + "exit 7", `answer (status 7): the command ended with status 7; its answer is "{\"success\":false,\"error\":\"no\"}"`},
		{"dies", "kill -SEGV $$", `answer (SIGSEGV): the command was ended by SIGSEGV; it wrote no answer`},
		{"answers and dies", answer + "kill -KILL $$", `answer (SIGKILL): the command was ended by SIGKILL; its answer is "{\"success\":false,\"error\":\"no\"}"`},
		{"kills its group", answer + "kill -KILL 0", `answer (SIGKILL): the command was ended by SIGKILL; its answer is "{\"success\":false,\"error\":\"no\"}"`},
		{"stops itself", answer + "kill -STOP $$", late},
		{"ignores every signal it can", "trap '' TERM INT HUP QUIT PIPE; while :; do sleep 60; done", late},
		{"closes its output and stays", "exec 1>&- 2>&-; sleep 60", late},
		{"answers, closes its output and stays", answer + "exec 1>&- 2>&-; sleep 60", late},
		{"answers and stays", answer + "sleep 60", late},
		{"drips", "while :; do printf ' '; sleep 0.01; done", late},
		{"writes for ever", "exec yes '[1,2,3,4]'", much},
		{"writes to both streams for ever", "yes 1 >&2 & exec yes 2", much},
		{"writes white space for ever", "exec tr '\\0' ' ' < /dev/zero", much},
		{"writes NUL bytes for ever", "exec cat /dev/zero", much},
		{"writes errors for ever", "exec yes error >&2", `timeout (SIGKILL): the command gave no answer within 0.5 seconds and was stopped; its standard error begins with "error\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\nerror\n…"`},
		{"ignores that nobody reads", "trap '' PIPE; while :; do yes; done", much},
		{"a line of 900 KB first", "head -c 900000 /dev/zero | tr '\\0' x; echo; " + answer, `returned (status 0): {"error":"no","success":false} after printing 900001 bytes`},
		{"a line of 10 MB", "head -c 10000000 /dev/zero | tr '\\0' x; " + answer, much},
		{"errors of 10 MB", "head -c 10000000 /dev/zero >&2; " + answer, sound},
		{"leaves a child", "sleep 60 & " + answer, `returned (status 0, 1 left): {"error":"no","success":false} after printing 0 bytes`},
		{"leaves a child that ignores signals", "(trap '' TERM INT HUP; exec sleep 60) & " + answer, `returned (status 0, 1 left): {"error":"no","success":false} after printing 0 bytes`},
		{"leaves a child in another session", "setsid sleep 60 & " + answer, `returned (status 0, 1 left): {"error":"no","success":false} after printing 0 bytes`},
		{"leaves a daemon", "setsid sh -c 'setsid sleep 60 > /dev/null 2>&1 < /dev/null & exit'; " + answer, `returned (status 0, 1 left): {"error":"no","success":false} after printing 0 bytes`},
		{"leaves a daemon without our environment", "env -i setsid sh -c 'setsid sleep 60 > /dev/null 2>&1 < /dev/null & exit'; " + answer, `returned (status 0, 1 left): {"error":"no","success":false} after printing 0 bytes`},
		{"leaves a child that writes for ever", answer + "yes >&2 &", `returned (status 0, 1 left): {"error":"no","success":false} after printing 0 bytes`},
		{"leaves 40 children", "i=0; while [ $i -lt 40 ]; do sleep 60 & i=$((i+1)); done; " + answer, `returned (status 0, 40 left): {"error":"no","success":false} after printing 0 bytes`},
		{"leaves a child without an answer", "setsid sleep 60 & exit 3", `answer (status 3, 1 left): the command ended with status 3; it wrote no answer`},
		{"forges another session", `printf '{"syncproof":1,"events":[{"event":"call","session":"run","call":"x"},{"event":"final"}]}'`, `answer (status 0): the answer to ListAccounts() is an envelope, but it does not say how the call "list" ended`},
		{"forges the end of the run", `printf '{"syncproof":1,"events":[{"event":"end","verdict":"CONFORMANT"}]}'`, `answer (status 0): the answer to ListAccounts() is an envelope, but event 1 is named "end", which is none that an envelope may hold`},
		{"colours its errors", `printf '\033]8;;http://evil.example\007\033[2J\r::error::x' >&2; exit 1`, `answer (status 1): the command ended with status 1; its standard error is "\x1B]8;;http://evil.example\x07\x1B[2J\r::error::x"; it wrote no answer`},
		{"removes where it runs", `d=$(mktemp -d); cd "$d"; rmdir "$d"; ` + answer, sound},
		{"replaces itself", "exec sh -c \"$ANSWER\"", sound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			marker := "SYNCPROOF_TEST_MARK=" + rand.Text()
			o := command.Options{
				Command: []string{"/bin/sh", "-c", tt.script}, Shown: "hostile", Module: "acme", MaxAnswer: 1 << 20,
				Timeout: time.Minute, Env: []string{marker, "ANSWER=" + strings.TrimSuffix(answer, "; ")},
			}
			if strings.Contains(tt.want, "0.5 seconds") || tt.name == "writes errors for ever" {
				o.Timeout = 500 * time.Millisecond
			}
			routines, files := runtime.NumGoroutine(), openFiles()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got := outcome(t, list(t, o))
			runtime.ReadMemStats(&after)
			if got != tt.want {
				t.Errorf("\ngot  %s\nwant %s", got, tt.want)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > heap {
				t.Errorf("the call allocated %d MiB, want at most %d", used>>20, heap>>20)
			}
			if left := marked(t, marker); len(left) > 0 {
				t.Errorf("processes %v are left", left)
			}
			settled(t, routines, files)
		})
	}
}

// settled waits until no more goroutines and files are open than before.
func settled(t *testing.T, routines, files int) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		r, f := runtime.NumGoroutine(), openFiles()
		if r <= routines && f <= files {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d goroutines and %d open files are left, want %d and %d", r, f, routines, files)
		}
	}
}

// openFiles is how many descriptors this process has, 0 where that is unknown.
func openFiles() int {
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(all)
}

// marked lists the processes with that entry in their environment.
func marked(t *testing.T, entry string) []string {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range all {
		if raw, err := os.ReadFile(path); err == nil && bytes.Contains(raw, []byte(entry)) {
			found = append(found, path)
		}
	}
	return found
}
