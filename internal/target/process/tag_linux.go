package process

import (
	"math/rand/v2"

	"golang.org/x/sys/unix"
)

// tag is a number by which the processes of a run are known that have let go of
// everything else: a daemon that cleared its environment, left its session and
// whose parents are gone. It is written where only a limit stands that limits
// nothing, because limits go from parent to child and programs leave these alone.
// 0 is no tag.
//
// A process that catches orphans (PR_SET_CHILD_SUBREAPER) would have to stand
// between each program and this one, or could not tell whose orphan it caught
// while several runs are under way.
type tag uint64

// tagged are the limits that hold a tag. The kernel has ignored that on file locks
// since 2.4.25; that on real time counts microseconds, and a tag is at least some
// thousand years of them. Without rights nobody can raise a hard limit again.
func tagged() []int { return []int{unix.RLIMIT_RTTIME, rlimitLocks} }

// rlimitLocks is not in package unix.
const rlimitLocks = 10

const (
	leastTag = 1 << 60
	mostTag  = 1 << 62
)

// newTag tags a program that has not yet done anything.
func newTag(pid int) tag {
	t := tag(leastTag + rand.Uint64N(mostTag-leastTag))
	t.put(pid)
	return t
}

func (t tag) put(pid int) {
	for _, resource := range tagged() {
		// A machine that sets these limits itself has lower ones, which stay.
		_ = unix.Prlimit(pid, resource, &unix.Rlimit{Cur: uint64(t), Max: uint64(t)}, nil)
	}
}

// on says that a process has the tag.
func (t tag) on(pid int) bool {
	if t == 0 {
		return false
	}
	for _, resource := range tagged() {
		var now unix.Rlimit
		if unix.Prlimit(pid, resource, nil, &now) == nil && now.Max == uint64(t) {
			return true
		}
	}
	return false
}
