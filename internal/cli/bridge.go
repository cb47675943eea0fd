package cli

import (
	"github.com/spf13/cobra"

	"syncproof/internal/target/endpoint/bridge"
)

func newBridge(system System) *cobra.Command {
	return &cobra.Command{
		Use:   "bridge",
		Short: "Print bridge.php, which puts a module behind the endpoint protocol",
		Long: `Bridge prints one PHP file that serves the endpoint protocol from any PHP web
server. Inside a WHMCS development installation it loads WHMCS itself. It answers
nobody without a token; how to set one stands at the top of the file.`,
		Example: `  syncproof bridge > bridge.php
  syncproof run https://dev.example.com/bridge.php --module acme --endpoint-token-env BRIDGE_TOKEN`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			source, err := bridge.Source()
			if err != nil {
				return notDriven("putting bridge.php together: %w", err)
			}
			if _, err = system.Out.Write(source); err != nil {
				return notDriven("printing bridge.php: %w", err)
			}
			return nil
		},
	}
}
