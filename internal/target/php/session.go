package php

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"syncproof/internal/recording"
	"syncproof/internal/scenario"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/play"
	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
)

// session is one PHP process and the folders it works in.
type session struct {
	scenario.Session
	nonce string
	// dir holds everything below; scratch holds dir.
	dir, root, temp, home string
	scratch, wrapper      string
	module                module
	engine                *engine
	// network is what the session has.
	network string
	// files says that the channel consists of files.
	files bool
	// keep takes the session's conversation with a real server.
	keep func(*recording.Conversation)
	// libraries and bootstrap are what the vendor supplies of WHMCS.
	libraries, bootstrap string
	// level is how requests are caught where a control panel is played.
	level string
	// played describes the control panel syncproof plays, nil when it plays none.
	played *transcript.Upstream
	// laid is what the folders hold before the session, and tainted says that a
	// process of it may still be there.
	laid    layout
	tainted bool
	// box is what the session is kept from, nil for nothing.
	box *netns.Sandbox
	// forked says that the session has a process forked off a server.
	forked bool
	// before is how a first process for the session ended of which nothing was
	// heard, "" when this is the first.
	before string
}

// newSession makes the folders and copies the WHMCS root.
func newSession(planned scenario.Session, m module, s *scratch, e *engine, o Options) (*session, error) {
	dir, laid, err := s.spare()
	if err != nil {
		return nil, err
	}
	made := &session{
		module: m, engine: e,
		dir: dir, root: filepath.Join(dir, "whmcs"), temp: filepath.Join(dir, "tmp"), home: filepath.Join(dir, "home"),
		scratch: s.dir, wrapper: s.wrapper(),
		files:     e.files(o),
		libraries: o.WHMCSRoot, bootstrap: o.Bootstrap, level: o.level(),
	}
	if len(e.sandbox) > 0 {
		made.box = sandboxOf(o, e, made)
	}
	made.become(planned, o)
	if made.laid = laid; laid != nil {
		return made, nil
	}
	if err := made.furnish(s); err != nil {
		return nil, errors.Join(err, made.remove())
	}
	return made, nil
}

// become makes it the planned session, in the folders it has.
func (s *session) become(planned scenario.Session, o Options) {
	s.Session, s.nonce, s.network, s.played = planned, rand.Text(), transcript.NetworkOpen, nil
	if planned.Isolated || !o.Live {
		s.network = s.engine.network
	}
	if planned.Upstream != nil {
		s.network, s.played = transcript.NetworkPlayed, play.Described(s.level, planned.Upstream, s.patience(o))
	}
}

func (s *session) furnish(from *scratch) error {
	for _, dir := range []string{s.temp, s.home} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
	}
	if s.box != nil {
		if err := makeOwnTemp(s.box.Temp, s.box.Keep, s.wrapper); err != nil {
			return err
		}
	}
	c := &copier{}
	if err := c.copyTree(from.pristine(), s.root); err != nil {
		return fmt.Errorf("laying out a session: %w", err)
	}
	var err error
	s.laid, err = layoutOf(s.dir)
	return err
}

func (s *session) remove() error { return removeAll(s.dir) }

// leave hands the folders on to another session when this one left no trace in
// them, and removes them otherwise.
func (s *session) leave(to *scratch) error {
	for _, ours := range []string{s.caFile(), s.prependFile(), s.requestFile(), s.resultFile(), s.startFile()} {
		if err := os.Remove(ours); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(err, s.remove())
		}
	}
	now, same := s.laid.again(s.dir)
	if s.tainted || !same {
		return s.remove()
	}
	to.handBack(s.dir, now)
	return nil
}

func (s *session) resultFile() string  { return filepath.Join(s.dir, "result.ndjson") }
func (s *session) startFile() string   { return filepath.Join(s.dir, "start.php") }
func (s *session) requestFile() string { return filepath.Join(s.dir, "request.json") }

// request is what the wrapper reads; see wrapper/src/Request.php.
type request struct {
	Version      int           `json:"version"`
	Nonce        string        `json:"nonce"`
	Session      string        `json:"session"`
	Module       string        `json:"module"`
	File         string        `json:"file"`
	Root         string        `json:"root"`
	ModuleDir    string        `json:"moduleDir"`
	WithoutWHMCS bool          `json:"withoutWHMCS"`
	Locale       bool          `json:"locale"`
	Timezone     string        `json:"timezone"`
	Request      string        `json:"request"`
	Helpers      string        `json:"helpers,omitempty"`
	Libraries    string        `json:"libraries,omitempty"`
	Bootstrap    string        `json:"bootstrap,omitempty"`
	NoServices   bool          `json:"noServices,omitempty"`
	CountNetwork bool          `json:"countNetwork"`
	Survey       bool          `json:"survey,omitempty"`
	Limits       requestLimits `json:"limits"`
	Steps        []requestStep `json:"steps"`
}

type requestLimits struct {
	Text     int `json:"text"`
	Warnings int `json:"warnings"`
	Depth    int `json:"depth"`
	Records  int `json:"records"`
}

type requestStep struct {
	Call     string         `json:"call"`
	Function string         `json:"function"`
	Params   map[string]any `json:"params"`
	NoParams bool           `json:"noParams"`
	Loaders  bool           `json:"loaders"`
	Service  bool           `json:"service,omitempty"`
	Usage    string         `json:"usage,omitempty"`
}

func (s *session) request() ([]byte, error) {
	dir := filepath.Join(s.root, "modules", "servers", s.module.name)
	r := request{
		Libraries: s.libraries, Bootstrap: s.bootstrap, NoServices: s.NoServices,
		Version: 1, Nonce: s.nonce, Session: s.ID, Module: s.module.name,
		File: filepath.Join(dir, s.module.name+".php"), Root: s.root, ModuleDir: dir,
		WithoutWHMCS: s.WithoutWHMCS, Locale: s.Locale, Request: s.Request, Helpers: s.Helpers,
		CountNetwork: s.network == transcript.NetworkNone,
		Survey:       s.ID == transcript.SessionMetaData,
		Limits:       requestLimits{Text: 4096, Warnings: 200, Depth: 64, Records: 2000},
	}
	for _, step := range s.Steps {
		r.Steps = append(r.Steps, requestStep{step.Call, step.Function, step.Params, step.NoParams, step.Loaders, step.Service, step.Usage})
	}
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("writing the request of session %s: %w", s.ID, err)
	}
	return text, nil
}

// options are how to start PHP for the session. take gets each result line,
// as it comes where descriptors work.
func (s *session) options(o Options, proxy string, take func([]byte)) (process.Options, error) {
	request, err := s.request()
	if err != nil {
		return process.Options{}, err
	}
	p := process.Options{
		Dir:     s.root,
		Env:     s.engine.environment(o, s.home, s.temp),
		Limits:  s.limits(o),
		Isolate: s.engine.isolate && s.network == s.engine.network && s.network != transcript.NetworkOpen,
	}
	if s.box != nil {
		// A panel that is played brings a network of its own along.
		p.Isolate, p.Cell = false, &netns.Options{Bare: true, Outside: s.network != transcript.NetworkNone, Sandbox: s.box}
	}
	if s.network == transcript.NetworkDeadProxy {
		p.Env.Proxy = proxy
	}
	script := filepath.Join(s.wrapper, "main.php")
	if s.files {
		script, err = s.fileChannel(request)
	} else {
		p.Env.Extra = append(descriptorVariables(), p.Env.Extra...)
		p.Request, p.Result = request, take
	}
	p.Command = append(slices.Clone(o.PHP), s.engine.flags(o, s)...)
	p.Command = append(p.Command, script)
	return p, err
}

// fileChannel writes the request to a file and returns a script that starts
// the wrapper. It names the files itself, because the environment of the
// command need not be that of PHP.
func (s *session) fileChannel(request []byte) (string, error) {
	if err := os.WriteFile(s.requestFile(), request, 0o600); err != nil {
		return "", err
	}
	if err := os.WriteFile(s.resultFile(), nil, 0o600); err != nil {
		return "", err
	}
	script := s.startFile()
	text := fmt.Sprintf("<?php\nputenv(%s);\nputenv(%s);\nrequire %s;\n",
		phpString("SYNCPROOF_REQUEST="+s.requestFile()), phpString("SYNCPROOF_RESULT="+s.resultFile()),
		phpString(filepath.Join(s.wrapper, "main.php")))
	return script, os.WriteFile(script, []byte(text), 0o600)
}

func phpString(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// patience is how long the session may take. While the panel is silent that is
// twice the usual: a module with the common limit of 30 seconds, or with three
// tries of ten, has done its part.
func (s *session) patience(o Options) time.Duration {
	if s.Waits {
		return 2 * o.Timeout
	}
	return o.Timeout
}

// processorTime bounds a process that may run for so long. The wall clock comes
// first by default; this is for processes it does not reach.
func (o Options) processorTime(patience time.Duration) time.Duration {
	if o.MaxCPU > 0 {
		return o.MaxCPU
	}
	return patience + 10*time.Second
}

func (s *session) limits(o Options) process.Limits {
	l := process.Limits{
		Time:      s.patience(o),
		CPU:       o.processorTime(s.patience(o)),
		FileSize:  uint64(o.MaxFile),
		Files:     uint64(o.MaxFiles),
		Processes: uint64(o.MaxProcesses),
		Disk:      uint64(o.MaxDisk),
		Folder:    s.dir,
		Stdout:    o.MaxOutput,
		Stderr:    o.MaxOutput,
		Line:      transcript.MaxLine / 2,
	}
	if s.engine.limitMemory {
		l.AddressSpace = uint64(o.MaxMemory) + spareMemory
	}
	return l
}

// info opens the session in the transcript. boot is nil when PHP never spoke.
func (s *session) info(boot *transcript.Boot) *transcript.SessionInfo {
	info := &transcript.SessionInfo{
		Purpose: s.Purpose, Network: s.network, Request: s.Request, WithoutWHMCS: s.WithoutWHMCS,
		Helpers: s.Helpers, Settings: s.Settings, Upstream: s.played, Forked: s.forked, Sandbox: s.kept(),
		Sees: transcript.Sees{
			Database: !s.WithoutWHMCS,
			Load:     true, Output: true, Warnings: true, State: true, Types: true, Ending: true, Process: true,
			Files: true, Network: s.network == transcript.NetworkNone,
		},
	}
	if s.Locale && boot != nil && !plainLocale(boot.Locale) {
		info.Locale, info.Sees.Locale = boot.Locale, true
	}
	return info
}

// kept lists what the session is kept from.
func (s *session) kept() []string {
	if s.box == nil {
		return nil
	}
	return s.engine.sandbox
}

// plainLocale says that a locale writes numbers and dates as C does.
func plainLocale(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	return base == "" || base == "C" || base == "POSIX"
}
