package php

import (
	"io/fs"
	"syscall"
	"time"
)

func changedAt(info fs.FileInfo) int64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(int64(s.Ctim.Sec), int64(s.Ctim.Nsec)).UnixNano() //nolint:unconvert // 32 bits wide on some machines
	}
	return 0
}
