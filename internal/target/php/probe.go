package php

import (
	"context"
	"errors"
	"slices"
	"time"

	"syncproof/internal/transcript"
)

// Probe is what can be said of PHP without running the module.
type Probe struct {
	Command []string
	// PHP is its version, Ini the php.ini it reads, "" for none.
	PHP, SAPI, OS, Ini string
	Extensions         []string
	// Network is what the module's isolated sessions have: one of
	// transcript's networks.
	Network string
	// Files says that results are exchanged through files.
	Files bool
	// Sandbox lists what sessions are kept from, and Unsandboxed says why that is
	// nothing, or not all; "" when it is.
	Sandbox     []string
	Unsandboxed string
	// Took is how long starting PHP took.
	Took time.Duration
}

// Probe starts PHP to see what it is. The trouble says why it cannot be used;
// the error, that ctx is done or that this machine failed.
func (t *Target) Probe(ctx context.Context) (Probe, *transcript.Trouble, error) {
	p := Probe{Command: slices.Clone(t.options.PHP)}
	e, err := t.inspect(ctx)
	var trouble troubled
	switch {
	case errors.As(err, &trouble):
		return p, &trouble.Trouble, nil
	case err != nil:
		return p, nil, err
	}
	p.PHP, p.SAPI, p.OS, p.Ini = e.version, e.sapi, e.os, e.ini
	p.Extensions = slices.Clone(e.extensions)
	p.Network, p.Took = e.network, e.took
	p.Files = e.files(t.options)
	p.Sandbox, p.Unsandboxed = slices.Clone(e.sandbox), e.unsandboxed
	return p, nil, nil
}

// Level is whether an interception level works here.
type Level struct {
	// Name is one of transcript's Intercept constants.
	Name string
	// Problem says why it does not work, "" when it does; Advice what could be
	// done about it.
	Problem, Advice string
	// Chosen says that sessions use it.
	Chosen bool
}

// Interception tries the levels by which requests to a control panel that is
// played could be caught, the one that holds most first, without running the
// module. The error is that of Describe, or of this machine.
func (t *Target) Interception(ctx context.Context) ([]Level, error) {
	m, from, err := t.ready()
	if err != nil {
		return nil, err
	}
	e, err := t.inspect(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{module: m, engine: e, scratch: from.dir, wrapper: from.wrapper()}
	var all []Level
	for _, name := range []string{transcript.InterceptNamespace, transcript.InterceptPrepend, transcript.InterceptProxy} {
		l := Level{Name: name, Chosen: name == t.options.level()}
		var why unplayable
		switch err := t.offers(ctx, name, s); {
		case errors.As(err, &why):
			l.Problem, l.Advice = why.reason, why.advice
		case err != nil:
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// files says that requests and results go through files.
func (e *engine) files(o Options) bool {
	return e.foreign || !o.descriptors() || e.sapi != "cli"
}
