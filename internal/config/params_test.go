package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/config"
)

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestParams(t *testing.T) {
	type m = map[string]any
	nobody := m{
		"server": true, "serverid": 1, "serverip": "192.0.2.1", "serverhostname": "panel.syncproof.invalid",
		"serverusername": "syncproof", "serverpassword": "syncproof-canary-password-7f3a9c",
		"serveraccesshash": "syncproof-canary-accesshash-d41e08",
		"serversecure":     true, "serverhttpprefix": "https", "serverport": "2087",
	}
	canaries := map[string]string{
		"serverpassword": "syncproof-canary-password-7f3a9c", "serveraccesshash": "syncproof-canary-accesshash-d41e08",
	}
	over := func(base m, changes m) m {
		out := m{}
		for k, v := range base {
			out[k] = v
		}
		for k, v := range changes {
			out[k] = v
		}
		return out
	}
	empty := m{
		"server": true, "serverid": 1, "serverip": "", "serverhostname": "", "serverusername": "", "serverpassword": "",
		"serveraccesshash": "", "serversecure": true, "serverhttpprefix": "https", "serverport": "",
	}
	tests := []struct {
		name, file string
		getenv     func(string) string
		live       bool
		params     m
		secrets    map[string]string
	}{
		{"no server", "", environment(), false, nobody, canaries},
		{"no server, but how it would be called", "server: {port: 81, secure: false, username: me, id: 9}\n", environment(), false,
			over(nobody, m{"serverport": "81", "serversecure": false, "serverhttpprefix": "http", "serverusername": "me", "serverid": 9}), canaries},
		{"a host name alone", "server: {hostname: panel.example.com}\n", environment(), true,
			over(empty, m{"serverhostname": "panel.example.com"}), map[string]string{}},
		{"an address alone", "server: {ip: 192.0.2.7}\n", environment(), true, over(empty, m{"serverip": "192.0.2.7"}), map[string]string{}},
		{"an address as host name", "server: {hostname: 127.0.0.1}\n", environment(), true,
			over(empty, m{"serverhostname": "127.0.0.1", "serverip": "127.0.0.1"}), map[string]string{}},
		{"an IPv6 address as host name", "server: {hostname: \"[::1]\"}\n", environment(), true,
			over(empty, m{"serverhostname": "[::1]", "serverip": "::1"}), map[string]string{}},
		{"an address with a port as host name is not taken apart", "server: {hostname: \"127.0.0.1:81\"}\n", environment(), true,
			over(empty, m{"serverhostname": "127.0.0.1:81"}), map[string]string{}},
		{"a given address wins over the host name", "server: {hostname: 127.0.0.1, ip: 192.0.2.7}\n", environment(), true,
			over(empty, m{"serverhostname": "127.0.0.1", "serverip": "192.0.2.7"}), map[string]string{}},
		{"everything", "server: {hostname: h, ip: 192.0.2.7, port: 2087, secure: true, httpprefix: https, username: root, password_env: P, accesshash_env: H, id: 7}\n" +
			"endpoint: {token_env: T}\n",
			environment("P", "hunter2", "H", "abc\ndef", "T", "bearer"), true,
			m{
				"server": true, "serverid": 7, "serverip": "192.0.2.7", "serverhostname": "h", "serverusername": "root",
				"serverpassword": "hunter2", "serveraccesshash": "abc\ndef", "serversecure": true, "serverhttpprefix": "https", "serverport": "2087",
			},
			map[string]string{"serverpassword": "hunter2", "serveraccesshash": "abc\ndef", "endpointtoken": "bearer"}},
		{"http by prefix", "server: {hostname: h, httpprefix: http}\n", environment(), true,
			over(empty, m{"serverhostname": "h", "serversecure": false, "serverhttpprefix": "http"}), map[string]string{}},
		{"a token without a server", "endpoint: {token_env: T}\n", environment("T", "bearer"), false, nobody,
			map[string]string{"serverpassword": canaries["serverpassword"], "serveraccesshash": canaries["serveraccesshash"], "endpointtoken": "bearer"}},
		{"variables passed on", "server: {hostname: h}\nenv: [API_KEY, HTTP_PROXY, AUTH, UNSET_SECRET]\n",
			environment("API_KEY", "0123456789", "HTTP_PROXY", "http://127.0.0.1:1", "AUTH", "1"), true,
			over(empty, m{"serverhostname": "h"}), map[string]string{"API_KEY": "0123456789"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := load(t, tt.file)
			if err != nil {
				t.Fatal(err)
			}
			params, secrets, err := c.Params(tt.getenv)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.params, params); diff != "" {
				t.Errorf("parameters differ (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.secrets, secrets); diff != "" {
				t.Errorf("secrets differ (-want +got):\n%s", diff)
			}
			if c.Server.Live() != tt.live {
				t.Errorf("live is %v", c.Server.Live())
			}
		})
	}
}

func TestParamsErrors(t *testing.T) {
	tests := []struct {
		name, file string
		flags      []config.Override
		want       string
	}{
		{"a password that is not set", "server:\n  hostname: h\n  password_env: PANEL_PASSWORD\n", nil,
			`syncproof.yaml:3:17: server.password_env names the environment variable PANEL_PASSWORD, which is not set or is empty
   3 |   password_env: PANEL_PASSWORD
     |                 ^`},
		{"a flag over the file", "server:\n  hostname: h\n  password_env: PANEL_PASSWORD\n",
			[]config.Override{{Key: "server.password_env", Flag: "--server-password-env", Values: []string{"OTHER"}}},
			"--server-password-env names the environment variable OTHER, which is not set or is empty"},
		{"everything that is missing", "server: {hostname: h, accesshash_env: H}\nendpoint: {token_env: T}\n", nil,
			`syncproof.yaml:1:39: server.accesshash_env names the environment variable H, which is not set or is empty
   1 | server: {hostname: h, accesshash_env: H}
     |                                       ^
syncproof.yaml:2:23: endpoint.token_env names the environment variable T, which is not set or is empty
   2 | endpoint: {token_env: T}
     |                       ^`},
		{"a secret without a server", "server:\n  port: 81\n  accesshash_env: SET\n", nil,
			`syncproof.yaml:3:19: server.accesshash_env is given, but no server to use it with; give server.hostname (--server-hostname) as well
   3 |   accesshash_env: SET
     |                   ^`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := load(t, tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if c, err = c.With(tt.flags); err != nil {
				t.Fatal(err)
			}
			params, secrets, err := c.Params(environment("SET", "hunter2"))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			var problem *config.Error
			if !errors.As(err, &problem) {
				t.Errorf("not an *Error: %T", err)
			}
			if params != nil || secrets != nil || strings.Contains(err.Error(), "hunter") {
				t.Error("values come with the error")
			}
		})
	}
}

func TestToken(t *testing.T) {
	c, err := load(t, "endpoint: {token_env: T}\n")
	if err != nil {
		t.Fatal(err)
	}
	if token, err := c.Token(environment("T", "bearer")); token != "bearer" || err != nil {
		t.Errorf("got %q, %v", token, err)
	}
	if token, err := c.Token(environment()); token != "" || err == nil {
		t.Errorf("got %q without an error", token)
	}
	if token, err := config.Default().Token(environment("T", "bearer")); token != "" || err != nil {
		t.Errorf("got %q, %v", token, err)
	}
}
