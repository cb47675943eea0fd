package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/harness"
	"syncproof/internal/phpvalue"
	"syncproof/internal/recording"
)

func newRecord(system System) *cobra.Command {
	c := &cobra.Command{
		Use:   "record MODULE",
		Short: "Record a module's requests to a real server, for runs without the server",
		Long: `Record lists the accounts of a real server twice, keeps every request with its
answer and writes them to a file that holds no secret: passwords, keys, cookies and
tokens are replaced, and the file is searched for them before it is written.
"syncproof run MODULE --recording FILE" then tests the module without the server.

The file is an HTTP Archive. It holds what the server said about its accounts, such
as names and e-mail addresses: use a test server.

Exit codes: 0 recorded, 1 the module did not list the accounts, 2 usage or
configuration, 3 the module's requests could not be recorded, 130 interrupted.`,
		Example: `  syncproof record modules/servers/acme --server-hostname panel.example.com --server-password-env PANEL_PASSWORD
  syncproof record modules/servers/acme --output acme.har --volatile query:ts --volatile body:nonce
  syncproof record modules/servers/acme --as empty --server-hostname empty.example.com --output acme-empty.har`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return record(system, c, args) },
	}
	targetFlags(c)
	f := c.Flags()
	f.String("output", "", "file to write (default: the module's name and .har, or -empty.har)")
	f.StringArray("volatile", nil, "a part of requests that differs each time: query:ts, body:auth.nonce, path:3 (repeatable)")
	f.String("as", "", "empty: the server has no accounts; the file is for run --empty-recording")
	f.Bool("keep-failed", false, "write the recording of a module that reports a failure, too")
	return c
}

func record(system System, c *cobra.Command, args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cfg, err := settings(ctx, c, args)
	if err != nil {
		return err
	}
	if err := recordable(cfg); err != nil {
		return err
	}
	o, err := recordOptions(system, c, cfg)
	if err != nil {
		return err
	}
	made, err := harness.Record(ctx, o)
	if ctx.Err() != nil {
		return &exitError{code: ExitInterrupted}
	}
	if err != nil {
		return recordError(err)
	}
	path := flagText(c, "output")
	if path == "" {
		path = made.File.Module + ".har"
		if o.Empty {
			path = made.File.Module + "-empty.har"
		}
	}
	if err := recording.Save(path, made.Content); err != nil {
		return notDriven("%w", err)
	}
	describeRecording(system.Out, made, path, cfg.Target)
	return nil
}

// recordable refuses what cannot be recorded.
func recordable(cfg config.Config) error {
	switch {
	case len(cfg.Command) > 0 || harness.IsAddress(cfg.Target):
		return usage("only a module that syncproof runs itself can be recorded, since the requests of an address or a command pass it by; " +
			"name the module's folder or .php file")
	case cfg.Target == "":
		return usage("nothing to record was named; give a module's folder, as in\n  syncproof record modules/servers/acme --server-hostname panel.example.com")
	case isTranscript(cfg.Target):
		return usage("%s is a transcript; name the module's folder or .php file", cfg.Target)
	case !cfg.Server.Live():
		return usage("no server to record was named; give --server-hostname or --server-ip, or server.hostname in %s", config.FileName)
	}
	return nil
}

func recordOptions(system System, c *cobra.Command, cfg config.Config) (harness.RecordOptions, error) {
	params, secrets, err := cfg.Params(system.getenv)
	if err != nil {
		return harness.RecordOptions{}, usage("%w", err)
	}
	o := harness.RecordOptions{
		Module: harness.ModuleOptions(cfg, system.getenv, func(note string) { tell(system.Err, "%s", note) }),
		Params: params, Secrets: secrets, KeepFailed: flagBool(c, "keep-failed"), Tool: tool,
	}
	switch as := flagText(c, "as"); as {
	case "":
	case "empty":
		o.Empty = true
	default:
		return o, usage("--as takes empty, or is left out; got %s", phpvalue.Quote(as))
	}
	named, _ := c.Flags().GetStringArray("volatile")
	for _, text := range named {
		field, err := recording.ParseField(text)
		if err != nil {
			return o, usage("--volatile: %w", err)
		}
		o.Volatile = append(o.Volatile, field)
	}
	return o, nil
}

// recordError tells the module's fault from the machine's and the user's.
func recordError(err error) error {
	var leak *recording.LeakError
	switch {
	case errors.Is(err, harness.ErrNoList):
		return &exitError{code: ExitNotConformant, err: err}
	case errors.Is(err, harness.ErrNotDriven), errors.Is(err, harness.ErrNoReplay), errors.As(err, &leak), errors.Is(err, recording.ErrNotSealed):
		return notDriven("%w", err)
	}
	return usage("%w", err)
}

// describeRecording says what is in the file, and what to do with it.
func describeRecording(w io.Writer, made harness.Recorded, path, target string) {
	f := made.File
	fmt.Fprintf(w, "recorded %s in %s\n", phpvalue.Printable(f.Module), phpvalue.Printable(path))
	if made.Said != "" {
		fmt.Fprintf(w, "  the module %s\n", phpvalue.Printable(made.Said))
	} else {
		fmt.Fprintf(w, "  accounts  %d\n", f.Accounts)
	}
	fmt.Fprintf(w, "  requests  %d, made twice\n", len(f.Conversations[0].Entries))
	for _, line := range requestLines(f.Conversations[0]) {
		fmt.Fprintf(w, "            %s\n", phpvalue.Printable(line))
	}
	volatile := "no part of them differs each time"
	if len(f.Volatile) > 0 {
		volatile = strings.Join(f.Volatile, ", ")
	}
	fmt.Fprintf(w, "  volatile  %s\n", phpvalue.Printable(volatile))
	secrets := "none were given"
	if len(f.Secrets) > 0 {
		secrets = strings.Join(f.Secrets, ", ") + " replaced"
	}
	fmt.Fprintf(w, "  secrets   %s\n", secrets)
	fmt.Fprint(w, "The file holds what the server said about its accounts; treat it like a copy of them.\n")
	flags := "--recording " + quote(path)
	if f.Empty {
		flags = "--recording FILE --empty-recording " + quote(path)
	}
	fmt.Fprintf(w, "next: syncproof run %s %s\n", quote(target), flags)
}

// requestLines are the methods and paths of requests, each once with how often
// it was asked, in the order of their names.
func requestLines(c *recording.Conversation) []string {
	count := map[string]int{}
	for _, e := range c.Entries {
		path, _, _ := strings.Cut(e.Request.Target, "?")
		count[e.Request.Method+" "+e.Request.Scheme+"://"+e.Request.Host+path]++
	}
	var lines []string
	const most = 20
	for i, what := range slices.Sorted(maps.Keys(count)) {
		if i == most {
			return append(lines, fmt.Sprintf("and %d more", len(count)-most))
		}
		line := phpvalue.Printable(what)
		if n := count[what]; n > 1 {
			line += fmt.Sprintf(" (%d times)", n)
		}
		lines = append(lines, line)
	}
	return lines
}
