package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"syncproof/internal/progress"
)

// progressOf begins to show how a run goes, on the stream for messages: standard
// output belongs to the report. It shows nothing with --quiet or --no-progress.
func progressOf(system System, c *cobra.Command) *progress.Meter {
	if flagBool(c, "quiet") || flagBool(c, "no-progress") {
		return nil
	}
	width, live := terminal(system.Err)
	live = live && system.getenv("TERM") != "dumb"
	return progress.Start(system.Err, progress.Options{Live: live, Width: width})
}

// terminal reports whether a stream is a terminal, and how wide it is.
func terminal(stream io.Writer) (width int, is bool) {
	f, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, true
	}
	return width, true
}
