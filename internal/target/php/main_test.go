package php_test

import (
	"os"
	"testing"

	"syncproof/internal/target/netns"
)

// TestMain plays its part where this program is the first process of a cell.
func TestMain(m *testing.M) {
	if status, inside := netns.Inside(); inside {
		os.Exit(status)
	}
	os.Exit(m.Run())
}
