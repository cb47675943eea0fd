package process

import "io/fs"

// occupied is what a file takes up.
func occupied(info fs.FileInfo) uint64 { return uint64(info.Size()) }
