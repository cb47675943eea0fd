package php

import (
	"fmt"
	"os"
	"path/filepath"
)

// surroundings checks what the vendor supplies of WHMCS. PHP runs in another
// folder, so that it needs whole paths.
func (o *Options) surroundings() error {
	for _, given := range []struct {
		path         *string
		needs, words string
	}{
		{&o.WHMCSRoot, "vendor/composer/autoload_psr4.php", "is not the root of a WHMCS installation: it has no vendor/composer/autoload_psr4.php"},
		{&o.Bootstrap, "", "cannot be loaded before the module: there is no such file"},
	} {
		if *given.path == "" {
			continue
		}
		path, err := filepath.Abs(*given.path)
		if err != nil {
			return fmt.Errorf("finding %s: %w", *given.path, err)
		}
		info, err := os.Stat(filepath.Join(path, filepath.FromSlash(given.needs)))
		if err != nil || info.IsDir() {
			return fmt.Errorf("%w: %s %s", ErrNoPath, *given.path, given.words)
		}
		*given.path = path
	}
	return nil
}
