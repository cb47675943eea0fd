// Package supply says what a binary is built from: which modules, under which
// licences, with which checksums.
package supply

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Module is a module somebody else wrote.
type Module struct {
	Path, Version string
	// Dir is where it lies on this machine.
	Dir string
	// Licence is its SPDX identifier, "" where it was not recognised.
	Licence string
	// Texts are the licence and the notices, by the names of their files.
	Texts map[string]string
}

// Modules lists what packages are built from, on each of the systems, with
// their tests or without.
func Modules(ctx context.Context, root string, systems []string, tests bool, packages ...string) ([]Module, error) {
	found := map[string]Module{}
	for _, system := range systems {
		args := append([]string{"list", "-deps", "-json=Module", "-test=" + fmt.Sprint(tests)}, packages...)
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir, cmd.Env = root, append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("listing the modules for %s: %w\n%s", system, err, stderr.String())
		}
		for d := json.NewDecoder(strings.NewReader(string(out))); ; {
			var p struct {
				Module *struct {
					Path, Version, Dir string
					Main               bool
				}
			}
			if err := d.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, fmt.Errorf("reading what go list says: %w", err)
			}
			if p.Module != nil && !p.Module.Main {
				found[p.Module.Path] = Module{Path: p.Module.Path, Version: p.Module.Version, Dir: p.Module.Dir}
			}
		}
	}
	var modules []Module
	for _, m := range found {
		if err := m.read(); err != nil {
			return nil, err
		}
		modules = append(modules, m)
	}
	slices.SortFunc(modules, func(a, b Module) int { return cmp.Compare(a.Path, b.Path) })
	return modules, nil
}

// read finds the licence and the notices in a module's folder.
func (m *Module) read() error {
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return fmt.Errorf("opening %s: %w", m.Path, err)
	}
	m.Texts = map[string]string{}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		licence := strings.HasPrefix(name, "LICEN") || strings.HasPrefix(name, "COPYING")
		if e.IsDir() || !licence && !strings.HasPrefix(name, "NOTICE") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(m.Dir, e.Name()))
		if err != nil {
			return fmt.Errorf("reading a licence of %s: %w", m.Path, err)
		}
		m.Texts[e.Name()] = string(raw)
		if id := Recognise(string(raw)); licence && id != "" {
			m.Licence = join(m.Licence, id)
		}
	}
	return nil
}

func join(a, b string) string {
	if a == "" || a == b {
		return b
	}
	return a + " AND " + b
}

// Recognise returns the SPDX identifier of a licence's text, "" where it is
// none of those that are known here.
func Recognise(text string) string {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	has := func(phrases ...string) bool {
		return !slices.ContainsFunc(phrases, func(p string) bool { return !strings.Contains(text, p) })
	}
	if has("mozilla public license version 2.0") {
		return "MPL-2.0" // whose text names the GNU licences as well
	}
	var ids []string
	for _, known := range []struct {
		id  string
		yes bool
	}{
		{"Apache-2.0", has("apache license", "version 2.0, january 2004") || has("licensed under the apache license, version 2.0")},
		{"MIT", has("permission is hereby granted, free of charge, to any person obtaining a copy", "without restriction")},
		{"ISC", has("permission to use, copy, modify, and/or distribute this software for any purpose with or without fee")},
		{"BSD-3-Clause", has("redistributions of source code must retain", "redistributions in binary form must reproduce", "neither the name")},
		{"BSD-2-Clause", has("redistributions of source code must retain", "redistributions in binary form must reproduce") && !has("neither the name")},
		{"GPL", has("gnu general public license")},
		{"LGPL", has("gnu lesser general public license")},
		{"AGPL", has("gnu affero general public license")},
	} {
		if known.yes {
			ids = append(ids, known.id)
		}
	}
	return strings.Join(ids, " AND ")
}

// Allowed returns what may not be used: modules under licences that are not in
// the list, or under none that is known.
func Allowed(modules []Module, licences []string) []string {
	var refused []string
	for _, m := range modules {
		ids := strings.Split(m.Licence, " AND ")
		if slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(licences, id) }) {
			refused = append(refused, fmt.Sprintf("%s %s: %s", m.Path, m.Version, cmp.Or(m.Licence, "no licence that is known")))
		}
	}
	return refused
}
