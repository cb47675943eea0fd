//go:build !linux

package process

import "os/exec"

// begin starts the program.
func begin(cmd *exec.Cmd, _ Options) (*exec.Cmd, error) { return cmd, cmd.Start() }
