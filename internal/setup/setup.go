// Package setup looks at a module's files and writes what a vendor begins with: a
// configuration, a first panel profile and a pipeline. What it writes is complete
// as it stands; what it cannot know is marked with TODO.
package setup

import (
	"fmt"
	"path/filepath"

	"syncproof/internal/target/php"
)

// Findings are what a module and the repository around it show.
type Findings struct {
	// Module is the module's name, and Target its folder or file as it is named
	// from the folder of the configuration.
	Module, Target string
	// Encoder names the product the module was encoded with, "" for none. Little
	// can be found out about such a module.
	Encoder string
	// ListAccounts says where that function begins, as file:line; "" when the
	// module's files do not define it.
	ListAccounts string
	// Params are the server parameters the module reads, sorted.
	Params []string
	// Clients are the ways in which it makes requests, in words.
	Clients []string
	// Extensions are the PHP extensions it uses, sorted.
	Extensions []string
	// Libraries are the ones it expects WHMCS to bring, such as Guzzle.
	Libraries []string
	// MetaData and Options say whether those functions exist.
	MetaData, Options bool
	// Port is the port that MetaData names for TLS, "" for none.
	Port string
	// Panel is how the panel's API seems to work.
	Panel Panel
	// PHP is what composer.json asks for, "" when it asks for nothing, and
	// Versions are the PHP versions that fit.
	PHP      string
	Versions []string
	// Host is where the repository lies: github, gitlab, bitbucket, or "".
	Host string
	// Root is the repository's top folder as seen from the folder of the
	// configuration: "." or something like "../..", "" without a repository.
	Root string
	// Recordings are the recordings that lie beside the module, as paths.
	Recordings []string
	// Present are the CI configurations that are there already, by CI.
	Present map[string]string
}

// Look finds out what it can about the module at a path. base is the folder the
// configuration is to lie in.
func Look(path, base string) (Findings, error) {
	sight, err := php.Look(path)
	if err != nil {
		return Findings{}, err
	}
	if base, err = filepath.Abs(base); err != nil {
		return Findings{}, fmt.Errorf("the current folder: %w", err)
	}
	f := Findings{Module: sight.Name, Encoder: sight.Encoder, Target: target(wanted(path, sight), base)}
	f.read(sight)
	f.Panel = panelOf(sight.Sources, f.Params)
	f.repository(base)
	if f.PHP, err = composerPHP(sight.Folder, base, f.Root); err != nil {
		return Findings{}, err
	}
	f.Versions = versions(f.PHP)
	f.Recordings = recordings(base, sight.Folder)
	return f, nil
}

// wanted is the path to name in the configuration: where the module lies as in
// WHMCS its folder says everything, otherwise what the vendor named.
func wanted(path string, sight php.Sight) string {
	servers := filepath.Dir(sight.Folder)
	if filepath.Base(servers) == "servers" && filepath.Base(filepath.Dir(servers)) == "modules" {
		return sight.Folder
	}
	return path
}

// target is the path as the configuration names it: relative where the module
// lies below the configuration.
func target(path, base string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	rel, err := filepath.Rel(base, abs)
	if err != nil || !filepath.IsLocal(rel) && rel != "." {
		return abs
	}
	return filepath.ToSlash(rel)
}
