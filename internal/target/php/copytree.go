package php

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Bounds of what is copied for a module, over all its folders. Composer
// libraries make up most of a large one.
const (
	treeFiles = 50_000
	treeBytes = 512 << 20
)

// copier copies folders, and counts what it copied.
type copier struct {
	files int
	bytes int64
	// inside are the folders a symbolic link may lead into; a link that leads
	// elsewhere is left out.
	inside []string
	// without leaves out what has no part in running a module.
	without bool
	// left takes the paths that were left out.
	left []string
}

// copyTree copies what from is, a file or folder, to to. What is already there
// is written over.
func (c *copier) copyTree(from, to string) error {
	parent, err := filepath.EvalSymlinks(filepath.Dir(from))
	if err != nil {
		return fmt.Errorf("copying %s: %w", from, err)
	}
	return c.copyAny(entry{shown: from, real: filepath.Join(parent, filepath.Base(from))}, to, nil)
}

// entry is a file or folder by the name it was found under, and without the
// symbolic links in it.
type entry struct{ shown, real string }

func (e entry) child(name string) entry {
	return entry{filepath.Join(e.shown, name), filepath.Join(e.real, name)}
}

// copyAny copies an entry. above are the folders it lies in.
func (c *copier) copyAny(e entry, to string, above []string) error {
	info, err := os.Lstat(e.real)
	if err != nil {
		return fmt.Errorf("copying %s: %w", e.shown, err)
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		target, err := filepath.EvalSymlinks(e.real)
		// A link to a folder it lies in has no end.
		if err != nil || !c.mayFollow(target) || slices.Contains(above, target) {
			c.left = append(c.left, e.shown)
			return nil //nolint:nilerr // a link that leads nowhere is left out and told
		}
		e.real = target
		if info, err = os.Stat(target); err != nil {
			return fmt.Errorf("copying %s: %w", e.shown, err)
		}
	}
	switch {
	case info.IsDir():
		return c.copyFolder(e, to, above)
	case info.Mode().IsRegular():
		return c.copyFile(e.real, to, info)
	}
	c.left = append(c.left, e.shown)
	return nil
}

func (c *copier) mayFollow(target string) bool {
	for _, folder := range c.inside {
		if target == folder || strings.HasPrefix(target, folder+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

func (c *copier) copyFolder(e entry, to string, above []string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(e.real)
	if err != nil {
		return fmt.Errorf("reading the folder %s: %w", e.shown, err)
	}
	above = append(slices.Clip(above), e.real)
	for _, inner := range entries {
		if c.without && idle(inner.Name()) {
			continue
		}
		if err := c.copyAny(e.child(inner.Name()), filepath.Join(to, inner.Name()), above); err != nil {
			return err
		}
	}
	return nil
}

// idle names what has no part in running a module and can be large.
func idle(name string) bool {
	switch name {
	case ".git", ".svn", ".hg", ".idea", ".vscode", "node_modules":
		return true
	}
	return false
}

func (c *copier) copyFile(from, to string, info fs.FileInfo) error {
	c.files++
	c.bytes += info.Size()
	if c.files > treeFiles || c.bytes > treeBytes {
		return fmt.Errorf("%w to be tested: it has more than %d files or %d MiB. Name the module's own folder, "+
			"or take out what it does not need to run", ErrTooBig, treeFiles, treeBytes>>20)
	}
	if err := copyBytes(from, to, info.Mode().Perm()|0o600); err != nil {
		return fmt.Errorf("copying %s: %w", from, err)
	}
	// Some modules compare the ages of files, of a cache for example.
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}

func copyBytes(from, to string, mode fs.FileMode) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}

// copyEmbedded writes an embedded tree to a folder.
func copyEmbedded(from fs.FS, to string) error {
	return fs.WalkDir(from, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, filepath.FromSlash(path))
		if e.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		text, err := fs.ReadFile(from, path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o600)
	})
}

// makeTemp makes a private folder. Its name always has the same length, which
// os.MkdirTemp's has not: a module that prints its own path would otherwise
// print more on one run than on another.
func makeTemp(parent, prefix string) (string, error) {
	for {
		dir := filepath.Join(parent, prefix+strings.ToLower(rand.Text()[:12]))
		if err := os.Mkdir(dir, 0o700); !errors.Is(err, fs.ErrExist) {
			return dir, err
		}
	}
}
