package php

import (
	"regexp"
	"slices"
	"strings"
)

// scanned is how much of a file is searched. Function names of a module stand
// far earlier, even in very long ones; encoded files are recognised by their
// beginning.
const scanned = 4 << 20

// serverFunctions are documented functions that only server modules have.
// MetaData is not among them: payment gateways and registrars have it as well.
var serverFunctions = regexp.MustCompile(`(?i)\bfunction\s+&?\s*([a-z_\x80-\xff][a-z0-9_\x80-\xff]*)_` +
	`(?:ConfigOptions|CreateAccount|SuspendAccount|UnsuspendAccount|TerminateAccount|ChangePackage|ListAccounts)\s*\(`)

var metaData = regexp.MustCompile(`(?i)\bfunction\s+&?\s*([a-z_\x80-\xff][a-z0-9_\x80-\xff]*)_MetaData\s*\(`)

// otherKinds are functions that gateways, registrars and addons have.
var otherKinds = regexp.MustCompile(`(?i)\bfunction\s+&?\s*[a-z0-9_\x80-\xff]+_` +
	`(?:config|link|capture|refund|getConfigArray|RegisterDomain|activate|output)\s*\(`)

// signs is what a module's source shows without being run.
type signs struct {
	// prefixes of its module functions, in lower case and in order.
	prefixes []string
	encoder  string
}

func readSigns(source []byte) signs {
	source = source[:min(len(source), scanned)]
	s := signs{encoder: encoder(source)}
	found := serverFunctions.FindAllSubmatch(source, -1)
	if !otherKinds.Match(source) {
		found = append(found, metaData.FindAllSubmatch(source, -1)...)
	}
	for _, m := range found {
		if prefix := strings.ToLower(string(m[1])); !slices.Contains(s.prefixes, prefix) {
			s.prefixes = append(s.prefixes, prefix)
		}
	}
	return s
}
