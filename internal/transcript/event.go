// Package transcript holds the evidence of a run: what was called, with what,
// and everything that came back. On disk it is NDJSON, one event a line; in
// memory the same events are folded into sessions and calls. Rules see nothing
// else, so a stored transcript is judged exactly as the live run was.
package transcript

import "encoding/json"

// FormatVersion is the version of the event format; see
// schemas/transcript.schema.json. A reader refuses a newer one.
const FormatVersion = 1

// Event names, the value of every line's "event" key.
const (
	EventRun       = "run"       // Header, always the first line
	EventSubject   = "subject"   // Subject
	EventExtension = "extension" // Extension: sessions added to the plan
	EventFleet     = "fleet"     // Fleet: accounts a played panel held
	EventSession   = "session"   // SessionInfo: a fresh environment begins
	EventBoot      = "boot"      // Boot
	EventLoaded    = "loaded"    // Load
	EventCall      = "call"      // CallInfo: a function is about to be called
	EventRecord    = "record"    // Record
	EventExchange  = "exchange"  // Exchange: one request to the control panel
	EventAccount   = "account"   // AccountLine
	EventReturned  = "returned"  // Returned
	EventThrew     = "threw"     // Threw
	EventMissing   = "missing"   // Missing: the function does not exist
	EventUnreached = "unreached" // CallInfo: planned, but the session ended before it
	EventShutdown  = "shutdown"  // Shutdown
	EventFinal     = "final"     // the module's own shutdown functions have run
	EventExit      = "exit"      // Exit: the session is over
	EventTrouble   = "trouble"   // Trouble: the target could not be driven
	EventEnd       = "end"       // End, the last line of a run that was not cut off
)

// Envelope is what every line has in common.
type Envelope struct {
	Event   string `json:"event"`
	Session string `json:"session,omitempty"`
	Call    string `json:"call,omitempty"`
}

// Event is one line: its envelope and a body, which is one of this package's
// event types or nil.
type Event struct {
	Envelope
	Body any
}

// MarshalJSON writes envelope and body as one flat object.
func (e Event) MarshalJSON() ([]byte, error) {
	head, err := json.Marshal(e.Envelope)
	if err != nil || e.Body == nil {
		return head, err
	}
	body, err := json.Marshal(e.Body)
	if err != nil || len(body) <= len("{}") {
		return head, err
	}
	return append(append(head[:len(head)-1], ','), body[1:]...), nil
}

// Networks a session can run in.
const (
	// NetworkOpen: nothing was done to the module's network.
	NetworkOpen = "open"
	// NetworkNone: a namespace of its own in which no address can be reached;
	// attempts are counted.
	NetworkNone = "none"
	// NetworkDeadProxy: only the proxy settings point nowhere; clients that
	// ignore them are not held back.
	NetworkDeadProxy = "dead-proxy"
	// NetworkPlayed: syncproof plays the control panel; see SessionInfo.Upstream.
	NetworkPlayed = "played"
)

// SessionInfo opens a session: one fresh environment in which one or more
// calls are made in order.
type SessionInfo struct {
	Purpose string `json:"purpose"`
	Network string `json:"network"`
	// Locale and Timezone are what was asked for, "" for the default.
	Locale   string `json:"locale,omitempty"`
	Timezone string `json:"timezone,omitempty"`
	// Request names the superglobals the module found, "" for none.
	Request string `json:"request,omitempty"`
	// WithoutWHMCS says that the WHMCS constant was not defined.
	WithoutWHMCS bool `json:"withoutWHMCS,omitempty"`
	// Helpers says what was wrong with the functions for logging: missing or
	// throwing, "" for nothing.
	Helpers string `json:"helpers,omitempty"`
	// Settings are PHP settings that were changed for the session.
	Settings map[string]string `json:"settings,omitempty"`
	// Upstream says how the control panel was played, nil when it was not.
	Upstream *Upstream `json:"upstream,omitempty"`
	// Forked says that PHP had started before, and that the session had a process
	// that was forked off it; see package php, Options.Isolation.
	Forked bool `json:"forked,omitempty"`
	// Attempts is how often the session was made, 0 for once: again where the played
	// panel may have been later than the module waits, which a busy machine brings
	// about. The transcript has the last.
	Attempts int `json:"attempts,omitempty"`
	// Sandbox lists what the session was kept from besides the network: the
	// Sandbox constants.
	Sandbox []string `json:"sandbox,omitempty"`
	Sees    Sees     `json:"sees"`
}

// What a session is kept from; see docs/isolation.md.
const (
	// SandboxProcesses: it saw no processes but its own, and left none.
	SandboxProcesses = "processes"
	// SandboxTemp: /tmp was its own.
	SandboxTemp = "temp"
	// SandboxPrivileges: no program it started could gain privileges.
	SandboxPrivileges = "privileges"
	// SandboxFiles: it saw only the system's files, PHP's and its own, and could
	// change only its own.
	SandboxFiles = "files"
)

// Sees says which kinds of evidence the target can provide at all. What it
// cannot see is never judged as if it had not happened.
type Sees struct {
	// Load: how the module's file was loaded, and what it defines.
	Load bool `json:"load"`
	// Output: bytes printed and headers sent during a call.
	Output bool `json:"output"`
	// Warnings: PHP warnings, notices and deprecations.
	Warnings bool `json:"warnings"`
	// State: settings and handlers compared before and after a call.
	State bool `json:"state"`
	// Types: PHP's own types, as opposed to what JSON makes of them.
	Types bool `json:"types"`
	// Ending: exit, fatal error and throwable told apart.
	Ending bool `json:"ending"`
	// Process: calls of one session share a PHP process.
	Process bool `json:"process"`
	// Network: attempts to use the network are counted.
	Network bool `json:"network"`
	// Locale: the locale that was asked for could be set.
	Locale bool `json:"locale"`
	// Files: files written by the module are listed.
	Files bool `json:"files"`
	// Database: queries to the database of WHMCS are recorded.
	Database bool `json:"database,omitempty"`
}

// Boot is the environment as PHP reports it.
type Boot struct {
	PHP        string   `json:"php"`
	SAPI       string   `json:"sapi,omitempty"`
	OS         string   `json:"os,omitempty"`
	Extensions []string `json:"extensions,omitempty"`
	// Locale is the locale in force, "" or "C" when none could be set.
	Locale   string `json:"locale,omitempty"`
	Timezone string `json:"timezone,omitempty"`
}

// Output is text a module printed.
type Output struct {
	// Bytes counts everything; Text holds at most the first 4 KiB, as a PHP
	// value so that bytes that are no text survive.
	Bytes int64 `json:"bytes"`
	Text  any   `json:"text,omitempty"`
}

// Warning is a PHP diagnostic that did not stop the module.
type Warning struct {
	// Level is warning, notice, deprecated, or error for the rest.
	Level   string `json:"level"`
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	// Count is how often the same diagnostic came from the same line.
	Count int `json:"count,omitempty"`
	// Silenced says that the module suppressed it with the @ operator.
	Silenced bool `json:"silenced,omitempty"`
}

// Throwable is an exception or error.
type Throwable struct {
	Class   string `json:"class"`
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	// Is lists parent classes and interfaces.
	Is []string `json:"is,omitempty"`
	// Previous is the class of the throwable this one wraps.
	Previous string `json:"previous,omitempty"`
}

// Fatal is an error PHP could not continue after.
type Fatal struct {
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	// Memory says that the memory limit was hit.
	Memory bool `json:"memory,omitempty"`
	// Time says that PHP's own execution time limit was hit.
	Time bool `json:"time,omitempty"`
}

// Symbol is a function, class or constant the module defined.
type Symbol struct {
	Name string `json:"name"`
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	End  int    `json:"end,omitempty"`
}

// Load is how loading the module's file went.
type Load struct {
	// OK says that the include returned.
	OK        bool       `json:"ok"`
	Output    Output     `json:"output"`
	Headers   []string   `json:"headers,omitempty"`
	Warnings  []Warning  `json:"warnings,omitempty"`
	Throwable *Throwable `json:"throwable,omitempty"`
	Functions []Symbol   `json:"functions,omitempty"`
	Classes   []Symbol   `json:"classes,omitempty"`
	Constants []Symbol   `json:"constants,omitempty"`
	// Globals are the names of global variables the file left behind.
	Globals []string `json:"globals,omitempty"`
	// Network counts attempts to use the network, where Sees.Network is set.
	Network int64 `json:"network,omitempty"`
	// Files are the files written, relative to the WHMCS root it ran in.
	Files   []string      `json:"files,omitempty"`
	State   []StateChange `json:"state,omitempty"`
	Seconds float64       `json:"seconds"`
	// Libraries are those of WHMCS that were loaded by then.
	Libraries []Library `json:"libraries,omitempty"`
	// Source is what was read in the module's files, nil where they were not looked
	// through.
	Source *Source `json:"source,omitempty"`
}

// CallInfo opens a call.
type CallInfo struct {
	// Function is the name without the module's prefix, such as ListAccounts.
	Function string `json:"function"`
	Params   any    `json:"params"`
	// At is when the call began, RFC 3339 with fractions, in UTC.
	At string `json:"at,omitempty"`
}

// RecordDatabase, RecordMissing and RecordService are functions of a Record that
// are none of WHMCS: a query, with the SQL and its values as arguments; a class of
// WHMCS that was asked for and is not there, with its name; and what WHMCS holds of
// a service after a call about it, its fields by name as the only argument.
const (
	RecordDatabase = "database"
	RecordMissing  = "missing class"
	RecordService  = "service held"
)

// Record is a WHMCS function the module called.
type Record struct {
	Function string `json:"function"`
	Args     any    `json:"args"`
	// Phase is load or call.
	Phase string `json:"phase"`
	File  string `json:"file,omitempty"`
	Line  int    `json:"line,omitempty"`
}

// AccountLine is one entry of the accounts list. Key is the PHP array key, a
// number for an int key.
type AccountLine struct {
	Key   any             `json:"key"`
	Value json.RawMessage `json:"value"`
}

// StateChange is a setting or handler the module left different.
type StateChange struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Returned closes a call that returned.
type Returned struct {
	// Value is what was returned. A list under "accounts" is replaced by
	// {"$php":"accounts","count":n,"list":bool}; its entries came before, as
	// account events.
	Value any `json:"value"`
	Effects
}

// Threw closes a call that threw.
type Threw struct {
	Throwable Throwable `json:"throwable"`
	Effects
}

// Effects are what a call did besides returning.
type Effects struct {
	Output   Output        `json:"output"`
	Headers  []string      `json:"headers,omitempty"`
	Warnings []Warning     `json:"warnings,omitempty"`
	State    []StateChange `json:"state,omitempty"`
	Network  int64         `json:"network,omitempty"`
	Files    []string      `json:"files,omitempty"`
	// Memory is PHP's peak in bytes, since the session began.
	Memory  int64   `json:"memory,omitempty"`
	Seconds float64 `json:"seconds"`
	// Libraries are those of WHMCS that were loaded by the end of a call.
	Libraries []Library `json:"libraries,omitempty"`
}

// Missing closes a call whose function the module does not define.
type Missing struct {
	Function string `json:"function"`
}

// Phases in which a session can end.
const (
	PhaseBoot = "boot"
	PhaseLoad = "load"
	PhaseCall = "call"
	PhaseEnd  = "end"
)

// Shutdown is PHP's shutdown, seen from the wrapper.
type Shutdown struct {
	Phase string `json:"phase"`
	Fatal *Fatal `json:"fatal,omitempty"`
	// Effects are those of the call that was cut short, or of the whole end.
	Effects
}

// Exit closes a session, seen from outside.
type Exit struct {
	// Status is the exit status or HTTP status; Signal names a signal.
	Status int    `json:"status"`
	Signal string `json:"signal,omitempty"`
	// TimedOut says that syncproof stopped the session after its time limit;
	// Limit is that limit in seconds.
	TimedOut bool    `json:"timedOut,omitempty"`
	Limit    float64 `json:"limit,omitempty"`
	// Interrupted says that the run was stopped by the user.
	Interrupted bool `json:"interrupted,omitempty"`
	// OutOfMemory says that the process ran into its address space limit.
	OutOfMemory bool `json:"outOfMemory,omitempty"`
	// FileTooBig says that the process wrote more to a file, or to all of them,
	// than it may.
	FileTooBig bool `json:"fileTooBig,omitempty"`
	// Stdout and Stderr are what reached the standard streams directly.
	Stdout Output `json:"stdout"`
	Stderr Output `json:"stderr"`
	// Leftover says that processes the module started outlived it and were
	// stopped.
	Leftover int `json:"leftover,omitempty"`
	// Unheard are the places the module tried to connect to, as host:port, at
	// ports at which nobody listens where syncproof plays the control panel: the
	// first ten, each once.
	Unheard []string `json:"unheard,omitempty"`
	Seconds float64  `json:"seconds"`
	// Notes say in words what was odd about the session, or had to be done
	// differently than usual. No rule looks at them.
	Notes []string `json:"notes,omitempty"`
}

// Trouble kinds.
const (
	// TroubleStart: the program or address could not be started or reached.
	TroubleStart = "start"
	// TroubleAnswer: what came back is not an answer in the protocol.
	TroubleAnswer = "answer"
	// TroubleLimit: a limit on size or depth was exceeded.
	TroubleLimit = "limit"
	// TroubleUnsupported: this kind of target cannot offer the session at all.
	TroubleUnsupported = "unsupported"
	// TroubleTimeout: no whole answer came in time.
	TroubleTimeout = "timeout"
)

// Trouble says that the target could not be driven. It is about the way to the
// module, not about the module, so no rule fails because of it.
type Trouble struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	// Advice is what to do about it.
	Advice string `json:"advice,omitempty"`
}

// End closes the run.
type End struct {
	// Interrupted says that the user stopped the run before its plan was done.
	Interrupted bool `json:"interrupted,omitempty"`
	// Stopped says that the run was to end at the first failure, and did.
	Stopped bool    `json:"stopped,omitempty"`
	Seconds float64 `json:"seconds"`
}
