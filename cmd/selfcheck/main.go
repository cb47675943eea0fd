// Command selfcheck holds syncproof itself against what it promises: that each
// check is held in place by a test, that what is tested stays tested, and that
// what it is built from may be used. The Makefile calls it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := command(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "selfcheck:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say what to check: bench, bench-docs, cover, licences, mutate, sbom")
	}
	switch args[0] {
	case "bench":
		return benchmarks(ctx, args[1:])
	case "bench-docs":
		return benchDocument(args[1:])
	case "cover":
		return coverage(args[1:])
	case "licences":
		return licences(ctx, args[1:])
	case "mutate":
		return mutants(ctx, args[1:])
	case "sbom":
		return sbom(ctx, args[1:])
	}
	return fmt.Errorf("there is no check %q", args[0])
}
