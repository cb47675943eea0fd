package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/harness"
	"syncproof/internal/transcript"
)

func newJudge(system System) *cobra.Command {
	c := &cobra.Command{
		Use:   "judge TRANSCRIPT",
		Short: "Judge a stored transcript again, without the module",
		Long: `Judge reads the transcript of an earlier run and judges it again. The same
transcript always gives the same reports. A transcript of a run with --only is
judged by the same rules, unless --only or --skip says otherwise.`,
		Example: `  syncproof judge syncproof-results/transcript.ndjson
  syncproof judge syncproof-results/transcript.ndjson --only ENV-05 --verbose`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := settings(context.Background(), c, nil)
			if err != nil {
				return err
			}
			if err := checkFormat(c, 1); err != nil {
				return err
			}
			return judgeFile(system, c, cfg, args[0])
		},
	}
	c.Flags().String("config", "", "configuration file (default: "+config.FileName+" in this folder, when there is one)")
	runFlags(c)
	return c
}

// judgeFile judges a stored transcript. Reports go beside nothing: only where
// --out and the flags of the reports say, so that judging never overwrites evidence.
func judgeFile(system System, c *cobra.Command, cfg config.Config, path string) error {
	if missing(path) {
		return usage("there is no file %s", path)
	}
	recorded, err := transcript.Open(path)
	var denied *fs.PathError
	if errors.As(err, &denied) {
		return usage("the transcript cannot be read: %w", err)
	}
	if err != nil {
		return notDriven("%s: %w", path, err)
	}
	defer recorded.Close()
	only := cfg.Run.Only
	if len(only) == 0 && len(cfg.Run.Skip) == 0 {
		only = known(recorded.Header.Rules)
	}
	rules, err := selected(only, cfg.Run.Skip)
	if err != nil {
		return err
	}
	out, err := resultsOf(cfg)
	if err != nil {
		return err
	}
	if c.Flags().Changed("out") {
		out.dir = cfg.Out
		if err := out.create(); err != nil {
			return err
		}
	}
	if recorded.End == nil {
		tell(system.Err, "%s breaks off; judging what is there", path)
	}
	done, err := conclude(system, c, conclusion{cfg: cfg, rules: rules, recorded: recorded.Transcript, stored: storedName(path), out: out})
	if err != nil {
		return err
	}
	return exitWith(done.code)
}

// storedName is how reports name a stored transcript: as the run did that made it,
// whatever the file is called now.
func storedName(path string) string {
	if strings.HasSuffix(path, ".gz") {
		return transcript.PackedFileName
	}
	return transcript.FileName
}

// storedIn is where the transcript of a run lies in its folder: the long form,
// where there is one, took the place of the short.
func storedIn(folder string) string {
	if packed := filepath.Join(folder, transcript.PackedFileName); !missing(packed) {
		return packed
	}
	return filepath.Join(folder, transcript.FileName)
}

// known drops the ids this version does not have, as of a transcript written
// by another one.
func known(ids []string) []string {
	var list []string
	for _, id := range ids {
		if _, err := selected([]string{id}, nil); err == nil {
			list = append(list, id)
		}
	}
	return list
}

// isTranscript looks at a file's first line: a transcript begins with a "run"
// event, whatever the file is called.
func isTranscript(path string) bool {
	if harness.IsAddress(path) {
		return false
	}
	if strings.HasSuffix(path, ".ndjson") || strings.HasSuffix(path, ".ndjson.gz") {
		return true
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	const start = `{"event":"run"`
	head, _ := bufio.NewReader(io.LimitReader(file, int64(len(start)))).Peek(len(start))
	return bytes.Equal(head, []byte(start))
}
