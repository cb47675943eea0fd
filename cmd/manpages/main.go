// Command manpages writes syncproof's manual pages, one for each command, into a
// folder: "make man".
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra/doc"

	"syncproof/internal/cli"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: manpages FOLDER")
		os.Exit(cli.ExitUsage)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "manpages: %v\n", err)
		os.Exit(cli.ExitNotDriven)
	}
}

// write makes the folder and the pages in it. SOURCE_DATE_EPOCH sets their date.
func write(folder string) error {
	const mode = 0o755
	if err := os.MkdirAll(folder, mode); err != nil {
		return fmt.Errorf("making the folder of the manual pages: %w", err)
	}
	root := cli.Commands(cli.System{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.LookupEnv})
	// Otherwise each page would end with the day it was made.
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Section: "1", Source: "syncproof " + cli.Version, Manual: "syncproof"}
	if err := doc.GenManTree(root, header, folder); err != nil {
		return fmt.Errorf("writing the manual pages: %w", err)
	}
	return nil
}
