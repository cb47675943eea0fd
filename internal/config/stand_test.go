package config_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/config"
)

func TestStand(t *testing.T) {
	loopback := netip.MustParseAddr("127.0.0.1")
	for _, tt := range []struct {
		name, text string
		want       config.Stand
		problem    string
	}{
		{"an address of this machine", "target: http://127.0.0.1:8080/bridge.php\n", config.Stand{Listen: loopback, Host: "127.0.0.1"}, ""},
		{"localhost", "target: https://LOCALHOST/bridge.php\n", config.Stand{Listen: loopback, Host: "127.0.0.1"}, ""},
		{"an IPv6 address of this machine", "target: 'http://[::1]/bridge.php'\n", config.Stand{Listen: loopback, Host: "127.0.0.1"}, ""},
		{"a command", "command: php answer.php\n", config.Stand{Listen: loopback, Host: "127.0.0.1"}, ""},
		{
			"a container", "target: http://127.0.0.1:8080/bridge.php\npanel:\n  listen: 172.17.0.1\n  host: host.docker.internal\n",
			config.Stand{Listen: netip.MustParseAddr("172.17.0.1"), Host: "host.docker.internal", Named: true}, "",
		},
		{
			"a name for 127.0.0.1", "command: docker run acme\npanel:\n  host: host.docker.internal\n",
			config.Stand{Listen: loopback, Host: "host.docker.internal", Named: true}, "",
		},
		{
			"another machine, which is told how to get here", "target: https://dev.example.com/bridge.php\npanel:\n  listen: 192.0.2.7\n",
			config.Stand{Listen: netip.MustParseAddr("192.0.2.7"), Host: "192.0.2.7", Named: true}, "",
		},
		{
			"another machine", "target: https://dev.example.com/bridge.php\n",
			config.Stand{}, "syncproof.yaml:1:9: target is on another machine, which cannot reach a control panel that is played at 127.0.0.1 here",
		},
		{
			"a name without an address", "target: https://dev.example.com/bridge.php\npanel:\n  host: me.example.com\n",
			config.Stand{}, "syncproof.yaml:1:9: target is on another machine",
		},
		{
			"every address", "target: http://127.0.0.1/bridge.php\npanel:\n  listen: 0.0.0.0\n",
			config.Stand{}, "syncproof.yaml:3:11: panel.listen takes every address of this machine, so panel.host",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := loaded(t, tt.text)
			if err != nil {
				t.Fatal(err)
			}
			got, err := cfg.Stand()
			if text := message(err); tt.problem == "" && err != nil || !strings.Contains(text, tt.problem) {
				t.Fatalf("got the error %q, want %q", text, tt.problem)
			}
			if diff := cmp.Diff(tt.want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What cannot be an address or a name is said with its place.
func TestStandIsReadStrictly(t *testing.T) {
	for text, want := range map[string]string{
		"panel:\n  listen: localhost\n":                   "syncproof.yaml:2:11: panel.listen takes an IP address of this machine, without a port",
		"panel:\n  listen: 127.0.0.1:80\n":                "syncproof.yaml:2:11: panel.listen takes an IP address",
		"panel:\n  host: http://me.example.com\n":         "syncproof.yaml:2:9: panel.host takes a host name or an IP address, without a port",
		"panel:\n  host: 'me.example.com:8080'\n":         "syncproof.yaml:2:9: panel.host takes a host name",
		"panel:\n  faults: yes\n":                         "syncproof.yaml:2:11: panel.faults takes true or false",
		"panel:\n  authority: [a, b]\n":                   "syncproof.yaml:2:14: panel.authority takes the path of a PEM file",
		"panel:\n  listens: 127.0.0.1\n":                  `unknown key "listens" under panel; did you mean "listen"?`,
		"listen: 127.0.0.1\n":                             `it belongs under panel`,
		"panel:\n  listen: 'fe80::1%eth0'\n  host: 'a'\n": "syncproof.yaml:2:11: panel.listen takes an IP address",
	} {
		_, err := loaded(t, text)
		if got := message(err); !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Nothing is played for an address or a command unless it was asked for.
func TestPlaysOutside(t *testing.T) {
	for text, want := range map[string]bool{
		"target: http://127.0.0.1/bridge.php\n":                          false,
		"command: php x.php\npanel:\n  faults: false\n  accounts: 7\n":   false,
		"command: php x.php\npanel:\n  faults: true\n":                   true,
		"target: http://127.0.0.1/b.php\npanel:\n  profile: acme.yaml\n": true,
		"target: http://127.0.0.1/b.php\nrecording: acme.har\n":          true,
		"target: http://127.0.0.1/b.php\nempty_recording: acme.har\n":    true,
		"target: http://127.0.0.1/b.php\npanel:\n  listen: 192.0.2.1\n":  false,
	} {
		cfg, err := loaded(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := cfg.PlaysOutside(); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}

func loaded(t *testing.T, text string) (config.Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), config.FileName)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Load(t.Context(), path)
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
