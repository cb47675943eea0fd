package php

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Sight is what a module's files show without running any of them.
type Sight struct {
	// Name prefixes the module's functions.
	Name string
	// File is the module's main file and Folder the one it lies in, as absolute
	// paths.
	File, Folder string
	// Encoder names the product the main file was encoded with, "" for none.
	Encoder string
	// Sources are the module's own PHP files with their beginnings, the main file
	// first; libraries and tests are left out.
	Sources []Source
}

// Source is one PHP file.
type Source struct {
	// Path is relative to the module's folder, with slashes.
	Path string
	Text []byte
}

// lookFiles bounds how many files of a module are read.
const lookFiles = 500

// Look finds the module at a path as a run would find it, and reads its files. The
// error is the vendor's to mend; see ErrNoPath and the others.
func Look(path string) (Sight, error) {
	m, err := find(path)
	if err != nil {
		return Sight{}, err
	}
	main, err := readStart(m.file, scanned)
	if err != nil {
		return Sight{}, err
	}
	s := Sight{
		Name: m.name, File: m.file, Folder: m.folder(), Encoder: encoder(main),
		Sources: []Source{{Path: filepath.Base(m.file), Text: main}},
	}
	if m.layout == layoutAlone {
		return s, nil
	}
	err = filepath.WalkDir(s.Folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // what cannot be read shows nothing
		case d.IsDir():
			if path != s.Folder && foreign(d.Name()) {
				return fs.SkipDir
			}
		case len(s.Sources) >= lookFiles:
			return fs.SkipAll
		case d.Type().IsRegular() && isPHP(path) && path != m.file:
			if text, err := readStart(path, scanned); err == nil {
				rel, _ := filepath.Rel(s.Folder, path)
				s.Sources = append(s.Sources, Source{filepath.ToSlash(rel), text})
			}
		}
		return nil
	})
	return s, err
}

// foreign says that a folder holds nothing the vendor's module is made of.
func foreign(name string) bool {
	return strings.HasPrefix(name, ".") ||
		slices.Contains([]string{"vendor", "node_modules", "tests", "test", "spec", "docs"}, strings.ToLower(name))
}
