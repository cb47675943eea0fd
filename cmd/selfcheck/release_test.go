package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// One platform is released from front to back: the binary, its bill of
// materials, what others wrote of it, and the checksums of it all.
func TestRelease(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("releases are made on Linux")
	}
	root, dist := filepath.Join("..", ".."), t.TempDir()
	cmd := exec.CommandContext(t.Context(), "scripts/release")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "DIST="+dist, "PLATFORMS="+runtime.GOOS+"/"+runtime.GOARCH)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sums, err := os.ReadFile(filepath.Join(dist, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(sums)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		raw, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(raw)); got != sum {
			t.Errorf("%s: the checksum is %s, not %s", name, got, sum)
		}
		switch {
		case strings.HasSuffix(name, ".cdx.json"):
			files["sbom"] = filepath.Join(dist, name)
		case strings.HasPrefix(name, "syncproof_"):
			files["binary"] = filepath.Join(dist, name)
		default:
			files[name] = name
		}
	}
	if len(files) != 4 || files["LICENSE"] == "" || files["THIRD_PARTY.md"] == "" {
		t.Fatalf("released are %v", files)
	}
	out, err := exec.CommandContext(t.Context(), files["binary"], "version").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "syncproof") {
		t.Errorf("syncproof version: %v: %s", err, out)
	}
	checkSBOM(t, files["sbom"])
}

func checkSBOM(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var bom struct {
		SerialNumber string
		Components   []struct {
			Name, Version, PURL string
			Licenses            []struct{ Expression string }
			Hashes              []struct{ Content string }
		}
	}
	if err := json.Unmarshal(raw, &bom); err != nil {
		t.Fatal(err)
	}
	if len(bom.SerialNumber) != len("urn:uuid:")+36 {
		t.Errorf("the serial number is %s", bom.SerialNumber)
	}
	known := false
	for _, c := range bom.Components {
		if len(c.Licenses) != 1 || c.Licenses[0].Expression == "" {
			t.Errorf("%s has no licence", c.Name)
		}
		if c.Name != "github.com/goccy/go-yaml" {
			continue
		}
		known = c.PURL == "pkg:golang/github.com/goccy/go-yaml@"+c.Version && len(c.Hashes) == 1 && len(c.Hashes[0].Content) == 64
	}
	if !known || len(bom.Components) < 20 {
		t.Errorf("lacks what is in the binary: %s", raw)
	}
}

// The licences of all dependencies are allowed, and those that are passed on
// stand in the notice.
func TestLicences(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	if err := licences(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

func TestShards(t *testing.T) {
	for _, shard := range []string{"0/1", "2/1", "x", "1"} {
		if err := mutants(t.Context(), []string{"-shard", shard}); err == nil || !strings.Contains(err.Error(), "takes a part such as") {
			t.Errorf("%s: %v", shard, err)
		}
	}
	if err := command(t.Context(), []string{"nothing"}); err == nil {
		t.Error("a check that does not exist was made")
	}
}
