package supply_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/selfcheck/supply"
)

func TestRecognise(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Permission is hereby granted,\n free of charge, to any person obtaining a copy … without restriction, …", "MIT"},
		{"Redistributions of source code must retain … Redistributions in binary form must reproduce …", "BSD-2-Clause"},
		{"Redistributions of source code must retain … Redistributions in binary form must reproduce … Neither the name of …", "BSD-3-Clause"},
		{"Apache License\n   Version 2.0, January 2004", "Apache-2.0"},
		{"Mozilla Public License Version 2.0 … GNU General Public License", "MPL-2.0"},
		{"GNU GENERAL PUBLIC LICENSE", "GPL"},
		{"Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee", "ISC"},
		{"All rights reserved.", ""},
	}
	for _, tt := range tests {
		if got := supply.Recognise(tt.text); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestAllowed(t *testing.T) {
	modules := []supply.Module{
		{Path: "a", Version: "v1", Licence: "MIT"}, {Path: "b", Version: "v2", Licence: "MIT AND Apache-2.0"},
		{Path: "c", Version: "v3", Licence: "GPL AND MIT"}, {Path: "d", Version: "v4"},
	}
	got := supply.Allowed(modules, []string{"MIT", "Apache-2.0"})
	if diff := cmp.Diff([]string{"c v3: GPL AND MIT", "d v4: no licence that is known"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestModulesAndNotice(t *testing.T) {
	modules, err := supply.Modules(t.Context(), "../../..", []string{"linux"}, false, "./internal/schema")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(modules, func(m supply.Module) bool { return m.Path == "github.com/xeipuuv/gojsonschema" })
	if i < 0 || modules[i].Licence != "Apache-2.0" || modules[i].Version == "" {
		t.Errorf("got %+v", modules)
	}
	got := supply.Notice([]supply.Module{{Path: "a", Version: "v1", Licence: "MIT", Texts: map[string]string{"NOTICE": "n\r\n\n# m\n", "LICENSE": "l"}}})
	want := "# What others wrote\n\nThe syncproof binaries contain the modules below, each under its own licence.\n" +
		"`make licences` writes this file.\n\n| module | version | licence |\n|---|---|---|\n| a | v1 | MIT |\n" +
		"\n## a\n\nLICENSE:\n\n    l\n\nNOTICE:\n\n    n\n\n    # m\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A test binary names no modules; what a whole one gives is tested with the
// release.
func TestSBOM(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	got, err := supply.SBOM(self, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"bomFormat": "CycloneDX"`, `"purl": "pkg:golang/std@1`, `"alg": "SHA-256"`} {
		if !bytes.Contains(got, []byte(want)) {
			t.Errorf("lacks %s: %s", want, got)
		}
	}
	again, err := supply.SBOM(self, nil)
	if err != nil || !bytes.Equal(got, again) {
		t.Errorf("the same binary gives something else: %v", err)
	}
	if _, err := supply.SBOM(filepath.Join(t.TempDir(), "none"), nil); err == nil {
		t.Error("no binary was read")
	}
}
