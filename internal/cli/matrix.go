package cli

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/harness"
	"syncproof/internal/report"
	"syncproof/suites"
)

// phpCommands are the commands given with --php, each a PHP to run the module
// under.
func phpCommands(c *cobra.Command) []string {
	commands, _ := c.Flags().GetStringArray("php")
	return commands
}

// matrix makes a whole run under each PHP, with results in folders of their own,
// and then shows them side by side. The worst of them decides the exit code.
func matrix(ctx context.Context, system System, c *cobra.Command, cfg config.Config, rules []suites.Rule, args, commands []string) error {
	if len(cfg.Command) > 0 || harness.IsAddress(cfg.Target) {
		return usage("--php was given %d times, but an endpoint or a command runs the PHP it runs; name a module's folder", len(commands))
	}
	if out, err := resultsOf(cfg); err != nil || out.onStdout() > 0 {
		return usage("with several --php the reports go to files, one for each; name files in place of -")
	}
	var columns []report.Column
	var runs []outcome
	code := ExitConformant
	for i, name := range columnNames(commands) {
		one, err := under(cfg, commands[i], name)
		if err != nil {
			return usage("%w", err)
		}
		heading := "PHP: " + commands[i]
		headline(system.Out, heading)
		done, err := capture(ctx, system, c, one, rules, args)
		if err != nil {
			return err
		}
		fmt.Fprintln(system.Out)
		columns = append(columns, report.Column{Name: name, Judgement: done.judgement})
		runs = append(runs, done)
		code = worseCode(code, done.code)
		if code == ExitInterrupted {
			break
		}
	}
	// Which failures are those of one version is known only now.
	for i, c := range report.Compared(columns) {
		done := runs[i]
		done.page.Columns = columns
		if err := done.out.write(system.Out, c.Judgement, done.page); err != nil {
			return notDriven("%w", err)
		}
	}
	if err := report.Matrix(system.Out, columns); err != nil {
		return notDriven("printing the report: %w", err)
	}
	return exitWith(code)
}

// under is the configuration for one PHP of several.
func under(cfg config.Config, command, name string) (config.Config, error) {
	one, err := cfg.With([]config.Override{{Key: "php", Flag: "--php", Values: []string{command}}})
	if err != nil {
		return one, err
	}
	one.Out = filepath.Join(cfg.Out, name)
	one.JUnit, one.JSON = beside(cfg.JUnit, name), beside(cfg.JSON, name)
	one.Reports = reportsBeside(cfg.Reports, name)
	return one, nil
}

// reportsBeside gives each of several runs report files of its own.
func reportsBeside(r config.Reports, name string) config.Reports {
	for _, path := range []*string{&r.HTML, &r.Markdown, &r.SARIF, &r.Annotations, &r.CodeQuality, &r.TAP, &r.Badge} {
		*path = beside(*path, name)
	}
	return r
}

// beside puts a column's name before the ending of a file's name. What goes to
// standard output does so one run after another.
func beside(path, name string) string {
	if path == "" || path == toStdout {
		return path
	}
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + "-" + name + ext
}

var notForNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// columnNames are short names of commands that can be folders. Commands that come
// to the same name are numbered.
func columnNames(commands []string) []string {
	var names []string
	for _, command := range commands {
		words := strings.Fields(command)
		base := "php"
		if len(words) > 0 {
			base = strings.Trim(notForNames.ReplaceAllString(filepath.Base(words[0]), "-"), "-.")
		}
		name := cmp.Or(base, "php")
		for n := 2; slices.Contains(names, name); n++ {
			name = cmp.Or(base, "php") + "-" + strconv.Itoa(n)
		}
		names = append(names, name)
	}
	return names
}

// worseCode ranks exit codes: what is certain comes before what could not be
// found out.
func worseCode(a, b int) int {
	rank := []int{ExitConformant, ExitIncomplete, ExitNotDriven, ExitNotConformant, ExitInterrupted}
	if slices.Index(rank, b) > slices.Index(rank, a) {
		return b
	}
	return a
}
