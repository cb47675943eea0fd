// Package schemas embeds the published schemas: what an answer, an account, a
// transcript, a report and a configuration file look like.
package schemas

import (
	"embed"
	"fmt"
)

// Names of the embedded schemas.
const (
	Account    = "account"
	Config     = "config"     // the configuration file, syncproof.yaml
	Envelope   = "envelope"   // what ListAccounts() returns, its list replaced by a placeholder
	Judgement  = "judgement"  // the JSON report
	Panel      = "panel"      // a panel profile
	Recording  = "recording"  // a module's conversation with its control panel
	Transcript = "transcript" // one line of a transcript
)

//go:embed *.schema.json junit.xsd
var files embed.FS

// Read returns the schema with that name.
func Read(name string) ([]byte, error) {
	raw, err := files.ReadFile(name + ".schema.json")
	if err != nil {
		return nil, fmt.Errorf("reading the built-in schema %q: %w", name, err)
	}
	return raw, nil
}

// JUnit returns the XML Schema of the JUnit files syncproof writes.
func JUnit() ([]byte, error) {
	raw, err := files.ReadFile("junit.xsd")
	if err != nil {
		return nil, fmt.Errorf("reading the built-in XML Schema of JUnit files: %w", err)
	}
	return raw, nil
}
