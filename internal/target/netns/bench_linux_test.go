package netns_test

import (
	"bytes"
	"context"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"syncproof/internal/target/netns"
	"syncproof/internal/upstream"
)

// requireCells ends the test where no cell can be made: it fails when cells
// are required, else it is skipped with the reason.
func requireCells(t testing.TB) {
	t.Helper()
	if err := netns.Check(t.Context()); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_NETNS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

func requirePHP(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
			t.Fatal("PHP is not installed; run scripts/setup")
		}
		t.Skip("PHP is not installed")
	}
}

// outcome is what became of a program in a cell.
type outcome struct {
	stdout, stderr string
	netns.Ending
	known    bool
	attempts []netip.AddrPort
}

// run runs a program in a cell. ready, if not nil, is called before it starts.
func run(t testing.TB, o netns.Options, ready func(*netns.Cell), command ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var out outcome
	if o.Attempt == nil {
		o.Attempt = func(to netip.AddrPort) { out.attempts = append(out.attempts, to) }
	}
	cell, err := netns.Prepare(o)
	if err != nil {
		t.Fatal(err)
	}
	path, err := exec.LookPath(command[0])
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, path)
	cmd.Args, cmd.Stdout, cmd.Stderr, cmd.Dir = command, &stdout, &stderr, t.TempDir()
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	cmd.WaitDelay = time.Minute
	if err := cell.Attach(cmd); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := cell.Open(ctx); err != nil {
		t.Fatal(err)
	}
	if ready != nil {
		ready(cell)
	}
	if err := cell.Go(ctx, netns.Start{}); err != nil {
		t.Fatal(err)
	}
	// Its status is repeated in the ending.
	_ = cmd.Wait()
	out.Ending, out.known = cell.Ending()
	if err := cell.Close(); err != nil {
		t.Error(err)
	}
	out.stdout, out.stderr = stdout.String(), stderr.String()
	return out
}

// panel answers every request with the same text.
type panel struct{ kind, body string }

func (p panel) Respond(_ context.Context, _ upstream.Request) (upstream.Reply, error) {
	return upstream.Reply{Status: 200, Header: http.Header{"Content-Type": {p.kind}}, Body: []byte(p.body)}, nil
}

// seen are the exchanges a proxy had.
type seen struct {
	mu  sync.Mutex
	all []upstream.Exchange
}

func (s *seen) add(x upstream.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, x)
}

// addresses are where the requests went, in order: scheme, host and target.
func (s *seen) addresses() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for _, x := range s.all {
		if x.Request == nil {
			list = append(list, "no request: "+x.Problem)
			continue
		}
		list = append(list, x.Request.Method+" "+x.Request.Scheme+"://"+x.Request.Host+x.Request.Target)
	}
	slices.Sort(list)
	return list
}

// runWithPanel runs a program in a cell whose every address is the panel.
func runWithPanel(t *testing.T, p upstream.Responder, o netns.Options, command ...string) (outcome, *seen) {
	t.Helper()
	authority, err := upstream.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	s := &seen{}
	proxy, err := upstream.Listen(t.Context(), upstream.Options{Authority: authority, Good: p, Observe: s.add})
	if err != nil {
		t.Fatal(err)
	}
	if o.CA == nil {
		o.CA = authority.PEM()
	}
	out := run(t, o, func(c *netns.Cell) {
		proxy.Serve(c.Entrance())
	}, command...)
	proxy.Close()
	return out, s
}

// script writes a PHP file.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script.php")
	if err := os.WriteFile(path, []byte("<?php\n"+text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
