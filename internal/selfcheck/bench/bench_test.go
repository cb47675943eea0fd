package bench

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() Report {
	return Report{
		Machine: "two cores", Cores: 2, Load: 1.5, PHP: "8.2.1",
		Figures: []Figure{
			{Name: "fork", Value: 8.04, Unit: "ratio", Bound: AtLeast, Target: 8, Beside: "fresh: 20 a second"},
			{Name: "run", Value: 12.34, Unit: "s", Bound: AtMost, Target: 10},
			{Name: "size", Value: 19_999_999, Unit: "bytes", Bound: AtMost, Target: 20_000_000},
			{Name: "shown", Value: 1234.6, Unit: "ns"},
			{Name: "endpoint", Missing: "too long"},
		},
		Plots: []Plot{{File: "cost", Title: "Cost", YLabel: "ns", Curves: []Curve{
			{Name: "rules", Points: []Point{{10_000, 3100}, {100_000, 3150}, {1_000_000, 3200}}},
			{Name: "bare", Points: []Point{{10_000, 1100}}},
		}}},
	}
}

func TestTable(t *testing.T) {
	var out bytes.Buffer
	if err := sample().WriteTable(&out); err != nil {
		t.Fatal(err)
	}
	const want = `two cores, 2 cores, load 1.5, PHP 8.2.1

WHAT      TARGET                    MEASURED                        BESIDE
fork      at least 8 ×              8.04 ×            met           fresh: 20 a second
run       at most 10 s              12.3 s            NOT MET       
size      at most 20,000,000 bytes  19,999,999 bytes  met           
shown                               1,235 ns                        
endpoint                            –                 not measured  not measured: too long
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	var unmet []string
	for _, f := range sample().Unmet() {
		unmet = append(unmet, f.Name)
	}
	if got := strings.Join(unmet, " "); got != "run endpoint" {
		t.Errorf("unmet are %s", got)
	}
}

func TestFiguresComeBack(t *testing.T) {
	raw, err := sample().Write()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), got); diff != "" {
		t.Error(diff)
	}
	if _, err := Read([]byte("no")); err == nil {
		t.Error("what is no report was read")
	}
}

func TestLines(t *testing.T) {
	got := Lines([]byte("goos: linux\nBenchmarkLong/10000-2   3   1234 ns/op   3100.5 cpu-ns/account\nBenchmarkX-y 1 2 ns/op\nBenchmarkBroken\nPASS\n"))
	want := []Line{
		{Name: "BenchmarkLong/10000", Values: map[string]float64{"ns/op": 1234, "cpu-ns/account": 3100.5}},
		{Name: "BenchmarkX-y", Values: map[string]float64{"ns/op": 2}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDocument(t *testing.T) {
	file := filepath.Join(t.TempDir(), "performance.md")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("before\n" + begins + "\nold\n" + ends + "\nafter\n")
	for range 2 { // The second time nothing is to change.
		if err := sample().Document(file); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"before\n" + begins, ends + "\nafter\n", "| run | at most 10 s | 12.3 s | not met |  |\n", "![Cost](plots/cost.svg)", "not measured: too long",
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("lacks %q:\n%s", want, raw)
		}
	}
	if strings.Contains(string(raw), "old") {
		t.Error("the old figures are still there")
	}
	svg, err := os.ReadFile(filepath.Join(filepath.Dir(file), "plots", "cost.svg"))
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the plot is no XML: %v", err)
		}
	}
	for _, want := range []string{">1,000,000</text>", ">4,000</text>", ">rules</text>", `points="70.0,`} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the plot lacks %s:\n%s", want, svg)
		}
	}
	write("no marks")
	if err := sample().Document(file); err == nil {
		t.Error("a document without marks was written")
	}
}

func TestRun(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what a program takes is measured on Linux")
	}
	cost, err := Run(t.Context(), Command{Args: []string{"sh", "-c", "echo $WORD; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exit 3"}, Env: []string{"WORD=done"}, Codes: []int{3}})
	if err != nil {
		t.Fatal(err)
	}
	if string(cost.Out) != "done\n" || cost.CPU <= 0 || cost.First <= 0 || cost.First > cost.Wall {
		t.Errorf("it took %+v", cost)
	}
	if _, err := Run(t.Context(), Command{Args: []string{"sh", "-c", "echo why >&2; exit 3"}}); err == nil || !strings.Contains(err.Error(), "why") {
		t.Errorf("the error is %v", err)
	}
}
