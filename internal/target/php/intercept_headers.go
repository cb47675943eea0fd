package php

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
)

// lostHeaders are the ways to an answer's headers that are closed where PHP's
// streams are replaced: only PHP itself can set the variable, and get_headers()
// does not know a stream that is a class.
var lostHeaders = regexp.MustCompile(`\$http_response_header|(?:^|[^\w>:$\\])\\?(get_headers)\s*\(`)

// sourceMost bounds how much of each file is searched.
const sourceMost = 4 << 20

// readsHeaders names the file of the module that looks for headers where they
// are lost, and what it uses for it, "" for none. It would fail without any
// fault of its own. Libraries are passed over: they use curl where it is there.
func readsHeaders(pristine string) (file, by string, err error) {
	servers := filepath.Join(pristine, "modules", "servers")
	err = filepath.WalkDir(servers, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && strings.EqualFold(e.Name(), "vendor"):
			return fs.SkipDir
		case !e.Type().IsRegular() || !isPHP(path):
			return nil
		}
		source, err := readStart(path, sourceMost)
		if err != nil {
			return err
		}
		found := lostHeaders.FindSubmatch(source)
		if found == nil {
			return nil
		}
		if by = string(found[0]); len(found[1]) > 0 {
			by = string(found[1]) + "()"
		}
		if file, err = filepath.Rel(pristine, path); err != nil {
			return err
		}
		return fs.SkipAll
	})
	if err != nil {
		return "", "", fmt.Errorf("looking for what the module reads: %w", err)
	}
	return filepath.ToSlash(file), by, nil
}
