package netns

import (
	"runtime/pprof"
	"testing"
)

func TestThreadsAreMadeInAdvance(t *testing.T) {
	before := pprof.Lookup("threadcreate").Count()
	// More than there can be already, whatever ran before.
	makeThreads(before + spareThreads)
	if after := pprof.Lookup("threadcreate").Count(); after < before+spareThreads {
		t.Errorf("there are %d threads, were %d; want at least %d more", after, before, spareThreads)
	}
}
