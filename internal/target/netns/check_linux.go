package netns

import (
	"context"
	"errors"
	"os/exec"
)

// Check makes a cell and takes it down again. The error is ErrUnavailable with
// the reason, for people, where that cannot be done. It takes some milliseconds:
// callers keep the answer.
func Check(ctx context.Context) error {
	c, err := Prepare(Options{})
	if err != nil {
		return err
	}
	cmd := &exec.Cmd{Path: "/", Env: []string{}}
	if err := c.Attach(cmd); err != nil {
		return errors.Join(err, c.Close())
	}
	if err := cmd.Start(); err != nil {
		return errors.Join(unavailable(err), c.Close())
	}
	err = c.Open(ctx)
	// The first process ends when it finds itself alone.
	err = errors.Join(err, c.Close())
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return err
}
