package cli

import (
	"fmt"

	"syncproof/internal/contract"
)

// Exit codes. They are part of the interface and do not change.
const (
	// ExitConformant: every applicable MUST rule was tested and passed.
	ExitConformant = 0
	// ExitNotConformant: a counted rule failed.
	ExitNotConformant = 1
	// ExitUsage: the command line or configuration is wrong.
	ExitUsage = 2
	// ExitNotDriven: the target could not be driven, or syncproof failed.
	ExitNotDriven = 3
	// ExitIncomplete: nothing failed, but some rules could not be tested. It
	// becomes 0 when incomplete runs are allowed.
	ExitIncomplete = 4
	// ExitInterrupted: the user stopped the run.
	ExitInterrupted = 130
)

// exitError ends the command with a code; err is printed unless it is nil.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) *exitError {
	return &exitError{code: ExitUsage, err: fmt.Errorf(format, args...)}
}

func notDriven(format string, args ...any) *exitError {
	return &exitError{code: ExitNotDriven, err: fmt.Errorf(format, args...)}
}

// verdictCode is the exit code a verdict stands for.
func verdictCode(v contract.Verdict, allowIncomplete bool) int {
	switch v {
	case contract.Conformant:
		return ExitConformant
	case contract.NotConformant:
		return ExitNotConformant
	case contract.Incomplete:
		if allowIncomplete {
			return ExitConformant
		}
		return ExitIncomplete
	default:
		return ExitNotDriven
	}
}

// exitWith ends the command with a code and no further message, or normally.
func exitWith(code int) error {
	if code == ExitConformant {
		return nil
	}
	return &exitError{code: code}
}
