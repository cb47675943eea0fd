//go:build unix

package process

import (
	"io/fs"
	"syscall"
)

// occupied is what a file takes up; the holes in it do not.
func occupied(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		const unit = 512
		return uint64(st.Blocks) * unit //nolint:unconvert // its type differs
	}
	return uint64(info.Size())
}
