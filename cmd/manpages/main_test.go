package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"syncproof/internal/cli"
)

func TestEveryCommandHasAPage(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	root := cli.Commands(cli.System{In: strings.NewReader(""), Out: os.Stderr, Err: os.Stderr, Getenv: os.LookupEnv})
	var check func(c *cobra.Command)
	check = func(c *cobra.Command) {
		if c.Hidden || c.Name() == "help" {
			return
		}
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("%s has no page: %v", c.CommandPath(), err)
			return
		}
		page := strings.ReplaceAll(string(raw), `\-`, "-")
		for _, part := range []string{".SH NAME", ".SH SYNOPSIS", ".SH EXAMPLE", ".SH SEE ALSO", "Nov 2023", c.Short} {
			if !strings.Contains(page, part) {
				t.Errorf("%s has no %q", name, part)
			}
		}
		for _, below := range c.Commands() {
			check(below)
		}
	}
	check(root)
}
