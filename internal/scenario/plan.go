// Package scenario plans a run: which calls to make so that every selected rule
// has its evidence, and no others. A plan is a pure function of what is needed
// and of the run's server parameters.
package scenario

import (
	"maps"
	"slices"
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// Session is one fresh environment to make, with the calls to make in it.
type Session struct {
	ID      string
	Purpose string
	// WithoutWHMCS leaves the WHMCS constant undefined and calls nothing: the
	// file is only run.
	WithoutWHMCS bool
	// Isolated sessions must not reach the network even in a live run.
	Isolated bool
	// Locale asks for a locale other than C, from those installed.
	Locale bool
	// Request names the superglobals to fill in; see RequestAdmin, RequestOther.
	Request string
	// After names a session that must have ended first, and Tick asks to wait
	// until the wall clock shows another second than it did then, so that a
	// value taken from the clock cannot come out the same twice.
	After string
	Tick  bool
	Steps []Step
	// Waits says that the session mostly waits, so that many may run at once.
	Waits bool
	// Upstream asks to play the control panel, nil not to.
	Upstream *Upstream
	// Helpers says what is wrong with WHMCS's functions for logging; see
	// HelpersMissing.
	Helpers string
	// NoServices leaves the database of WHMCS without services.
	NoServices bool
	// Settings are PHP settings to change, by name.
	Settings map[string]string
}

// What can be wrong with logModuleCall() and logActivity().
const (
	HelpersMissing  = "missing"
	HelpersThrowing = "throwing"
)

// Requests a session can pretend to be part of.
const (
	RequestNone  = ""
	RequestAdmin = "admin"
	RequestOther = "other"
)

// Step is one call in a session.
type Step struct {
	Call string
	// Function is the name without the module's prefix. With LoaderFor set it
	// is empty: the function is the one named as Loader of that option.
	Function string
	Params   map[string]any
	// NoParams calls the function without any argument, as WHMCS does for
	// MetaData and ConfigOptions.
	NoParams bool
	// Loaders also calls every loader function named in the returned options,
	// each recorded as a call of its own with the id "loader:<option name>".
	Loaders bool
	// Service says that the call is about a service, whose parameters these are:
	// those that WHMCS holds by then take the place of the given ones.
	Service bool
	// Usage also calls usage() of what the function returned, recorded as a call of
	// its own with this id. Of what it returns only the keys are recorded.
	Usage string
}

// Run is what a plan depends on besides the rules.
type Run struct {
	// Params are the server-level parameters ListAccounts is called with.
	Params map[string]any
	// Answers says where good answers of the panel come from:
	// transcript.AnswersNone, AnswersLive, AnswersRecorded or AnswersPanel.
	Answers string
	// EmptyParams are the parameters of a server without accounts whose answers
	// were recorded, nil when there is none.
	EmptyParams map[string]any
	// Fleets are the accounts a played panel holds.
	Fleets Fleets
	// Faults restricts the faults that are played; empty plays them all.
	Faults []Choice
	// Budget bounds how many pairs of a fault and a request are tried; 0 means
	// no bound.
	Budget int
}

// Plan returns the sessions that provide the needed evidence, in a fixed order.
// What depends on the module's conversation with a panel that works is planned
// by Extend once that is known.
func Plan(needs []contract.Need, run Run) []Session {
	wanted := map[string]bool{}
	for _, n := range needs {
		// What a panel holds can only be listed where one is played.
		if _, isFleet := n.Fleet(); isFleet && run.Answers != transcript.AnswersPanel {
			continue
		}
		for _, id := range providers(n) {
			wanted[id] = true
		}
	}
	var plan []Session
	for _, s := range append(all(run), variants(run)...) {
		if wanted[s.ID] {
			plan = append(plan, s)
		}
	}
	return append(plan, faultSessions(needs, run)...)
}

// providers names the sessions that provide a kind of evidence.
func providers(n contract.Need) []string {
	if _, ok := n.Faults(); ok {
		return []string{transcript.SessionMetaData}
	}
	if _, ok := n.Fleet(); ok {
		return []string{transcript.SessionMetaData, transcript.SessionConversation}
	}
	switch n {
	case contract.NeedDirect:
		return []string{transcript.SessionDirect}
	case contract.NeedLoad, contract.NeedSync, contract.NeedMetaDataCall, contract.NeedMetaData, contract.NeedNetwork:
		return []string{transcript.SessionMetaData}
	case contract.NeedMetaDataWeb:
		return []string{transcript.SessionMetaData, transcript.SessionMetaDataWeb}
	case contract.NeedOptionsCall, contract.NeedOptions:
		return []string{transcript.SessionMetaData, transcript.SessionOptions}
	case contract.NeedCall, contract.NeedAnswer, contract.NeedEnvelope, contract.NeedList, contract.NeedRows,
		contract.NeedDatabase, contract.NeedFiles, contract.NeedOutput, contract.NeedWarnings, contract.NeedState, contract.NeedEnding, contract.NeedTypes:
		return []string{transcript.SessionMetaData, transcript.SessionList}
	case contract.NeedRepeat:
		return []string{transcript.SessionMetaData, transcript.SessionList, transcript.SessionRepeat}
	case contract.NeedLocale:
		return []string{transcript.SessionMetaData, transcript.SessionList, transcript.SessionLocale}
	case contract.NeedConversation, contract.NeedPoints, contract.NeedLeaves, contract.NeedPages, contract.NeedRecovery, contract.NeedSlow:
		return []string{transcript.SessionMetaData, transcript.SessionConversation}
	case contract.NeedService, contract.NeedUserCount, contract.NeedUsage:
		return []string{transcript.SessionMetaData, transcript.SessionOptions, transcript.SessionConversation}
	case contract.NeedEmptyPanel:
		return []string{transcript.SessionMetaData, transcript.SessionList, transcript.SessionEmptyPanel}
	case contract.NeedEmptyDatabase:
		return []string{transcript.SessionMetaData, transcript.SessionList, transcript.SessionRepeat, transcript.SessionEmptyDatabase}
	case contract.NeedEmpty:
		return []string{transcript.SessionMetaData, transcript.SessionEmpty}
	default:
		// The module's files need no session.
		return variantProviders(n)
	}
}

// played says that the answers come from syncproof itself, a recording or a panel
// it plays, and not from a server that the module asks.
func (r Run) played() bool {
	return r.Answers == transcript.AnswersRecorded || r.Answers == transcript.AnswersPanel
}

// answered is the panel that gives the run's own answers.
func (r Run) answered() *Upstream {
	u := &Upstream{Answers: r.Answers, Scheme: SchemeOf(r.Params)}
	if r.Answers == transcript.AnswersPanel {
		u.Fleet, u.Size = r.Fleets.Own.Name, r.Fleets.Own.Size
	}
	return u
}

// all returns every session of the first plan. Without answers nobody can be
// asked for a list in a way that shows the requests.
func all(run Run) []Session {
	sessions := append(basic(run.Params), emptyPanel(run)...)
	if run.Answers == transcript.AnswersNone {
		return sessions
	}
	sessions = append(sessions, Session{
		ID: transcript.SessionEmptyDatabase, Purpose: "list the accounts while WHMCS has no services",
		Request: RequestAdmin, NoServices: true, Steps: []Step{listStep(transcript.SessionEmptyDatabase, run.Params)},
	})
	if run.played() {
		for i, s := range sessions {
			if !s.Isolated && len(s.Steps) > 0 && s.Upstream == nil {
				sessions[i].Upstream = run.answered()
			}
		}
	}
	return append(sessions, Session{
		ID: transcript.SessionConversation, Purpose: "list the accounts and record the requests",
		Request:  RequestAdmin,
		Upstream: run.answered(),
		Steps:    []Step{listStep(transcript.CallConversation, run.Params)},
	})
}

// emptyPanel lists the accounts of a server that has none.
func emptyPanel(run Run) []Session {
	if run.EmptyParams == nil {
		return nil
	}
	return []Session{{
		ID: transcript.SessionEmptyPanel, Purpose: "list the accounts of a server without accounts", Request: RequestAdmin,
		Upstream: &Upstream{Answers: transcript.AnswersEmpty, Scheme: SchemeOf(run.EmptyParams)},
		Steps:    []Step{listStep(transcript.CallEmptyPanel, run.EmptyParams)},
	}}
}

func listStep(call string, params map[string]any) Step {
	return Step{Call: call, Function: "ListAccounts", Params: maps.Clone(params)}
}

// SchemeOf is the scheme server parameters ask for.
func SchemeOf(params map[string]any) string {
	if secure, known := params["serversecure"].(bool); known && !secure {
		return HTTP
	}
	return HTTPS
}

func basic(params map[string]any) []Session {
	list := func(call string) Step {
		return Step{Call: call, Function: "ListAccounts", Params: maps.Clone(params)}
	}
	metadata := func(call string) []Step {
		return []Step{{Call: call, Function: "MetaData", NoParams: true}}
	}
	return []Session{
		{
			ID: transcript.SessionDirect, Purpose: "run the file without WHMCS",
			WithoutWHMCS: true, Isolated: true,
		},
		{
			ID: transcript.SessionMetaData, Purpose: "load the module and read its metadata",
			Isolated: true, Request: RequestAdmin, Steps: metadata(transcript.CallMetaData),
		},
		{
			ID: transcript.SessionMetaDataWeb, Purpose: "read the metadata during another web request",
			Isolated: true, Request: RequestOther, Steps: metadata(transcript.CallMetaDataWeb),
		},
		{
			ID: transcript.SessionOptions, Purpose: "read the configuration options",
			Request: RequestAdmin,
			Steps: []Step{{
				Call: transcript.CallOptions, Function: "ConfigOptions", NoParams: true,
				Loaders: true, Params: maps.Clone(params),
			}},
		},
		{
			ID: transcript.SessionList, Purpose: "list the accounts",
			Request: RequestAdmin, Steps: []Step{list(transcript.CallList)},
		},
		{
			ID: transcript.SessionEmpty, Purpose: "list the accounts without any parameters",
			Isolated: true, Request: RequestAdmin,
			Steps: []Step{{Call: transcript.CallEmpty, Function: "ListAccounts", Params: map[string]any{}}},
		},
		{
			ID: transcript.SessionLocale, Purpose: "list the accounts under another locale",
			Locale: true, Request: RequestAdmin, After: transcript.SessionList,
			Steps: []Step{list(transcript.CallLocale)},
		},
		{
			ID: transcript.SessionRepeat, Purpose: "list the accounts again, twice in one process",
			Request: RequestAdmin, After: transcript.SessionList, Tick: true,
			Steps: []Step{list(transcript.CallRepeat1), list(transcript.CallRepeat2)},
		},
	}
}

// IDs returns the sessions' ids in order.
func IDs(plan []Session) []string {
	ids := make([]string, 0, len(plan))
	for _, s := range plan {
		ids = append(ids, s.ID)
	}
	return slices.Clip(ids)
}

// TickWait is how long to wait from now until the wall clock has shown a second
// later than the one ended falls in.
func TickWait(ended, now time.Time) time.Duration {
	next := ended.Truncate(time.Second).Add(time.Second)
	return max(0, next.Sub(now))
}
