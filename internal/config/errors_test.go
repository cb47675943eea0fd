package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/config"
)

func TestLoadErrors(t *testing.T) {
	const variable = "; put it into an environment variable and give the variable's name: "
	const secret = " would put a secret into this file, and so into version control, backups and logs" + variable
	const notShown = "; what is given is not such a name, and is not shown in case it is the secret itself"
	tests := []struct{ name, text, want string }{
		{"the key of the manual's example", "target: x\nserver:\n  hostname: h\n  pasword: hunter2\n",
			`syncproof.yaml:4:3: unknown key "pasword" under server; did you mean "password_env"?
   4 |   pasword …
     |   ^`},
		{"an unknown key with nothing near", "colour: blue\n",
			`syncproof.yaml:1:1: unknown key "colour" at the top level; the keys here are annotations, badge, bootstrap, code_quality, command, empty_recording, endpoint, env, html, intercept, isolation, json, junit, limits, markdown, module, out, panel, php, policies, reads, recording, run, sandbox, sarif, server, tap, target, timeout, waivers, whmcs_root
   1 | colour …
     | ^`},
		{"a key in the wrong section", "strict: true\n",
			`syncproof.yaml:1:1: unknown key "strict" at the top level; it belongs under run
   1 | strict …
     | ^`},
		{"a top-level key in a section", "run:\n  timeout: 30s\n",
			`syncproof.yaml:2:3: unknown key "timeout" under run; it belongs at the top level
   2 |   timeout …
     |   ^`},
		{"a mistyped key in the wrong section", "hostnme: h\n",
			`syncproof.yaml:1:1: unknown key "hostnme" at the top level; did you mean "server.hostname"?
   1 | hostnme …
     | ^`},
		{"in braces", "server: {hostname: h, prot: 81}\n",
			`syncproof.yaml:1:23: unknown key "prot" under server; did you mean "port"?
   1 | server: {hostname: h, prot …
     |                       ^`},
		{"after letters outside ASCII", "target: ü\nserver: {hostname: ü, prot: 81}\n",
			`syncproof.yaml:2:23: unknown key "prot" under server; did you mean "port"?
   2 | server: {hostname: ü, prot …
     |                       ^`},
		{"a number as key", "1: x\n",
			`syncproof.yaml:1:1: unknown key "1" at the top level; the keys here are annotations, badge, bootstrap, code_quality, command, empty_recording, endpoint, env, html, intercept, isolation, json, junit, limits, markdown, module, out, panel, php, policies, reads, recording, run, sandbox, sarif, server, tap, target, timeout, waivers, whmcs_root
   1 | 1 …
     | ^`},

		{"a key without a colon", "endpoint: {token hunter2}\n",
			`syncproof.yaml:1:12: unknown key "token…" (a key ends with a colon and a space) under endpoint; the keys here are ca_file, token_env
   1 | endpoint: {token …
     |            ^`},
		{"a password", "server:\n  password: hunter2\n",
			`syncproof.yaml:2:3: "password" under server` + secret + `password_env: PANEL_PASSWORD
   2 |   password …
     |   ^`},
		{"an access hash", "server: {accesshash: hunter2}\n",
			`syncproof.yaml:1:10: "accesshash" under server` + secret + `accesshash_env: PANEL_ACCESSHASH
   1 | server: {accesshash …
     |          ^`},
		{"an access hash over several lines", "server:\n  accesshash: |\n    hunter2\n    hunter3\n",
			`syncproof.yaml:2:3: "accesshash" under server` + secret + `accesshash_env: PANEL_ACCESSHASH
   2 |   accesshash …
     |   ^`},
		{"a token", "endpoint:\n  token: hunter2\n",
			`syncproof.yaml:2:3: "token" under endpoint` + secret + `token_env: SYNCPROOF_TOKEN
   2 |   token …
     |   ^`},
		{"a password at the top", "serverpassword: hunter2\n",
			`syncproof.yaml:1:1: "serverpassword" at the top level` + secret + `under server password_env: PANEL_PASSWORD
   1 | serverpassword …
     | ^`},
		{"a token at the top", "token: hunter2\n",
			`syncproof.yaml:1:1: "token" at the top level` + secret + `under server password_env: PANEL_PASSWORD or accesshash_env: PANEL_ACCESSHASH, under endpoint token_env: SYNCPROOF_TOKEN
   1 | token …
     | ^`},
		{"a password where its variable's name belongs", "server: {password_env: hunter2!}\n",
			`syncproof.yaml:1:24: server.password_env takes the name of an environment variable in capital letters, such as PANEL_PASSWORD` + notShown + `
   1 | server: {password_env: …
     |                        ^`},
		{"a token where its variable's name belongs", "endpoint:\n  token_env: [hunter2]\n",
			`syncproof.yaml:2:14: endpoint.token_env takes the name of an environment variable in capital letters, such as SYNCPROOF_TOKEN` + notShown + `
   2 |   token_env: …
     |              ^`},
		{"a login in the address", "target: https://me:hunter2@dev.example.com/\n",
			`syncproof.yaml:1:9: target holds a user name or password, which would end up in logs and reports; leave them out, and give a token with endpoint.token_env
   1 | target: …
     |         ^`},
		{"a login in the host name", "server: {hostname: \"me:hunter2@panel\"}\n",
			`syncproof.yaml:1:20: server.hostname takes a host name or address, without spaces or a user name; got a value with an @, not shown in case it holds a password
   1 | server: {hostname: …
     |                    ^`},

		{"a number without unit", "timeout: 30\n",
			`syncproof.yaml:1:10: timeout takes a time with its unit, such as 30s, 2m or 1m30s, from 100ms to 1h; got 30
   1 | timeout: 30
     |          ^`},
		{"a time that is too long", "timeout: 2h\n",
			`syncproof.yaml:1:10: timeout must be from 100ms to 1h; got "2h"
   1 | timeout: 2h
     |          ^`},
		{"a time that is too short", "timeout: 0s\n",
			`syncproof.yaml:1:10: timeout must be from 100ms to 1h; got "0s"
   1 | timeout: 0s
     |          ^`},
		{"a size that can mean two", "limits:\n  memory: 512MB\n",
			`syncproof.yaml:2:11: limits.memory takes a size with its unit, such as 512MiB or 512M, from 16MiB to 64GiB; got "512MB", which can mean two sizes; write 512MiB
   2 |   memory: 512MB
     |           ^`},
		{"a size that is too small", "limits: {output: 1K}\n",
			`syncproof.yaml:1:18: limits.output must be from 64KiB to 1GiB; got "1K"
   1 | limits: {output: 1K}
     |                  ^`},
		{"a size beyond any machine", "limits: {memory: 999999999999GiB}\n",
			`syncproof.yaml:1:18: limits.memory must be from 16MiB to 64GiB; got "999999999999GiB"
   1 | limits: {memory: 999999999999GiB}
     |                  ^`},
		{"yes is text in YAML 1.2", "server: {secure: yes}\n",
			`syncproof.yaml:1:18: server.secure takes true or false; got "yes"
   1 | server: {secure: yes}
     |                  ^`},
		{"a number where text belongs", "server:\n  username: 0123\n",
			`syncproof.yaml:2:13: server.username takes text; got 0123; if that is meant as text, put it in quotes: "0123"
   2 |   username: 0123
     |             ^`},
		{"a port out of range", "server: {port: 65536}\n",
			`syncproof.yaml:1:16: server.port takes a port number from 1 to 65535; got 65536
   1 | server: {port: 65536}
     |                ^`},
		{"a port as text out of range", "server: {port: \"70000\"}\n",
			`syncproof.yaml:1:16: server.port takes a port number from 1 to 65535; got "70000"
   1 | server: {port: "70000"}
     |                ^`},
		{"half a port", "server: {port: 80.5}\n",
			`syncproof.yaml:1:16: server.port takes a port number from 1 to 65535; got 80.5
   1 | server: {port: 80.5}
     |                ^`},
		{"an address that is none", "server: {ip: 1.2.3.4/24}\n",
			`syncproof.yaml:1:14: server.ip takes one IP address, such as 192.0.2.10; got "1.2.3.4/24"
   1 | server: {ip: 1.2.3.4/24}
     |              ^`},
		{"an empty address", "server: {ip: \"\"}\n",
			`syncproof.yaml:1:14: server.ip takes one IP address, such as 192.0.2.10; got ""
   1 | server: {ip: ""}
     |              ^`},
		{"another prefix", "server: {httpprefix: ftp}\n",
			`syncproof.yaml:1:22: server.httpprefix takes http or https; got "ftp"
   1 | server: {httpprefix: ftp}
     |                      ^`},
		{"contradicting prefix", "server:\n  secure: false\n  httpprefix: https\n",
			`syncproof.yaml:3:15: server.httpprefix contradicts server.secure: https goes with true and http with false; remove one of them
   3 |   httpprefix: https
     |               ^`},
		{"an id of zero", "server: {id: 0}\n",
			`syncproof.yaml:1:14: server.id takes a whole number from 1 to 2147483647; got 0
   1 | server: {id: 0}
     |              ^`},
		{"an id beyond any number", "server: {id: 99999999999999999999999}\n",
			`syncproof.yaml:1:14: server.id takes a whole number from 1 to 2147483647; got "99999999999999999999999"
   1 | server: {id: 99999999999999999999999}
     |              ^`},
		{"no value", "server:\n  id:\n",
			`syncproof.yaml:2:3: server.id has no value; give it one or remove the line
   2 |   id:
     |   ^`},
		{"a section with nothing under it", "run:\n# only: must\ntimeout: 30s\n",
			`syncproof.yaml:1:1: run has nothing under it; indent its keys below it or remove the line
   1 | run:
     | ^`},
		{"a list as section", "server:\n  - hostname: h\n",
			`syncproof.yaml:2:3: server takes keys such as hostname and username; got a list
   2 |   - hostname: h
     |   ^`},
		{"keys where text belongs", "target:\n  path: x\n",
			`syncproof.yaml:2:3: target takes the path of a module's folder, of its .php file or of a stored transcript, or an http(s) address; got keys and values
   2 |   path: x
     |   ^`},
		{"a number in a list", "run:\n  only:\n    - must\n    - 12\n",
			`syncproof.yaml:4:7: run.only takes a rule id, area, level or hazard; got 12
   4 |     - 12
     |       ^`},
		{"a variable with its value", "env: [HTTP_PROXY=http://x]\n",
			`syncproof.yaml:1:7: env takes the name of an environment variable, such as HTTP_PROXY; got "HTTP_PROXY=http://x"
   1 | env: [HTTP_PROXY=http://x]
     |       ^`},
		{"one variable alone", "env: HTTP_PROXY\n",
			`syncproof.yaml:1:6: env takes a list of names of environment variables; got "HTTP_PROXY"
   1 | env: HTTP_PROXY
     |      ^`},
		{"a request without a method", "reads: [/api/v1/rpc]\n",
			`syncproof.yaml:1:9: reads takes a method and a path, such as POST /api/v1/list*, where * stands for any characters; got "/api/v1/rpc"
   1 | reads: [/api/v1/rpc]
     |         ^`},
		{"target and command", "target: x\ncommand: php y\n",
			`syncproof.yaml:2:10: command and target exclude each other; keep one of them
   2 | command: php y
     |          ^`},
		{"an ftp address", "target: FTP://x/y\n",
			`syncproof.yaml:1:9: target is an address that cannot be called; only http and https addresses can
   1 | target: FTP://x/y
     |         ^`},
		{"an address without a host", "target: http:///x\n",
			`syncproof.yaml:1:9: target is not a complete address; write it like https://dev.example.com/bridge.php
   1 | target: http:///x
     |         ^`},
		{"a command for a shell", "command: php a.php | tee log\n",
			`syncproof.yaml:1:10: command has a |, which only a shell would understand, and none is used; put it in quotes if it is meant as it is, or start the shell: sh -c '…'
   1 | command: php a.php | tee log
     |          ^`},
		{"a command without end", "php: php \"-n\n",
			`syncproof.yaml:1:6: php has an opening " without a closing one
   1 | php: php "-n
     |      ^`},
		{"a command of blanks", "php: \" \"\n",
			`syncproof.yaml:1:6: php names no program
   1 | php: " "
     |      ^`},
		{"an empty list as command", "php: []\n",
			`syncproof.yaml:1:6: php takes a command such as php8.3 -n, as one text or as a list of words; got an empty list
   1 | php: []
     |      ^`},

		{"a choice of no rules", "run: {only: []}\n",
			`syncproof.yaml:1:13: run.only takes rule ids, areas, levels or hazards, as a list or as one text with commas; got an empty list
   1 | run: {only: []}
     |             ^`},
		{"a list as file", "- target\n",
			`syncproof.yaml:1:1: the file takes keys and values such as timeout: 30s; got a list`},
		{"a colon without a space", "timeout:30s\n",
			`syncproof.yaml:1:1: the file takes keys and values such as timeout: 30s; got text; a colon must be followed by a space`},
		{"a key twice", "timeout: 1s\nout: x\ntimeout: 2s\n",
			`syncproof.yaml:3:1: the key "timeout" stands here a second time, first in line 1; remove one of them
   3 | timeout …
     | ^`},
		{"a brace without end", "server: {port: 1\n",
			`syncproof.yaml:1:9: this is not valid YAML: a closing } is missing, or there is one too many
   1 | server: { …
     |         ^`},
		{"an at sign", "target: @x\n",
			"syncproof.yaml:1:9: this is not valid YAML: text cannot begin with @ or `; put it in quotes\n   1 | target: @ …\n     |         ^"},
		{"a key of several lines pasted without indentation", "server:\n  accesshash: |\nhunter2\nhunter3: @\n",
			`syncproof.yaml:4:10: this is not valid YAML: text cannot begin with @ or ` + "`" + `; put it in quotes`},
		{"a secret as the whole file", "hunter2\n",
			`syncproof.yaml:1:1: the file takes keys and values such as timeout: 30s; got text`},
		{"a star that is meant as text", "run: {only: *}\n",
			`syncproof.yaml:1:13: anchors (&name), aliases (*name) and merges (<<) are not used here; write the value out. If the text itself begins with that character, put it in quotes
   1 | run: {only: * …
     |             ^`},
		{"a control character", "target: x\nmodule: a\x1b[2Jb\n",
			`syncproof.yaml:2:10: the control character U+001B cannot stand here; remove it
   2 | module: a.[2Jb
     |          ^`},
		{"two mistakes, in the order of the file", "timeout: x\nmodule: \"a b\"\n",
			`syncproof.yaml:1:10: timeout takes a time with its unit, such as 30s, 2m or 1m30s, from 100ms to 1h; got "x"
   1 | timeout: x
     |          ^
syncproof.yaml:2:9: module takes the module's name, such as acme, made of letters, digits, _ and -; got "a b"
   2 | module: "a b"
     |         ^`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.text)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("message differs (-want +got):\n%s", diff)
			}
			var problem *config.Error
			if !errors.As(err, &problem) || problem.File != "syncproof.yaml" || problem.Line < 1 || problem.Column < 1 {
				t.Errorf("not an *Error with its place: %#v", problem)
			}
			if strings.Contains(err.Error(), "hunter") {
				t.Error("the message shows the secret")
			}
		})
	}
}

// Looking for secrets far into a line would take longer than an excerpt is worth.
func TestErrorsFarIntoALineShowNothingOfIt(t *testing.T) {
	_, err := load(t, "server: {username: "+strings.Repeat("u", 2000)+", ip: x}\n")
	want := `syncproof.yaml:1:2026: server.ip takes one IP address, such as 192.0.2.10; got "x"`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
