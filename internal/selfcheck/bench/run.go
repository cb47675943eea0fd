package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Options say what to measure and where.
type Options struct {
	// Root is the repository, Binary the program as it is released.
	Root, Binary string
	// Cores is how many sessions work at a time where nothing else is said.
	Cores int
	// Long is how many accounts the longest list has.
	Long int
	// Only names the groups to measure, all when empty: see Groups.
	Only []string
	// GoOutput takes what the Go benchmarks print, for benchstat.
	GoOutput io.Writer
	// Log is told what is being measured.
	Log io.Writer
}

// Bench measures.
type Bench struct {
	o       Options
	scratch string
	report  Report
}

type group struct {
	name    string
	measure func(*Bench, context.Context) error
}

func groups() []group {
	return []group{
		{"size", (*Bench).size},
		{"start", (*Bench).start},
		{"calls", (*Bench).calls},
		{"isolation", (*Bench).isolation},
		{"accounts", (*Bench).accounts},
		{"judging", (*Bench).judging},
		{"violations", (*Bench).violations},
		{"phpunit", (*Bench).phpunit},
	}
}

// Groups are the names of what can be measured by itself.
func Groups() []string {
	var names []string
	for _, g := range groups() {
		names = append(names, g.name)
	}
	return names
}

// Measure measures everything. What cannot be measured on this machine stands in
// the report with the reason; an error is returned only when nothing could be.
func Measure(ctx context.Context, o Options) (Report, error) {
	scratch, err := os.MkdirTemp("", "syncproof-bench-")
	if err != nil {
		return Report{}, fmt.Errorf("making a folder for the measurements: %w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	b := &Bench{o: o, scratch: scratch}
	b.report.Machine, b.report.Cores, b.report.Load = processor(), runtime.NumCPU(), load()
	b.report.PHP = phpVersion(ctx)
	for _, g := range groups() {
		if len(o.Only) > 0 && !contains(o.Only, g.name) {
			continue
		}
		fmt.Fprintf(o.Log, "measuring: %s\n", g.name)
		if err := g.measure(b, ctx); err != nil {
			if ctx.Err() != nil {
				return Report{}, ctx.Err()
			}
			b.missing(g.name, err.Error())
		}
	}
	return b.report, nil
}

func contains(list []string, name string) bool {
	for _, other := range list {
		if other == name {
			return true
		}
	}
	return false
}

func (b *Bench) add(f Figure) { b.report.Figures = append(b.report.Figures, f) }

func (b *Bench) missing(name, why string) { b.add(Figure{Name: name, Missing: why}) }

func (b *Bench) fixture(name string) string {
	return filepath.Join(b.o.Root, "fixtures", "bench", filepath.FromSlash(name))
}

func (b *Bench) out(name string) string { return filepath.Join(b.scratch, name) }

// stored is the transcript of a run, packed or not.
func (b *Bench) stored(name string) string {
	for _, file := range []string{"transcript.ndjson", "transcript.ndjson.gz"} {
		if path := filepath.Join(b.out(name), file); exists(path) {
			return path
		}
	}
	return filepath.Join(b.out(name), "transcript.ndjson")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func processor() string {
	raw, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(raw)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOOS + "/" + runtime.GOARCH
}

func load() float64 {
	raw, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(raw), " ")
	v, _ := strconv.ParseFloat(first, 64)
	return v
}

func phpVersion(ctx context.Context) string {
	raw, err := exec.CommandContext(ctx, "php", "-r", "echo PHP_VERSION;").Output()
	if err != nil {
		return "none"
	}
	return string(raw)
}
