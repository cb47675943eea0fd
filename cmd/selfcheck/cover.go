package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"syncproof/internal/selfcheck/cover"
)

const floorsFile = "tools/coverage.txt"

// coverage prints what a coverage profile says of each package, and holds it
// against the floors.
func coverage(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: selfcheck cover PROFILE")
	}
	raw, err := os.ReadFile(args[0])
	if err != nil {
		return fmt.Errorf("reading the coverage profile: %w", err)
	}
	shares, err := cover.Read(string(raw))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(floorsFile)
	if err != nil {
		return fmt.Errorf("reading the floors: %w", err)
	}
	floors, err := cover.Floors(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", floorsFile, err)
	}
	if short := cover.Check(os.Stdout, shares, floors); len(short) > 0 {
		return fmt.Errorf("%s\nthe floors stand in %s", strings.Join(short, "\n"), floorsFile)
	}
	return nil
}
