// Package target is how an implementation of ListAccounts is called. Each kind
// of target lives in a package of its own and turns a planned session into
// transcript events; nothing here judges what they say.
package target

import (
	"context"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// Target is an implementation that can be called.
type Target interface {
	// Describe finds out what is to be tested, without running any of it. Its
	// error is the vendor's to fix: a folder without a module, say.
	Describe(ctx context.Context) (Description, error)
	// Run makes one session and records its events, from "session" to "exit"
	// or "trouble". It returns an error only when the run as a whole cannot go
	// on: the context is done, or the sink failed. Whatever the module or the
	// way to it does is recorded, not returned.
	Run(ctx context.Context, session scenario.Session, sink Sink) error
}

// Sink takes events as they happen. *transcript.Recorder is one.
type Sink interface {
	Record(transcript.Event) error
}

// Description names what is to be tested.
type Description struct {
	Target transcript.Target
	// Subject is nil where there is no PHP file to look at.
	Subject *transcript.Subject
}
