// Command syncproof tests WHMCS provisioning modules that implement
// ListAccounts (Server Sync). See syncproof --help.
package main

import (
	"io"
	"log"
	"os"
	"runtime/debug"

	"syncproof/internal/cli"
	"syncproof/internal/target/netns"
)

func main() {
	// A module that is put into a network of its own is started by this program
	// in another role.
	if status, inside := netns.Inside(); inside {
		os.Exit(status)
	}
	// Libraries log what odd servers do, such as HTTP/2 frames they do not know.
	// The run tells of it where it matters; among its output it is noise.
	log.SetOutput(io.Discard)
	// A list of a million accounts passes through as short-lived memory. From here
	// on it is taken back sooner, so that a run stays small whatever it tests. It
	// is no bound: what is needed is had.
	if _, set := os.LookupEnv("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(usualMemory)
	}
	os.Exit(cli.Main(os.Args[1:], cli.System{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.LookupEnv,
	}))
}

// usualMemory is what a run should make do with, in bytes.
const usualMemory = 96 << 20
