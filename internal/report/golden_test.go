package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with testdata/<name>.golden.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with: go test ./internal/report -update)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func TestGoldenReports(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			golden(t, s.name+".txt", terminalBytes(t, s, TerminalOptions{Out: "out"}))
			golden(t, s.name+".quiet.txt", terminalBytes(t, s, TerminalOptions{Quiet: true}))
			golden(t, s.name+".xml", junitBytes(t, s, JUnitOptions{}))
			golden(t, s.name+".json", jsonBytes(t, s))
		})
	}
}

func TestGoldenVariants(t *testing.T) {
	hazards, untested := sample{"hazards", everyHazard()}, sample{"untested", untested()}
	golden(t, "hazards.narrow.txt", terminalBytes(t, hazards, TerminalOptions{Width: 60}))
	golden(t, "hazards.color.txt", terminalBytes(t, hazards, TerminalOptions{Color: true}))
	golden(t, "untested.color.txt", terminalBytes(t, untested, TerminalOptions{Color: true, Width: 80}))
	golden(t, "untested.verbose.txt", terminalBytes(t, untested, TerminalOptions{Verbose: true, AllowIncomplete: true}))
	golden(t, "follows.verbose.txt", terminalBytes(t, sample{"follows", followOns()}, TerminalOptions{Verbose: true}))
	golden(t, "interrupted.exit.txt", terminalBytes(t, sample{"interrupted", interrupted()}, TerminalOptions{Interrupted: true}))
	golden(t, "hazards.fileline.xml", junitBytes(t, hazards, JUnitOptions{FileLine: true, Folder: "modules/servers/acme"}))
}

// The same judgement gives the same bytes, whatever the environment says about
// colour and terminals, and however maps are ordered.
func TestReportsAreDeterministic(t *testing.T) {
	write := func(s sample) []byte {
		var all []byte
		for _, color := range []bool{false, true} {
			all = append(all, terminalBytes(t, s, TerminalOptions{Color: color, Verbose: true})...)
		}
		all = append(all, junitBytes(t, s, JUnitOptions{FileLine: true})...)
		return append(all, jsonBytes(t, s)...)
	}
	for _, s := range samples() {
		first := write(s)
		for _, env := range [][2]string{{"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}, {"TERM", "dumb"}, {"COLORTERM", "truecolor"}, {"COLUMNS", "50"}, {"TZ", "Asia/Tokyo"}} {
			t.Setenv(env[0], env[1])
			if !bytes.Equal(first, write(s)) {
				t.Errorf("%s: the reports differ with %s=%s", s.name, env[0], env[1])
			}
		}
	}
}

func terminalBytes(t testing.TB, s sample, opt TerminalOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Terminal(&b, s.judgement, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func junitBytes(t testing.TB, s sample, opt JUnitOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := JUnit(&b, s.judgement, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jsonBytes(t testing.TB, s sample) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, s.judgement); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
