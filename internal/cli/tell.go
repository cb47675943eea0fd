package cli

import (
	"fmt"
	"io"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/secret"
)

// tell writes one message beside the reports. Names of files and messages of
// the system in it must not act on the terminal.
func tell(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "syncproof: %s\n", phpvalue.Printable(fmt.Sprintf(format, args...)))
}

// headline writes the line above one of several runs.
func headline(w io.Writer, text string) {
	text = strings.ReplaceAll(phpvalue.Printable(text), "\n", `\n`)
	fmt.Fprintf(w, "%s\n%s\n\n", text, strings.Repeat("=", len([]rune(text))))
}

// warnOfWeak says which secrets can show in the evidence. Their values are not
// told.
func warnOfWeak(w io.Writer, secrets map[string]string) {
	weak := secret.New(secrets).Weak()
	if len(weak) == 0 {
		return
	}
	tell(w, "%s is so short or so ordinary that it cannot be told from other text: where the module or the panel shows it within "+
		"other text, it stays in the transcript and the reports; give the test server a secret of %d or more mixed characters",
		strings.Join(weak, " and "), secret.MinLength)
}
