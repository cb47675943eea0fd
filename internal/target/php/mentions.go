package php

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"strings"
)

// Syncs reports whether a module may take part in Server Sync: it mentions
// ListAccounts anywhere in its code, be it misspelt, in an included file, in its
// metadata only, or cannot be read because it is encoded. name is the module's.
// The error is that of finding the module; see ErrNoPath and those beside it.
func Syncs(path string) (name string, syncs bool, err error) {
	m, err := find(path)
	if err != nil {
		return "", false, err
	}
	if mentions(m.file) {
		return m.name, true, nil
	}
	// A file that was named in a folder of another name, such as an index.php
	// beside modules, is all there is of it.
	if m.layout == layoutAlone || m.layout == layoutRoot && isPHP(path) {
		return m.name, false, nil
	}
	folder := m.folder()
	err = filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // what cannot be read says nothing
		case e.IsDir() && path != folder && (strings.HasPrefix(e.Name(), ".") || e.Name() == "vendor" || e.Name() == "node_modules"):
			return fs.SkipDir
		case !e.IsDir() && isPHP(path) && mentions(path):
			syncs = true
			return fs.SkipAll
		}
		return nil
	})
	return m.name, syncs, err
}

// mentions reports whether a file names ListAccounts in any spelling, or is
// encoded.
func mentions(path string) bool {
	source, err := readStart(path, scanned)
	if err != nil {
		return false
	}
	return encoder(source) != "" || bytes.Contains(bytes.ToLower(source), []byte("listaccount"))
}
