package bridge

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

// token is one that will do.
const token = "0123456789abcdef01234567"

type object = map[string]any

// site is a web server with bridge.php on it.
type site struct {
	url string
	dir string
}

// setup is how to make a site.
type setup struct {
	// files by their paths below the site's folder, in which bridge.php lies at
	// the path bridge, "bridge.php" when that is empty.
	files  map[string]string
	bridge string
	env    []string
	ini    []string
}

// whmcs gives a folder shaped like a WHMCS root the module's source.
func whmcs(module string) map[string]string {
	return map[string]string{"modules/servers/acme/acme.php": module}
}

// list makes a module whose ListAccounts has that body.
func list(code string) map[string]string {
	return whmcs("<?php\nfunction acme_ListAccounts(array $params) {\n" + code + "\n}\n")
}

func php(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("php")
	if err == nil {
		return path
	}
	if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
		t.Fatal("SYNCPROOF_REQUIRE_PHP is set, but there is no php")
	}
	t.Skip("there is no php to run bridge.php with")
	return ""
}

func (s setup) start(t *testing.T) site {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	source, err := Source()
	if err != nil {
		t.Fatal(err)
	}
	if s.bridge == "" {
		s.bridge = "bridge.php"
	}
	write(t, filepath.Join(dir, s.bridge), string(source))
	for name, text := range s.files {
		write(t, filepath.Join(dir, name), strings.ReplaceAll(text, "{DIR}", dir))
	}
	for range 10 {
		if address := s.listen(t, dir); address != "" {
			return site{url: "http://" + address + "/" + s.bridge, dir: dir}
		}
	}
	t.Fatal("PHP's web server did not start on any of ten ports")
	return site{}
}

// listen starts PHP's web server and returns its address once it listens, or
// "" when another program took the port in between.
func (s setup) listen(t *testing.T, dir string) string {
	t.Helper()
	address := freeAddress(t)
	var args []string
	for _, ini := range s.ini {
		args = append(args, "-d", ini)
	}
	cmd := exec.Command(php(t), append(args, "-S", address, "-t", dir)...)
	cmd.Env = append(os.Environ(), "SYNCPROOF_BRIDGE_TOKEN=", "SYNCPROOF_BRIDGE_ROOT=")
	if s.env == nil {
		s.env = []string{"SYNCPROOF_BRIDGE_TOKEN=" + token}
	}
	for _, e := range s.env {
		cmd.Env = append(cmd.Env, strings.ReplaceAll(e, "{DIR}", dir))
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
	lines := bufio.NewReader(stderr)
	for {
		line, err := lines.ReadString('\n')
		switch {
		case err != nil:
			return ""
		case strings.Contains(line, ") started"):
			go func() { _, _ = io.Copy(io.Discard, lines) }()
			return address
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// reply is what the bridge answered.
type reply struct {
	status int
	header http.Header
	body   string
}

// send makes a request. A header given as "" is left out.
func (s site) send(t *testing.T, method, body string, header map[string]string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	// No redirect may be followed, were there one.
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(text)}
}

func bearer() map[string]string {
	return map[string]string{"Authorization": "Bearer " + token, "Content-Type": "application/json"}
}

// ask sends a request with keys that differ from the usual.
func (s site) ask(t *testing.T, differ object) reply {
	t.Helper()
	request := object{
		"version": 1, "module": "acme", "function": "ListAccounts", "params": object{"serverid": 1},
		"session": "list", "call": "list",
	}
	for key, value := range differ {
		request[key] = value
	}
	raw, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return s.send(t, http.MethodPost, string(raw), bearer())
}

// read takes an answer apart the way syncproof does, and then plainly.
func (r reply) read(t *testing.T, function string) (answer.Answer, []object) {
	t.Helper()
	if r.status != 200 || r.header.Get("Content-Type") != "application/json" || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("status %d, headers %v", r.status, r.header)
	}
	call := answer.Call{Session: "list", ID: "list", Again: "list-2", Info: transcript.CallInfo{Function: function}, Loaders: true}
	if function == "" {
		call.ID = ""
	}
	a, trouble := answer.Read([]byte(r.body), call)
	if trouble != nil {
		t.Fatalf("the answer cannot be read: %v\n%.2000s", trouble, r.body)
	}
	if !a.Envelope {
		t.Fatalf("the answer is no envelope: %.2000s", r.body)
	}
	var plain struct{ Events []object }
	if err := json.Unmarshal([]byte(r.body[strings.Index(r.body, `{"syncproof":1`):]), &plain); err != nil {
		t.Fatalf("%v: %.2000s", err, r.body)
	}
	return a, plain.Events
}

// summary gives the events' names, with what matters most of some.
func summary(events []object) string {
	var names []string
	for _, e := range events {
		name := fmt.Sprint(e["event"])
		switch name {
		case "shutdown":
			name += ":" + fmt.Sprint(e["phase"])
			if fatal, ok := e["fatal"].(object); ok {
				name += ":fatal"
				if fatal["memory"] == true {
					name += ":memory"
				}
			}
		case "loaded":
			name += ":" + fmt.Sprint(e["ok"])
		case "record":
			name += ":" + fmt.Sprint(e["function"])
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func only(t *testing.T, events []object, kind string) object {
	t.Helper()
	var found []object
	for _, e := range events {
		if e["event"] == kind {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d events %q, want 1: %s", len(found), kind, summary(events))
	}
	return found[0]
}

// same compares a decoded value with JSON.
func same(t *testing.T, what string, got any, want string) {
	t.Helper()
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
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
