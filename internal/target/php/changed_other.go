//go:build !linux

package php

import "io/fs"

// changedAt is not needed where no sessions are forked off.
func changedAt(fs.FileInfo) int64 { return 0 }
