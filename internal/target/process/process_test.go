//go:build unix

package process_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncproof/internal/target/process"
)

const long = time.Minute

func shell(script string) process.Options {
	return process.Options{
		Command: []string{"/bin/sh", "-c", script},
		Limits:  process.Limits{Time: long},
	}
}

func mustRun(t *testing.T, o process.Options) process.Result {
	t.Helper()
	res, err := process.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestEndings(t *testing.T) {
	type ending struct {
		Status   int
		Signal   string
		TimedOut bool
		Overflow bool
		TooBig   bool
	}
	for name, tc := range map[string]struct {
		script string
		limits process.Limits
		want   ending
		linux  bool
	}{
		"in order":      {script: `true`, want: ending{}},
		"with a status": {script: `exit 7`, want: ending{Status: 7}},
		"by a signal":   {script: `kill -SEGV $$`, want: ending{Status: -1, Signal: "SIGSEGV"}},
		"after the time limit": {
			script: `sleep 60`, limits: process.Limits{Time: 200 * time.Millisecond},
			want: ending{Status: -1, Signal: "SIGKILL", TimedOut: true},
		},
		"stopped and never continued": {
			script: `kill -STOP $$`, limits: process.Limits{Time: 200 * time.Millisecond},
			want: ending{Status: -1, Signal: "SIGKILL", TimedOut: true},
		},
		"after too much output": {
			script: `while :; do echo 0123456789012345678901234567890123456789; done`,
			limits: process.Limits{Time: long, StopAfter: 1000},
			want:   ending{Status: -1, Signal: "SIGKILL", Overflow: true},
		},
		"by writing too much to a file": {
			// Far more than allowed: a small program may be quicker than the limits.
			script: `exec dd if=/dev/zero of="$TMPDIR/big" bs=4096 count=100000 2>/dev/null`,
			limits: process.Limits{Time: long, FileSize: 8192},
			want:   ending{Status: -1, Signal: "SIGXFSZ", TooBig: true}, linux: true,
		},
		"by using too much processor time": {
			script: `while :; do :; done`,
			limits: process.Limits{Time: long, CPU: time.Second},
			want:   ending{Status: -1, Signal: "SIGXCPU"}, linux: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.linux && runtime.GOOS != "linux" {
				t.Skip("this limit is only kept on Linux")
			}
			o := shell(tc.script)
			o.Env.Temp = t.TempDir()
			if tc.limits != (process.Limits{}) {
				o.Limits = tc.limits
			}
			res := mustRun(t, o)
			got := ending{res.Status, res.Signal, res.TimedOut, res.Overflowed, res.FileTooBig}
			if got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
			if res.Interrupted || res.Leftover != 0 {
				t.Errorf("interrupted %v, leftover %d; want neither", res.Interrupted, res.Leftover)
			}
		})
	}
}

func TestInterruptedIsNotTimedOut(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := shell(`echo ready >&3; sleep 60`)
	o.Result = func([]byte) { cancel() }
	res, err := process.Run(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if !res.Interrupted || res.TimedOut {
		t.Errorf("interrupted %v, timed out %v; want true, false", res.Interrupted, res.TimedOut)
	}
}

func TestCannotStart(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		command []string
		want    error
	}{
		"nothing given":  {nil, process.ErrStart},
		"empty":          {[]string{""}, process.ErrStart},
		"unknown":        {[]string{"no-such-program-here"}, exec.ErrNotFound},
		"missing path":   {[]string{"/no/such/program"}, os.ErrNotExist},
		"not executable": {[]string{plain}, os.ErrPermission},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := process.Run(t.Context(), process.Options{Command: tc.command})
			if !errors.Is(err, tc.want) || !errors.Is(err, process.ErrStart) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func TestStreams(t *testing.T) {
	o := shell(`cat; echo problem >&2; head -c 1000000 /dev/zero`)
	o.Stdin = []byte("question\n")
	o.Limits.Stdout = 12
	res := mustRun(t, o)
	if got := string(res.Stdout.Kept); got != "question\n\x00\x00\x00" {
		t.Errorf("kept %q of stdout", got)
	}
	if res.Stdout.Bytes != 1000009 || !res.Stdout.Cut() {
		t.Errorf("counted %d bytes of stdout, cut %v; want 1000009, true", res.Stdout.Bytes, res.Stdout.Cut())
	}
	if got := string(res.Stderr.Kept); got != "problem\n" || res.Stderr.Cut() {
		t.Errorf("stderr %q, cut %v", got, res.Stderr.Cut())
	}
}

func TestNothingOnStdin(t *testing.T) {
	if res := mustRun(t, shell(`cat; echo over`)); string(res.Stdout.Kept) != "over\n" {
		t.Errorf("stdout %q", res.Stdout.Kept)
	}
}

func TestUnreadInputDoesNotBlock(t *testing.T) {
	o := shell(`exit 3`)
	o.Stdin = make([]byte, 1<<20)
	o.Request = make([]byte, 1<<20)
	if res := mustRun(t, o); res.Status != 3 {
		t.Errorf("status %d, want 3", res.Status)
	}
}

func TestResultChannel(t *testing.T) {
	o := shell(`cat <&4 >&3; printf 'last without end' >&3`)
	o.Request = []byte("first\n\nsecond " + strings.Repeat("x", 200_000) + "\n" + strings.Repeat("y", 300_000) + "\nthird\n")
	o.Limits.Line = 250_000
	var lengths []int
	o.Result = func(line []byte) { lengths = append(lengths, len(line)) }
	res := mustRun(t, o)
	want := []int{len("first"), len("second ") + 200_000, len("third"), len("last without end")}
	if len(lengths) != len(want) {
		t.Fatalf("line lengths %v, want %v", lengths, want)
	}
	for i := range want {
		if lengths[i] != want[i] {
			t.Errorf("line lengths %v, want %v", lengths, want)
		}
	}
	if res.LongLines != 1 {
		t.Errorf("%d long lines, want 1", res.LongLines)
	}
}

func TestEnvironmentIsAnAllowList(t *testing.T) {
	t.Setenv("SYNCPROOF_CANARY", "a secret of the build server")
	t.Setenv("WANTED", "handed on")
	t.Setenv("HOME", "/caller")
	temp := t.TempDir()
	o := shell(`/usr/bin/env`)
	o.Env = process.Environment{
		Home: "/own", Temp: temp, Locale: "de_DE.UTF-8", Timezone: "Asia/Tokyo",
		Proxy: "http://127.0.0.1:9", Pass: []string{"WANTED", "NOT_SET"}, Extra: []string{"LANG=xx", "ADDED=a=b"},
	}
	got := map[string]string{}
	for line := range strings.Lines(string(mustRun(t, o).Stdout.Kept)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		got[name] = value
	}
	want := map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": "/own", "TMPDIR": temp, "LC_ALL": "de_DE.UTF-8", "LANG": "xx",
		"TZ": "Asia/Tokyo", "WANTED": "handed on", "ADDED": "a=b", "no_proxy": "", "NO_PROXY": "",
	}
	for _, name := range []string{"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		want[name] = "http://127.0.0.1:9"
	}
	// The shell adds these, and each run has a marker of its own.
	for _, name := range []string{"PWD", "OLDPWD", "SHLVL", "_", "PROCESS_RUN"} {
		delete(got, name)
	}
	for name, value := range want {
		if v, ok := got[name]; !ok || v != value {
			t.Errorf("%s is %q, want %q", name, v, value)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("unexpected variables: %v", got)
	}
}

func TestRelativeProgramIsFoundFromHere(t *testing.T) {
	here := t.TempDir()
	if err := os.WriteFile(filepath.Join(here, "tool"), []byte("#!/bin/sh\necho found in \"$PWD\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(here)
	there, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	res := mustRun(t, process.Options{Command: []string{"./tool"}, Dir: there, Limits: process.Limits{Time: long}})
	if got, want := string(res.Stdout.Kept), "found in "+there+"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// alive reports whether a process exists that is not just waiting to be reaped.
func alive(pid int) bool {
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
}
