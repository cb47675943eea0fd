//go:build !windows

package command_test

import (
	"slices"
	"testing"

	"syncproof/internal/target/command"
)

func lookup(name string) string {
	return map[string]string{"HOME": "/home/jo", "PWD": "/srv/my module"}[name]
}

func TestSplit(t *testing.T) {
	tests := []struct {
		line string
		want []string
	}{
		{"docker run --rm -i acme", []string{"docker", "run", "--rm", "-i", "acme"}},
		{`php "a b.php" 'c "d"' e\ f ""`, []string{"php", "a b.php", `c "d"`, "e f", ""}},
		{`docker run -v "$PWD:/x" ~/y ${HOME}/z`, []string{"docker", "run", "-v", "/srv/my module:/x", "/home/jo/y", "/home/jo/z"}},
		{`php -r '$x = "1"; echo $x;'`, []string{"php", "-r", `$x = "1"; echo $x;`}},
		{"php *.php", []string{"php", "*.php"}},
	}
	for _, tt := range tests {
		got, err := command.Split(tt.line, lookup)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v; want %q", tt.line, got, err, tt.want)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	const advice = "; the command is split into words but not run by a shell; for pipes, redirections and substitutions name one: --command 'sh -c \"…\"'"
	const cannot = "the command cannot be split into words: "
	tests := []struct{ line, want string }{
		{"", "the command is empty; it must name a program, such as --command 'php wrapper.php'"},
		{"  ", "the command is empty; it must name a program, such as --command 'php wrapper.php'"},
		{"$EMPTY", "the command is empty; it must name a program, such as --command 'php wrapper.php'"},
		{"ssh host php x.php | tee log", cannot + "`|` is not a valid word at column 20" + advice},
		{"php x.php > log", cannot + "`>` is not a valid word at column 11" + advice},
		{`php "x.php`, cannot + "reached EOF without closing quote `\"` at column 5" + advice},
		{"php $(pwd)/x.php", cannot + "it has a command substitution at column 5" + advice},
		{"php `pwd`/x.php", cannot + "it has a command substitution at column 5" + advice},
		{"php ${X:?is not set}", cannot + "X: is not set" + advice},
	}
	for _, tt := range tests {
		if got, err := command.Split(tt.line, lookup); err == nil || err.Error() != tt.want {
			t.Errorf("%q: %q, %v; want %q", tt.line, got, err, tt.want)
		}
	}
}
