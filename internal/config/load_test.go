package config_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"syncproof/internal/config"
	"syncproof/internal/contract"
)

// load writes the text to a file named syncproof.yaml in the current folder,
// which is a scratch one, so that messages are the same everywhere.
func load(t *testing.T, text string) (config.Config, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(config.FileName, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Load(t.Context(), config.FileName)
}

func equal(t *testing.T, got, want config.Config) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(config.Config{})); diff != "" {
		t.Errorf("settings differ (-want +got):\n%s", diff)
	}
}

func TestLoadEverySetting(t *testing.T) {
	got, err := load(t, `# every setting there is
target: modules/servers/acme
module: acme
php: php8.3 -n -d "memory_limit = 1G"
timeout: 1m30s
intercept: prepend
isolation: process
limits:
  memory: 1GiB
  output: 512k
  disk: 2GiB
  transcript: 4GiB
server:
  hostname: panel.example.com
  ip: 192.0.2.7
  port: 2087
  secure: false
  httpprefix: http
  username: "0123"
  password_env: PANEL_PASSWORD
  accesshash_env: PANEL_HASH
  id: 7
endpoint:
  token_env: BRIDGE_TOKEN
  ca_file: certs/ca.pem
env: [HTTP_PROXY, no_proxy]
reads: [POST /api/v1/rpc, "PUT /search/*"]
recording: build/acme.har
empty_recording: empty.har
whmcs_root: /srv/whmcs
panel:
  profile: panels/acme.yaml
  accounts: 12
  seed: 7
  fleet: dates
  sizes: [1, 101]
  skip_fleets: [domains]
policies:
  unknown_date: empty
  empty_email: fail
  no_plan: empty
  omitted_states: [deleted, unknown]
bootstrap: tests/whmcs.php
run:
  only: [must, "META-*"]
  skip: LOAD-02,output
  strict: true
  allow_incomplete: true
  budget: 300
out: build/results
junit: build/junit.xml
json: build/result.json
html: build/report.html
markdown: build/summary.md
sarif: build/r.sarif
annotations: build/annotations.txt
code_quality: build/quality.json
tap: build/r.tap
badge: build/badge.svg
`)
	if err != nil {
		t.Fatal(err)
	}
	secure := false
	equal(t, got, config.Config{
		Panel: config.Panel{Path: "panels/acme.yaml", Accounts: 12, Seed: 7, Fleet: "dates", Sizes: []int{1, 101}, SkipFleets: []string{"domains"}},
		Policies: contract.Policies{
			UnknownDate: contract.PolicyEmpty, EmptyEmail: contract.PolicyFail, NoPlan: contract.PolicyEmpty, OmittedStates: []string{"deleted", contract.StateUnknown},
		},
		Intercept: "prepend",
		Isolation: "process",
		Target:    "modules/servers/acme", Module: "acme",
		PHP:     []string{"php8.3", "-n", "-d", "memory_limit = 1G"},
		Sandbox: "auto",
		Timeout: 90 * time.Second,
		Limits:  config.Limits{Memory: 1 << 30, Output: 512 << 10, FileSize: 1 << 30, Disk: 2 << 30, Transcript: 4 << 30, Answer: 1 << 30, Files: 1024, Processes: 256},
		Server: config.Server{
			Hostname: "panel.example.com", IP: "192.0.2.7", Port: "2087", Secure: &secure, HTTPPrefix: "http",
			Username: "0123", PasswordEnv: "PANEL_PASSWORD", AccessHashEnv: "PANEL_HASH", ID: 7,
		},
		Endpoint:  config.Endpoint{TokenEnv: "BRIDGE_TOKEN", CAFile: "certs/ca.pem"},
		Env:       []string{"HTTP_PROXY", "no_proxy"},
		Recording: "build/acme.har", EmptyRecording: "empty.har",
		WHMCSRoot: "/srv/whmcs", Bootstrap: "tests/whmcs.php",
		Reads: []string{"POST /api/v1/rpc", "PUT /search/*"},
		Run:   config.Run{Only: []string{"must", "META-*"}, Skip: []string{"LOAD-02,output"}, Strict: true, AllowIncomplete: true, Budget: 300},
		Out:   "build/results", JUnit: "build/junit.xml", JSON: "build/result.json",
		Reports: config.Reports{
			HTML: "build/report.html", Markdown: "build/summary.md", SARIF: "build/r.sarif", Annotations: "build/annotations.txt",
			CodeQuality: "build/quality.json", TAP: "build/r.tap", Badge: "build/badge.svg",
		},
	})
}

func TestLoadKeepsDefaults(t *testing.T) {
	for name, text := range map[string]string{
		"an empty file": "", "only comments": "# nothing\n\n# yet\n", "a document start": "---\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := load(t, text)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, got, config.Default())
		})
	}
	t.Run("what is not named", func(t *testing.T) {
		got, err := load(t, "limits: {memory: 1G}\n")
		if err != nil {
			t.Fatal(err)
		}
		want := config.Default()
		want.Limits.Memory = 1 << 30
		equal(t, got, want)
	})
}

func TestLoadFormsOfYAML(t *testing.T) {
	tests := []struct {
		name, text string
		want       func(*config.Config)
	}{
		{"JSON is YAML", `{"target": "x", "server": {"port": "81"}}`,
			func(c *config.Config) { c.Target, c.Server.Port = "x", "81" }},
		{"Windows line ends and a byte order mark", "\xEF\xBB\xBFtarget: x\r\nmodule: y\r\n",
			func(c *config.Config) { c.Target, c.Module = "x", "y" }},
		{"lists in lines", "env:\n- A\n- B\nphp:\n  - php\n  - -n\n",
			func(c *config.Config) { c.Env, c.PHP = []string{"A", "B"}, []string{"php", "-n"} }},
		{"an empty list", "env: []\n", func(c *config.Config) { c.Env = []string{} }},
		{"text over several lines", "command: >\n  docker run\n  image\n",
			func(c *config.Config) { c.Command, c.CommandDir = []string{"docker", "run", "image"}, "." }},
		{"a comment at the end of a line", "target: x # the module\n", func(c *config.Config) { c.Target = "x" }},
		{"letters outside ASCII", "target: módulo/ünïcode\n", func(c *config.Config) { c.Target = "módulo/ünïcode" }},
		{"an address", "target: https://dev.example.com/bridge.php?a=b@c\n",
			func(c *config.Config) { c.Target = "https://dev.example.com/bridge.php?a=b@c" }},
		{"a port as text", "server: {port: \"8443\"}\n", func(c *config.Config) { c.Server.Port = "8443" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := load(t, tt.text)
			if err != nil {
				t.Fatal(err)
			}
			want := config.Default()
			tt.want(&want)
			equal(t, got, want)
		})
	}
}

func TestLoadPathsStartAtTheFile(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("sub", 0o700); err != nil {
		t.Fatal(err)
	}
	absolute := filepath.Join(t.TempDir(), "j.xml")
	text := "target: ./module\nphp: ./bin/php -n\nendpoint: {ca_file: ca.pem}\nout: ../out\njunit: '" + absolute + "'\njson: r.json\n"
	path := filepath.Join("sub", "other.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := config.Load(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.Target, want.PHP = filepath.Join("sub", "module"), []string{filepath.Join("sub", "bin", "php"), "-n"}
	want.Endpoint.CAFile, want.Out, want.JUnit, want.JSON = filepath.Join("sub", "ca.pem"), "out", absolute, filepath.Join("sub", "r.json")
	equal(t, got, want)

	if err := os.WriteFile(path, []byte("command: [php, bridge.php]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err = config.Load(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	want = config.Default()
	want.Command, want.CommandDir = []string{"php", "bridge.php"}, "sub"
	equal(t, got, want)
}

func TestLoadUnreadableFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("large.yaml", []byte(strings.Repeat("#", config.MaxSize+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("full.yaml", []byte(strings.Repeat("#", config.MaxSize)), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ path, want string }{
		{"missing.yaml", "missing.yaml: there is no such file"},
		{"large.yaml", "large.yaml: the file is larger than 1 MiB; a configuration has a few dozen lines, so this is probably another file"},
	}
	for _, tt := range tests {
		_, err := config.Load(t.Context(), tt.path)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.path, err, tt.want)
		}
	}
	if _, err := config.Load(t.Context(), "missing.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file is not told apart: %v", err)
	}
	var problem *config.Error
	if _, err := config.Load(t.Context(), "folder"); !errors.As(err, &problem) || !strings.HasPrefix(problem.Message, "the file cannot be read: ") {
		t.Errorf("a folder gives %v", err)
	}
	if _, err := config.Load(t.Context(), "full.yaml"); err != nil {
		t.Errorf("a file of exactly the limit is refused: %v", err)
	}
}

func TestLoadStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(config.FileName, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	// Both are ready, so that either may win; an error must be the context's.
	if _, err := config.Load(ctx, config.FileName); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
