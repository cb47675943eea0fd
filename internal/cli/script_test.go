package cli_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"syncproof/fixtures"
	"syncproof/fixtures/panels"
	"syncproof/internal/cli"
	"syncproof/internal/demo"
	"syncproof/internal/stubpanel"
	"syncproof/internal/target/netns"
)

func TestMain(m *testing.M) {
	if status, inside := netns.Inside(); inside {
		os.Exit(status)
	}
	testscript.Main(m, map[string]func(){
		"syncproof": func() {
			os.Exit(cli.Main(os.Args[1:], cli.System{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.LookupEnv}))
		},
	})
}

// TestScripts runs testdata/script: each file is a session at the command line
// with what it must print and the code it must end with.
func TestScripts(t *testing.T) {
	testscript.Run(t, scripts("testdata/script"))
}

// scripts are the settings for the scripts of a folder.
func scripts(dir string) testscript.Params {
	return testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") == "1",
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "php":
				_, err := exec.LookPath("php")
				return have(err, "SYNCPROOF_REQUIRE_PHP")
			case "netns":
				return have(netns.Check(context.Background()), "SYNCPROOF_REQUIRE_NETNS")
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"fixture":  cmdFixture,
			"panel":    cmdPanel,
			"profile":  cmdProfile,
			"endpoint": cmdEndpoint,
			"exits":    cmdExits,
			"nophp":    cmdNoPHP,

			"fixture-transcript": cmdTranscript,

			"docs-command":    cmdDocsCommand,
			"docs-output":     cmdDocsOutput,
			"docs-module":     cmdDocsModule,
			"docs-panel":      cmdDocsPanel,
			"docs-profile":    cmdDocsProfile,
			"docs-transcript": cmdDocsTranscript,
			"docs-checkout":   cmdDocsCheckout,
			"alike":           cmdAlike,
		},
	}
}

// cmdFixture NAME extracts a fixture's module into the working folder.
func cmdFixture(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: fixture NAME")
	}
	f, err := fixtures.Find(args[0])
	ts.Check(err)
	_, err = f.Extract(ts.MkAbs("."))
	ts.Check(err)
}

// cmdTranscript writes the stored run of a module that calls a failure a success.
func cmdTranscript(ts *testscript.TestScript, _ bool, _ []string) {
	raw, err := fixtures.Transcript("failure-called-success")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("stored.ndjson"), raw, 0o600))
}

// timed is what differs between two runs of the same module: how long things took,
// how much memory, and when.
var timed = regexp.MustCompile(`"(started|seconds|memory)": [^\n]*|\b(time|timestamp)="[^"]*"|name="(started|seconds)" value="[^"]*"|[0-9]+(\.[0-9]+)? (ms|s|MiB|seconds?)\b`)

// cmdAlike A B compares two reports without what is timed.
func cmdAlike(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: alike REPORT REPORT")
	}
	a, b := timed.ReplaceAllString(ts.ReadFile(args[0]), "(timed)"), timed.ReplaceAllString(ts.ReadFile(args[1]), "(timed)")
	if diff := cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")); diff != "" {
		ts.Fatalf("%s and %s differ:\n%s", args[0], args[1], diff)
	}
}

// cmdProfile NAME writes one of the panel profiles that come with syncproof.
func cmdProfile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: profile NAME")
	}
	raw, err := panels.Read(args[0])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".yaml"), raw, 0o600))
}

// cmdPanel [VARIANT] starts a stub panel and sets $PANEL to the flags that
// point a module at it, and the environment variables they name.
func cmdPanel(ts *testscript.TestScript, _ bool, args []string) {
	options := stubpanel.Options{}
	if len(args) > 0 {
		options.Variant = stubpanel.Variant(args[0])
	}
	panel, err := stubpanel.Start(context.Background(), options)
	ts.Check(err)
	ts.Defer(func() { _ = panel.Close() })
	params := panel.Params()
	text := func(key string) string { return fmt.Sprint(params[key]) }
	ts.Setenv("PANEL_HOST", panel.Host)
	ts.Setenv("PANEL_PORT", strconv.Itoa(panel.Port))
	ts.Setenv("PANEL_USER", text("serverusername"))
	ts.Setenv("PANEL_PASSWORD", text("serverpassword"))
	ts.Setenv("PANEL_HASH", text("serveraccesshash"))
	config := fmt.Sprintf("server:\n  hostname: %s\n  port: %d\n  secure: false\n  username: %s\n  password_env: PANEL_PASSWORD\n  accesshash_env: PANEL_HASH\n",
		panel.Host, panel.Port, text("serverusername"))
	ts.Check(os.WriteFile(ts.MkAbs("syncproof.yaml"), []byte(config), 0o600))
}

// cmdEndpoint KIND starts an endpoint that behaves as named and sets $ENDPOINT.
func cmdEndpoint(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: endpoint KIND")
	}
	released := make(chan struct{})
	handlers := map[string]http.Handler{
		"good":   demo.Endpoint(false),
		"broken": demo.Endpoint(true),
		"html": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<html><body>Please log in</body></html>")
		}),
		"hangs": http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-released:
			}
		}),
		"flood": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			block := []byte(strings.Repeat("[", 1<<16))
			for sent := 0; sent < 200<<20 && r.Context().Err() == nil; sent += len(block) {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		}),
		"deep": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, strings.Repeat("[", 100_000), strings.Repeat("]", 100_000))
		}),
	}
	handler, ok := handlers[args[0]]
	if !ok {
		ts.Fatalf("unknown kind of endpoint %q", args[0])
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(listener) }()
	ts.Defer(func() { close(released); _ = server.Close() })
	ts.Setenv("ENDPOINT", "http://"+listener.Addr().String())
}

// cmdExits CODE syncproof ARGS… runs the command and wants exactly that code.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s ended with code %d, want %d\n%s", filepath.Base(args[1]), got, want, ts.ReadFile("stderr"))
	}
}

// cmdNoPHP leaves a PATH on which there is syncproof and nothing else.
func cmdNoPHP(ts *testscript.TestScript, _ bool, _ []string) {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		program := filepath.Join(dir, "syncproof")
		if _, err := os.Stat(program); err != nil {
			continue
		}
		ts.Check(os.Mkdir(ts.MkAbs("bin"), 0o700))
		ts.Check(os.Symlink(program, ts.MkAbs("bin/syncproof")))
		ts.Setenv("PATH", ts.MkAbs("bin"))
		return
	}
	ts.Fatalf("syncproof is not on the PATH")
}

// have reports whether something is there; a machine that has to have it fails
// the test instead of skipping it.
func have(missing error, required string) (bool, error) {
	if missing != nil && os.Getenv(required) == "1" {
		return false, missing
	}
	return missing == nil, nil
}
