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
	// settled says of a folder that a change after this look has another time. Older
	// kernels have clocks that tick a hundred times a second.
	settled bool
}

// tick is longer than that of any kernel's clock.
const tick = 50 * time.Millisecond

func layoutOf(dir string) (layout, error) {
	l, now := layout{}, time.Now()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		t := trace{mode: info.Mode(), size: info.Size(), modified: info.ModTime(), changed: changedAt(info), info: info}
		if d.IsDir() {
			t.settled = t.changed != 0 && now.Sub(time.Unix(0, t.changed)) > tick
		}
		l[path] = t
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
		if !there || a.mode != b.mode {
			return false
		}
		// What was in a folder for a while has left nothing but a time.
		if !a.mode.IsDir() && !a.same(b) {
			return false
		}
	}
	return true
}

func (t trace) same(now trace) bool {
	return t.mode == now.mode && t.size == now.size && t.modified.Equal(now.modified) && t.changed == now.changed && os.SameFile(t.info, now.info)
}

// untouched says that nobody wrote to any of it, not even a folder. It takes half as
// long as to look into all folders again. When it is not so, there may still be the
// same in them.
func (l layout) untouched() bool {
	for path, t := range l {
		info, err := os.Lstat(path)
		if err != nil || t.mode.IsDir() && !t.settled {
			return false
		}
		if !t.same(trace{mode: info.Mode(), size: info.Size(), modified: info.ModTime(), changed: changedAt(info), info: info}) {
			return false
		}
	}
	return true
}

// again is what lies in the folder now, if that is the same.
func (l layout) again(dir string) (now layout, same bool) {
	if l.untouched() {
		return l, true
	}
	now, err := layoutOf(dir)
	return now, err == nil && now.equal(l)
}
