package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"syncproof/internal/contract"
	"syncproof/internal/report"
	"syncproof/internal/transcript"
)

// Files in the results folder.
const (
	jsonFile  = "report.json"
	junitFile = "junit.xml"
)

// results is where a run's evidence and reports go.
type results struct {
	dir         string
	junit, json string
}

// create makes the folder. It and everything in it is for the user's eyes
// alone: evidence holds customers' data.
func (r results) create() error {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return usage("the folder for the results cannot be made: %w; choose another with --out", err)
	}
	return nil
}

func (r results) transcript(budget int64) (*transcript.File, error) {
	f, err := transcript.Create(r.dir, transcript.FileOptions{Budget: budget})
	if err != nil {
		return nil, usage("the transcript cannot be written: %w; choose another folder with --out", err)
	}
	return f, nil
}

// write stores the reports; each is complete or absent.
func (r results) write(j contract.Judgement) error {
	writers := []struct {
		path  string
		write func(io.Writer) error
	}{
		{filepath.Join(r.dir, jsonFile), func(w io.Writer) error { return report.JSON(w, j) }},
		{filepath.Join(r.dir, junitFile), func(w io.Writer) error { return report.JUnit(w, j, report.JUnitOptions{}) }},
		{r.json, func(w io.Writer) error { return report.JSON(w, j) }},
		{r.junit, func(w io.Writer) error { return report.JUnit(w, j, report.JUnitOptions{}) }},
	}
	if r.dir == "" {
		writers = writers[2:]
	}
	for _, f := range writers {
		if f.path == "" {
			continue
		}
		var b bytes.Buffer
		if err := f.write(&b); err != nil {
			return fmt.Errorf("making the report %s: %w", f.path, err)
		}
		if err := replaceFile(f.path, b.Bytes()); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	return nil
}

// replaceFile writes beside the file first, so that a full disk or a crash
// never leaves half a report.
func replaceFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(content); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// show prints the judgement for a person.
func show(system System, c *cobra.Command, j contract.Judgement, opts report.TerminalOptions) error {
	if f, ok := system.Out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		opts.Color = !flagBool(c, "no-color") && system.getenv("NO_COLOR") == "" && system.getenv("TERM") != "dumb"
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			opts.Width = w
		}
	}
	opts.Quiet, opts.Verbose = flagBool(c, "quiet"), flagBool(c, "verbose")
	if err := report.Terminal(system.Out, j, opts); err != nil {
		return notDriven("printing the report: %w", err)
	}
	return nil
}
