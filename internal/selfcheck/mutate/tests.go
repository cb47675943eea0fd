package mutate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Tests is one package's tests, or some of them.
type Tests struct {
	Package string
	// Run chooses among them, as -run of go test does.
	Run string
	// Not leaves some out: those that the switches themselves make fail, such as
	// one that counts allocations.
	Not []string
	// Env is added to the environment.
	Env []string
}

// binary is a built test binary.
type binary struct {
	Tests
	path, dir string
	tests     []*test
	// starting are the mutants that are reached before any test runs.
	starting map[int]bool
	worker   *worker
}

// test is a top-level test with its subtests.
type test struct {
	binary *binary
	name   string
	// whole is the test as such: what it reaches outside its subtests.
	whole unitTest
	subs  []*unitTest
}

// unitTest is the least that is run alone: a subtest of a test, or a test without.
type unitTest struct {
	test    *test
	name    string // empty for the whole test
	took    time.Duration
	reaches map[int]bool
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
	var failures []error
	for name := range strings.FieldsSeq(string(out)) {
		if !strings.HasPrefix(name, "Test") || slices.Contains(b.Not, name) {
			continue
		}
		t, err := b.observe(ctx, name, scratch)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		b.tests = append(b.tests, t)
	}
	return errors.Join(failures...)
}

func (b *binary) observe(ctx context.Context, name, scratch string) (*test, error) {
	reached := filepath.Join(scratch, "reached")
	if err := os.RemoveAll(reached); err != nil {
		return nil, fmt.Errorf("clearing what was reached: %w", err)
	}
	cmd := b.command(ctx, "-test.v", "-test.run", "^"+name+"$")
	cmd.Env = append(cmd.Env, "SYNCPROOF_MUTANT_REACHED="+reached)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s of %s fails without any change: %w\n%s", name, b.Package, err, out)
	}
	raw, err := os.ReadFile(reached)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("reading what was reached: %w", err)
	}
	t := &test{binary: b, name: name}
	t.whole = unitTest{test: t, took: time.Since(began), reaches: map[int]bool{}}
	// Of subtests that run side by side it is not known which of them reached what.
	t.read(string(raw), strings.Contains(string(out), "=== PAUSE"))
	return t, nil
}

// read takes in what switches.go noted while the test ran.
func (t *test) read(notes string, together bool) {
	units, byName := map[string]*unitTest{}, map[string]*unitTest{}
	for line := range strings.Lines(notes) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		unit := units[fields[1]]
		if unit == nil {
			unit = &t.whole
		}
		number, _ := strconv.Atoi(fields[2])
		if fields[0] == "reach" && fields[1] == "0" {
			t.binary.starting[number] = true
		}
		switch parts := strings.Split(fields[2], "/"); {
		case fields[0] == "begin" && len(parts) > 1 && !together:
			sub := byName[parts[1]]
			if sub == nil {
				sub = &unitTest{test: t, name: parts[1], reaches: map[int]bool{}}
				byName[parts[1]] = sub
				t.subs = append(t.subs, sub)
			}
			units[fields[1]] = sub
		case fields[0] == "reach":
			unit.reaches[number] = true
		case fields[0] == "end" && unit != &t.whole:
			unit.took = max(unit.took, time.Duration(number))
		}
	}
}

// reaching are the units that come by a mutant: the whole test where that does so
// outside its subtests, for these depend on it.
func (t *test) reaching(number int) []*unitTest {
	if t.whole.reaches[number] {
		return []*unitTest{&t.whole}
	}
	var units []*unitTest
	for _, u := range t.subs {
		if u.reaches[number] {
			units = append(units, u)
		}
	}
	return units
}

func (b *binary) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, b.path, args...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), b.Env...)
	cmd.WaitDelay = time.Second
	return cmd
}

// job is one run of a test binary.
type job struct {
	binary *binary
	run    string
	took   time.Duration
	// reaches is how many mutants the most particular of its tests comes by.
	reaches int
}

// enough is how long the tests of one run may take, where they are several: the
// first that fails ends it, so that the others were a waste of time.
const enough = 300 * time.Millisecond

// jobs are runs of all the given units of one binary.
func (b *binary) jobs(units []*unitTest) []job {
	var jobs []job
	byTest := map[*test][]*unitTest{}
	var wholes []*unitTest
	for _, u := range units {
		if u.name == "" {
			wholes = append(wholes, u)
			continue
		}
		byTest[u.test] = append(byTest[u.test], u)
	}
	jobs = append(jobs, b.pack(wholes, "")...)
	for _, t := range b.tests {
		jobs = append(jobs, b.pack(byTest[t], "^"+t.name+"$/")...)
	}
	return jobs
}

func (b *binary) pack(units []*unitTest, before string) []job {
	var jobs []job
	var names []string
	var took time.Duration
	reaches := math.MaxInt
	flush := func() {
		if len(names) > 0 {
			jobs = append(jobs, job{b, before + "^(" + strings.Join(names, "|") + ")$", took, reaches})
		}
		names, took, reaches = nil, 0, math.MaxInt
	}
	for _, u := range units {
		if took+u.took > enough {
			flush()
		}
		name := u.name
		if name == "" {
			name = u.test.name
		}
		names, took, reaches = append(names, regexp.QuoteMeta(name)), took+u.took, min(reaches, len(u.reaches))
	}
	flush()
	return jobs
}
