package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/harness"
	"syncproof/internal/report"
	"syncproof/internal/target/php"
	"syncproof/suites"
)

// expand resolves patterns such as modules/servers/* that no shell resolved.
func expand(args []string) []string {
	var paths []string
	for _, a := range args {
		found, err := filepath.Glob(a)
		if err != nil || len(found) == 0 || !strings.ContainsAny(a, "*?[") || !missing(a) {
			found = []string{a}
		}
		paths = append(paths, found...)
	}
	return paths
}

// several tests modules one after the other and shows them side by side. The
// worst of them decides the exit code.
func several(ctx context.Context, system System, c *cobra.Command, cfg config.Config, rules []suites.Rule, refs []string) error {
	if err := refuseForSeveral(c, cfg, refs); err != nil {
		return err
	}
	modules, err := survey(refs)
	if err != nil {
		return err
	}
	code := ExitConformant
	var failed []error
	for i := range modules {
		m := &modules[i]
		if m.Skipped != "" || m.Trouble != "" {
			continue
		}
		if code == ExitInterrupted {
			m.Skipped = "the run was interrupted before"
			continue
		}
		one, err := forModule(cfg, *m)
		if err != nil {
			return usage("%w", err)
		}
		heading := "MODULE: " + m.Name + " (" + m.Ref + ")"
		headline(system.Out, heading)
		done, err := capture(ctx, system, c, one, rules, []string{m.Ref})
		fmt.Fprintln(system.Out)
		if err != nil {
			failed = append(failed, err)
			m.Trouble = cmp.Or(err.Error(), "the run broke off")
			code = worseCode(code, codeOf(err))
			continue
		}
		m.Judgement, m.Results = &done.judgement, one.Out
		code = worseCode(code, done.code)
	}
	switch {
	case len(failed) > 0 && !slices.ContainsFunc(modules, func(m report.Module) bool { return m.Judgement != nil }):
		return failed[0]
	case slices.ContainsFunc(modules, func(m report.Module) bool { return m.Trouble != "" }):
		code = worseCode(code, ExitNotDriven)
	}
	if err := report.Modules(system.Out, modules); err != nil {
		return notDriven("printing the report: %w", err)
	}
	if err := mergeJUnit(cfg.JUnit, modules); err != nil {
		tell(system.Err, "%v", err)
		code = worseCode(code, ExitNotDriven)
	}
	return exitWith(code)
}

// codeOf is the exit code of a module that could not be tested beside others.
func codeOf(err error) int {
	var exit *exitError
	if errors.As(err, &exit) && exit.code == ExitInterrupted {
		return ExitInterrupted
	}
	return ExitNotDriven
}

// refuseForSeveral ends runs with settings that can only be meant for one module.
func refuseForSeveral(c *cobra.Command, cfg config.Config, refs []string) error {
	switch {
	case len(cfg.Command) > 0:
		return usage("--command is one target; leave out %s", strings.Join(refs, ", "))
	case slices.ContainsFunc(refs, func(r string) bool { return harness.IsAddress(r) || isTranscript(r) }):
		return usage("several targets were named, of which one is an address or a transcript; name that alone")
	case len(phpCommands(c)) > 1:
		return usage("--php was given %d times and %d modules were named; several of one at a time: one PHP, or one module", len(phpCommands(c)), len(refs))
	case cfg.Module != "":
		return usage("a module's name was given and %d modules were named; name one, or leave the name out", len(refs))
	case cfg.Recording != "" || cfg.EmptyRecording != "":
		return usage("a recording holds the conversation of one module, and %d were named; name that module alone", len(refs))
	}
	if err := cfg.CheckWaiversOfSeveral(); err != nil {
		return usage("%w", err)
	}
	return nil
}

// survey looks which of the named files and folders hold a module to test.
func survey(refs []string) ([]report.Module, error) {
	var modules []report.Module
	found := false
	for _, ref := range refs {
		name, syncs, err := php.Syncs(ref)
		m := report.Module{Ref: ref}
		switch {
		case errors.Is(err, php.ErrNoPath):
			return nil, usage("%w", err)
		case errors.Is(err, php.ErrNoModule), errors.Is(err, php.ErrNotPHP):
			m.Skipped = "it holds no module for servers"
		case err != nil:
			m.Trouble = err.Error()
		case !syncs:
			m.Skipped = "nothing in it mentions ListAccounts, so it takes no part in Server Sync"
		}
		found = found || m.Skipped == ""
		if name == "" {
			name = strings.Trim(notForNames.ReplaceAllString(filepath.Base(filepath.Clean(ref)), "-"), "-.")
		}
		m.Name = unlike(cmp.Or(name, "module"), modules)
		modules = append(modules, m)
	}
	if !found {
		var lines []string
		for _, m := range modules {
			lines = append(lines, "  "+m.Ref+": "+m.Skipped)
		}
		return nil, usage("none of the %d that were named can be tested:\n%s", len(refs), strings.Join(lines, "\n"))
	}
	return modules, nil
}

// unlike numbers a name that is taken already.
func unlike(name string, modules []report.Module) string {
	unique := name
	for n := 2; slices.ContainsFunc(modules, func(m report.Module) bool { return m.Name == unique }); n++ {
		unique = name + "-" + strconv.Itoa(n)
	}
	return unique
}

// forModule is the configuration for one module of several.
func forModule(cfg config.Config, m report.Module) (config.Config, error) {
	one, err := cfg.With([]config.Override{{Key: "target", Flag: "TARGET", Values: []string{m.Ref}}})
	if err != nil {
		return one, err
	}
	one.Out = filepath.Join(cfg.Out, m.Name)
	one.JUnit, one.JSON = "", beside(cfg.JSON, m.Name)
	one.Reports = reportsBeside(cfg.Reports, m.Name)
	return one, nil
}

// mergeJUnit writes one JUnit file of all modules, where one was asked for.
func mergeJUnit(path string, modules []report.Module) error {
	if path == "" {
		return nil
	}
	var b bytes.Buffer
	if err := report.JUnitOfModules(&b, modules, report.JUnitOptions{}); err != nil {
		return fmt.Errorf("making the report %s: %w", path, err)
	}
	if err := replaceFile(path, b.Bytes()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}
