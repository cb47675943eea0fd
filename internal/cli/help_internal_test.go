package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func tree() *cobra.Command {
	return newRoot(System{Out: os.Stderr, Err: os.Stderr, Getenv: os.LookupEnv})
}

// commands lists a command and those below it.
func commands(c *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{c}
	for _, below := range c.Commands() {
		if !below.Hidden && below.Name() != "help" {
			list = append(list, commands(below)...)
		}
	}
	return list
}

func TestEveryCommandHasHelpWithExamples(t *testing.T) {
	for _, c := range commands(tree()) {
		t.Run(c.CommandPath(), func(t *testing.T) {
			if c.Short == "" || strings.HasSuffix(c.Short, ".") {
				t.Errorf("the short text is %q", c.Short)
			}
			if c.Example == "" {
				t.Fatal("there is no example")
			}
			for _, line := range strings.Split(c.Example, "\n") {
				tryExample(t, c, line)
			}
		})
	}
}

// tryExample has the command line parse a line of an example, without running it.
func tryExample(t *testing.T, of *cobra.Command, line string) {
	t.Helper()
	if !strings.HasPrefix(line, "  ") {
		t.Errorf("%q is not indented", line)
	}
	words := shellWords(t, line)
	if len(words) == 0 || words[0] != "syncproof" {
		t.Fatalf("%q is no command line of syncproof", line)
	}
	root := tree()
	found, rest, err := root.Find(words[1:])
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if err := found.ParseFlags(rest); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if err := found.ValidateArgs(found.Flags().Args()); err != nil {
		t.Errorf("%q: %v", line, err)
	}
	if of.Parent() != nil && len(of.Commands()) == 0 && !strings.HasPrefix(line, "  "+of.CommandPath()) &&
		!strings.Contains(of.Example, of.CommandPath()) {
		t.Errorf("no example shows %s itself", of.CommandPath())
	}
}

// shellWords splits a line as a shell does, as far as examples go, and leaves out
// what follows a redirection or a pipe.
func shellWords(t *testing.T, line string) []string {
	t.Helper()
	var words []string
	var word strings.Builder
	var quoted rune
	in := false
	end := func() {
		if in {
			words = append(words, word.String())
		}
		word.Reset()
		in = false
	}
	for _, r := range line {
		switch {
		case quoted != 0 && r == quoted:
			quoted = 0
		case quoted != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quoted, in = r, true
		case r == '>' || r == '|':
			end()
			return words
		case r == ' ':
			end()
		default:
			word.WriteRune(r)
			in = true
		}
	}
	if quoted != 0 {
		t.Errorf("%q: a quote is not closed", line)
	}
	end()
	return words
}

func TestFlagsHaveHelp(t *testing.T) {
	for _, c := range commands(tree()) {
		usages := c.LocalFlags().FlagUsages()
		for _, line := range strings.Split(usages, "\n") {
			if fields := strings.Fields(line); len(fields) > 0 && len(fields) < 3 && !strings.Contains(line, "help") {
				t.Errorf("%s: %q says nothing", c.CommandPath(), line)
			}
		}
	}
}
