package cli_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"syncproof/fixtures"
	"syncproof/internal/docs"
)

// TestCommandsInTheDocs runs every command that the guides show; docs/design.md
// says how blocks are marked. A page is one session: its blocks share a folder.
func TestCommandsInTheDocs(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(pages, "../../README.md") {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		blocks, err := docs.Blocks(string(raw))
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		script := sessionOf(t, filepath.Base(path), string(makefile), blocks)
		if script == "" {
			continue
		}
		name := strings.ToLower(strings.TrimSuffix(filepath.Base(path), ".md")) + ".txtar"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	params := scripts(dir)
	params.UpdateScripts = false
	testscript.Run(t, params)
}

var makeTarget = regexp.MustCompile(`^make ([a-z-]+)$`)

// sessionOf turns a page's blocks into a script.
func sessionOf(t *testing.T, page, makefile string, blocks []docs.Block) string {
	t.Helper()
	var b strings.Builder
	for _, block := range blocks {
		if !block.Run {
			continue
		}
		for _, word := range block.Words {
			if setup, ok := docSetups()[word]; ok {
				b.WriteString(setup + "\n")
			}
		}
		for i, c := range block.Commands {
			line := strings.ReplaceAll(c.Line, "bin/syncproof ", "syncproof ")
			if m := makeTarget.FindStringSubmatch(line); m != nil {
				if !strings.Contains(makefile, "\n"+m[1]+":") {
					t.Errorf("%s:%d: the Makefile has no %s", page, block.Line, m[1])
				}
				continue
			}
			if strings.HasPrefix(line, "export ") {
				// The variable is set, to what the test's panel wants.
				continue
			}
			fmt.Fprintf(&b, "# %s:%d\n", page, block.Line)
			code := "0"
			if i == len(block.Commands)-1 {
				code = block.Exit
			}
			fmt.Fprintf(&b, "docs-command %s %s\n", code, quoteArg(forTest(line, block.Words)))
			for _, want := range c.Output {
				fmt.Fprintf(&b, "docs-output %s\n", quoteArg(elsewhere(want)))
			}
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "[!php] skip 'PHP is not installed'\n[!netns] skip 'no namespaces'\n" + b.String()
}

var address = regexp.MustCompile(`https?://panel\.example\.com|\b8080$|:8080\b`)

// elsewhere is a line of output as the test's panel lets it be: it is at another
// address, and takes an access hash besides the password.
func elsewhere(line string) string {
	return strings.ReplaceAll(address.ReplaceAllString(line, "…"), "  serverpassword replaced", "  …serverpassword replaced")
}

// docSetups are the words of a mark that prepare something.
func docSetups() map[string]string {
	return map[string]string{
		"acme": "docs-module", "panel": "docs-panel small-pages", "empty-panel": "docs-panel empty",
		"profile": "docs-profile", "transcript": "docs-transcript", "checkout": "docs-checkout",
	}
}

// forTest is a command with the test's panel in place of the one in the guide.
// Playing failures takes minutes, so only a few areas are tested, unless the command
// chooses or the mark says whole.
func forTest(line string, words []string) string {
	if strings.Contains(line, ".example.com") && !strings.Contains(line, "syncproof init") {
		line = regexp.MustCompile(`(?:panel|empty)\.example\.com`).ReplaceAllString(line, "$$PANEL_HOST")
		line = regexp.MustCompile(`--server-port \d+`).ReplaceAllString(line, "--server-port $$PANEL_PORT")
		line += " --config $WORK/server.yaml"
	}
	if strings.HasPrefix(line, "syncproof panel serve ") {
		return served(line)
	}
	isRun := strings.HasPrefix(line, "syncproof run ")
	if isRun && !strings.Contains(line, "--only") && !slices.Contains(words, "whole") {
		line += " --only load,envelope,account,identity,product,stability --skip faults,ENV-04,ENV-06"
	}
	return line
}

// served starts a panel at a free port, waits until it answers, and stops it.
func served(line string) string {
	line = regexp.MustCompile(`--port \d+`).ReplaceAllString(line, "") + " --port 0"
	return "rm -f served.txt; " + line + " > served.txt & pid=$!; " +
		`until grep -q "stop with" served.txt || ! kill -0 $pid; do sleep 0.05; done; ` +
		`kill -TERM $pid; wait $pid; cat served.txt; grep -q "stop with" served.txt`
}

// quoteArg quotes a word for testscript, which doubles quotes inside quotes.
func quoteArg(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// cmdDocsCommand EXIT LINE has a shell run a line of a guide.
func cmdDocsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: docs-command EXIT LINE")
	}
	if _, err := exec.LookPath("sh"); err != nil {
		ts.Fatalf("the guides' commands need sh: %v", err)
	}
	err := ts.Exec("sh", "-c", args[1])
	got := "0"
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = fmt.Sprint(exit.ExitCode())
	} else {
		ts.Check(err)
	}
	if got != args[0] {
		ts.Fatalf("%s ended with code %s, and the guide's mark says %s\n%s%s", args[1], got, args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// cmdDocsOutput LINE wants a line in what the last command printed; … stands for
// anything.
func cmdDocsOutput(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: docs-output LINE")
	}
	parts := strings.Split(args[0], "…")
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	want := regexp.MustCompile("(?m)^" + strings.Join(parts, ".*") + "$")
	if printed := ts.ReadFile("stdout") + ts.ReadFile("stderr"); !want.MatchString(printed) {
		ts.Fatalf("the guide shows\n%s\nand the command printed\n%s", args[0], printed)
	}
}

// cmdDocsModule puts the reference module where the guides have theirs.
func cmdDocsModule(ts *testscript.TestScript, _ bool, _ []string) {
	f, err := fixtures.Find("reference")
	ts.Check(err)
	dir := ts.MkAbs("modules/servers")
	if _, err := os.Stat(filepath.Join(dir, "acme")); err == nil {
		return
	}
	ts.Check(os.MkdirAll(dir, 0o700))
	_, err = f.Extract(dir)
	ts.Check(err)
	ts.Check(os.Rename(filepath.Join(dir, f.Module), filepath.Join(dir, "acme")))
	path := filepath.Join(dir, "acme", f.Module+".php")
	raw, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(os.Remove(path))
	renamed := strings.ReplaceAll(string(raw), f.Module+"_", "acme_")
	ts.Check(os.WriteFile(filepath.Join(dir, "acme", "acme.php"), []byte(renamed), 0o600))
}

// cmdDocsPanel VARIANT starts the server of the guides.
func cmdDocsPanel(ts *testscript.TestScript, _ bool, args []string) {
	before, err := os.ReadFile(ts.MkAbs("syncproof.yaml"))
	cmdPanel(ts, false, args)
	ts.Check(os.Rename(ts.MkAbs("syncproof.yaml"), filepath.Join(ts.Getenv("WORK"), "server.yaml")))
	if err == nil {
		ts.Check(os.WriteFile(ts.MkAbs("syncproof.yaml"), before, 0o600))
	}
}

// cmdDocsProfile writes the profile of the reference module's panel.
func cmdDocsProfile(ts *testscript.TestScript, _ bool, _ []string) {
	cmdProfile(ts, false, []string{"rest"})
	ts.Check(os.Rename(ts.MkAbs("rest.yaml"), ts.MkAbs("acme.yaml")))
	ts.Check(os.MkdirAll(ts.MkAbs("fixtures/panels"), 0o700))
	for _, name := range []string{"rest", "whm"} {
		cmdProfile(ts, false, []string{name})
		ts.Check(os.Rename(ts.MkAbs(name+".yaml"), ts.MkAbs("fixtures/panels/"+name+".yaml")))
	}
}

// cmdDocsTranscript leaves the evidence of an earlier run.
func cmdDocsTranscript(ts *testscript.TestScript, _ bool, _ []string) {
	raw, err := fixtures.Transcript("failure-called-success")
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs("syncproof-results"), 0o700))
	ts.Check(os.WriteFile(ts.MkAbs("syncproof-results/transcript.ndjson"), raw, 0o600))
}

// cmdDocsCheckout puts files of the repository where they lie in a checkout.
func cmdDocsCheckout(ts *testscript.TestScript, _ bool, _ []string) {
	cmdDocsProfile(ts, false, nil)
	raw, err := fixtures.Transcript("failure-called-success")
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs("fixtures/transcripts"), 0o700))
	ts.Check(os.WriteFile(ts.MkAbs("fixtures/transcripts/failure-called-success.ndjson"), raw, 0o600))
	f, err := fixtures.Find("error-status-ends-the-pages")
	ts.Check(err)
	dir := ts.MkAbs("fixtures/modules/" + f.Name)
	if _, err := os.Stat(dir); err == nil {
		return
	}
	ts.Check(os.MkdirAll(dir, 0o700))
	_, err = f.Extract(dir)
	ts.Check(err)
}

var link = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`)

// Links between the guides lead somewhere.
func TestLinksInTheDocs(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(pages, "../../README.md", "../../fixtures/README.md") {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(raw), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", filepath.Base(path), m[1])
			}
		}
	}
}
