package mutate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options say what is changed and what has to notice.
type Options struct {
	// Root is the repository.
	Root string
	// Package is the folder whose files are changed.
	Package string
	// Files are the files to change, relative to Root; none means all.
	Files []string
	// Tests are the test binaries that have to notice, the quickest first.
	Tests []Tests
	// Explained are the mutants that cannot be noticed, with the reason.
	Explained map[string]string
	// Part of Parts is looked at: 0 of 1 for all.
	Part, Parts int
	// Limit is how long a test may take for one mutant, in addition to three
	// times what it takes without.
	Limit time.Duration
	Log   io.Writer
}

// Tests is one package's tests, or some of them.
type Tests struct {
	Package string
	// Run chooses among them, as -run of go test does.
	Run string
	// Env is added to the environment.
	Env []string
}

// Outcome is what became of the mutants.
type Outcome struct {
	Killed, Survived, Explained []Mutant
	// Needless are explanations of mutants that a test notices after all.
	Needless []string
	// Unknown are explanations of mutants that do not exist.
	Unknown []string
}

// binary is a built test binary.
type binary struct {
	Tests
	path, dir string
	// tests are the top-level tests with how long each takes and which mutants
	// it reaches.
	tests []test
}

type test struct {
	name    string
	took    time.Duration
	reaches map[int]bool
}

// Run builds the mutants and tests them. Survivors are no error.
func Run(ctx context.Context, o Options) (Outcome, error) {
	scratch, err := os.MkdirTemp("", "syncproof-mutants-")
	if err != nil {
		return Outcome{}, fmt.Errorf("making a scratch folder: %w", err)
	}
	defer os.RemoveAll(scratch)
	u, own, files, err := load(ctx, o.Root, o.Package)
	if err != nil {
		return Outcome{}, err
	}
	wanted := func(label string) bool { return len(o.Files) == 0 || slices.Contains(o.Files, label) }
	overlay, err := u.overlay(own, files, wanted, scratch)
	if err != nil {
		return Outcome{}, err
	}
	binaries, err := build(ctx, o, overlay, scratch)
	if err != nil {
		return Outcome{}, err
	}
	return try(ctx, o, u.mutants, binaries, wanted)
}

func build(ctx context.Context, o Options, overlay, scratch string) ([]*binary, error) {
	var binaries []*binary
	for i, tests := range o.Tests {
		b := &binary{Tests: tests, path: filepath.Join(scratch, fmt.Sprintf("%d.test", i)), dir: filepath.Join(o.Root, tests.Package)}
		if _, err := goTool(ctx, o.Root, "test", "-c", "-overlay", overlay, "-o", b.path, "./"+tests.Package); err != nil {
			return nil, fmt.Errorf("building the mutants: %w", err)
		}
		if err := b.measure(ctx, scratch); err != nil {
			return nil, err
		}
		fmt.Fprintf(o.Log, "%s: %d tests\n", tests.Package, len(b.tests))
		binaries = append(binaries, b)
	}
	return binaries, nil
}

// measure runs each test alone, without any change.
func (b *binary) measure(ctx context.Context, scratch string) error {
	pattern := b.Run
	if pattern == "" {
		pattern = "."
	}
	out, err := b.command(ctx, "-test.list", pattern).Output()
	if err != nil {
		return fmt.Errorf("listing the tests of %s: %w", b.Package, err)
	}
	for name := range strings.FieldsSeq(string(out)) {
		if !strings.HasPrefix(name, "Test") {
			continue
		}
		reached := filepath.Join(scratch, "reached")
		if err := os.RemoveAll(reached); err != nil {
			return fmt.Errorf("clearing what was reached: %w", err)
		}
		cmd := b.command(ctx, "-test.run", "^"+name+"$")
		cmd.Env = append(cmd.Env, "SYNCPROOF_MUTANT_REACHED="+reached)
		began := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s of %s fails without any change: %w\n%s", name, b.Package, err, out)
		}
		t := test{name: name, took: time.Since(began), reaches: map[int]bool{}}
		raw, err := os.ReadFile(reached)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("reading what was reached: %w", err)
		}
		for line := range strings.FieldsSeq(string(raw)) {
			if n, err := strconv.Atoi(line); err == nil {
				t.reaches[n] = true
			}
		}
		b.tests = append(b.tests, t)
	}
	slices.SortStableFunc(b.tests, func(x, y test) int { return int(x.took - y.took) })
	return nil
}

func (b *binary) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, b.path, args...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), b.Env...)
	cmd.WaitDelay = time.Second
	return cmd
}

func try(ctx context.Context, o Options, mutants []Mutant, binaries []*binary, wanted func(string) bool) (Outcome, error) {
	var outcome Outcome
	exists := map[string]bool{}
	for i, m := range mutants {
		exists[m.ID] = true
		if o.Parts > 1 && i%o.Parts != o.Part {
			continue
		}
		killed := noticed(ctx, m, binaries, o.Limit)
		if err := ctx.Err(); err != nil {
			return outcome, fmt.Errorf("trying the mutants: %w", err)
		}
		_, explained := o.Explained[m.ID]
		switch {
		case killed && explained:
			outcome.Needless = append(outcome.Needless, m.ID)
			outcome.Killed = append(outcome.Killed, m)
		case killed:
			outcome.Killed = append(outcome.Killed, m)
		case explained:
			outcome.Explained = append(outcome.Explained, m)
		default:
			outcome.Survived = append(outcome.Survived, m)
			fmt.Fprintf(o.Log, "%s:%d: %s\n\t- %s\n\t+ %s\n", m.File, m.Line, m.ID, oneLine(m.Before), oneLine(m.After))
		}
	}
	for id := range o.Explained {
		file, _, _ := strings.Cut(id, "#")
		if wanted(file) && filepath.ToSlash(filepath.Dir(file)) == o.Package && !exists[id] {
			outcome.Unknown = append(outcome.Unknown, id)
		}
	}
	slices.Sort(outcome.Unknown)
	return outcome, nil
}

// quick tests are run first, together.
const quick = 300 * time.Millisecond

// noticed runs the tests that reach a mutant until one fails.
func noticed(ctx context.Context, m Mutant, binaries []*binary, limit time.Duration) bool {
	for _, b := range binaries {
		if tests := b.reaching(m, true); len(tests) > 0 && b.fails(ctx, m, limit, tests...) {
			return true
		}
	}
	return slices.ContainsFunc(binaries, func(b *binary) bool {
		return slices.ContainsFunc(b.reaching(m, false), func(t test) bool { return b.fails(ctx, m, limit, t) })
	})
}

// reaching are the tests that come by a mutant, the quick ones or the others.
func (b *binary) reaching(m Mutant, quickly bool) []test {
	var tests []test
	for _, t := range b.tests {
		if t.reaches[m.Number] && (t.took < quick) == quickly {
			tests = append(tests, t)
		}
	}
	return tests
}

func (b *binary) fails(ctx context.Context, m Mutant, limit time.Duration, tests ...test) bool {
	var names []string
	for _, t := range tests {
		names = append(names, regexp.QuoteMeta(t.name))
		limit += 3 * t.took
	}
	cmd := b.command(ctx, "-test.failfast", "-test.timeout", limit.String(), "-test.run", "^("+strings.Join(names, "|")+")$")
	cmd.Env = append(cmd.Env, "SYNCPROOF_MUTANT="+strconv.Itoa(m.Number))
	return cmd.Run() != nil
}

func oneLine(text string) string {
	const enough = 160
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > enough {
		return string(runes[:enough]) + " …"
	}
	return text
}
