//go:build !windows

package command

import (
	"errors"
	"fmt"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/shell"
	"mvdan.cc/sh/v3/syntax"
)

// Split splits a command line into words as a POSIX shell does: quotes,
// backslashes, ~, and variables such as $HOME or $PWD, read with lookup. What
// only a shell can run, such as a pipe, is an error that says so.
func Split(line string, lookup func(name string) string) ([]string, error) {
	words, err := shell.Fields(line, lookup)
	if err != nil {
		return nil, splitError(err)
	}
	if len(words) == 0 {
		return nil, errors.New("the command is empty; it must name a program, such as --command 'php wrapper.php'")
	}
	return words, nil
}

func splitError(err error) error {
	const advice = "the command is split into words but not run by a shell; for pipes, redirections and substitutions name one: --command 'sh -c \"…\"'"
	var parse syntax.ParseError
	var substitution expand.UnexpectedCommandError
	switch {
	case errors.As(err, &parse):
		return fmt.Errorf("the command cannot be split into words: %s at column %d; %s", parse.Text, parse.Pos.Col(), advice)
	case errors.As(err, &substitution):
		return fmt.Errorf("the command cannot be split into words: it has a command substitution at column %d; %s", substitution.Node.Pos().Col(), advice)
	}
	return fmt.Errorf("the command cannot be split into words: %w; %s", err, advice)
}
