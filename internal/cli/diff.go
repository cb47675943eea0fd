package cli

import (
	"github.com/spf13/cobra"
)

func newDiff(system System) *cobra.Command { return &cobra.Command{Use: "diff"} }
