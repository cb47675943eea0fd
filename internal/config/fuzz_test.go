package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncproof/internal/config"
)

// Whatever a file holds, it gives usable settings or an error with its place.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "target: x\n", "server: {hostname: h, port: 1, password: canary}\n", "a: &a [*a]\n", "<<: {}\n", "--- \n...\n",
		"run:\n  only: [a,\n", "timeout: \"\\q\"\n", "php: [php, '-n']\n", "\xEF\xBB\xBFenv: [A]\r\n", "? x\n", "x: !!binary |\n  AA==\n",
		"server:\n  accesshash: |\n    canary\n", "server:\n  password: 'canary\n", "limits: {memory: 1G, output: 1M}\n", "%YAML 1.2\n---\n",
		"serverpassword: >-\n  canary\n#", "endpoint:\n\ttoken: canary", "- - - - x\n", "id: 1e400\n", "target: https://me:canary@h/\n",
		"server: {password_env: canary!}\n", "pasword: canary\n", "{\"token\": \"canary\"}", "server:\n password canary\n", "\"\": x\n", "0: {}\n",
		"server: {0: {1: 2}, ip: ::1}\n", "run: {only: [[]], strict: ~}\n", "a:\n b:\n  c:\n", "module: \"\\u0000\"\n", "target: \u2028\n", "é: ü\n",
	} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(dir, "fuzz.yaml")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(t.Context(), path)
		if err != nil {
			var problem *config.Error
			if !errors.As(err, &problem) {
				t.Fatalf("not an *Error: %v", err)
			}
			if problem.File != path || problem.Line < 0 || problem.Message == "" || strings.Contains(problem.Message, "\n") {
				t.Errorf("a problem without place or message: %#v", problem)
			}
			return
		}
		if len(c.PHP) == 0 || c.Timeout <= 0 || c.Limits.Memory <= 0 || c.Limits.Output <= 0 || c.Target != "" && len(c.Command) > 0 {
			t.Errorf("settings that cannot be used: %+v", c)
		}
		if _, _, err := c.Params(func(string) string { return "value of a secret" }); err != nil && c.Server.Live() {
			t.Errorf("no parameters: %v", err)
		}
	})
}

// Far above what a configuration needs there is an end.
func TestLoadFilesFarTooLong(t *testing.T) {
	const another = "the file is far longer than a configuration can be; this is probably another file"
	for name, tt := range map[string]struct{ text, want string }{
		"punctuation": {strings.Repeat("a?\n", 30_001), another},
		"keys":        {strings.Repeat("a: b\n", 3_334), another},
		"one line":    {"env: [" + strings.Repeat("A,", 200) + "]\n", "the line has far more on it than a configuration needs; give each value a line of its own"},
		"indentation": {"server:\n" + strings.Repeat(" ", 100) + "h", "the line is indented by more than 100 columns"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, tt.text)
			var problem *config.Error
			if !errors.As(err, &problem) || problem.Message != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// Long but harmless files are read.
func TestLoadLargestSensibleFiles(t *testing.T) {
	for name, text := range map[string]string{
		"comments":    strings.Repeat("# comment\n", config.MaxSize/10),
		"blank lines": strings.Repeat("\n", config.MaxSize),
		"a long list": "env:\n" + strings.Repeat("  - HTTP_PROXY\n", 2000),
		"a long text": "server: {username: \"" + strings.Repeat("u", 500_000) + "\"}\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := load(t, text); err != nil {
				t.Error(err)
			}
		})
	}
}
