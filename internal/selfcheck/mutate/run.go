package mutate

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
	Explained Explanations
	// Part of Parts is looked at: 0 of 1 for all.
	Part, Parts int
	// Only says which mutants are tried, by id; nil for all.
	Only func(id string) bool
	// Tried is told of each mutant and the test that noticed it; nil for nobody.
	Tried func(m Mutant, noticed bool, by string)
	// Limit is how long a test may take for one mutant, in addition to three
	// times what it takes without.
	Limit time.Duration
	// Budget ends the search for a test that notices a mutant, 0 for never. It is
	// measured by how long the tests take without any.
	Budget time.Duration
	Log    io.Writer
}

// Outcome is what became of the mutants.
type Outcome struct {
	Killed, Survived, Explained []Mutant
	// All are the mutants there are, those included that were not tried.
	All []Mutant
	// Needless are explanations of mutants that a test notices after all.
	Needless []string
	// Unknown are explanations of mutants that do not exist.
	Unknown []string
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
	overlay, err := u.overlay(ctx, own, files, wanted, scratch)
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
		b := &binary{Tests: tests, path: filepath.Join(scratch, fmt.Sprintf("%d.test", i)), dir: filepath.Join(o.Root, tests.Package), starting: map[int]bool{}}
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

func try(ctx context.Context, o Options, mutants []Mutant, binaries []*binary, wanted func(string) bool) (Outcome, error) {
	outcome := Outcome{All: mutants}
	h := &hunt{binaries: binaries, limit: o.Limit, budget: o.Budget, recent: map[string][]*unitTest{}}
	defer func() {
		for _, b := range binaries {
			b.worker.stop()
		}
	}()
	exists, used := map[string]bool{}, map[string]bool{}
	for i, m := range mutants {
		exists[m.ID], exists[o.Explained.Of(m.ID)] = true, true
		if o.Parts > 1 && i%o.Parts != o.Part {
			continue
		}
		if o.Only != nil && !o.Only(m.ID) {
			continue
		}
		killed, by, err := h.noticed(ctx, m)
		if err := cmp.Or(ctx.Err(), err); err != nil {
			return outcome, fmt.Errorf("trying the mutants: %w", err)
		}
		reason := o.Explained.Of(m.ID)
		if o.Tried != nil {
			o.Tried(m, killed, by)
		}
		switch {
		case killed:
			outcome.Killed = append(outcome.Killed, m)
			if reason == m.ID {
				outcome.Needless = append(outcome.Needless, m.ID)
			}
		case reason != "":
			outcome.Explained = append(outcome.Explained, m)
			used[reason] = true
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
		if strings.HasSuffix(id, "*") && exists[id] && !used[id] && o.whole() {
			outcome.Needless = append(outcome.Needless, id)
		}
	}
	slices.Sort(outcome.Unknown)
	return outcome, nil
}

// whole says that every mutant is tried.
func (o Options) whole() bool { return o.Parts <= 1 && o.Only == nil }

// hunt looks for tests that notice mutants. Neighbours are mostly noticed by the
// same tests, so those that noticed the last ones of a file are asked first.
type hunt struct {
	binaries []*binary
	limit    time.Duration
	budget   time.Duration
	recent   map[string][]*unitTest
	killed   int
}

// lately is how many tests are kept for a file.
const lately = 6

// noticed runs the tests that reach a mutant until one fails, and names it. Those
// that reach little else come first: they are about it.
func (h *hunt) noticed(ctx context.Context, m Mutant) (bool, string, error) {
	reaching := map[*unitTest]bool{}
	for _, b := range h.binaries {
		for _, t := range b.tests {
			for _, u := range t.reaching(m.Number) {
				reaching[u] = true
			}
		}
	}
	var first []*unitTest
	for _, u := range h.recent[m.File] {
		if reaching[u] || reaching[&u.test.whole] {
			first = append(first, u)
			delete(reaching, u)
		}
	}
	var spent time.Duration
	for _, batch := range [][]*unitTest{first, slices.Collect(maps.Keys(reaching))} {
		slices.SortFunc(batch, func(a, b *unitTest) int {
			return cmp.Or(cmp.Compare(len(a.reaches), len(b.reaches)), cmp.Compare(a.test.name, b.test.name), cmp.Compare(a.name, b.name))
		})
		var jobs []job
		for _, b := range h.binaries {
			jobs = append(jobs, b.jobs(slices.DeleteFunc(slices.Clone(batch), func(u *unitTest) bool { return u.test.binary != b }))...)
		}
		slices.SortStableFunc(jobs, func(a, b job) int { return cmp.Compare(a.reaches, b.reaches) })
		for _, j := range jobs {
			if spent += j.took; h.budget > 0 && spent > h.budget {
				return false, "", nil
			}
			failed, name, err := j.fails(ctx, m.Number, h.limit)
			if err != nil {
				return false, "", err
			}
			if failed {
				h.remember(m.File, j.binary, name)
				return true, name, h.sound(ctx, m, j)
			}
		}
	}
	return false, "", nil
}

// sound makes sure, now and then, that a process which has run many mutants still
// passes without any: tests must not leave anything behind that others trip over.
func (h *hunt) sound(ctx context.Context, m Mutant, j job) error {
	const often = 25
	if h.killed++; h.killed%often != 0 {
		return nil
	}
	failed, name, err := j.fails(ctx, 0, h.limit)
	if failed {
		return fmt.Errorf("after %s, %s of %s fails without any change: a mutant left something behind", m.ID, name, j.binary.Package)
	}
	return err
}

func (h *hunt) remember(file string, b *binary, name string) {
	top, rest, _ := strings.Cut(name, "/")
	sub, _, _ := strings.Cut(rest, "/")
	for _, t := range b.tests {
		if t.name != top {
			continue
		}
		unit := &t.whole
		if i := slices.IndexFunc(t.subs, func(u *unitTest) bool { return u.name == sub }); i >= 0 {
			unit = t.subs[i]
		}
		if unit.took > 2*enough {
			return
		}
		kept := slices.DeleteFunc(h.recent[file], func(u *unitTest) bool { return u == unit })
		h.recent[file] = append([]*unitTest{unit}, kept[:min(len(kept), lately-1)]...)
	}
}

func oneLine(text string) string {
	const enough = 160
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > enough {
		return string(runes[:enough]) + " …"
	}
	return text
}
