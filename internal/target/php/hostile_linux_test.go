package php_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

// seen is what a session says of a module, as far as every case has it.
type seen struct {
	// Load is ok, the class thrown, or "" when loading never ended.
	Load string
	// Ending is that of the ListAccounts call.
	Ending string
	// Down is the phase in which PHP shut down, "" when it did not get there.
	Down string
	// Final says that PHP ended in good order.
	Final  bool
	Status int
	Signal string
	// Flags lists what Exit says besides.
	Flags string
}

func seenIn(s *transcript.Session) seen {
	var got seen
	switch {
	case s.Load == nil:
	case s.Load.OK:
		got.Load = "ok"
	case s.Load.Throwable != nil:
		got.Load = s.Load.Throwable.Class
	}
	for _, c := range s.Calls {
		if c.ID == transcript.CallList {
			got.Ending = c.Ending
		}
	}
	if s.Shutdown != nil {
		got.Down = s.Shutdown.Phase
	}
	got.Final = s.Final
	if s.Exit != nil {
		got.Status, got.Signal = s.Exit.Status, s.Exit.Signal
		got.Flags = flags(s.Exit)
	}
	return got
}

func flags(x *transcript.Exit) string {
	var list []string
	for name, on := range map[string]bool{
		"timed out": x.TimedOut, "out of memory": x.OutOfMemory, "file too big": x.FileTooBig, "interrupted": x.Interrupted,
	} {
		if on {
			list = append(list, name)
		}
	}
	if x.Leftover > 0 {
		list = append(list, fmt.Sprintf("%d left over", x.Leftover))
	}
	return strings.Join(list, ", ")
}

// hostile is a module and what must be seen of it.
type hostile struct {
	name string
	// source is the module's whole file; body, only the body of ListAccounts.
	source, body string
	options      php.Options
	want         seen
	check        func(t *testing.T, s *transcript.Session, c *transcript.Call)
}

const good = `return ['success' => true, 'accounts' => []];`

var (
	inOrder = seen{Load: "ok", Ending: transcript.EndReturned, Down: "end", Final: true}
	atLoad  = func(class string) seen {
		return seen{Load: class, Ending: transcript.EndNotReached, Down: "end", Final: true}
	}
	inCall = func(ending string, status int) seen {
		return seen{Load: "ok", Ending: ending, Down: "call", Final: true, Status: status}
	}
	stopped  = seen{Load: "ok", Ending: transcript.EndTimedOut, Status: -1, Signal: "SIGKILL", Flags: "timed out"}
	hangTime = 5 * time.Second
)

func TestEveryEndingIsToldApart(t *testing.T) {
	needPHP(t)
	for _, tc := range slicesOf(loadCases(), callCases(), endCases(), limitCases(), processCases(), effectCases()) {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := tc.source
			if source == "" {
				source = "<?php\nfunction acme_ListAccounts(array $params)\n{\n" + tc.body + "\n}\n"
			}
			o := tc.options
			o.Path = vendor(t, map[string]string{"acme/acme.php": source})
			row := "ROW=" + rand.Text()
			o.Env = append(o.Env, row)
			s := run(t, newTarget(t, o), list())
			if diff := cmp.Diff(tc.want, seenIn(s)); diff != "" {
				t.Errorf("(-want +got)\n%s\nexit %s", diff, show(t, s.Exit))
			}
			if len(s.Troubles) > 0 {
				t.Errorf("trouble: %s", show(t, s.Troubles))
			}
			if tc.check != nil && len(s.Calls) > 0 {
				tc.check(t, s, s.Calls[0])
			}
			if left := alive(t, row); len(left) > 0 {
				t.Errorf("processes are left: %v", left)
			}
		})
	}
}

func slicesOf(lists ...[]hostile) (all []hostile) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// alive lists the processes that have an entry in their environment.
func alive(t *testing.T, entry string) (found []string) {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		env, err := os.ReadFile(path)
		if err == nil && bytes.Contains(env, []byte(entry+"\x00")) {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			found = append(found, string(bytes.ReplaceAll(command, []byte{0}, []byte(" "))))
		}
	}
	return found
}
