// Package cover says how much of each package the tests run, and whether that is
// as much as was promised.
package cover

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Share is how much of a package was run.
type Share struct {
	Package string
	// Statements were found, of which Run were run by any test.
	Statements, Run int
}

// Percent is rounded down, so that 100 means all.
func (s Share) Percent() float64 {
	if s.Statements == 0 {
		return 100
	}
	return float64(1000*s.Run/s.Statements) / 10
}

type block struct{ statements, count int }

// Read reads a profile as go test -coverprofile writes it. With -coverpkg every
// test binary adds its own counts of the same blocks.
func Read(profile string) ([]Share, error) {
	blocks := map[string]block{}
	for i, line := range strings.Split(strings.TrimSpace(profile), "\n") {
		if strings.HasPrefix(line, "mode: ") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != 3 || !strings.Contains(fields[0], ".go:") {
			return nil, fmt.Errorf("line %d of the coverage profile: %q", i+1, line)
		}
		statements, err := strconv.Atoi(fields[1])
		if err != nil {
			return nil, fmt.Errorf("line %d of the coverage profile: %w", i+1, err)
		}
		count, err := strconv.Atoi(fields[2])
		if err != nil {
			return nil, fmt.Errorf("line %d of the coverage profile: %w", i+1, err)
		}
		blocks[fields[0]] = block{statements, max(count, blocks[fields[0]].count)}
	}
	shares := map[string]Share{}
	for place, b := range blocks {
		file, _, _ := strings.Cut(place, ":")
		s := shares[path.Dir(file)]
		s.Package = path.Dir(file)
		s.Statements += b.statements
		if b.count > 0 {
			s.Run += b.statements
		}
		shares[s.Package] = s
	}
	var list []Share
	for _, s := range shares {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b Share) int { return strings.Compare(a.Package, b.Package) })
	return list, nil
}

// Floors reads how much has to be run: lines of a package and a percentage.
func Floors(text string) (map[string]float64, error) {
	floors := map[string]float64{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, number, _ := strings.Cut(line, " ")
		percent, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || percent < 0 || percent > 100 {
			return nil, fmt.Errorf("line %d: want a package and a percentage, not %q", i+1, line)
		}
		floors[name] = percent
	}
	return floors, nil
}

// Check prints the shares, and returns what falls short: packages below their
// floor, packages without one, and floors of packages that do not exist.
func Check(out io.Writer, shares []Share, floors map[string]float64) []string {
	var short []string
	seen := map[string]bool{}
	for _, s := range shares {
		seen[s.Package] = true
		floor, known := floors[s.Package]
		fmt.Fprintf(out, "%6.1f %%  at least %5.1f %%  %s\n", s.Percent(), floor, s.Package)
		switch {
		case !known:
			short = append(short, s.Package+" has no floor")
		case s.Percent() < floor:
			short = append(short, fmt.Sprintf("%s: %.1f %% of the statements are run, %.1f %% have to be", s.Package, s.Percent(), floor))
		}
	}
	for name := range floors {
		if !seen[name] {
			short = append(short, name+" has a floor and does not exist, or was not measured")
		}
	}
	slices.Sort(short)
	return short
}
