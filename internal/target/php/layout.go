package php

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// layout is what lies in a folder, so that a session's traces are noticed.
type layout map[string]trace

type trace struct {
	mode     fs.FileMode
	size     int64
	modified time.Time
	// changed is when the kernel last noted a change, which nobody can set back.
	changed int64
	info    fs.FileInfo
}

func layoutOf(dir string) (layout, error) {
	l := layout{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() {
			// What was in it for a while has left nothing but a time.
			l[path] = trace{mode: info.Mode()}
			return nil
		}
		l[path] = trace{info.Mode(), info.Size(), info.ModTime(), changedAt(info), info}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking at a session's folder: %w", err)
	}
	return l, nil
}

func (l layout) equal(other layout) bool {
	if len(l) != len(other) {
		return false
	}
	for path, a := range l {
		b, there := other[path]
		same := there && a.mode == b.mode && a.size == b.size && a.modified.Equal(b.modified) && a.changed == b.changed
		if !same || a.info != nil && !os.SameFile(a.info, b.info) {
			return false
		}
	}
	return true
}
