// Package schemas embeds the published JSON Schemas: what an answer, an
// account, a transcript, a report and a configuration file look like.
package schemas

import (
	"embed"
	"fmt"
)

// Names of the embedded schemas.
const (
	Account = "account"
)

//go:embed *.schema.json
var files embed.FS

// Read returns the schema with that name.
func Read(name string) ([]byte, error) {
	raw, err := files.ReadFile(name + ".schema.json")
	if err != nil {
		return nil, fmt.Errorf("reading the built-in schema %q: %w", name, err)
	}
	return raw, nil
}
