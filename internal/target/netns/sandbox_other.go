//go:build !linux

package netns

// Landlock says whether the kernel can limit a program to named files. Only
// Linux can.
func Landlock() bool { return false }
