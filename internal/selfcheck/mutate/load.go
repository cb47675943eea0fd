package mutate

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed switches.go.txt
var switchesFiles embed.FS

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir, Export, Name string
	GoFiles                       []string
}

// goTool runs the go command in the repository.
func goTool(ctx context.Context, root string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out, nil
}

// load reads a package of the repository, its types and those of what it
// imports.
func load(ctx context.Context, root, dir string) (*unit, listed, []*ast.File, error) {
	out, err := goTool(ctx, root, "list", "-export", "-deps", "-json=ImportPath,Dir,Export,Name,GoFiles", "./"+dir)
	if err != nil {
		return nil, listed{}, nil, err
	}
	exports := map[string]string{}
	var own listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, listed{}, nil, fmt.Errorf("reading what go list says: %w", err)
		}
		exports[p.ImportPath] = p.Export
		own = p // the package itself comes last
	}
	u := &unit{fset: token.NewFileSet(), root: root, counts: map[string]int{}, files: map[string][]byte{}}
	var files []*ast.File
	for _, name := range own.GoFiles {
		path := filepath.Join(own.Dir, name)
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, listed{}, nil, fmt.Errorf("reading the package: %w", err)
		}
		file, err := parser.ParseFile(u.fset, path, raw, parser.SkipObjectResolution)
		if err != nil {
			return nil, listed{}, nil, fmt.Errorf("reading the package: %w", err)
		}
		u.files[path] = raw
		files = append(files, file)
	}
	u.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{},
		Defs: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{},
	}
	lookup := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
	config := types.Config{Importer: importer.ForCompiler(u.fset, "gc", lookup)}
	if u.pkg, err = config.Check(own.ImportPath, u.fset, files, u.info); err != nil {
		return nil, listed{}, nil, fmt.Errorf("finding the types of %s: %w", dir, err)
	}
	return u, own, files, nil
}

// overlay writes the package with all mutants of the wanted files to a scratch
// folder, and the file that tells the compiler so.
func (u *unit) overlay(ctx context.Context, own listed, files []*ast.File, wanted func(label string) bool, scratch string) (string, error) {
	replace := map[string]string{}
	for i, file := range files {
		path := filepath.Join(own.Dir, own.GoFiles[i])
		label, err := filepath.Rel(u.root, path)
		if err != nil {
			return "", fmt.Errorf("naming %s: %w", path, err)
		}
		if !wanted(filepath.ToSlash(label)) {
			continue
		}
		changed, err := u.find(path, u.files[path], file)
		if err != nil {
			return "", err
		}
		replace[path] = filepath.Join(scratch, own.Name+"_"+own.GoFiles[i])
		if err := os.WriteFile(replace[path], changed, 0o600); err != nil {
			return "", fmt.Errorf("writing the mutants: %w", err)
		}
	}
	switches, err := switchesFiles.ReadFile("switches.go.txt")
	if err != nil {
		return "", fmt.Errorf("reading the switches: %w", err)
	}
	added := filepath.Join(own.Dir, "syncproof_mutants.go")
	replace[added] = filepath.Join(scratch, own.Name+"_switches.go")
	raw := strings.Replace(string(switches), "package PACKAGE", "package "+own.Name, 1)
	if err := os.WriteFile(replace[added], []byte(raw), 0o600); err != nil {
		return "", fmt.Errorf("writing the switches: %w", err)
	}
	if err := observed(ctx, u.root, scratch, replace); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return "", fmt.Errorf("writing the overlay: %w", err)
	}
	path := filepath.Join(scratch, own.Name+"_overlay.json")
	if err := os.WriteFile(path, list, 0o600); err != nil {
		return "", fmt.Errorf("writing the overlay: %w", err)
	}
	// By file and line, whatever was found first.
	slices.SortStableFunc(u.mutants, func(a, b Mutant) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	return path, nil
}
