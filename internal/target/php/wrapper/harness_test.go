package wrapper

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/transcript"
)

// php returns the PHP to test with.
func php(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("php")
	if err == nil {
		return path
	}
	if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
		t.Fatal("SYNCPROOF_REQUIRE_PHP is set, but there is no php")
	}
	t.Skip("there is no php to run the wrapper with")
	return ""
}

// object is a decoded JSON object.
type object = map[string]any

// run is one session to make.
type run struct {
	// module is the source of modules/servers/acme/acme.php.
	module string
	// files are more files below the root.
	files map[string]string
	// request holds keys of the request that differ from the usual.
	request object
	// steps defaults to one call of ListAccounts.
	steps []object
	// ini are PHP settings, as name=value.
	ini []string
	env []string
	// before are words to put before the php command.
	before []string
	// bare runs PHP without its php.ini and the extensions named there.
	bare bool
	// root is the WHMCS root to use, "" for a new one.
	root string
}

// outcome is what came of a session.
type outcome struct {
	root           string
	events         []object
	stdout, stderr string
	status         int
}

// list is the usual step.
func list() []object {
	return []object{{"call": "list", "function": "ListAccounts", "params": object{"serverid": 1}}}
}

// body makes a module whose ListAccounts has that body.
func body(code string) string {
	return "<?php\nfunction acme_ListAccounts(array $params) {\n" + code + "\n}\n"
}

func (r run) do(t *testing.T) outcome {
	t.Helper()
	dir := resolved(t, t.TempDir())
	root := r.root
	if root == "" {
		root = filepath.Join(dir, "root")
	}
	r.lay(t, root)
	request, result := filepath.Join(dir, "request"), filepath.Join(dir, "result")
	write(t, request, r.requestJSON(t, root))
	o := r.start(t, dir, append(r.env, "SYNCPROOF_REQUEST="+request, "SYNCPROOF_RESULT="+result), nil)
	o.root = root
	raw, err := os.ReadFile(result)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	o.events = decode(t, raw)
	return o
}

func (r run) lay(t *testing.T, root string) {
	t.Helper()
	files := maps.Clone(r.files)
	if files == nil {
		files = map[string]string{}
	}
	if r.module != "" {
		files["modules/servers/acme/acme.php"] = r.module
	}
	for name, text := range files {
		write(t, filepath.Join(root, filepath.FromSlash(name)), text)
	}
}

func (r run) requestJSON(t *testing.T, root string) string {
	t.Helper()
	folder := filepath.Join(root, "modules", "servers", "acme")
	request := object{
		"version": 1, "nonce": "n0nce", "session": "list", "module": "acme", "root": root, "moduleDir": folder,
		"file": filepath.Join(folder, "acme.php"), "limits": object{}, "steps": r.steps,
	}
	if r.steps == nil {
		request["steps"] = list()
	}
	maps.Copy(request, r.request)
	raw, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// start runs main.php from the embedded files, as a user of them would.
func (r run) start(t *testing.T, dir string, env []string, files []*os.File) outcome {
	t.Helper()
	own := filepath.Join(dir, "wrapper")
	if err := os.CopyFS(own, Files); err != nil {
		t.Fatal(err)
	}
	args := append(r.before, php(t))
	if r.bare {
		args = append(args, "-n")
	}
	settings := append([]string{"display_errors=stderr", "html_errors=0", "log_errors=0"}, r.ini...)
	for _, ini := range settings {
		args = append(args, "-d", ini)
	}
	args = append(args, filepath.Join(own, "main.php"))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.WaitDelay = 10 * time.Second
	cmd.Env = append(os.Environ(), env...)
	cmd.ExtraFiles = files
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("php: %v", err)
	}
	return outcome{stdout: stdout.String(), stderr: stderr.String(), status: cmd.ProcessState.ExitCode()}
}

// decode reads the lines of a result and checks what is common to all.
func decode(t *testing.T, raw []byte) []object {
	t.Helper()
	var events []object
	for line := range bytes.Lines(raw) {
		// The wrapper ends whatever a module may have begun there.
		if string(line) == "\n" {
			continue
		}
		if _, err := transcript.DecodeEvent(line); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		var e object
		if err := d.Decode(&e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if e["nonce"] != "n0nce" || e["session"] != "list" {
			t.Errorf("event without its nonce and session: %s", line)
		}
		delete(e, "nonce")
		delete(e, "session")
		events = append(events, e)
	}
	return events
}

// tidy takes out of an event what differs from run to run, and what says that
// nothing happened.
func tidy(e object) object {
	e = maps.Clone(e)
	for _, key := range []string{"seconds", "memory", "at", "functions"} {
		delete(e, key)
	}
	if output, ok := e["output"].(object); ok && output["bytes"] == json.Number("0") {
		delete(e, "output")
	}
	return e
}

// check compares the events after boot with JSON objects. In place of a text,
// {"$match": regexp} stands for any text that matches; PHP's wording differs
// from version to version.
func (o outcome) check(t *testing.T, want string) {
	t.Helper()
	var got []object
	for _, e := range o.events {
		if e["event"] != "boot" {
			got = append(got, tidy(e))
		}
	}
	var wanted []object
	d := json.NewDecoder(strings.NewReader(want))
	d.UseNumber()
	for d.More() {
		var e object
		if err := d.Decode(&e); err != nil {
			t.Fatalf("the test's own expectation: %v", err)
		}
		wanted = append(wanted, e)
	}
	for i := range min(len(got), len(wanted)) {
		got[i] = matched(wanted[i], got[i]).(object)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("events differ (-want +got):\n%s\nexit status %d\nstderr: %.2000s", diff, o.status, o.stderr)
	}
}

// matched returns got with each text that matches replaced by what it matches.
func matched(want, got any) any {
	switch w := want.(type) {
	case object:
		if pattern, ok := w["$match"].(string); ok {
			if text, _ := got.(string); regexp.MustCompile(pattern).MatchString(text) {
				return want
			}
			return got
		}
		g, ok := got.(object)
		if !ok {
			return got
		}
		g = maps.Clone(g)
		for key := range w {
			if value, ok := g[key]; ok {
				g[key] = matched(w[key], value)
			}
		}
		return g
	case []any:
		g, ok := got.([]any)
		if !ok {
			return got
		}
		g = slices.Clone(g)
		for i := range min(len(g), len(w)) {
			g[i] = matched(w[i], g[i])
		}
		return g
	}
	return got
}

// only returns the one event of a kind.
func (o outcome) only(t *testing.T, kind string) object {
	t.Helper()
	found := o.all(kind)
	if len(found) != 1 {
		t.Fatalf("%d events %q, want 1; stderr: %.2000s", len(found), kind, o.stderr)
	}
	return found[0]
}

func (o outcome) all(kind string) []object {
	var found []object
	for _, e := range o.events {
		if e["event"] == kind {
			found = append(found, e)
		}
	}
	return found
}

// same compares a decoded value with JSON.
func same(t *testing.T, what string, got any, want string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(want))
	d.UseNumber()
	var wanted any
	if err := d.Decode(&wanted); err != nil {
		t.Fatalf("the test's own expectation: %v", err)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", what, diff)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// resolved has no symbolic links, as PHP reports paths.
func resolved(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
