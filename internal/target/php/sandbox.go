package php

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"syncproof/internal/target/netns"
	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
)

// Whether sessions are kept from files and processes that are none of their
// business; see Options.Sandbox.
const (
	SandboxAuto = "auto"
	SandboxOn   = "on"
	SandboxOff  = "off"
)

// sandboxed decides, once for a PHP, what its sessions are kept from. The error
// is that a sandbox was insisted on and cannot be had whole.
func (t *Target) sandboxed(ctx context.Context, dir string, e *engine) error {
	if t.options.Sandbox == "" || t.options.Sandbox == SandboxOff {
		e.unsandboxed = "it is switched off"
		return nil
	}
	var err error
	if e.sandbox, err = t.trySandbox(ctx, dir, e); err != nil {
		e.unsandboxed = err.Error()
	}
	whole := slices.Contains(e.sandbox, transcript.SandboxFiles)
	if err == nil && !whole {
		e.unsandboxed = "this kernel cannot limit a program to named files (Landlock, Linux 5.19 and newer)"
	}
	if whole || t.options.Sandbox != SandboxOn || ctx.Err() != nil {
		return ctx.Err()
	}
	return troubled{transcript.Trouble{
		Kind:    transcript.TroubleStart,
		Message: "the module cannot be run in a sandbox here: " + e.unsandboxed,
		Advice:  "use --sandbox auto, which takes what works here, in a place where the module may see everything you may see",
	}}
}

// trySandbox starts PHP in a sandbox. Only when it is the same PHP there, with
// the same extensions, sessions are made in it.
func (t *Target) trySandbox(ctx context.Context, dir string, e *engine) ([]string, error) {
	switch {
	case t.options.NoNamespaces:
		return nil, errors.New("namespaces are switched off")
	case e.foreign || e.home:
		return nil, errors.New("the command that starts PHP runs it out of reach")
	}
	tmp := filepath.Join(dir, "tmp")
	if err := makeOwnTemp(tmp, dir); err != nil {
		return nil, err
	}
	way := engine{limitMemory: e.limitMemory, answer: e.answer}
	box := box(t.options, e, dir, tmp)
	o := process.Options{
		Command: append(slices.Clone(t.options.PHP), "-d", "display_errors=stderr", "-d", "open_basedir=", filepath.Join(dir, "probe.php")),
		Dir:     dir,
		Env:     way.environment(t.options, dir, dir),
		Limits:  process.Limits{Time: min(probeTime, t.options.Timeout), Stdout: 1 << 20},
		Cell:    &netns.Options{Bare: true, Sandbox: box},
	}
	res, err := process.Run(ctx, o)
	if err != nil {
		return nil, err
	}
	var there answer
	if !there.read(res.Stdout.Kept) {
		return nil, errors.New("PHP does not start in it" + lastWords(res))
	}
	if there.version != e.version || there.ini != e.ini || !slices.Equal(there.extensions, e.extensions) {
		return nil, errors.New("PHP does not find all its extensions and settings in it" + lastWords(res))
	}
	parts := []string{transcript.SandboxProcesses, transcript.SandboxTemp, transcript.SandboxPrivileges}
	if box.Files {
		parts = append(parts, transcript.SandboxFiles)
	}
	return parts, nil
}

// sandboxOf is the sandbox of a session.
func sandboxOf(o Options, e *engine, s *session) *netns.Sandbox {
	b := box(o, e, s.dir, filepath.Join(s.dir, "machine-tmp"))
	if s.wrapper != "" {
		b.Also, b.Read = append(b.Also, s.wrapper), append(b.Read, s.wrapper)
	}
	return b
}

// box lets a program change what is in dir, in which tmp takes the place of the
// machine's temporary folder.
func box(o Options, e *engine, dir, tmp string) *netns.Sandbox {
	read := o.readable(e)
	return &netns.Sandbox{
		Files: netns.Landlock(), Read: read, Write: []string{dir}, Temp: tmp, Keep: dir, Also: hidden(read),
		Processes: uint64(o.MaxProcesses),
	}
}

// hidden are those files and folders that a temporary folder of its own would hide.
func hidden(paths []string) []string {
	var list []string
	for _, p := range paths {
		for _, shared := range []string{"/tmp/", "/var/tmp/"} {
			if _, err := os.Stat(p); err == nil && strings.HasPrefix(p, shared) && !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
	}
	return list
}

// readable are what PHP and the user name besides the system's files.
func (o Options) readable(e *engine) []string {
	var list []string
	add := func(paths ...string) {
		for _, p := range paths {
			if filepath.IsAbs(p) && !tooBroad(p) {
				list = append(list, p)
			}
		}
	}
	if path, err := exec.LookPath(o.PHP[0]); err == nil {
		add(path)
		if real, err := filepath.EvalSymlinks(path); err == nil {
			// A PHP that was built by its user: bin/php with etc and lib beside bin.
			add(real, filepath.Dir(filepath.Dir(real)))
		}
	}
	add(o.PHP[1:]...)
	add(e.paths...)
	for _, name := range []string{"PHPRC", "PHP_INI_SCAN_DIR", "LD_LIBRARY_PATH"} {
		add(filepath.SplitList(os.Getenv(name))...)
	}
	for _, setting := range o.Ini {
		_, value, _ := strings.Cut(setting, "=")
		add(strings.Trim(value, `"`))
	}
	add(o.WHMCSRoot)
	if o.Bootstrap != "" {
		// It loads, as a rule, libraries of the vendor's that lie about it.
		add(filepath.Dir(o.Bootstrap))
		if here, err := os.Getwd(); err == nil {
			add(here)
		}
	}
	return list
}

// tooBroad says that a folder holds more than a program's own files.
func tooBroad(path string) bool {
	path = filepath.Clean(path)
	home, _ := os.UserHomeDir()
	return filepath.Dir(path) == path || path == "/tmp" || path == "/home" || path == "/var" || path == os.TempDir() ||
		home != "" && (path == filepath.Clean(home) || strings.HasPrefix(home, path+"/"))
}

// makeOwnTemp makes a folder that takes the place of /tmp, and in it the places
// at which folders are to be found as before.
func makeOwnTemp(tmp string, dirs ...string) error {
	places := []string{tmp}
	for _, dir := range dirs {
		for _, shared := range []string{"/tmp", "/var/tmp"} {
			if rest, found := strings.CutPrefix(dir, shared+"/"); found {
				places = append(places, filepath.Join(tmp, rest))
			}
		}
	}
	for _, place := range places {
		if err := os.MkdirAll(place, 0o700); err != nil {
			return fmt.Errorf("making a temporary folder: %w", err)
		}
	}
	return nil
}
