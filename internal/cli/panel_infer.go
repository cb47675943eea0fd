package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"syncproof/internal/infer"
	"syncproof/internal/phpvalue"
	"syncproof/internal/recording"
)

func newPanelInfer(system System) *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "infer RECORDING",
		Short: "Make a first panel profile from a recording",
		Long: `Infer looks in a recording for the list of accounts, what the fields of accounts are
called, how the list comes in pages, which requests are about one account, and where
requests show credentials, and writes a panel profile. What it is not certain of has
a comment beside it that begins with "guessed:", what it did not find one with "TODO".

Record a panel that has more accounts than fit on a page, and some suspended ones.
Values that are no field of accounts stand in the profile as they were recorded.

Exit codes: 0 written, 1 the recording shows no list of accounts, 2 usage, or the
recording cannot be read.`,
		Example: `  syncproof record modules/servers/acme --server-hostname panel.example.com --server-password-env PANEL_PASSWORD
  syncproof panel infer acme.har --output acme.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return inferPanel(ctx, system, args[0], output)
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "", "file to write; it must not exist yet (default: the profile is printed)")
	return c
}

func inferPanel(ctx context.Context, system System, path, output string) error {
	file, err := recording.Load(path)
	if err != nil {
		return usage("%w", err)
	}
	made, err := infer.Profile(ctx, file)
	switch {
	case ctx.Err() != nil:
		return &exitError{code: ExitInterrupted}
	case errors.Is(err, infer.ErrNothing):
		return &exitError{code: ExitNotConformant, err: err}
	case err != nil:
		return usage("%w", err)
	}
	if output == "" {
		_, err := system.Out.Write(made.Profile)
		return err
	}
	if err := writeNew(output, made.Profile); err != nil {
		return err
	}
	name := phpvalue.Printable(output)
	fmt.Fprintf(system.Out, "wrote %s from %s: %s, %d things guessed, %d to do\nnext: syncproof panel check %s\n",
		name, counted(made.Accounts, "account"), counted(made.Routes, "route"), made.Guessed, made.Missing, name)
	return nil
}

// writeNew never writes over a profile: it may have been worked on.
func writeNew(path string, content []byte) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return usage("%s exists; name another file with --output, or remove it", path)
	}
	if err != nil {
		return usage("the profile cannot be written: %w", err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return usage("the profile cannot be written: %w", err)
	}
	return nil
}
