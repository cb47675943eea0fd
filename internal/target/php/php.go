// Package php runs a module file in PHP: it finds the module in the vendor's
// folder, lays it into a scratch tree shaped like a WHMCS root, and makes each
// session in a fresh PHP process.
package php

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"syncproof/internal/recording"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
)

// Options say which module to run, and how. The zero value of everything but
// Path is usable.
type Options struct {
	// Path is the module's .php file, its folder, or a folder that holds it.
	Path string
	// PHP is the command that starts PHP, such as {"php8.2"} or
	// {"docker", "run", …}; the default is {"php"}.
	PHP []string
	// Timeout bounds each session; the default is 60 seconds.
	Timeout time.Duration
	// MaxMemory is PHP's memory_limit in bytes; the default is 512 MiB.
	MaxMemory int64
	// MaxOutput is how many bytes of each standard stream are kept; the
	// default is 64 KiB.
	MaxOutput int
	// MaxFile bounds each file the module writes; the default is 1 GiB. MaxDisk
	// bounds what a session's folders may come to hold; the default is 2 GiB.
	MaxFile, MaxDisk int64
	// MaxFiles bounds the files a process of the module's has open at a time; the
	// default is 1024. MaxProcesses bounds how many of them there are; the default
	// is 256.
	MaxFiles, MaxProcesses int
	// MaxCPU bounds the processor time of each process; 0 bounds it by Timeout,
	// with some seconds to spare.
	MaxCPU time.Duration
	// Sandbox says whether sessions are kept from files and processes that are
	// none of theirs: SandboxAuto as far as this machine can do it, SandboxOn
	// without fail, SandboxOff or "" not at all. Whoever switches it on has to
	// call netns.Inside in main.
	Sandbox string
	// Ini holds further PHP settings as name=value.
	Ini []string
	// Live lets sessions that are not isolated by themselves use the network.
	Live bool
	// Recording holds the control panel's answers; nil when none were recorded
	// before this run.
	Recording *recording.Conversation
	// EmptyRecording holds those of a panel without accounts, nil for none.
	EmptyRecording *recording.Conversation
	// Panel makes the panel that is played in sessions with AnswersPanel, anew for
	// each so that none sees what another changed; nil for none.
	Panel func(fleet string, size int) upstream.Responder
	// EmptyPanel is the same panel without accounts, nil for none.
	EmptyPanel func() upstream.Responder
	// Intercept is how requests to a control panel that is played are caught:
	// one of transcript's Intercept constants, "" for the namespace.
	Intercept string
	// Isolation says how sessions are kept apart: IsolationProcess,
	// IsolationFork, or "" for whichever suits the session.
	Isolation string
	// FileChannel exchanges requests and results through files even where
	// PHP inherits descriptors.
	FileChannel bool
	// NoNamespaces does without network namespaces even where they can be
	// made. Isolated sessions are then only given a dead proxy.
	NoNamespaces bool
	// Env holds further environment variables as name=value.
	Env []string
	// WHMCSRoot is a WHMCS installation whose libraries the module finds, ""
	// for those it has itself and those of the system.
	WHMCSRoot string
	// Bootstrap is a PHP file to load before the module, "" for none.
	Bootstrap string
	// Note is told, in words, what had to be done differently than usual: a
	// fallback, a file left out. It may be called from several goroutines.
	Note func(string)
}

func (o Options) withDefaults() Options {
	if len(o.PHP) == 0 {
		o.PHP = []string{"php"}
	}
	if o.Timeout <= 0 {
		o.Timeout = 60 * time.Second
	}
	if o.MaxMemory <= 0 {
		o.MaxMemory = 512 << 20
	}
	if o.MaxOutput <= 0 {
		o.MaxOutput = 64 << 10
	}
	if o.MaxFile <= 0 {
		o.MaxFile = 1 << 30
	}
	if o.MaxDisk <= 0 {
		o.MaxDisk = 2 << 30
	}
	if o.MaxFiles <= 0 {
		o.MaxFiles = 1024
	}
	if o.MaxProcesses <= 0 {
		o.MaxProcesses = 256
	}
	if o.Note == nil {
		o.Note = func(string) {}
	}
	return o
}

// Target runs one module. Its methods may be called from several goroutines,
// Close only when no other is running.
type Target struct {
	options Options

	mu      sync.Mutex
	module  *module
	scratch *scratch
	engine  *engine
	// refusal is why PHP cannot be used.
	refusal   error
	closed    closedPort
	authority *upstream.Authority
	// recorded is the conversation this run had with a real server.
	recorded *recording.Conversation

	// leveling guards levels, which may take a while to find out about.
	leveling sync.Mutex
	levels   levels

	forks forks
}

var _ target.Target = (*Target)(nil)

// New returns a target for the module at o.Path. It does not look at anything
// yet; Describe says whether there is a module. Close frees what the target
// comes to hold.
func New(o Options) (*Target, error) {
	if o.Path == "" {
		return nil, fmt.Errorf("%w: no path was given", ErrNoPath)
	}
	if err := o.surroundings(); err != nil {
		return nil, err
	}
	return &Target{options: o.withDefaults()}, nil
}

// Describe finds the module and makes it ready to run, without running it.
func (t *Target) Describe(context.Context) (target.Description, error) {
	m, _, err := t.ready()
	if err != nil {
		return target.Description{}, err
	}
	s, err := subject(m)
	if err != nil {
		return target.Description{}, err
	}
	return target.Description{
		Target:  transcript.Target{Kind: transcript.TargetPHP, Ref: t.options.Path, Module: m.name},
		Subject: s,
	}, nil
}

// ready finds the module and lays it into the scratch tree, once.
func (t *Target) ready() (module, *scratch, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.scratch != nil {
		return *t.module, t.scratch, nil
	}
	m, err := find(t.options.Path)
	if err != nil {
		return module{}, nil, err
	}
	s, err := newScratch(m)
	if err != nil {
		return module{}, nil, err
	}
	for _, path := range s.left {
		t.options.Note(fmt.Sprintf("%s is not part of the test: it is a link that leads out of the module's folder, or no ordinary file",
			m.display(path)))
	}
	t.module, t.scratch = &m, s
	return m, s, nil
}

// Close removes everything the target wrote.
func (t *Target) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed.release()
	if t.scratch == nil {
		return nil
	}
	err := errors.Join(t.forks.close(), t.scratch.remove())
	t.scratch, t.engine = nil, nil
	return err
}
