// Package bridge puts together bridge.php: one PHP file that serves the
// endpoint protocol for a module from any PHP web server.
package bridge

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"syncproof/internal/target/php/wrapper"
)

//go:embed head.txt open.php run.php src/*.php
var files embed.FS

// Source returns bridge.php: the wrapper's classes and those of this package,
// each in a namespace block, and then the few lines that run them.
func Source() ([]byte, error) {
	head, err := fs.ReadFile(files, "head.txt")
	if err != nil {
		return nil, err
	}
	parts, err := parts()
	if err != nil {
		return nil, err
	}
	out := bytes.NewBufferString("<?php\n\n")
	out.Write(head)
	out.WriteString("\ndeclare(strict_types=1);\n")
	for _, part := range parts {
		space, body, err := split(part.file, part.name)
		if err != nil {
			return nil, err
		}
		// A block for each file, since imports hold for a whole block.
		fmt.Fprintf(out, "\n%s {\n\n%s\n}\n", strings.TrimSpace("namespace "+space), body)
	}
	return out.Bytes(), nil
}

// part is one of the files bridge.php is made of.
type part struct {
	file fs.FS
	name string
}

// parts names them in the order PHP needs them.
func parts() ([]part, error) {
	main, err := fs.ReadFile(wrapper.Files, "main.php")
	if err != nil {
		return nil, err
	}
	var list []part
	for _, match := range regexp.MustCompile(`'/(src/\w+\.php)'`).FindAllSubmatch(main, -1) {
		switch name := string(match[1]); name {
		case "src/Channel.php", "src/ForkServer.php", "src/Rehearsal.php", "src/Main.php":
			// The ways in and out of the command line.
		default:
			list = append(list, part{wrapper.Files, name})
		}
	}
	for _, name := range []string{"Refusal", "Token", "Inquiry", "Place", "Answer", "Bridge"} {
		list = append(list, part{files, "src/" + name + ".php"})
	}
	return append(list,
		part{files, "open.php"},
		part{wrapper.Files, "whmcs-functions.php"},
		part{wrapper.Files, "whmcs-status.php"},
		part{files, "run.php"},
	), nil
}

const strict = "declare(strict_types=1);\n"

// split takes a PHP file apart into its namespace, "" for the global one, and
// what follows the file's first lines.
func split(file fs.FS, name string) (space, body string, err error) {
	raw, err := fs.ReadFile(file, name)
	if err != nil {
		return "", "", err
	}
	text, ok := strings.CutPrefix(string(raw), "<?php\n")
	before, after, found := strings.Cut(text, strict)
	if !ok || !found || strings.Contains(after, "?>") {
		return "", "", fmt.Errorf("%s does not begin as the files of bridge.php do", name)
	}
	comment := strings.TrimLeft(before, "\n")
	after = strings.TrimLeft(after, "\n")
	if rest, found := strings.CutPrefix(after, "namespace "); found {
		space, after, _ = strings.Cut(rest, ";\n")
		after = strings.TrimLeft(after, "\n")
	}
	return space, comment + after, nil
}
