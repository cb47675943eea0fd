//go:build !linux

package process

import (
	"context"

	"syncproof/internal/target/netns"
)

// Server is a program in a cell that makes one run after another. Here there is
// none.
type Server struct{}

// Serve fails with ErrNoIsolation.
func Serve(context.Context, Options, string) (*Server, error) { return nil, ErrNoIsolation }

// Cell is none.
func (*Server) Cell() *netns.Cell { return nil }

// Usable is false.
func (*Server) Usable() bool { return false }

// Run fails with ErrServer.
func (*Server) Run(context.Context, Job) (Result, error) { return Result{}, ErrServer }

// Close has nothing to free.
func (*Server) Close() error { return nil }
