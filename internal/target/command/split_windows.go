package command

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows"
)

// Split splits a command line into words as Windows does for every program. A
// shell's rules would take the backslashes out of paths. lookup is not used:
// Windows leaves variables to its shells.
func Split(line string, _ func(name string) string) ([]string, error) {
	words, err := windows.DecomposeCommandLine(line)
	if err != nil {
		return nil, fmt.Errorf("the command cannot be split into words: %w", err)
	}
	if len(words) == 0 || words[0] == "" {
		return nil, errors.New("the command is empty; it must name a program, such as --command 'php wrapper.php'")
	}
	return words, nil
}
