// Command syncproof tests WHMCS provisioning modules that implement
// ListAccounts (Server Sync). See syncproof --help.
package main

import (
	"io"
	"log"
	"os"

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
	limitMemory()
	os.Exit(cli.Main(os.Args[1:], cli.System{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.LookupEnv,
	}))
}
