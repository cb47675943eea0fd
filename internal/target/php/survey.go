package php

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// surveyDepth is how deep a module may lie: src/modules/servers/x/x.php
	// is five.
	surveyDepth = 8
	surveyFiles = 50_000
	// surveyPHP bounds how many PHP files are read.
	surveyPHP = 5_000
)

// sighting is what a folder holds.
type sighting struct {
	candidates []candidate
	// php names PHP files that are no candidates, for the error message.
	php []string
	// other names modules of other kinds.
	other []string
}

// survey looks through a folder for module files.
func survey(folder string) (*sighting, error) {
	w := &surveyor{top: folder, visited: map[string]bool{}, seen: &sighting{}}
	err := w.walk(folder, 0)
	return w.seen, err
}

type surveyor struct {
	top     string
	visited map[string]bool
	files   int
	seen    *sighting
}

func (w *surveyor) walk(folder string, level int) error {
	// Symbolic links are followed, so a folder may come up twice or for ever.
	real, err := filepath.EvalSymlinks(folder)
	if err != nil || w.visited[real] {
		return nil //nolint:nilerr // a folder that cannot be entered holds no module
	}
	w.visited[real] = true
	entries, err := os.ReadDir(folder)
	if err != nil {
		if level == 0 {
			return fmt.Errorf("reading the folder %s: %w", folder, err)
		}
		return nil
	}
	if w.files += len(entries); w.files > surveyFiles {
		return fmt.Errorf("%w: more than %d files below %s. Name the module's own folder or its .php file",
			ErrTooBig, surveyFiles, w.top)
	}
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		info, err := os.Stat(path)
		switch {
		case err != nil:
		case info.IsDir():
			if level < surveyDepth && !w.skip(path) {
				if err := w.walk(path, level+1); err != nil {
					return err
				}
			}
		case info.Mode().IsRegular() && isPHP(path):
			w.look(path)
		}
	}
	return nil
}

// skip says that no module of the vendor can lie in a folder.
func (w *surveyor) skip(path string) bool {
	name := filepath.Base(path)
	if strings.HasPrefix(name, ".") {
		return true
	}
	switch strings.ToLower(name) {
	case "node_modules", "vendor", "tests", "test", "spec", "docs":
		return true
	}
	// modules/addons, modules/gateways and so on hold modules of other kinds.
	if filepath.Base(filepath.Dir(path)) == "modules" && isOtherKind(name) {
		w.seen.other = append(w.seen.other, module{named: w.top}.display(path))
		return true
	}
	return false
}

func isOtherKind(name string) bool {
	return slices.Contains([]string{"addons", "admin", "fraud", "gateways", "livehelp", "mail", "notifications",
		"registrars", "reports", "security", "social", "support", "widgets"}, name)
}

func (w *surveyor) look(path string) {
	switch name := strings.ToLower(baseName(path)); {
	case name == "hooks" || name == "index" || name == "init" || name == "configuration":
		return
	case strings.HasSuffix(name, "test") || strings.Contains(name, "."):
		return
	}
	if len(w.seen.candidates)+len(w.seen.php) >= surveyPHP {
		return
	}
	source, err := readStart(path, scanned)
	if err != nil {
		return
	}
	if r := rank(path, readSigns(source)); r > rankNone {
		w.seen.candidates = append(w.seen.candidates, candidate{path, r})
	} else {
		w.seen.php = append(w.seen.php, module{named: w.top}.display(path))
	}
}

// explain says what was looked for and what was there instead.
func (s *sighting) explain() string {
	looked := "syncproof looked for a PHP file that defines <module>_ConfigOptions(), <module>_ListAccounts() or " +
		"another function of a server module, such as acme.php, acme/acme.php or modules/servers/acme/acme.php"
	switch {
	case len(s.other) > 0:
		return looked + ". There are modules of another kind: " + enumerate(s.other)
	case len(s.php) > 0:
		return looked + ". There are other PHP files: " + enumerate(s.php) + ". If one of them is the module, name that file"
	}
	return looked + ". There is no PHP file in it"
}

// enumerate lists a few names and counts the rest.
func enumerate(names []string) string {
	const most = 5
	slices.Sort(names)
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
