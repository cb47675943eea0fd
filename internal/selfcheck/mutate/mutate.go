// Package mutate tests the tests: it changes the rule checks and the faults one
// little thing at a time, and asks whether any test notices. A change that none
// notices is a check that nothing holds in place.
//
// All changes of a package are compiled into one test binary, each behind a
// switch that an environment variable turns on: building a binary for each would
// take a hundred times as long as running it. The sources are not touched, the
// changed ones are given to the compiler with -overlay.
package mutate

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
)

// Mutant is one small change.
type Mutant struct {
	// ID survives changes elsewhere in the file:
	// suites/status.go#stat01/negate#1 is the first condition in stat01.
	ID string
	// Number is what turns it on in this binary.
	Number int
	File   string
	Line   int
	// Before and After are the code without and with the change.
	Before, After string
}

// unit is a package with what is known of its types, and the mutants found.
type unit struct {
	fset    *token.FileSet
	info    *types.Info
	pkg     *types.Package
	root    string
	mutants []Mutant
	counts  map[string]int
	files   map[string][]byte
}

// source is one file while its mutants are looked for.
type source struct {
	*unit
	name    string // as the compiler was given it
	label   string // relative to the repository
	raw     []byte
	file    *ast.File
	fn      string
	edits   []edit
	imports map[string]string
}

// add notes a mutant and returns its number.
func (s *source) add(kind string, at ast.Node, after string) int {
	base := s.label + "#" + s.fn + "/" + kind
	s.counts[base]++
	number := len(s.mutants) + 1
	s.mutants = append(s.mutants, Mutant{
		ID: fmt.Sprintf("%s#%d", base, s.counts[base]), Number: number,
		File: s.label, Line: s.fset.Position(at.Pos()).Line, Before: s.text(at), After: after,
	})
	return number
}

func (s *source) text(n ast.Node) string {
	return string(s.raw[s.offset(n.Pos()):s.offset(n.End())])
}

func (s *source) offset(p token.Pos) int { return s.fset.Position(p).Offset }

// find looks for the mutants of one file and returns the file with all of them
// in it, switched off.
func (u *unit) find(name string, raw []byte, file *ast.File) ([]byte, error) {
	label, err := filepath.Rel(u.root, name)
	if err != nil {
		return nil, fmt.Errorf("naming %s: %w", name, err)
	}
	s := &source{unit: u, name: name, label: filepath.ToSlash(label), raw: raw, file: file, imports: importNames(file, u.info)}
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		s.fn = fn.Name.Name
		if fn.Recv != nil {
			s.fn = receiver(fn) + "." + s.fn
		}
		s.function(fn.Type, fn.Body)
		s.walk(fn.Body)
	}
	return apply(raw, s.edits), nil
}

func receiver(fn *ast.FuncDecl) string {
	t := fn.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return "receiver"
		}
	}
}

// importNames are the names by which a file knows other packages.
func importNames(file *ast.File, info *types.Info) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		if spec.Name != nil {
			if p, ok := info.Defs[spec.Name].(*types.PkgName); ok {
				names[p.Imported().Path()] = spec.Name.Name
			}
			continue
		}
		if p, ok := info.Implicits[spec].(*types.PkgName); ok {
			names[p.Imported().Path()] = p.Name()
		}
	}
	return names
}

// typeName writes a type as the file can, false where it cannot: the file does
// not import the package, or it is a part of a constant that has none yet.
func (s *source) typeName(t types.Type) (string, bool) {
	if basic, ok := t.(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
		return "", false
	}
	known := true
	text := types.TypeString(t, func(p *types.Package) string {
		if p == s.pkg {
			return ""
		}
		name, ok := s.imports[p.Path()]
		known = known && ok
		return name
	})
	return text, known
}
