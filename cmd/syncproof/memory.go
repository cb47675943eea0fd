package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// usualMemory is what a run should make do with, in bytes.
	usualMemory = 96 << 20
	// leastRoom is how much of it has to be left beside what is in use. With less,
	// the garbage collector takes most of the processor.
	leastRoom = 48 << 20
)

// limitMemory has short-lived memory taken back soon: a list of a million accounts
// passes through as that, and a run stays small whatever it tests. It is no bound:
// what is in use is had, and room beside it.
func limitMemory() {
	if _, set := os.LookupEnv("GOMEMLIMIT"); set {
		return
	}
	debug.SetMemoryLimit(usualMemory)
	afterCollection(func() {
		debug.SetMemoryLimit(max(usualMemory, inUse()+leastRoom))
	})
}

// inUse is how much the last collection found in use.
func inUse() int64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(live[0].Value.Uint64())
}

// afterCollection calls do after each garbage collection: that is when memory
// nobody refers to is cleaned up.
func afterCollection(do func()) {
	type unused struct{ _ [32]byte }
	runtime.AddCleanup(new(unused), func(int) {
		do()
		afterCollection(do)
	}, 0)
}
