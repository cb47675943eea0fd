package cli

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"syncproof/internal/config"
	"syncproof/internal/harness"
	"syncproof/internal/panel"
	"syncproof/internal/phpvalue"
	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// serveOptions say what is played and where.
type serveOptions struct {
	path, listen, fleet, fault           string
	behaviour                            string
	username, passwordEnv, accessHashEnv string
	port, accounts                       int
	seed                                 uint64
}

func newPanelServe(system System) *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve FILE",
		Short: "Play a panel profile on a port of this machine",
		Long: `Serve plays the panel a profile describes, with http and https on one port, until it
is interrupted, and prints the server parameters to enter in WHMCS. What clients
change is forgotten when it ends. The certificate is made anew each time, so that
careful clients refuse it.

Exit codes: 0 interrupted, 2 usage or profile, 3 the port cannot be opened.`,
		Example: `  syncproof panel serve acme.yaml
  syncproof panel serve acme.yaml --port 8080 --accounts 5001 --seed 7
  syncproof panel serve acme.yaml --fleet edge
  syncproof panel serve acme.yaml --fault http-500`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			o.path = args[0]
			return servePanel(ctx, system, o)
		},
	}
	f := c.Flags()
	f.IntVar(&o.port, "port", 0, "port to listen on (default: a free one)")
	f.StringVar(&o.listen, "listen", "127.0.0.1", "address to listen on; any other than 127.0.0.1 and ::1 lets other machines in")
	f.IntVar(&o.accounts, "accounts", 25, "how many accounts the panel has")
	f.Uint64Var(&o.seed, "seed", 1, "number from which the accounts are made; the same one makes the same accounts")
	f.StringVar(&o.fleet, "fleet", "", "odd accounts in place of ordinary ones: edge for all, or ids, states, duplicates, case, users, addresses, mail, domains, text, plans, dates; or flags, instants, words, notations, undated")
	f.StringVar(&o.behaviour, "behaviour", "", "what the panel does wrong with the pages of its lists: list-changes, ignores-pages, total-too-high, total-too-low")
	f.StringVar(&o.fault, "fault", "", "answer every request with this failure (see syncproof faults)")
	f.StringVar(&o.username, "username", "syncproof", "user name that clients have to present")
	f.StringVar(&o.passwordEnv, "password-env", "", "environment variable with the password that clients have to present")
	f.StringVar(&o.accessHashEnv, "accesshash-env", "", "environment variable with the access hash that clients have to present")
	return c
}

func servePanel(ctx context.Context, system System, o serveOptions) error {
	address, err := listenAddress(o)
	if err != nil {
		return err
	}
	profile, err := panel.Load(ctx, o.path)
	if err != nil {
		return usage("%w", err)
	}
	fleet, err := harness.PanelFleet(config.Panel{Fleet: o.fleet, Accounts: o.accounts, Seed: o.seed}, profile)
	if err != nil {
		return usage("%w", err)
	}
	credentials, err := servedCredentials(system, o)
	if err != nil {
		return err
	}
	authority, err := upstream.NewAuthority()
	if err != nil {
		return notDriven("%w", err)
	}
	played := panel.New(profile, fleet, credentials)
	if o.behaviour != "" {
		if err := played.Behave(o.behaviour, o.seed); err != nil {
			return usage("--behaviour: %w", err)
		}
	}
	options := upstream.Options{Authority: authority, Good: played, Observe: func(x upstream.Exchange) {
		if x.Problem != "" {
			fmt.Fprintf(system.Err, "syncproof: %s\n", phpvalue.Printable(x.Problem))
		}
	}}
	if o.fault != "" {
		f, err := servedFault(o.fault)
		if err != nil {
			return err
		}
		options.Fault = func(int) (fault.Fault, bool) { return f, true }
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address.String())
	if err != nil {
		return notDriven("opening the port: %w", err)
	}
	proxy, err := upstream.Listen(ctx, options)
	if err != nil {
		_ = listener.Close()
		return notDriven("%w", err)
	}
	defer proxy.Close()
	proxy.Serve(listener)
	if !address.Addr().IsLoopback() {
		fmt.Fprintf(system.Err, "syncproof: anybody who reaches %s can use this panel\n", listener.Addr())
	}
	describeServed(system.Out, o, profile, len(fleet), listener.Addr().String(), credentials)
	<-ctx.Done()
	return nil
}

// listenAddress is where to listen. Only addresses are taken: what a name leads to
// may be open to other machines.
func listenAddress(o serveOptions) (netip.AddrPort, error) {
	ip, err := netip.ParseAddr(o.listen)
	switch {
	case err != nil:
		return netip.AddrPort{}, usage("--listen takes an IP address of this machine, such as 127.0.0.1; got %s", phpvalue.Quote(o.listen))
	case o.port < 0 || o.port > 65535:
		return netip.AddrPort{}, usage("--port takes a port number from 0 to 65535, 0 for any free one; got %d", o.port)
	}
	return netip.AddrPortFrom(ip, uint16(o.port)), nil
}

// The password and access hash where none are given: they keep nobody out that
// can run programs on this machine, and are no secret.
const (
	servedPassword   = "panel-password-for-development"
	servedAccessHash = "panel-access-hash-for-development"
)

func servedCredentials(system System, o serveOptions) (panel.Credentials, error) {
	c := panel.Credentials{Username: o.username, Password: servedPassword, AccessHash: servedAccessHash}
	for _, from := range []struct {
		flag, name string
		to         *string
	}{{"--password-env", o.passwordEnv, &c.Password}, {"--accesshash-env", o.accessHashEnv, &c.AccessHash}} {
		if from.name == "" {
			continue
		}
		value, ok := system.Getenv(from.name)
		if !ok || value == "" {
			return c, usage("%s: the environment variable %s is not set or is empty", from.flag, phpvalue.Printable(from.name))
		}
		*from.to = value
	}
	return c, nil
}

func servedFault(id string) (fault.Fault, error) {
	f, ok := faultNamed(id)
	switch {
	case !ok:
		return f, usage("there is no fault %s; \"syncproof faults\" lists them", phpvalue.Quote(id))
	case f.NeedsNetwork(), f.OnlyTimed():
		return f, usage("the fault %s needs a network of its own, which only syncproof run makes", f.ID)
	}
	return f, nil
}

// describeServed prints what to enter in WHMCS. Secrets that were given are not
// printed.
func describeServed(w io.Writer, o serveOptions, p *panel.Profile, accounts int, address string, c panel.Credentials) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	show := func(name, value string) string {
		if name != "" {
			return "the value of $" + name
		}
		return value
	}
	fmt.Fprintf(w, "playing %s with %s on http://%s (and https)\n\n", phpvalue.Printable(p.Name), counted(accounts, "account"), address)
	fmt.Fprint(w, "the server in WHMCS:\n")
	for _, line := range [][2]string{
		{"hostname", host}, {"port", port}, {"secure", "no"}, {"username", c.Username},
		{"password", show(o.passwordEnv, c.Password)}, {"access hash", show(o.accessHashEnv, c.AccessHash)},
	} {
		fmt.Fprintf(w, "  %-12s %s\n", line[0], phpvalue.Printable(line[1]))
	}
	if o.fault != "" {
		fmt.Fprintf(w, "\nevery request is answered with the failure %s\n", phpvalue.Printable(o.fault))
	}
	if o.fleet == "" {
		fmt.Fprintf(w, "\nthe accounts are those of --accounts %d --seed %s\n", accounts, strconv.FormatUint(o.seed, 10))
	}
	fmt.Fprint(w, "stop with Ctrl-C\n")
}
