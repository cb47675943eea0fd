package config_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/config"
)

func flag(key string, values ...string) config.Override {
	return config.Override{Key: key, Flag: "--" + key, Values: values}
}

func TestWith(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name, file string
		flags      []config.Override
		want       func(*config.Config)
	}{
		{"no flags", "timeout: 5s\n", nil, func(c *config.Config) { c.Timeout = 5 * time.Second }},
		{"a flag without values", "timeout: 5s\n", []config.Override{flag("timeout")},
			func(c *config.Config) { c.Timeout = 5 * time.Second }},
		{"a flag over the file", "timeout: 5s\n", []config.Override{flag("timeout", "250ms")},
			func(c *config.Config) { c.Timeout = 250 * time.Millisecond }},
		{"auto is no choice of an isolation", "isolation: fork\n", []config.Override{flag("isolation", "auto")}, func(*config.Config) {}},
		{"auto is no choice of a level", "intercept: proxy\n", []config.Override{flag("intercept", "auto")}, func(*config.Config) {}},
		{"a list without values", "env: [A]\n", []config.Override{flag("env")}, func(c *config.Config) { c.Env = []string{} }},
		{"the last of a flag given twice", "", []config.Override{flag("timeout", "1s", "2s")},
			func(c *config.Config) { c.Timeout = 2 * time.Second }},
		{"a flag beside the file", "server: {hostname: h, port: 1}\n",
			[]config.Override{flag("server.port", "8443"), flag("server.id", "3"), flag("server.username", "0123")},
			func(c *config.Config) { c.Server = config.Server{Hostname: "h", Port: "8443", ID: 3, Username: "0123"} }},
		{"lists take the place of lists", "run: {only: [a, b], skip: [c]}\n", []config.Override{flag("run.only", "d", "e,f")},
			func(c *config.Config) { c.Run.Only, c.Run.Skip = []string{"d", "e,f"}, []string{"c"} }},
		{"one name is a list", "", []config.Override{flag("env", "A")}, func(c *config.Config) { c.Env = []string{"A"} }},
		{"a command is split", "", []config.Override{flag("php", "php8.3 -d 'a b'")},
			func(c *config.Config) { c.PHP = []string{"php8.3", "-d", "a b"} }},
		{"target takes the place of command", "command: php x\n", []config.Override{flag("target", "./y")},
			func(c *config.Config) { c.Target = "./y" }},
		{"command takes the place of target", "target: x\n", []config.Override{flag("command", "php y")},
			func(c *config.Config) { c.Command = []string{"php", "y"} }},
		{"secure takes the place of httpprefix", "server: {httpprefix: https}\n", []config.Override{flag("server.secure", "false")},
			func(c *config.Config) { c.Server.Secure = &no }},
		{"httpprefix takes the place of secure", "server: {secure: true}\n", []config.Override{flag("server.httpprefix", "http")},
			func(c *config.Config) { c.Server.HTTPPrefix = "http" }},
		{"both at once", "server: {secure: false}\n",
			[]config.Override{flag("server.httpprefix", "https"), flag("server.secure", "true")},
			func(c *config.Config) { c.Server.Secure, c.Server.HTTPPrefix = &yes, "https" }},
		{"switches", "run: {strict: true}\n", []config.Override{flag("run.strict", "false"), flag("run.allow_incomplete", "true")},
			func(c *config.Config) { c.Run.AllowIncomplete = true }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, err := load(t, tt.file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := file.With(tt.flags)
			if err != nil {
				t.Fatal(err)
			}
			want := config.Default()
			tt.want(&want)
			equal(t, got, want)
		})
	}
}

func TestWithLeavesTheFirstAlone(t *testing.T) {
	first, err := load(t, "run: {only: [a]}\nserver: {hostname: h, password_env: P}\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.With([]config.Override{flag("run.only", "b"), flag("server.password_env", "Q")}); err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.Run.Only, want.Server.Hostname, want.Server.PasswordEnv = []string{"a"}, "h", "P"
	equal(t, first, want)
	_, _, err = first.Params(func(string) string { return "" })
	var problem *config.Error
	if !errors.As(err, &problem) || problem.File != "syncproof.yaml" {
		t.Errorf("the place of the first settings was changed: %v", err)
	}
}

func TestWithErrors(t *testing.T) {
	tests := []struct {
		name  string
		flags []config.Override
		want  string
	}{
		{"a port that is none", []config.Override{flag("server.port", "abc")},
			`--server.port takes a port number from 1 to 65535; got "abc"`},
		{"an id that is none", []config.Override{flag("server.id", "1.5")},
			`--server.id takes a whole number from 1 to 2147483647; got "1.5"`},
		{"a switch", []config.Override{flag("server.secure", "on")}, `--server.secure takes true or false; got "on"`},
		{"a time without unit", []config.Override{flag("timeout", "30")},
			`--timeout takes a time with its unit, such as 30s, 2m or 1m30s, from 100ms to 1h; got "30"`},
		{"a size", []config.Override{flag("limits.memory", "512MB")},
			`--limits.memory takes a size with its unit, such as 512MiB or 512M, from 16MiB to 64GiB; got "512MB", which can mean two sizes; write 512MiB`},
		{"an empty text", []config.Override{flag("out", "")}, `--out takes the path of a folder; got ""`},
		{"a secret instead of a name", []config.Override{flag("server.password_env", "hunter2!")},
			"--server.password_env takes the name of an environment variable in capital letters, such as PANEL_PASSWORD; " +
				"what is given is not such a name, and is not shown in case it is the secret itself"},
		{"a login in the target", []config.Override{flag("target", "https://a:hunter2@b/")},
			"--target holds a user name or password, which would end up in logs and reports; " +
				"leave them out, and give a token with endpoint.token_env"},
		{"an entry of a list", []config.Override{flag("env", "A", "B=C")},
			`--env takes the name of an environment variable, such as HTTP_PROXY; got "B=C"`},
		{"a choice of no rules", []config.Override{flag("run.skip")},
			"--run.skip takes rule ids, areas, levels or hazards, as a list or as one text with commas; got an empty list"},
		{"target and command", []config.Override{flag("target", "a"), flag("command", "b")},
			"--command and --target exclude each other; keep one of them"},
		{"a contradiction", []config.Override{flag("server.secure", "true"), flag("server.httpprefix", "http")},
			"--server.httpprefix contradicts --server.secure: https goes with true and http with false; remove one of them"},
		{"several", []config.Override{flag("timeout", "x"), flag("out", "")},
			"--out takes the path of a folder; got \"\"\n" +
				`--timeout takes a time with its unit, such as 30s, 2m or 1m30s, from 100ms to 1h; got "x"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Default().With(tt.flags)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			var problem *config.Error
			if !errors.As(err, &problem) || problem.File != "" || problem.Line != 0 {
				t.Errorf("not an *Error without a place: %#v", problem)
			}
		})
	}
}

func TestWithUnknownSetting(t *testing.T) {
	_, err := config.Default().With([]config.Override{flag("server.colour", "blue")})
	want := "the flag --server.colour stands for the setting server.colour, which does not exist"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestCommandsAreSplitWithoutAShell(t *testing.T) {
	tests := []struct {
		command string
		want    []string
		err     string
	}{
		{command: "php8.3 -n", want: []string{"php8.3", "-n"}},
		{command: "  php\t-n\n", want: []string{"php", "-n"}},
		{command: `php -d 'a b' "c d" e\ f`, want: []string{"php", "-d", "a b", "c d", "e f"}},
		{command: `a'b'"c"d ''`, want: []string{"abcd", ""}},
		{command: `C:\php\php.exe -n`, want: []string{`C:\php\php.exe`, "-n"}},
		{command: `"C:\Program Files\php\php.exe" -n`, want: []string{`C:\Program Files\php\php.exe`, "-n"}},
		{command: `a \" \' \\ \| "\"\\\n" '\'`, want: []string{"a", `"`, `'`, `\`, "|", `"\\n`, `\`}},
		{command: "docker run --rm -i -v /srv:/x img php -r 'echo 1;'", want: []string{"docker", "run", "--rm", "-i", "-v", "/srv:/x", "img", "php", "-r", "echo 1;"}},
		{command: "a ~b~ c~", err: shellWord('~')},
		{command: "a~b", want: []string{"a~b"}},
		{command: "a > b", err: shellWord('>')},
		{command: "a < b", err: shellWord('<')},
		{command: "a && b", err: shellWord('&')},
		{command: "a; b", err: shellWord(';')},
		{command: "a $HOME", err: shellWord('$')},
		{command: "a `b`", err: shellWord('`')},
		{command: "(a)", err: shellWord('(')},
		{command: "a 'b", err: "--command has an opening ' without a closing one"},
		{command: `a "b\"`, err: `--command has an opening " without a closing one`},
		{command: "'' b", err: "--command names no program"},
	}
	for _, tt := range tests {
		c, err := config.Default().With([]config.Override{{Key: "command", Flag: "--command", Values: []string{tt.command}}})
		message := ""
		if err != nil {
			message = err.Error()
		}
		if diff := cmp.Diff(tt.err, message); diff != "" {
			t.Errorf("%s: %s", tt.command, diff)
		}
		if diff := cmp.Diff(tt.want, c.Command); diff != "" {
			t.Errorf("%s: %s", tt.command, diff)
		}
	}
}

func shellWord(c rune) string {
	return "--command has a " + string(c) + ", which only a shell would understand, and none is used; " +
		"put it in quotes if it is meant as it is, or start the shell: sh -c '…'"
}

func TestSizes(t *testing.T) {
	tests := []struct {
		text string
		want int64
	}{
		{"16M", 16 << 20}, {"16MiB", 16 << 20}, {"16384k", 16 << 20}, {"16384K", 16 << 20}, {"16384KiB", 16 << 20},
		{"64g", 64 << 30}, {"64G", 64 << 30}, {"64GiB", 64 << 30}, {"0512m", 512 << 20},
		{"15M", 0}, {"65G", 0}, {"512", 0}, {"512 M", 0}, {"512kib", 0}, {"-1", 0}, {"1.5G", 0}, {"M", 0}, {"512MiBB", 0},
	}
	for _, tt := range tests {
		c, err := config.Default().With([]config.Override{flag("limits.memory", tt.text)})
		if (err == nil) != (tt.want != 0) || c.Limits.Memory != tt.want {
			t.Errorf("%s: got %d, %v; want %d", tt.text, c.Limits.Memory, err, tt.want)
		}
	}
}
