package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"syncproof/internal/selfcheck/bench"
)

const (
	figuresFile  = "bin/bench.json"
	goBenchFile  = "bin/bench.txt"
	figuresInDoc = "docs/performance.md"
)

// benchmarks measures what syncproof costs. A target that is missed is no error:
// the machine may be busy. -strict makes it one.
func benchmarks(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	program := flags.String("binary", "bin/syncproof", "the program to measure, as it is released")
	long := flags.Int("accounts", 1_000_000, "how many accounts the longest list has")
	only := flags.String("only", "", "measure only these: "+strings.Join(bench.Groups(), ","))
	strict := flags.Bool("strict", false, "end with an error when a target is missed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the repository: %w", err)
	}
	full, err := filepath.Abs(*program)
	if err != nil {
		return fmt.Errorf("finding the program: %w", err)
	}
	goOutput, err := os.Create(goBenchFile)
	if err != nil {
		return fmt.Errorf("keeping what the Go benchmarks print: %w", err)
	}
	defer func() { _ = goOutput.Close() }()
	o := bench.Options{Root: root, Binary: full, Cores: runtime.NumCPU(), Long: *long, GoOutput: goOutput, Log: os.Stderr}
	if *only != "" {
		o.Only = strings.Split(*only, ",")
	}
	report, err := bench.Measure(ctx, o)
	if err != nil {
		return err
	}
	raw, err := report.Write()
	if err != nil {
		return err
	}
	if err := os.WriteFile(figuresFile, raw, 0o644); err != nil {
		return fmt.Errorf("writing the figures: %w", err)
	}
	if err := report.WriteTable(os.Stdout); err != nil {
		return fmt.Errorf("printing the figures: %w", err)
	}
	if unmet := report.Unmet(); *strict && len(unmet) > 0 {
		return fmt.Errorf("%d targets are missed or not measured", len(unmet))
	}
	return nil
}

// benchDocument writes the figures of the last run into the document about them.
func benchDocument(args []string) error {
	if len(args) != 0 {
		return errors.New("usage: selfcheck bench-docs")
	}
	raw, err := os.ReadFile(figuresFile)
	if err != nil {
		return fmt.Errorf("reading the figures, which make bench writes: %w", err)
	}
	report, err := bench.Read(raw)
	if err != nil {
		return err
	}
	return report.Document(figuresInDoc)
}
