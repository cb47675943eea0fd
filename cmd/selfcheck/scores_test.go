package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/selfcheck/mutate"
)

func mutant(file, rest string) mutate.Mutant { return mutate.Mutant{ID: file + "#" + rest, File: file} }

// A row is written once every change of its file was tried; the others stay.
func TestScores(t *testing.T) {
	dir := t.TempDir()
	log, document := filepath.Join(dir, "log"), filepath.Join(dir, "scores.md")
	put := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(document, "# Scores\n\n"+scoresHead+"| a/other.go | 9 | 7 | 1 | 1 |\n| a/whole.go | 1 | 1 | 0 | 0 |\n| all | 10 | 8 | 1 | 1 |\n")
	put(log, "missed\ta/whole.go#f/drop#1\nnoticed\ta/whole.go#f/drop#2\t\nnoticed\ta/partly.go#f/drop#1\tTestX\nmissed\ta/whole.go#f/drop#3\n")
	kept, err := readTried(log)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"a/whole.go#f/drop#1": true, "a/whole.go#f/drop#2": false, "a/whole.go#f/drop#9": true} {
		if got := kept.missed(id); got != want {
			t.Errorf("%s: missed is %t", id, got)
		}
	}
	kept.note(mutant("a/whole.go", "f/drop#1"), true, "TestX/y")
	kept.note(mutant("a/whole.go", "f/drop#4"), false, "")
	if err := kept.write(); err != nil {
		t.Fatal(err)
	}
	const want = "noticed\ta/partly.go#f/drop#1\tTestX\nnoticed\ta/whole.go#f/drop#1\tTestX/y\nnoticed\ta/whole.go#f/drop#2\t?\n" +
		"missed\ta/whole.go#f/drop#3\nmissed\ta/whole.go#f/drop#4\n"
	if diff := cmp.Diff(want, read(t, log)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	all := []mutate.Mutant{
		mutant("a/partly.go", "f/drop#1"), mutant("a/partly.go", "f/drop#2"), mutant("a/whole.go", "f/drop#1"), mutant("a/whole.go", "f/drop#2"),
		mutant("a/whole.go", "f/drop#3"), mutant("a/whole.go", "f/drop#4"),
	}
	if err := updateScores(document, all, kept, mutate.Explanations{"a/whole.go#f/drop#3": "why"}); err != nil {
		t.Fatal(err)
	}
	const rows = "| a/other.go | 9 | 7 | 1 | 1 |\n| a/whole.go | 4 | 2 | 1 | 1 |\n| all | 13 | 9 | 2 | 2 |\n"
	if diff := cmp.Diff("# Scores\n\n"+scoresHead+rows, read(t, document)); diff != "" {
		t.Errorf("scores (-want +got):\n%s", diff)
	}
	put(document, "no table")
	if err := updateScores(document, all, kept, nil); err == nil {
		t.Error("a document without a table takes scores")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
