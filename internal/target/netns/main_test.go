package netns_test

import (
	"os"
	"testing"

	"syncproof/internal/target/netns"
)

func TestMain(m *testing.M) {
	if status, inside := netns.Inside(); inside {
		os.Exit(status)
	}
	os.Exit(m.Run())
}
