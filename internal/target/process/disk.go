package process

import (
	"io/fs"
	"path/filepath"
	"time"
)

// diskLook is how often a folder is measured. Most sessions are over before.
const diskLook = 200 * time.Millisecond

// filled is closed when the folder has come to hold more than it may. Measuring
// ends with over.
func (l Limits) filled(over <-chan struct{}) <-chan struct{} {
	if l.Disk == 0 || l.Folder == "" {
		return nil
	}
	full := make(chan struct{})
	go func() {
		look := time.NewTicker(diskLook)
		defer look.Stop()
		for {
			select {
			case <-over:
				return
			case <-look.C:
			}
			if held(l.Folder, l.Disk) > l.Disk {
				close(full)
				return
			}
		}
	}()
	return full
}

// held is what a folder takes up of the disk, or just more than enough. Each
// entry counts as one block at least: a million empty files fill a disk as well.
func held(folder string, enough uint64) (sum uint64) {
	const block = 4096
	// What is removed or forbidden meanwhile counts for nothing.
	_ = filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // see above
		}
		if info, err := d.Info(); err == nil {
			sum += max(occupied(info), block)
		}
		if sum > enough {
			return fs.SkipAll
		}
		return nil
	})
	return sum
}
