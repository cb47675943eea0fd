// Package cli is the command line: it parses what the user typed, wires the
// pipeline together, and turns a verdict into an exit code. It and cmd are the
// only places that print.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"syncproof/internal/phpvalue"
)

// Version of syncproof. Transcripts and reports carry it.
const Version = "0.1.0"

// tool is how reports name this program.
const tool = "syncproof " + Version

// System is what the command line touches of the machine.
type System struct {
	In       io.Reader
	Out, Err io.Writer
	// Getenv looks a variable of the environment up, as os.LookupEnv does.
	Getenv func(string) (string, bool)
	// Now tells the time, nil for the machine's clock.
	Now func() time.Time
}

func (s System) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// getenv is the variable's value, "" when it is not set.
func (s System) getenv(name string) string {
	v, _ := s.Getenv(name)
	return v
}

// Main runs one command line and returns its exit code; see the Exit constants.
func Main(args []string, system System) int {
	// Where nobody reads standard output any more the reports are still written to
	// their files; unasked for, this signal would end the process before. It is
	// caught, not ignored, since the programs a run starts would inherit that.
	closed := make(chan os.Signal, 1)
	signal.Notify(closed, syscall.SIGPIPE)
	defer signal.Stop(closed)
	root := newRoot(system)
	root.SetArgs(args)
	root.SetIn(system.In)
	root.SetOut(system.Out)
	root.SetErr(system.Err)
	err := root.Execute()
	if err == nil {
		return ExitConformant
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = usage("%w", err)
	}
	if exit.err != nil {
		fmt.Fprintf(system.Err, "syncproof: %s\n", phpvalue.Printable(exit.err.Error()))
	}
	return exit.code
}

func newRoot(system System) *cobra.Command {
	root := &cobra.Command{
		Use:   "syncproof",
		Short: "Conformance tests for WHMCS ListAccounts (Server Sync) modules",
		Long: `syncproof tests third-party WHMCS provisioning modules that implement ListAccounts.

WHMCS documents that a service which exists in WHMCS but is missing from the list
a module returns is terminated when an administrator syncs it. syncproof calls
your module, looks at everything that comes back, and says whether customers can
be harmed by it, where, why, and what to change.`,
		Example: `  syncproof run modules/servers/acme
  syncproof run modules/servers/acme --server-hostname panel.example.com --server-password-env PANEL_PASSWORD
  syncproof run https://dev.example.com/bridge.php --module acme --endpoint-token-env BRIDGE_TOKEN
  syncproof explain META-02
  syncproof demo`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%w\nsee \"%s --help\"", err, cmd.CommandPath())
	})
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		newRun(system), newRecord(system), newJudge(system), newMerge(system), newDiff(system), newWaive(system), newRules(system), newFaults(system), newExplain(system), newDoctor(system),
		newBridge(system), newInit(system), newPanel(system), newDemo(system), newCompletion(system), newVersion(system),
	)
	for _, c := range root.Commands() {
		describeArgs(c)
	}
	complete(root)
	return root
}

// Commands is the tree of commands, for the manual pages. Running one prints to
// the system's streams.
func Commands(system System) *cobra.Command { return newRoot(system) }

// describeArgs turns cobra's word on a wrong number of arguments into a sentence
// that shows how the command is used.
func describeArgs(c *cobra.Command) {
	check := c.Args
	if check == nil {
		check = cobra.NoArgs
	}
	c.Args = func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usage("this command is used as: %s\n%s", cmd.UseLine(), strings.TrimSpace(cmd.Example))
		}
		return nil
	}
}
