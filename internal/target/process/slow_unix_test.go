//go:build unix

package process_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"syncproof/internal/target/process"
)

// What a program wrote before it ended counts, even when the disk its lines go to
// makes everybody wait for longer than it takes to give up on a pipe that somebody
// holds open.
func TestLinesArriveHoweverSlowTheyAreTaken(t *testing.T) {
	for name, holder := range map[string]string{"nobody holds the pipe": "", "a child holds the pipe": "sleep 60 & "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Repeat("x", 3000)
			o := shell(holder + `for i in 1 2 3 4 5 6 7 8; do echo "$i ` + text + `"; done >&3`)
			o.Limits.Grace = time.Millisecond
			var got []string
			o.Result = func(line []byte) {
				if len(got) == 0 {
					time.Sleep(process.Settle + time.Second)
				}
				number, _, _ := bytes.Cut(line, []byte(" "))
				got = append(got, string(number))
			}
			if res := mustRun(t, o); res.Status != 0 {
				t.Errorf("status %d", res.Status)
			}
			if want := []string{"1", "2", "3", "4", "5", "6", "7", "8"}; !slices.Equal(got, want) {
				t.Errorf("lines %q came, want %q", got, want)
			}
		})
	}
}
