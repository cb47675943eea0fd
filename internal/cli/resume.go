package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/harness"
	"syncproof/internal/transcript"
)

// resumeFolder holds a transcript that goes on, inside the folder of the results,
// until it has everything the one has that broke off.
const resumeFolder = ".resume"

func resumeFlag(c *cobra.Command) {
	c.Flags().String("resume", "", "go on with the run that broke off and left its transcript in this folder")
}

// resumption is a run that goes on, nil for one that begins.
type resumption struct {
	folder, path string
	opened       transcript.Opened
	// beside is where the new transcript is begun, "" when that is another folder
	// from the start.
	beside string
}

// checkResume refuses what cannot go on, and sends the results where those of the
// run are that broke off.
func checkResume(c *cobra.Command, cfg *config.Config, args []string) error {
	folder := flagText(c, "resume")
	if folder == "" {
		if c.Flags().Changed("resume") {
			return usage("--resume takes the folder with the results of the run that broke off")
		}
		return nil
	}
	switch {
	case flagText(c, "rerun-failed") != "":
		return usage("--resume goes on with a run and --rerun-failed begins one; leave one of them out")
	case len(args) > 1 || len(phpCommands(c)) > 1:
		return usage("--resume goes on with one run; name the one module and the one PHP whose run broke off, and the folder of its results")
	case cfg.Target != "" && isTranscript(cfg.Target):
		return usage("%s is a transcript; name what it was made from to go on, or judge it: syncproof judge %s", cfg.Target, quote(cfg.Target))
	}
	if !c.Flags().Changed("out") {
		cfg.Out = folder
	}
	return nil
}

// resumed opens the run that is to go on, which has to be made with the same.
func resumed(c *cobra.Command, cfg config.Config, with madeWith, tell func(string)) (*resumption, error) {
	folder := flagText(c, "resume")
	if folder == "" {
		return nil, nil
	}
	path, err := transcriptIn(folder)
	if err != nil {
		return nil, usage("%w; --resume takes the folder with the results of the run that broke off", err)
	}
	opened, err := transcript.Open(path)
	var denied *fs.PathError
	switch {
	case errors.As(err, &denied):
		return nil, usage("the transcript cannot be read: %w", err)
	case errors.Is(err, transcript.ErrEmpty), errors.Is(err, transcript.ErrNoStart):
		return nil, usage("%s: %w; the run broke off before anything was captured, or it is none: run again without --resume", path, err)
	case err != nil:
		return nil, notDriven("%s: %w", path, err)
	}
	if opened.Finished() {
		_ = opened.Close()
		return nil, usage("the run in %s came to its end, so there is nothing to go on with; for its reports: syncproof judge %s", folder, quote(path))
	}
	r := &resumption{folder: filepath.Dir(path), path: path, opened: opened}
	if err := r.sameMeans(with, tell); err != nil {
		_ = opened.Close()
		return nil, err
	}
	if same(r.folder, cfg.Out) {
		r.beside = filepath.Join(r.folder, resumeFolder)
	}
	return r, nil
}

// sameMeans refuses to go on with other settings or another module. Where the run
// that broke off says nothing of them, the user is told that nobody looked.
func (r *resumption) sameMeans(with madeWith, tell func(string)) error {
	was, known, err := readMadeWith(r.folder)
	switch {
	case err != nil:
		return usage("%w", err)
	case !known:
		tell(fmt.Sprintf("%s does not say what the run was made with, so changes of settings and of the module's other files since then go unnoticed", r.folder))
	default:
		if differ := was.differences(with); len(differ) > 0 {
			return usage("%w: what differs is %s; begin anew without --resume, or undo that", harness.ErrOtherRun, strings.Join(differ, "; "))
		}
	}
	return nil
}

// prepare makes the folder in which the transcript is begun.
func (r *resumption) prepare(out results) (results, error) {
	if r == nil || r.beside == "" {
		return out, nil
	}
	if err := os.RemoveAll(r.beside); err != nil {
		return out, usage("what an earlier attempt left in %s cannot be removed: %w", r.beside, err)
	}
	out.dir = r.beside
	return out, out.create()
}

// begin makes the folder of the results and begins the transcript.
func (r *resumption) begin(out results, budget int64) (*transcript.File, error) {
	if err := out.create(); err != nil {
		return nil, err
	}
	begun, err := r.prepare(out)
	if err != nil {
		return nil, err
	}
	return begun.transcript(budget)
}

// of is what the harness is told; file takes the new transcript.
func (r *resumption) of(file *transcript.File, tell func(string)) *harness.Resume {
	if r == nil {
		return nil
	}
	over, planned := len(r.opened.Over()), len(r.opened.Header.Plan)
	return &harness.Resume{Path: r.path, From: r.opened.Transcript, Taken: func() error {
		tell(fmt.Sprintf("going on where the run in %s broke off: %d of %d sessions were over", r.folder, over, planned))
		if err := r.opened.Close(); err != nil || r.beside == "" {
			return err
		}
		return file.Move(r.folder)
	}}
}

// close removes what is left of the beginning.
func (r *resumption) close() {
	if r == nil {
		return
	}
	_ = r.opened.Close()
	if r.beside != "" {
		_ = os.RemoveAll(r.beside)
	}
}
