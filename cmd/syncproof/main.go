// Command syncproof tests WHMCS provisioning modules that implement
// ListAccounts (Server Sync). See syncproof --help.
package main

import (
	"os"

	"syncproof/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.System{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.LookupEnv,
	}))
}
