package netns

import (
	"runtime"
	"sync"
)

// spareThreads is how many threads the first process of a cell has in reserve. It runs
// one goroutine that works and a few that wait for the kernel.
const spareThreads = 8

// makeThreads makes threads, which the Go runtime keeps for later. It makes one whenever
// all others are stuck in the kernel, and a process that gets none ends: that would be
// ours, as soon as a module has used up the numbers of processes.
func makeThreads(n int) {
	var made, ended sync.WaitGroup
	made.Add(n)
	enough := make(chan struct{})
	for range n {
		ended.Go(func() {
			// Who is bound to a thread keeps it from serving the others.
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			made.Done()
			<-enough
		})
	}
	made.Wait()
	close(enough)
	ended.Wait()
}
