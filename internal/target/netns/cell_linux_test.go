package netns_test

import (
	"testing"
	"time"

	"syncproof/internal/target/netns"
)

func TestCheck(t *testing.T) {
	t0 := time.Now()
	if err := netns.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(t0))
}
