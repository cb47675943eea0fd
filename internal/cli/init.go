package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/phpvalue"
	"syncproof/internal/setup"
)

// ciAuto finds out which CI a repository uses.
const ciAuto = "auto"

func newInit(system System) *cobra.Command {
	var ci, source string
	var force bool
	c := &cobra.Command{
		Use:   "init [MODULE]",
		Short: "Write a configuration, a first panel profile and a pipeline for a module",
		Long: `Init looks at a module, the repository around it and recordings that lie there, and
writes what a vendor begins with: syncproof.yaml, a first panel profile, and with
--ci a pipeline. It asks nothing, runs nothing of the module, and overwrites no file
without --force; with --ci a configuration that is there is kept. What it cannot find out is marked with TODO.

Run it in the top folder of the repository. MODULE is the module's folder or .php
file; without it the current folder is searched.

Exit codes: 0 written, 2 there is no module, or a file is there already.`,
		Example: `  syncproof init
  syncproof init modules/servers/acme --ci github
  syncproof init modules/servers/acme --ci gitlab --source https://git.example.com/tools/syncproof.git`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path := "."
			if len(args) > 0 {
				path = args[0]
			}
			return initialise(system, path, initOptions{ci: ci, source: source, force: force})
		},
	}
	c.Flags().StringVar(&ci, "ci", "", "also write a pipeline: github, gitlab, jenkins or bitbucket; auto finds out which")
	c.Flags().StringVar(&source, "source", "", "Git address from which the pipeline builds syncproof")
	c.Flags().BoolVar(&force, "force", false, "overwrite files that are there already")
	return c
}

type initOptions struct {
	ci, source string
	force      bool
}

// created is a file to write.
type created struct {
	path, what string
	content    []byte
	pipeline   bool
}

func initialise(system System, path string, o initOptions) error {
	f, err := setup.Look(path, ".")
	if err != nil {
		return usage("%w", err)
	}
	files, pipeline, err := initFiles(f, o)
	if err != nil {
		return usage("%w", err)
	}
	files, there := fresh(files, o)
	if len(there) > 0 {
		return usage("%s %s there already; nothing was written. Give --force to overwrite, or move it out of the way",
			strings.Join(there, ", "), isOrAre(len(there)))
	}
	for _, file := range files {
		if err := writeShared(file.path, file.content); err != nil {
			return usage("%s cannot be written: %w", file.path, err)
		}
	}
	describeInit(system, f, files, pipeline, o)
	return nil
}

// fresh tells files that can be written from those that are there already. A
// pipeline can be added later: the other files are then kept as they are.
func fresh(files []created, o initOptions) (write []created, there []string) {
	for _, file := range files {
		switch {
		case missing(file.path) || o.force:
			write = append(write, file)
		case o.ci != "" && !file.pipeline:
		default:
			there = append(there, file.path)
		}
	}
	return write, there
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// initFiles works out every file before any is written. A recording makes the
// profile that is only guessed unnecessary.
func initFiles(f setup.Findings, o initOptions) ([]created, *setup.Pipeline, error) {
	cfg, err := setup.Config(f)
	if err != nil {
		return nil, nil, err
	}
	files := []created{{path: config.FileName, what: "the configuration", content: cfg}}
	if len(f.Recordings) == 0 {
		profile, err := setup.Profile(f)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, created{path: setup.ProfileFile, what: "a first panel profile", content: profile})
	}
	ci := o.ci
	if ci == ciAuto {
		if ci = f.CI(); ci == "" {
			return nil, nil, fmt.Errorf("which CI the repository uses cannot be told from its remote or its files; name it: --ci %s",
				strings.Join(setup.CIs(), ", --ci "))
		}
	}
	if ci == "" {
		return files, nil, nil
	}
	if f.Root != "" && f.Root != "." {
		return nil, nil, fmt.Errorf("a pipeline belongs into the top folder of the repository, %s; run syncproof init there, with the module's folder", f.Root)
	}
	p, err := setup.PipelineFor(ci, f, Version, o.source)
	if err != nil {
		return nil, nil, err
	}
	return append(files, created{path: filepath.FromSlash(p.Path), what: "a pipeline for " + ci, content: p.Content, pipeline: true}), &p, nil
}

// writeShared writes a file that belongs into version control.
func writeShared(path string, content []byte) error {
	const folderMode, fileMode fs.FileMode = 0o755, 0o644
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return err
	}
	return os.WriteFile(path, content, fileMode)
}

// describeInit says what was seen, what was written and what is left to do.
func describeInit(system System, f setup.Findings, files []created, pipeline *setup.Pipeline, o initOptions) {
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(system.Out, "  %-11s %s\n", label, phpvalue.Printable(text))
		}
	}
	fmt.Fprintf(system.Out, "%s in %s\n", phpvalue.Printable(f.Module), phpvalue.Printable(f.Target))
	line("function", f.ListAccounts)
	if f.ListAccounts == "" {
		line("function", f.Module+"_ListAccounts() was not found; without it the module takes no part in Server Sync")
	}
	line("encoded", f.Encoder)
	line("reads", strings.Join(f.Params, ", "))
	line("asks with", strings.Join(f.Clients, ", "))
	line("extensions", strings.Join(f.Extensions, ", "))
	line("of WHMCS", strings.Join(f.Libraries, ", "))
	line("PHP", f.PHP)
	line("recordings", strings.Join(f.Recordings, ", "))
	fmt.Fprintln(system.Out)
	for _, file := range files {
		fmt.Fprintf(system.Out, "wrote %-34s %s\n", phpvalue.Printable(filepath.ToSlash(file.path)), file.what)
	}
	fmt.Fprintln(system.Out, "\nnext:")
	for _, step := range nextSteps(f, pipeline, o) {
		fmt.Fprintf(system.Out, "  %s\n", phpvalue.Printable(step))
	}
}

// nextSteps are what is left for the vendor to do, in order.
func nextSteps(f setup.Findings, pipeline *setup.Pipeline, o initOptions) []string {
	steps := []string{"syncproof doctor", "syncproof run"}
	if len(f.Recordings) > 0 {
		steps = append(steps, "syncproof panel infer "+quote(f.Recordings[0])+" --output "+setup.ProfileFile)
	} else {
		steps = append(steps,
			"give it a panel, so that the list itself can be judged: a test server, a recording or a profile ("+config.FileName+" shows all three)",
			"syncproof panel check "+setup.ProfileFile)
	}
	if pipeline == nil {
		steps = append(steps, "syncproof init "+quote(f.Target)+" --ci "+orWords(f.CI())+"    for a pipeline")
	} else {
		if o.source == "" {
			steps = append(steps, "put the Git address of syncproof's repository into "+pipeline.Path+" (SYNCPROOF_SOURCE), or give it with --source")
		}
		if pipeline.Advice != "" {
			steps = append(steps, pipeline.Advice)
		}
	}
	return slices.Clip(steps)
}

// orWords is the CI to suggest.
func orWords(ci string) string {
	if ci == "" {
		return strings.Join(setup.CIs(), "|")
	}
	return ci
}
