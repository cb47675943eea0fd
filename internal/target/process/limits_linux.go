package process

import (
	"math"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"syncproof/internal/target/netns"
)

// limit sets the limits of a process that has just been started and, where that
// can be had, stands still; see begin.
func limit(pid int, l Limits) {
	for _, r := range l.resources() {
		var now unix.Rlimit
		if unix.Prlimit(pid, r.Resource, nil, &now) != nil {
			continue
		}
		// Nobody may raise a hard limit; staying below the one in force keeps
		// the soft one settable.
		hard := min(r.Hard, now.Max)
		_ = unix.Prlimit(pid, r.Resource, &unix.Rlimit{Cur: min(r.Soft, hard), Max: hard}, nil)
	}
}

// resources are the limits in the kernel's terms.
func (l Limits) resources() []netns.Limit {
	list := []netns.Limit{{Resource: unix.RLIMIT_CORE}}
	set := func(resource int, soft, hard uint64) {
		list = append(list, netns.Limit{Resource: resource, Soft: soft, Hard: hard})
	}
	if l.AddressSpace > 0 {
		set(unix.RLIMIT_AS, l.AddressSpace, l.AddressSpace)
	}
	if l.CPU > 0 {
		// At the soft limit comes SIGXCPU, which tells what happened; at the
		// hard one an anonymous SIGKILL.
		soft := uint64(math.Ceil(l.CPU.Seconds()))
		set(unix.RLIMIT_CPU, soft, soft+uint64((5*time.Second).Seconds()))
	}
	if l.FileSize > 0 {
		set(unix.RLIMIT_FSIZE, l.FileSize, l.FileSize)
	}
	if l.Files > 0 {
		set(unix.RLIMIT_NOFILE, l.Files, l.Files)
	}
	if uid := os.Getuid(); l.Processes > 0 && uid != 0 {
		// The kernel counts all threads of the user, not only new ones.
		most := tasks(uid) + l.Processes
		set(unix.RLIMIT_NPROC, most, most)
	}
	return list
}

// tasks counts the threads a user runs. A folder of n folders has n+2 links.
func tasks(uid int) uint64 {
	folders, _ := filepath.Glob("/proc/[0-9]*/task")
	var n uint64
	for _, f := range folders {
		info, err := os.Stat(f)
		if err != nil {
			continue
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) == uid && st.Nlink > 2 {
			n += uint64(st.Nlink) - 2 //nolint:unconvert // 32 bits wide on arm64
		}
	}
	return n
}
