package supply

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The parts of CycloneDX 1.6 that say what a binary holds.
type bom struct {
	Format     string      `json:"bomFormat"`
	Version    string      `json:"specVersion"`
	Serial     string      `json:"serialNumber"`
	Revision   int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type     string    `json:"type"`
	Ref      string    `json:"bom-ref"`
	Name     string    `json:"name"`
	Version  string    `json:"version,omitempty"`
	PURL     string    `json:"purl,omitempty"`
	Hashes   []hash    `json:"hashes,omitempty"`
	Licences []licence `json:"licenses,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licence struct {
	Expression string `json:"expression"`
}

// SBOM lists what a binary holds, as CycloneDX JSON. It reads the binary itself,
// so it cannot name a module that is not in it. The same binary gives the same
// bytes: neither the time nor the place is in it.
func SBOM(binary string, modules []Module) ([]byte, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return nil, fmt.Errorf("reading what %s was built from: %w", binary, err)
	}
	raw, err := os.ReadFile(binary)
	if err != nil {
		return nil, fmt.Errorf("reading the binary: %w", err)
	}
	sum := sha256.Sum256(raw)
	licences := map[string]string{}
	for _, m := range modules {
		licences[m.Path] = m.Licence
	}
	b := bom{
		Format: "CycloneDX", Version: "1.6", Serial: "urn:uuid:" + uuid(sum), Revision: 1,
		Metadata: metadata{component{
			Type: "application", Ref: filepath.Base(binary), Name: info.Main.Path, Version: info.Main.Version,
			Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}}, Licences: []licence{{"MIT"}},
		}},
		Components: []component{{
			Type: "library", Ref: "pkg:golang/std@" + info.GoVersion, Name: "std", Version: info.GoVersion,
			PURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"), Licences: []licence{{"BSD-3-Clause"}},
		}},
	}
	for _, d := range info.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		purl := "pkg:golang/" + d.Path + "@" + d.Version
		c := component{Type: "library", Ref: purl, Name: d.Path, Version: d.Version, PURL: purl}
		if licences[d.Path] == "" {
			return nil, fmt.Errorf("the licence of %s is not known", d.Path)
		}
		c.Licences = []licence{{licences[d.Path]}}
		// The h1 checksum of go.sum is a SHA-256 in base64.
		if text, ok := strings.CutPrefix(d.Sum, "h1:"); ok {
			bytes, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, fmt.Errorf("reading the checksum of %s: %w", d.Path, err)
			}
			c.Hashes = []hash{{"SHA-256", hex.EncodeToString(bytes)}}
		}
		b.Components = append(b.Components, c)
	}
	out, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the bill of materials: %w", err)
	}
	return append(out, '\n'), nil
}

// uuid makes a version 8 UUID, which is for hashes, of a checksum.
func uuid(sum [sha256.Size]byte) string {
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}
