package php

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"syncproof/internal/target/php/wrapper"
)

// standIns are files of a WHMCS root that modules include. Those that would
// start WHMCS or open its database refuse with an exception that says why.
//
//go:embed all:root
var standIns embed.FS

// scratch is the private folder a target works in:
//
//	wrapper/   our PHP code
//	pristine/  a WHMCS root with the module, copied for each session
//	s-…/       a session: root, tmp, home and the files of its channel
type scratch struct {
	dir string
	// mounts say where the folders in the WHMCS root come from.
	mounts []mount
	// left are paths that were not copied.
	left []string

	mu sync.Mutex
	// spares are folders of sessions that left no trace in them.
	spares []spareFolder
}

type spareFolder struct {
	dir  string
	laid layout
}

// spare gives a folder for a session: one that is laid out, or a new one, whose
// layout is nil. Laying one out means creating dozens of files, which costs a
// third of what PHP itself does.
func (s *scratch) spare() (dir string, laid layout, err error) {
	s.mu.Lock()
	if last := len(s.spares) - 1; last >= 0 {
		f := s.spares[last]
		s.spares = s.spares[:last]
		s.mu.Unlock()
		return f.dir, f.laid, nil
	}
	s.mu.Unlock()
	dir, err = makeTemp(s.dir, "s-")
	if err != nil {
		return "", nil, fmt.Errorf("making a folder for a session: %w", err)
	}
	return dir, nil, nil
}

func (s *scratch) handBack(dir string, laid layout) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spares = append(s.spares, spareFolder{dir, laid})
}

// mount is a folder or file of the vendor and its place in the WHMCS root,
// with forward slashes.
type mount struct {
	place string
	from  string
}

// newScratch makes the folder and lays the module into it.
func newScratch(m module) (*scratch, error) {
	dir, err := makeTemp(os.TempDir(), "syncproof-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to run the module in: %w", err)
	}
	s := &scratch{dir: dir}
	if err := s.lay(m); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

func (s *scratch) lay(m module) error {
	// PHP reports resolved paths; on macOS the temporary folder is a link.
	dir, err := filepath.EvalSymlinks(s.dir)
	if err != nil {
		return err
	}
	s.dir = dir
	if err := copyEmbedded(wrapper.Files, s.wrapper()); err != nil {
		return fmt.Errorf("unpacking syncproof's PHP code: %w", err)
	}
	files, err := fs.Sub(standIns, "root")
	if err != nil {
		return err
	}
	if err := copyEmbedded(files, s.pristine()); err != nil {
		return fmt.Errorf("unpacking the files of a WHMCS root: %w", err)
	}
	s.mounts = mounts(m)
	c := &copier{without: true, inside: allowed(m)}
	for _, at := range s.mounts {
		to := filepath.Join(s.pristine(), filepath.FromSlash(at.place))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := c.copyTree(at.from, to); err != nil {
			return err
		}
	}
	s.left = c.left
	return nil
}

func (s *scratch) wrapper() string  { return filepath.Join(s.dir, "wrapper") }
func (s *scratch) pristine() string { return filepath.Join(s.dir, "pristine") }

// remove deletes the folder. A module may have made folders it cannot be
// deleted from.
func (s *scratch) remove() error { return removeAll(s.dir) }

func removeAll(dir string) error {
	err := os.RemoveAll(dir)
	if err == nil || runtime.GOOS == "windows" {
		return err
	}
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, _ error) error {
		if e != nil && e.IsDir() {
			_ = os.Chmod(path, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}

// mounts says what of the vendor's tree goes where. Later ones lie over
// earlier ones, so the module's own folder comes last.
func mounts(m module) []mount {
	var list []mount
	if m.root != "" {
		for _, name := range rootFolders(m) {
			from := filepath.Join(m.root, filepath.FromSlash(name))
			if info, err := os.Stat(from); err == nil && info.IsDir() {
				list = append(list, mount{name, from})
			}
		}
	}
	home := "modules/servers/" + m.name
	if m.layout == layoutAlone {
		return append(list, mount{home + "/" + m.name + ".php", m.file})
	}
	if !within(list, home, m.folder()) {
		list = append(list, mount{home, m.folder()})
	}
	// The file is loaded by the module's name in lower or upper case as it is.
	if filepath.Base(m.file) != m.name+".php" {
		list = append(list, mount{home + "/" + m.name + ".php", m.file})
	}
	return list
}

// within says that a folder is already laid at a place, as part of another.
func within(list []mount, place, folder string) bool {
	for _, at := range list {
		rest, ok := strings.CutPrefix(place, at.place+"/")
		if ok && filepath.Join(at.from, filepath.FromSlash(rest)) == folder {
			return true
		}
	}
	return false
}

// rootFolders names the folders beside the module that belong to it.
func rootFolders(m module) []string {
	switch {
	case m.layout == layoutFolder:
		return []string{"lang", "vendor", "includes"}
	case installed(m.root):
		// Of a WHMCS installation only what is the module's own: the rest is
		// large, encoded, or secret.
		return []string{"lang", "modules/addons/" + m.name}
	}
	return []string{"lang", "vendor", "includes", "modules", "resources", "assets", "templates"}
}

// installed says that a folder is WHMCS itself and not a vendor's repository.
func installed(root string) bool {
	for _, sign := range []string{"configuration.php", "vendor/whmcs"} {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(sign))); err == nil {
			return true
		}
	}
	return false
}

// allowed are the folders symbolic links may lead into.
func allowed(m module) []string {
	var list []string
	for _, folder := range []string{m.named, m.folder(), m.root} {
		if folder == "" {
			continue
		}
		if real, err := filepath.EvalSymlinks(folder); err == nil {
			list = append(list, real)
		}
	}
	return list
}
