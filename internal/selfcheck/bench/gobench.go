package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Line is one line of what a Go benchmark prints.
type Line struct {
	// Name is without the number of cores behind it.
	Name string
	// Values are its measurements by unit, such as ns/op.
	Values map[string]float64
}

// Lines reads what go test -bench prints.
func Lines(text []byte) []Line {
	var lines []Line
	scan := bufio.NewScanner(bytes.NewReader(text))
	for scan.Scan() {
		fields := strings.Fields(scan.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		l := Line{Name: fields[0], Values: map[string]float64{}}
		if i := strings.LastIndex(l.Name, "-"); i > 0 {
			if _, err := strconv.Atoi(l.Name[i+1:]); err == nil {
				l.Name = l.Name[:i]
			}
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				l.Values[fields[i+1]] = v
			}
		}
		lines = append(lines, l)
	}
	return lines
}

// goBench runs the Go benchmarks of a package.
func (b *Bench) goBench(ctx context.Context, pkg, name, times string) ([]Line, error) {
	cost, err := Run(ctx, Command{
		Args: []string{"go", "test", pkg, "-run", "^$", "-bench", name, "-benchmem", "-benchtime", times, "-timeout", "20m"},
		Dir:  b.o.Root,
	})
	if err != nil {
		return nil, err
	}
	if _, err := b.o.GoOutput.Write(cost.Out); err != nil {
		return nil, fmt.Errorf("keeping what the Go benchmarks print: %w", err)
	}
	lines := Lines(cost.Out)
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s measured nothing: %s", name, lastLines(string(cost.Out)))
	}
	return lines, nil
}

// isolation compares forked sessions with those in fresh processes, of modules that
// ask nothing, once over HTTP and once over HTTPS.
func (b *Bench) isolation(ctx context.Context) error {
	lines, err := b.goBench(ctx, "./internal/target/php", "^BenchmarkIsolation$", "4x")
	if err != nil {
		return err
	}
	for i, l := range lines {
		_, what, _ := strings.Cut(l.Name, "/")
		what = strings.ReplaceAll(what, "_", " ")
		v := l.Values
		b.add(Figure{
			Name: "forked sessions / fresh ones, per second: the module " + what, Value: v["times-faster"], Unit: "ratio", Bound: AtLeast, Target: 8,
			Beside: fmt.Sprintf("%s / %s a second; %s / %s ms of processor time", trim(v["forked/s"]), trim(v["fresh/s"]), trim(v["forked-cpu-ms"]), trim(v["fresh-cpu-ms"])),
		})
		if i == 0 {
			b.add(Figure{Name: "forked sessions: the module " + what, Value: v["forked/s"], Unit: "per second", Bound: AtLeast, Target: 1000})
		}
	}
	return nil
}

// judging is what rules cost: each by itself, and for each account.
func (b *Bench) judging(ctx context.Context) error {
	lines, err := b.goBench(ctx, "./suites", "^BenchmarkRules$", "2s")
	if err != nil {
		return err
	}
	b.add(Figure{
		Name: "judging a stored run, for each rule", Value: lines[0].Values["µs/rule"], Unit: "µs", Bound: AtMost, Target: 100,
		Beside: fmt.Sprintf("reading that run: %s µs", trim(lines[0].Values["µs/read"])),
	})
	if lines, err = b.goBench(ctx, "./suites", "^BenchmarkAccountCost$", "3x"); err != nil {
		return err
	}
	curve := Curve{Name: "rules of rows"}
	for _, l := range lines {
		n, _ := strconv.ParseFloat(l.Name[strings.LastIndex(l.Name, "/")+1:], 64)
		curve.Points = append(curve.Points, Point{X: n, Y: l.Values["cpu-ns/account"]})
	}
	first, last := curve.Points[0], curve.Points[len(curve.Points)-1]
	b.add(Figure{
		Name:  fmt.Sprintf("rules of rows: an account at %s / at %s", grouped(int64(last.X)), grouped(int64(first.X))),
		Value: last.Y / first.Y, Unit: "ratio", Bound: AtMost, Target: 1.15,
		Beside: fmt.Sprintf("%s ns / %s ns of processor time", trim(last.Y), trim(first.Y)),
	})
	b.report.Plots = append(b.report.Plots, Plot{File: "account-rules", Title: "Rules of rows, processor time for each account", YLabel: "ns", Curves: []Curve{curve}})
	return nil
}
