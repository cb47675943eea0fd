package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"syncproof/internal/selfcheck/mutate"
)

const explainedFile = "tools/mutate/explained.txt"

// mutants tests the tests of the files it is given, by default those of all rule
// checks and faults.
func mutants(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	shard := flags.String("shard", "1/1", "the part of the mutants to try, such as 2/5")
	limit := flags.Duration("limit", 15*time.Second, "time for the tests of one mutant, beside three times what they take without")
	budget := flags.Duration("budget", 0, "how long to look for a test that notices a change, 0 for as long as there are any")
	runs := flags.String("runs", os.Getenv("SYNCPROOF_KEPT"), "folder with the fixtures' transcripts, judged for mutants that the tests do not notice")
	log := flags.String("log", "", "file that keeps what became of each mutant: noticed or missed, its id, the test that noticed")
	again := flags.Bool("again", false, "try only the mutants that were missed when -log was written")
	scores := flags.String("scores", "", "document whose table of scores is brought up to date from -log")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var part, parts int
	if _, err := fmt.Sscanf(*shard, "%d/%d", &part, &parts); err != nil || part < 1 || part > parts {
		return fmt.Errorf("-shard takes a part such as 2/5, not %q", *shard)
	}
	root, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the repository: %w", err)
	}
	raw, err := os.ReadFile(explainedFile)
	if err != nil {
		return fmt.Errorf("reading the explained mutants: %w", err)
	}
	explained, err := mutate.ReadExplained(string(raw))
	if err != nil {
		return fmt.Errorf("%s: %w", explainedFile, err)
	}
	o := mutate.Options{Root: root, Explained: explained, Part: part - 1, Parts: parts, Limit: *limit, Budget: *budget, Log: os.Stdout}
	kept, err := readTried(*log)
	if err != nil {
		return err
	}
	if *again {
		o.Only = kept.missed
	}
	o.Tried = kept.note
	byPackage, err := chosen(flags.Args())
	if err != nil {
		return err
	}
	var failures []error
	for _, folder := range folders() {
		files, asked := byPackage[folder]
		if !asked {
			continue
		}
		o.Package, o.Files = folder, files
		if o.Tests, err = evidence(folder, *runs); err != nil {
			return err
		}
		outcome, err := mutate.Run(ctx, o)
		// What was tried before it was interrupted is kept.
		failures = append(failures, kept.write(), updateScores(*scores, outcome.All, kept, explained))
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		failures = append(failures, report(folder, outcome))
	}
	return errors.Join(failures...)
}

// folders hold what a verdict rests on: the rule checks, what they are told by,
// what is played to the module, and what becomes of their findings.
func folders() []string {
	return []string{
		"suites", "internal/upstream/fault", "internal/upstream/leaf",
		"internal/judge", "internal/waiver", "internal/compare", "internal/transcript", "internal/panel",
	}
}

// chosen sorts files by their package. A folder stands for all its files.
func chosen(args []string) (map[string][]string, error) {
	if len(args) == 0 {
		args = folders()
	}
	files := map[string][]string{}
	for _, arg := range args {
		arg = path.Clean(filepath.ToSlash(arg))
		info, err := os.Stat(arg)
		switch {
		case err != nil:
			return nil, fmt.Errorf("finding what to change: %w", err)
		case info.IsDir():
			files[arg] = nil
		default:
			files[path.Dir(arg)] = append(files[path.Dir(arg)], arg)
		}
	}
	return files, nil
}

// evidence is what has to notice a change, the quickest first: the package's own
// tests, the documents that say what a rule is, the stored runs, and the transcripts of all fixtures where somebody
// kept them.
func evidence(folder, runs string) ([]mutate.Tests, error) {
	switch folder {
	case "suites":
	case "internal/upstream/fault", "internal/upstream/leaf":
		// How faults are played is tested next door, which takes longer.
		return []mutate.Tests{{Package: folder}, {Package: "internal/upstream"}}, nil
	default:
		return []mutate.Tests{{Package: folder}}, nil
	}
	tests := []mutate.Tests{
		{Package: "suites", Not: disturbed()},
		{Package: "internal/cli", Run: "^TestRuleReferenceIsCurrent$"},
		{Package: "fixtures", Run: "^(TestStoredRuns|TestKillMatrix)$"},
	}
	if runs == "" {
		return tests, nil
	}
	full, err := filepath.Abs(runs)
	if err != nil {
		return nil, fmt.Errorf("finding the fixtures' transcripts: %w", err)
	}
	return append(tests, mutate.Tests{Package: "fixtures", Run: "^TestKeptRuns$", Env: []string{"SYNCPROOF_KEPT=" + full}}), nil
}

// disturbed are the tests that the switches for mutants make fail or slow, because
// they measure memory or time, and one that cannot be run twice in a process.
func disturbed() []string {
	return []string{"TestSuites", "TestSoundRowsAllocateNothing", "TestRowsGrowWithTheList", "TestManyFailuresAreBounded"}
}

func report(folder string, outcome mutate.Outcome) error {
	type score struct{ killed, explained, survived int }
	scores := map[string]score{}
	count := func(mutants []mutate.Mutant, add func(*score)) {
		for _, m := range mutants {
			s := scores[m.File]
			add(&s)
			scores[m.File] = s
		}
	}
	count(outcome.Killed, func(s *score) { s.killed++ })
	count(outcome.Explained, func(s *score) { s.explained++ })
	count(outcome.Survived, func(s *score) { s.survived++ })
	var files []string
	for file := range scores {
		files = append(files, file)
	}
	slices.Sort(files)
	fmt.Printf("%8s %9s %8s\n", "noticed", "explained", "missed")
	for _, file := range files {
		s := scores[file]
		fmt.Printf("%8d %9d %8d  %s\n", s.killed, s.explained, s.survived, file)
	}
	var failures []error
	if n := len(outcome.Survived); n > 0 {
		failures = append(failures, fmt.Errorf("%s: no test notices %d of the changes: write one, or say in %s why none can", folder, n, explainedFile))
	}
	if len(outcome.Needless) > 0 {
		failures = append(failures, fmt.Errorf("%s explains what a test notices: %s", explainedFile, strings.Join(outcome.Needless, ", ")))
	}
	if len(outcome.Unknown) > 0 {
		failures = append(failures, fmt.Errorf("%s explains what does not exist: %s", explainedFile, strings.Join(outcome.Unknown, ", ")))
	}
	return errors.Join(failures...)
}
