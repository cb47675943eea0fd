package transcript

import (
	"hash/maphash"
	"strings"
)

// Transcript is a run's evidence, folded into sessions and calls.
type Transcript struct {
	Header   Header
	Subject  *Subject
	Sessions []*Session
	// Extension is nil when the run did not go beyond its first plan.
	Extension *Extension
	// fleets are the accounts that played panels held; see Fleet.
	fleets []*Fleet
	// Troubles holds what went wrong outside any session.
	Troubles []Trouble
	// End is nil when the transcript was cut off.
	End *End

	// byID, byCall and rank find sessions and calls, and a session's place in the
	// plan, without going through thousands.
	byID   map[string]*Session
	byCall map[string]*Call
	rank   map[string]int
	seed   maphash.Seed
	failed *failure
	texts  texts
}

// Session is one fresh environment: a PHP process, or a row of requests.
type Session struct {
	ID string
	SessionInfo
	Boot  *Boot
	Load  *Load
	Calls []*Call
	// Records holds the WHMCS functions called while loading.
	Records []Record
	// Exchanges are the requests to the control panel, where it was played.
	Exchanges []Exchange
	Shutdown  *Shutdown
	// Final says that PHP ended in good order, after the module's own shutdown
	// functions.
	Final    bool
	Exit     *Exit
	Troubles []Trouble
}

// Endings of a call.
const (
	EndReturned    = "returned"
	EndThrew       = "threw"
	EndMissing     = "missing"       // the function is not defined
	EndExited      = "exited"        // exit or die
	EndFatal       = "fatal"         // a fatal error
	EndOutOfMemory = "out-of-memory" // a memory limit was hit
	EndTimedOut    = "timed-out"     // stopped by syncproof
	EndCrashed     = "crashed"       // ended by a signal
	EndLost        = "lost"          // ended without a word on the result channel
	EndNotReached  = "not-reached"   // the session ended before it
	EndNoAnswer    = "no-answer"     // the target could not be driven
	EndOpen        = "open"          // the transcript breaks off here
)

// Call is one call of a module function.
type Call struct {
	ID      string
	Session *Session
	CallInfo
	Ending string
	// Value is the returned value when Ending is EndReturned; see Returned.
	Value     any
	Throwable *Throwable
	// Fatal is set when Ending is EndFatal, and may be with EndOutOfMemory.
	Fatal *Fatal
	Effects
	Records []Record
	rows    rows
}

// Call returns the first recorded call with that id, or nil.
func (t *Transcript) Call(id string) *Call { return t.byCall[id] }

// Session returns the session with that id, or nil.
func (t *Transcript) Session(id string) *Session { return t.byID[id] }

// Err is the first error that reading accounts back met, which leaves lists
// shorter than they were; nil when there was none.
func (t *Transcript) Err() error {
	if t.failed == nil {
		return nil
	}
	t.failed.mu.Lock()
	defer t.failed.mu.Unlock()
	return t.failed.err
}

// Planned reports whether the session was part of the run's plan.
func (t *Transcript) Planned(id string) bool {
	_, planned := t.rank[id]
	return planned
}

// Loaded returns the first session in which the module was loaded with WHMCS
// present, whether or not loading succeeded, or nil.
func (t *Transcript) Loaded() *Session {
	for _, s := range t.Sessions {
		if s.Load != nil && !s.WithoutWHMCS {
			return s
		}
	}
	return nil
}

// Function returns the module function with that suffix as the module defines
// it, or nil. PHP function names do not distinguish case; neither does this.
func (s *Session) Function(module, suffix string) *Symbol {
	if s == nil || s.Load == nil {
		return nil
	}
	for i, f := range s.Load.Functions {
		if strings.EqualFold(f.Name, module+"_"+suffix) {
			return &s.Load.Functions[i]
		}
	}
	return nil
}
