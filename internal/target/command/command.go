// Package command calls a module through any program that reads one JSON
// request and writes one JSON answer: a script of the vendor's, docker, ssh.
package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/target/exchange"
	"syncproof/internal/transcript"
)

// Options name the command. The zero value of everything but Command and
// Module is usable.
type Options struct {
	// Command is the program and its arguments. No shell is involved.
	Command []string
	// Shown is the command as the vendor wrote it, for messages; the default
	// is Command, joined.
	Shown string
	// Module prefixes the module's functions.
	Module string
	// Dir is the folder to run in, "" for the current one.
	Dir string
	// Timeout bounds each run of the command; the default is 60 seconds.
	Timeout time.Duration
	// MaxAnswer bounds the answer in bytes; the default is 128 MiB.
	MaxAnswer int64
	// MaxStderr is how many bytes of standard error are kept; the default is
	// 64 KiB.
	MaxStderr int
	// Pass names environment variables to hand on. Without it the command
	// finds PATH, the home folder and what the system needs.
	Pass []string
	// Env holds further variables as name=value.
	Env []string
}

// Defaults of Options.
const (
	DefaultTimeout   = 60 * time.Second
	DefaultMaxAnswer = 128 << 20
	DefaultMaxStderr = 64 << 10
)

// Target is a module behind a command. It may be used from several goroutines.
type Target struct {
	shown, module string
	conductor     *exchange.Conductor
}

// New prepares the calls. It runs nothing. Its errors are the vendor's to fix.
func New(o Options) (*Target, error) {
	if len(o.Command) == 0 || o.Command[0] == "" {
		return nil, errors.New("the command is empty; it must name a program, such as --command 'php wrapper.php'")
	}
	if o.Module == "" {
		return nil, errors.New("a command does not tell the module's name: add --module NAME, the prefix of its functions (acme for acme_ListAccounts)")
	}
	if o.Shown == "" {
		o.Shown = strings.Join(o.Command, " ")
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxAnswer == 0 {
		o.MaxAnswer = DefaultMaxAnswer
	}
	if o.MaxStderr == 0 {
		o.MaxStderr = DefaultMaxStderr
	}
	return &Target{
		shown: o.Shown, module: o.Module,
		conductor: exchange.NewConductor(runner{Options: o}, o.Module, "this command"),
	}, nil
}

// Describe names the command. It runs nothing.
func (t *Target) Describe(context.Context) (target.Description, error) {
	return target.Description{Target: transcript.Target{
		Kind: transcript.TargetCommand, Ref: t.shown, Module: t.module,
	}}, nil
}

// Run makes one session; see target.Target.
func (t *Target) Run(ctx context.Context, session scenario.Session, sink target.Sink) error {
	if err := t.conductor.Run(ctx, session, sink); err != nil {
		return fmt.Errorf("running the command %s: %w", t.shown, err)
	}
	return nil
}

// RunThrough makes one session whose requests travel as wrap says. What it is given
// is Furnished and Patient.
func (t *Target) RunThrough(ctx context.Context, session scenario.Session, sink target.Sink, wrap exchange.Wrap) error {
	if err := t.conductor.RunThrough(ctx, session, sink, wrap); err != nil {
		return fmt.Errorf("running the command %s: %w", t.shown, err)
	}
	return nil
}
