package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"syncproof/internal/transcript"
)

func newMerge(system System) *cobra.Command {
	c := &cobra.Command{
		Use:   "merge FOLDER… --out FOLDER",
		Short: "Put the parts of a run that --shard divided together, and judge it",
		Long: `Merge joins the transcripts of a run that was divided with --shard, judges it as
one run and writes its reports. FOLDERs are those of the parts' results, or their
transcripts. When a part is missing the verdict is INCOMPLETE at the best, even
with --allow-incomplete.`,
		Example: `  syncproof merge shard-1 shard-2 shard-3 --out syncproof-results --junit junit.xml`,
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return merge(system, c, args) },
	}
	c.Flags().String("config", "", "configuration file (default: the one run uses)")
	runFlags(c)
	return c
}

func merge(system System, c *cobra.Command, args []string) error {
	cfg, err := settings(context.Background(), c, nil)
	if err != nil {
		return err
	}
	var paths []string
	for _, arg := range args {
		path, err := transcriptIn(arg)
		if err != nil {
			return err
		}
		if same(filepath.Dir(path), cfg.Out) {
			return usage("%s holds a part of the run, which the merged one would overwrite; choose another folder with --out", cfg.Out)
		}
		paths = append(paths, path)
	}
	out := results{dir: cfg.Out, junit: cfg.JUnit, json: cfg.JSON}
	if err := out.create(); err != nil {
		return err
	}
	file, err := out.transcript(cfg.Limits.Transcript)
	if err != nil {
		return err
	}
	defer file.Close()
	recorder := transcript.NewRecorder(file, nil)
	if err := transcript.Merge(paths, recorder); err != nil {
		_ = os.Remove(file.Name())
		return notDriven("%w", err)
	}
	if err := recorder.Err(); err != nil {
		return notDriven("%w", err)
	}
	recorded := recorder.Transcript()
	only := cfg.Run.Only
	if len(only) == 0 && len(cfg.Run.Skip) == 0 {
		only = known(recorded.Header.Rules)
	}
	rules, err := selected(only, cfg.Run.Skip)
	if err != nil {
		return err
	}
	done, err := conclude(system, c, conclusion{
		cfg: cfg, rules: rules, recorded: recorded, stored: filepath.Base(file.Name()), out: out,
	})
	if err != nil {
		return err
	}
	return exitWith(done.code)
}

// transcriptIn is the transcript that a folder of results holds, or that was named
// itself.
func transcriptIn(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", usage("there is no folder or file %s; name the results of each part", path)
	}
	if !info.IsDir() {
		return path, nil
	}
	for _, name := range []string{transcript.FileName, transcript.PackedFileName} {
		if in := filepath.Join(path, name); !missing(in) {
			return in, nil
		}
	}
	return "", usage("%s holds no transcript", path)
}

func same(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}

// shardDone tells what became of a part of a run, which nobody judges yet.
func shardDone(system System, c *cobra.Command, x conclusion) (outcome, error) {
	shard := x.recorded.Header.Shard
	if flagText(c, "junit") != "" || flagText(c, "json") != "" {
		fmt.Fprintln(system.Err, "syncproof: a part of a run has no reports; give --junit and --json to syncproof merge")
	}
	fmt.Fprintf(system.Out, "part %d of %d recorded: %d sessions, in %s; syncproof merge judges the whole run\n",
		shard.Parts[0], shard.Of, len(x.recorded.Sessions), filepath.Join(x.out.dir, x.stored))
	switch {
	case x.interrupted:
		return outcome{code: ExitInterrupted}, nil
	case x.incomplete != nil && !errors.Is(x.incomplete, context.Canceled):
		return outcome{code: ExitNotDriven}, nil
	}
	return outcome{}, nil
}
