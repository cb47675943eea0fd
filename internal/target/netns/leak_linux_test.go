package netns_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"syncproof/internal/target/netns"
	"syncproof/internal/upstream"
)

// everybody are processes with their network namespaces.
type everybody map[string]string

func everyone(t *testing.T) everybody {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	all := everybody{}
	own, _ := os.Readlink("/proc/self/ns/net")
	for _, l := range links {
		if ns, err := os.Readlink(l); err == nil && ns != own {
			command, _ := os.ReadFile(strings.Replace(l, "ns/net", "cmdline", 1))
			all[l] = fmt.Sprintf("%s %q", ns, bytes.ReplaceAll(command, []byte{0}, []byte(" ")))
		}
	}
	return all
}

func (e everybody) without(others everybody) []string {
	var left []string
	for process, what := range e {
		if _, known := others[process]; !known && strings.Contains(what, marked) {
			left = append(left, process+" "+what)
		}
	}
	slices.Sort(left)
	return left
}

// marked is found in the commands of this file's programs and no others'.
const marked = "sleep 617"

// Many cells leave nothing behind: no descriptor, no process, no goroutine, no
// mount.
func TestManyCells(t *testing.T) {
	requireCells(t)
	const many = 50
	// The first one lets the runtime open what it keeps.
	one := func() {
		authority, err := upstream.NewAuthority()
		if err != nil {
			t.Fatal(err)
		}
		proxy := newProxy(t, nil)
		out := run(t, netns.Options{CA: authority.PEM(), Attempt: func(netip.AddrPort) {}}, func(c *netns.Cell) {
			proxy.Serve(c.Entrance())
		}, "sh", "-c", `setsid sh -c 'setsid sleep 6173 & sleep 6174' & exit 6`)
		proxy.Close()
		if out.Status != 6 || !out.known {
			t.Fatalf("ended %+v (known %v), stderr %q", out.Ending, out.known, out.stderr)
		}
	}
	one()
	files, mounts, goroutines, processes := descriptors(t), mounted(t), runtime.NumGoroutine(), everyone(t)
	for range many {
		one()
	}
	if left := everyone(t).without(processes); len(left) > 0 {
		t.Errorf("processes left behind: %v", left)
	}
	if now := mounted(t); now != mounts {
		t.Errorf("mounts before %s, now %s", mounts, now)
	}
	// A goroutine that has said its last word may still be about to end.
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > goroutines && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if now := descriptors(t); len(now) > len(files) {
		t.Errorf("descriptors before %v, now %v", files, now)
	}
	if now := runtime.NumGoroutine(); now > goroutines {
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines before, now %d:\n%s", goroutines, now, stacks[:runtime.Stack(stacks, true)])
	}
}

// descriptors are what this process has open, by kind.
func descriptors(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range entries {
		// The folder that is being read is gone.
		if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil {
			kind, _, _ := strings.Cut(to, ":")
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

func mounted(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
