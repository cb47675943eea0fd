package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"syncproof/internal/config"
	"syncproof/internal/contract"
	"syncproof/internal/report"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// Files in the results folder.
const (
	jsonFile  = "report.json"
	junitFile = "junit.xml"
	htmlFile  = "report.html"
)

// results is where a run's evidence and reports go.
type results struct {
	dir         string
	junit, json string
	more        config.Reports
}

// toStdout is the name of a file that stands for standard output.
const toStdout = "-"

// resultsOf are the files a configuration names, without the folder.
func resultsOf(cfg config.Config) (results, error) {
	r := results{junit: cfg.JUnit, json: cfg.JSON, more: cfg.Reports}
	if n := r.onStdout(); n > 1 {
		return r, usage("%d reports cannot go to standard output together; name files for all but one", n)
	}
	return r, nil
}

// onStdout counts the reports that go to standard output.
func (r results) onStdout() int {
	n := 0
	for _, path := range []string{r.junit, r.json, r.more.HTML, r.more.Markdown, r.more.SARIF, r.more.Annotations, r.more.CodeQuality, r.more.TAP, r.more.Badge} {
		if path == toStdout {
			n++
		}
	}
	return n
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

// write stores the reports; each is complete or absent, and one that cannot be
// written keeps none of the others away. stdout takes one whose file is called "-".
func (r results) write(stdout io.Writer, j contract.Judgement, page report.HTMLOptions) error {
	writers := []struct {
		path  string
		write func(io.Writer) error
	}{
		{filepath.Join(r.dir, htmlFile), func(w io.Writer) error { return report.HTML(w, j, page) }},
		{filepath.Join(r.dir, jsonFile), func(w io.Writer) error { return report.JSON(w, j) }},
		{filepath.Join(r.dir, junitFile), func(w io.Writer) error { return report.JUnit(w, j, report.JUnitOptions{}) }},
		{r.json, func(w io.Writer) error { return report.JSON(w, j) }},
		{r.junit, func(w io.Writer) error { return report.JUnit(w, j, report.JUnitOptions{}) }},
		{r.more.HTML, func(w io.Writer) error { return report.HTML(w, j, page) }},
		{r.more.Markdown, func(w io.Writer) error { return report.Markdown(w, j) }},
		{r.more.SARIF, func(w io.Writer) error { return report.SARIF(w, j) }},
		{r.more.Annotations, func(w io.Writer) error { return report.Annotations(w, j) }},
		{r.more.CodeQuality, func(w io.Writer) error { return report.CodeQuality(w, j) }},
		{r.more.TAP, func(w io.Writer) error { return report.TAP(w, j) }},
		{r.more.Badge, func(w io.Writer) error { return report.Badge(w, j) }},
	}
	if r.dir == "" {
		const inFolder = 3
		writers = writers[inFolder:]
	}
	var failed []error
	for _, f := range writers {
		if f.path == "" {
			continue
		}
		var b bytes.Buffer
		if err := f.write(&b); err != nil {
			failed = append(failed, fmt.Errorf("making the report %s: %w", f.path, err))
			continue
		}
		if err := put(f.path, b.Bytes(), stdout); err != nil {
			failed = append(failed, fmt.Errorf("writing the report: %w", err))
		}
	}
	return errors.Join(failed...)
}

func put(path string, content []byte, stdout io.Writer) error {
	if path != toStdout {
		return replaceFile(path, content)
	}
	_, err := stdout.Write(content)
	return err
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
	if done, err := printReport(system, c, j); done {
		return err
	}
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

// pageOf is what the HTML report shows of a run beside its judgement.
func pageOf(recorded *transcript.Transcript, j contract.Judgement) report.HTMLOptions {
	evidence := report.Gather(recorded, j)
	evidence.Strikes = suites.Strikes(recorded)
	return report.HTMLOptions{Evidence: evidence}
}
