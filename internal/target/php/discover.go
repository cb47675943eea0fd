package php

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Errors of finding the module, for errors.Is. All of them are the vendor's to
// mend; the text says how.
var (
	// ErrNoPath: there is nothing at the path.
	ErrNoPath = errors.New("no such file or folder")
	// ErrNotPHP: the path is a file that is no PHP file.
	ErrNotPHP = errors.New("not a PHP file")
	// ErrNoModule: the folder holds no module.
	ErrNoModule = errors.New("no module was found")
	// ErrManyModules: the folder holds several modules.
	ErrManyModules = errors.New("several modules were found")
	// ErrTooBig: the module's folder is larger than a module can be.
	ErrTooBig = errors.New("the folder is too large")
)

// Layouts of a vendor's repository, as transcript.Subject names them.
const (
	// layoutAlone: a file with nothing of its own around it.
	layoutAlone = "x.php, alone"
	// layoutRoot: the file lies at the top of a repository.
	layoutRoot = "x.php"
	// layoutFolder: a folder with the module's name, as it is uploaded.
	layoutFolder = "x/x.php"
	// layoutServers: below modules/servers, as in WHMCS.
	layoutServers = "modules/servers/x/x.php"
)

// module is where the vendor's module lies. All paths are absolute.
type module struct {
	// named is the folder the vendor named, or that of the file named. Paths
	// in reports are relative to it.
	named string
	file  string
	// name prefixes the module's functions.
	name   string
	layout string
	// root is the folder that stands for the WHMCS root, whose lang, vendor
	// and so on belong to the module; "" when there is none.
	root string
}

// folder is the folder that holds the module's file.
func (m module) folder() string { return filepath.Dir(m.file) }

// display returns a path as the vendor would write it.
func (m module) display(path string) string {
	rel, err := filepath.Rel(m.named, path)
	if err != nil {
		return filepath.Base(path)
	}
	return filepath.ToSlash(rel)
}

// find finds the module at a path the vendor named.
func find(path string) (module, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return module{}, fmt.Errorf("%s: %w", path, err)
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return module{}, fmt.Errorf("%w: %s", ErrNoPath, path)
	case err != nil:
		return module{}, fmt.Errorf("looking at %s: %w", path, err)
	case info.IsDir():
		return findIn(abs, path)
	case !info.Mode().IsRegular() || !isPHP(abs):
		return module{}, fmt.Errorf("%w: %s. Name the module's .php file, or the folder it lies in", ErrNotPHP, path)
	}
	return place(filepath.Dir(abs), abs), nil
}

// findIn looks for the one module in a folder.
func findIn(folder, shown string) (module, error) {
	seen, err := survey(folder)
	if err != nil {
		return module{}, err
	}
	best := seen.best()
	switch len(best) {
	case 0:
		return module{}, fmt.Errorf("%w in %s: %s", ErrNoModule, shown, seen.explain())
	case 1:
		return place(folder, best[0]), nil
	}
	var names []string
	for _, file := range best {
		names = append(names, module{named: folder}.display(file))
	}
	return module{}, fmt.Errorf("%w in %s: %s. Name the one to test, for example %s",
		ErrManyModules, shown, strings.Join(names, ", "), filepath.Join(shown, filepath.FromSlash(names[0])))
}

// place works out the layout around a module's file.
func place(named, file string) module {
	m := module{named: named, file: file, name: baseName(file)}
	folder := m.folder()
	servers := filepath.Dir(folder)
	modules := filepath.Dir(servers)
	switch {
	case filepath.Base(servers) == "servers" && filepath.Base(modules) == "modules":
		m.layout, m.root = layoutServers, filepath.Dir(modules)
	case strings.EqualFold(filepath.Base(folder), m.name):
		m.layout = layoutFolder
		// What lies around the folder belongs to the module only when the
		// vendor named it as well.
		if folder != named {
			m.root = filepath.Dir(folder)
		}
	case shared(folder):
		m.layout = layoutAlone
	default:
		m.layout = layoutRoot
	}
	if m.root == filepath.Dir(m.root) {
		m.root = "" // the top of the file system is nobody's repository
	}
	return m
}

// shared says that a folder is no module's own, so that a file in it stands
// alone and the rest of the folder is none of our business.
func shared(folder string) bool {
	if folder == filepath.Dir(folder) || folder == filepath.Clean(os.TempDir()) {
		return true
	}
	home, err := os.UserHomeDir()
	return err == nil && folder == filepath.Clean(home)
}

func isPHP(path string) bool { return strings.EqualFold(filepath.Ext(path), ".php") }

func baseName(path string) string {
	base := filepath.Base(path)
	return base[:len(base)-len(filepath.Ext(base))]
}

// candidate is a file that may be a module's main file.
type candidate struct {
	file string
	// rank says how sure that is; higher is surer.
	rank int
}

// Ranks of a candidate.
const (
	rankNone     = iota
	rankPlaced   // lies where a module would, and shows no module function
	rankNear     // has module functions under another name than its own
	rankEncoded  // encoded, in a folder of its name
	rankFunction // has its own module functions
	rankBoth     // and lies in a folder of its name
)

// rank judges a file by its name, its place and its source.
func rank(file string, s signs) int {
	name := strings.ToLower(baseName(file))
	folder := filepath.Dir(file)
	home := strings.EqualFold(filepath.Base(folder), name)
	switch {
	case slices.Contains(s.prefixes, name) && home:
		return rankBoth
	case slices.Contains(s.prefixes, name):
		return rankFunction
	case s.encoder != "" && home:
		return rankEncoded
	case len(s.prefixes) > 0:
		return rankNear
	case home && filepath.Base(filepath.Dir(folder)) == "servers":
		return rankPlaced
	}
	return rankNone
}

// best returns the surest candidates, without those inside another's folder:
// a module's examples and copies of others are not modules beside it.
func (s sighting) best() []string {
	if len(s.candidates) == 0 {
		return nil
	}
	top := slices.MaxFunc(s.candidates, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) }).rank
	var files []string
	for _, c := range s.candidates {
		if c.rank == top {
			files = append(files, c.file)
		}
	}
	slices.SortFunc(files, func(a, b string) int {
		return cmp.Or(cmp.Compare(depth(a), depth(b)), cmp.Compare(a, b))
	})
	var kept []string
	for _, file := range files {
		inside := slices.ContainsFunc(kept, func(k string) bool {
			return filepath.Dir(k) != filepath.Dir(file) && strings.HasPrefix(file, filepath.Dir(k)+string(filepath.Separator))
		})
		if !inside {
			kept = append(kept, file)
		}
	}
	return kept
}

func depth(path string) int { return strings.Count(path, string(filepath.Separator)) }
