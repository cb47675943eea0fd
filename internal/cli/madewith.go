package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"syncproof/internal/config"
)

// madeWithFile is beside the transcript of a run until that has come to its end.
const madeWithFile = ".made-with.json"

// madeWith is what the sessions of a run depend on and its transcript does not
// tell: settings that may come from a configuration file, and files beside the one
// that the transcript names. It holds no secret and no value of a variable.
type madeWith struct {
	// Settings are by what they are called, Files by their path, to a digest.
	Settings map[string]string `json:"settings"`
	Files    map[string]string `json:"files"`
}

// mostCompared bounds how much of a module's folder is read.
const mostCompared = 20_000

func madeWithOf(cfg config.Config) madeWith {
	limits := cfg.Limits
	limits.Transcript = 0
	m := madeWith{Files: map[string]string{}, Settings: map[string]string{
		"the time limit of a session": cfg.Timeout.String(), "the limits": fmt.Sprintf("%+v", limits), "the PHP command": strings.Join(cfg.PHP, " "),
		"the sandbox": cfg.Sandbox, "the isolation of sessions": cfg.Isolation, "the way requests are caught": cfg.Intercept,
		"the root of WHMCS": cfg.WHMCSRoot, "the bootstrap file": cfg.Bootstrap, "the variables handed on": strings.Join(cfg.Env, ", "),
		"the folder of the command": cfg.CommandDir, "the recording of an empty server": cfg.EmptyRecording,
	}}
	if len(cfg.PHP) > 0 {
		m.Settings["the program that is PHP"] = program(cfg.PHP[0])
	}
	for _, path := range []string{cfg.Recording, cfg.EmptyRecording, cfg.Panel.Path, cfg.Bootstrap} {
		m.add(path)
	}
	_ = filepath.WalkDir(cfg.Target, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // what cannot be read is missing from both runs
		case len(m.Files) >= mostCompared:
			return fs.SkipAll
		case d.Type().IsRegular():
			m.add(path)
		}
		return nil
	})
	return m
}

// program tells a program from another one under the same name.
func program(name string) string {
	path, err := exec.LookPath(name)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return name
	}
	info, err := os.Stat(path)
	if err != nil {
		return path
	}
	return fmt.Sprintf("%s of %s", path, info.ModTime().UTC().Format(time.DateTime))
}

func (m madeWith) add(path string) {
	file, err := os.Open(path)
	if path == "" || err != nil {
		return
	}
	defer file.Close()
	sum := sha256.New()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return
	}
	if _, err := io.Copy(sum, file); err == nil {
		m.Files[filepath.ToSlash(path)] = hex.EncodeToString(sum.Sum(nil))
	}
}

// store puts it beside a transcript that is begun.
func (m madeWith) store(dir string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err == nil {
		err = replaceFile(filepath.Join(dir, madeWithFile), append(text, '\n'))
	}
	if err != nil {
		return usage("what the run is made with cannot be written: %w; choose another folder with --out", err)
	}
	return nil
}

// forgetMadeWith removes it after a run with which nobody needs to go on.
func forgetMadeWith(dir string) { _ = os.Remove(filepath.Join(dir, madeWithFile)) }

// readMadeWith reads what the run in a folder was made with. known is false where
// nothing says so.
func readMadeWith(dir string) (m madeWith, known bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, madeWithFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m, false, nil
	case err != nil:
		return m, false, fmt.Errorf("what the run was made with cannot be read: %w", err)
	}
	known = json.Unmarshal(text, &m) == nil && m.Settings != nil && m.Files != nil
	return m, known, nil
}

// differences say, for the user, what changed since.
func (m madeWith) differences(now madeWith) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(now.Settings)) {
		if was, is := m.Settings[name], now.Settings[name]; was != is {
			all = append(all, fmt.Sprintf("%s (it was %s, and is %s now)", name, orNothing(was), orNothing(is)))
		}
	}
	files := maps.Clone(m.Files)
	maps.Copy(files, now.Files)
	const most = 5
	changed := 0
	for _, path := range slices.Sorted(maps.Keys(files)) {
		was, is := m.Files[path], now.Files[path]
		if was == is {
			continue
		}
		if changed++; changed <= most {
			how := "changed"
			switch {
			case was == "":
				how = "added"
			case is == "":
				how = "removed"
			}
			all = append(all, fmt.Sprintf("the file %s, which was %s since", path, how))
		}
	}
	if changed > most {
		all = append(all, fmt.Sprintf("%d more files", changed-most))
	}
	return all
}

func orNothing(text string) string {
	if text == "" {
		return "not set"
	}
	return text
}
