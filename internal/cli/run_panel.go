package cli

import (
	"github.com/spf13/cobra"

	"syncproof/internal/config"
)

// panelFlags declare the control panel that a run plays from a profile.
func panelFlags(c *cobra.Command) {
	f := c.Flags()
	f.String("panel", "", "play the control panel that this profile describes, in place of a server (docs/panel-profiles.md)")
	f.Int("accounts", 0, "how many accounts the played panel has in the ordinary calls (default: enough for a second page)")
	f.Uint64("seed", 1, "number from which the played panel's accounts are made")
	f.Bool("panel-faults", false, "for an address or a command: play a panel that fails (a module's folder always meets one)")
	f.String("panel-listen", "", "for an address or a command: address of this machine at which the panel is played (default 127.0.0.1)")
	f.String("panel-host", "", "for an address or a command: name under which the module reaches that address")
	f.String("panel-authority", "", "for an address: PEM file of the certificate that signs the played panel's; made where there is none")
	f.String("fleet", "", "odd accounts in place of ordinary ones; see syncproof panel serve --help")
}

// checkPanelFlags refuses what does not go together.
func checkPanelFlags(c *cobra.Command, cfg config.Config) error {
	if cfg.Panel.Path == "" {
		for _, name := range []string{"accounts", "seed", "fleet"} {
			if c.Flags().Changed(name) {
				return usage("--%s is about the panel that is played; name its profile with --panel", name)
			}
		}
		return nil
	}
	if cfg.Server.Live() || cfg.Recording != "" || cfg.EmptyRecording != "" {
		return usage("a panel profile answers in place of a server or a recording; leave those out")
	}
	return nil
}
