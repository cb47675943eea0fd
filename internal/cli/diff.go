package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"syncproof/internal/compare"
	"syncproof/internal/config"
	"syncproof/internal/contract"
	"syncproof/internal/judge"
	"syncproof/internal/phpvalue"
	"syncproof/internal/report"
	"syncproof/internal/transcript"
)

func newDiff(system System) *cobra.Command {
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Tell what changed between two runs, rule by rule",
		Long: `Diff compares two runs. OLD and NEW are folders of results, JSON reports or
transcripts. A folder stands for its JSON report, and without one for its
transcript. Transcripts are judged by this version first.

Rules are new (fail, and did not before), changed (fail as before and read
differently), untested (are not tested any more), waived (the failure is accepted
now), fixed (failed, and do not any more) or tested (do not fail, and were not
tested before).

Exit codes: 0, or 1 when --fail-on says so: "new" for rules that fail and did not
before, "any" for any difference. 2 when OLD or NEW cannot be read.`,
		Example: `  syncproof diff results/main results/branch --fail-on new
  syncproof diff old/report.json syncproof-results --format markdown`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error { return diff(system, c, args[0], args[1]) },
	}
	c.Flags().String("fail-on", "none", "end with exit code 1 on these differences: new, any or none")
	c.Flags().String("format", "text", "text, json or markdown")
	c.Flags().String("config", "", "configuration file, whose waivers count where a transcript is judged (default: "+config.FileName+" in this folder, when there is one)")
	return c
}

func diff(system System, c *cobra.Command, older, newer string) error {
	failOn := flagText(c, "fail-on")
	if failOn != "new" && failOn != "any" && failOn != "none" {
		return usage("--fail-on takes new, any or none; got %q", failOn)
	}
	writers := map[string]func(io.Writer, compare.Difference) error{"text": compare.Text, "json": compare.JSON, "markdown": compare.Markdown}
	write, known := writers[flagText(c, "format")]
	if !known {
		return usage("--format takes text, json or markdown; got %q", flagText(c, "format"))
	}
	cfg, err := settings(context.Background(), c, nil)
	if err != nil {
		return err
	}
	before, err := judgement(system, cfg, older)
	if err != nil {
		return err
	}
	after, err := judgement(system, cfg, newer)
	if err != nil {
		return err
	}
	d := compare.Of(older, before, newer, after)
	if err := write(system.Out, d); err != nil {
		return notDriven("printing the difference: %w", err)
	}
	if failOn == "any" && len(d.Entries) > 0 || failOn == "new" && d.Counts[compare.New] > 0 {
		return exitWith(ExitNotConformant)
	}
	return nil
}

// judgement reads what a run came to from its folder, its JSON report or its
// transcript.
func judgement(system System, cfg config.Config, path string) (contract.Judgement, error) {
	info, err := os.Stat(path)
	if err != nil {
		return contract.Judgement{}, usage("there is no run to read: %w", err)
	}
	if info.IsDir() {
		folder := path
		if path = filepath.Join(folder, jsonFile); missing(path) {
			path = storedIn(folder)
		}
		if missing(path) {
			return contract.Judgement{}, usage("%s holds no results of a run: neither %s nor %s", folder, jsonFile, transcript.FileName)
		}
	}
	if isTranscript(path) {
		return judgedAgain(system, cfg, path)
	}
	j, err := readReport(path)
	if err != nil {
		return j, usage("%s: %w", path, err)
	}
	return j, nil
}

// judgedAgain judges a transcript by the rules it was made for.
func judgedAgain(system System, cfg config.Config, path string) (contract.Judgement, error) {
	file, err := transcript.Open(path)
	if err != nil {
		return contract.Judgement{}, usage("%s: %w", path, err)
	}
	defer file.Close()
	recorded := file.Transcript
	rules, err := selected(known(recorded.Header.Rules), nil)
	if err != nil {
		return contract.Judgement{}, err
	}
	j, err := judge.Run(recorded, rules, judge.Options{
		Tool: tool, Strict: cfg.Run.Strict, Waivers: cfg.Accepted(), Today: dayOf(recorded, system), Transcript: storedName(path),
	})
	if err != nil {
		return j, notDriven("%s: %w", path, err)
	}
	return j, nil
}

// maxReport is how large a JSON report may be, in bytes.
const maxReport = 64 << 20

// readReport reads a JSON report of any version that has the keys used here.
func readReport(path string) (contract.Judgement, error) {
	var j contract.Judgement
	file, err := os.Open(path)
	if err != nil {
		return j, fmt.Errorf("the report cannot be read: %w", err)
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, maxReport+1))
	switch {
	case err != nil:
		return j, fmt.Errorf("the report cannot be read: %w", err)
	case len(raw) > maxReport:
		return j, errors.New("the file is larger than any report")
	}
	// The rest of a newer report may look different.
	var written struct {
		Version int    `json:"version"`
		Tool    string `json:"tool"`
	}
	switch {
	case json.Unmarshal(raw, &written) == nil && written.Version > report.JSONVersion:
		return j, fmt.Errorf("this report was written by a newer version (%s); use that one", phpvalue.Printable(written.Tool))
	case json.Unmarshal(raw, &j) != nil || j.Verdict == "" || j.Version < 1:
		return contract.Judgement{}, errors.New("this is neither a JSON report of syncproof nor a transcript")
	}
	return j, nil
}
