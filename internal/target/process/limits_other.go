//go:build !linux

package process

import "syncproof/internal/target/netns"

// resources are the limits in the kernel's terms. Here they are not kept.
func (Limits) resources() []netns.Limit { return nil }
