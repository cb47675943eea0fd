package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"syncproof/internal/selfcheck/supply"
)

const (
	noticeFile = "THIRD_PARTY.md"
	binary     = "./cmd/syncproof"
)

// systems are those that binaries are made for.
func systems() []string { return []string{"linux", "darwin", "windows"} }

// mayBeUsed are licences that ask for no more than to be passed on.
func mayBeUsed() []string {
	return []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC"}
}

// licences checks the licences of all dependencies, those of the tests
// included, and that the notice that goes with the binaries is up to date.
func licences(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("licences", flag.ContinueOnError)
	update := flags.Bool("update", false, "write "+noticeFile+" anew")
	if err := flags.Parse(args); err != nil {
		return err
	}
	all, err := supply.Modules(ctx, ".", systems(), true, "./...")
	if err != nil {
		return err
	}
	inside, err := supply.Modules(ctx, ".", systems(), false, binary)
	if err != nil {
		return err
	}
	// What is not passed on has to be open to use only.
	tested := append(mayBeUsed(), "MPL-2.0")
	if refused := append(supply.Allowed(inside, mayBeUsed()), supply.Allowed(all, tested)...); len(refused) > 0 {
		return fmt.Errorf("may not be used:\n%s\nallowed are %s; for tests alone MPL-2.0 as well",
			strings.Join(refused, "\n"), strings.Join(mayBeUsed(), ", "))
	}
	want := supply.Notice(inside)
	if *update {
		if err := os.WriteFile(noticeFile, []byte(want), 0o644); err != nil {
			return fmt.Errorf("writing the notice: %w", err)
		}
	}
	have, err := os.ReadFile(noticeFile)
	if err != nil {
		return fmt.Errorf("reading the notice: %w", err)
	}
	if string(have) != want {
		return errors.New(noticeFile + " is not up to date; make licences writes it")
	}
	fmt.Printf("%d modules in the binaries, %d with those of the tests, all under allowed licences\n", len(inside), len(all))
	return nil
}

// sbom prints what a binary holds.
func sbom(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: selfcheck sbom BINARY")
	}
	modules, err := supply.Modules(ctx, ".", systems(), false, binary)
	if err != nil {
		return err
	}
	text, err := supply.SBOM(args[0], modules)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}
