package waiver

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/nearest"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// CheckScope says what is wrong with a scope. The error continues a sentence
// that begins with the setting's name.
func CheckScope(text string) error {
	switch kind, name := split(text); kind {
	case contract.ScopeRule:
		return nil
	case contract.ScopeSession:
		if !slices.Contains(sessions(), name) && !isOneOfMany(name) {
			return fmt.Errorf("names the session %q, which no run has%s", name, question(name))
		}
		return nil
	case contract.ScopeFault, contract.ScopePoint:
		choice, err := scenario.ParseChoice(name)
		switch {
		case err != nil:
			return fmt.Errorf("names no fault: %w", err)
		case kind == contract.ScopeFault && choice.At != 0:
			return fmt.Errorf("names a request; write %s%s", contract.ScopePoint, name)
		case kind == contract.ScopePoint && !strings.Contains(name, "@"):
			return fmt.Errorf("names no request; write %s%s@2 for one, or %s%s for all", contract.ScopePoint, name, contract.ScopeFault, name)
		}
		return nil
	}
	return errors.New("takes rule, session:NAME, fault:NAME or point:FAULT@REQUEST")
}

func question(name string) string {
	if words := nearest.Words(name, sessions(), 3); len(words) > 0 {
		return nearest.Question(words)
	}
	return "; the sessions are " + strings.Join(sessions(), ", ")
}

// sessions are those that play no fault; the others are named by their fault.
func sessions() []string {
	return []string{
		transcript.SessionDirect, transcript.SessionMetaData, transcript.SessionMetaDataWeb, transcript.SessionOptions,
		transcript.SessionList, transcript.SessionRepeat, transcript.SessionLocale, transcript.SessionEmpty,
		transcript.SessionConversation, transcript.SessionReplay, transcript.SessionAfterFailure, transcript.SessionSlow,
		transcript.SessionEmptyPanel,
		transcript.SessionServerTLS, transcript.SessionServerPlain, transcript.SessionServerIP, transcript.SessionServerIPv6,
		transcript.SessionCredentials, transcript.SessionBare, transcript.SessionBareList, transcript.SessionTwoServers,
		transcript.SessionTwoLists, transcript.SessionNoLog, transcript.SessionNoLogList, transcript.SessionBrokenLog,
		transcript.SessionBrokenLogList, transcript.SessionEmptyDatabase, transcript.SessionSocketTimeout,
		transcript.SessionService, transcript.SessionUserCount, transcript.SessionUsage,
	}
}

// isOneOfMany holds for sessions that differ from run to run, by what the panel's
// profile or the server's parameters are.
func isOneOfMany(session string) bool {
	return slices.ContainsFunc([]string{
		transcript.FleetPrefix, transcript.SecurePrefix, transcript.PortPrefix, transcript.TestConnectionPrefix,
	}, func(prefix string) bool { return len(session) > len(prefix) && strings.HasPrefix(session, prefix) })
}

// split takes a scope apart into its kind, with the colon, and the name.
func split(text string) (kind, name string) {
	before, after, named := strings.Cut(text, ":")
	if !named {
		return text, ""
	}
	return before + ":", after
}

// spot is one observation that a finding stands for.
type spot struct {
	session, fault, point string
}

// spots are all of a finding's: its own, and those of faults with the same effect.
func spots(f contract.Finding, t *transcript.Transcript) []spot {
	own := spot{point: f.Fault, fault: faultOf(f.Fault)}
	if c := t.Call(f.Call); c != nil {
		own.session = c.Session.ID
		if u := c.Session.Upstream; u != nil && u.Fault != "" {
			own.fault = u.Fault
		}
	}
	list := []spot{own}
	for _, choice := range f.Also {
		list = append(list, spot{point: choice, fault: faultOf(choice)})
	}
	return list
}

func faultOf(choice string) string {
	fault, _, _ := strings.Cut(choice, "@")
	return fault
}

// holds reports whether a scope takes in a spot.
func holds(scope string, s spot) bool {
	switch kind, name := split(scope); kind {
	case contract.ScopeRule:
		return true
	case contract.ScopeSession:
		return s.session == name
	case contract.ScopeFault:
		return s.fault == name
	case contract.ScopePoint:
		return s.point == name
	}
	return false
}

// looked reports whether a run looked where the scope points, so that finding
// nothing there means something.
func looked(scope string, t *transcript.Transcript) bool {
	kind, name := split(scope)
	switch kind {
	case contract.ScopeRule:
		return true
	case contract.ScopeSession:
		return t.Session(name) != nil
	}
	for _, s := range t.Sessions {
		if kind == contract.ScopeFault && s.Upstream != nil && s.Upstream.Fault == name ||
			kind == contract.ScopePoint && slices.Contains(played(name), s.ID) {
			return true
		}
	}
	// Where everything that could be played was, what was not cannot be.
	x := t.Extension
	return x != nil && x.Reason == "" && x.Leaves != nil && x.Leaves.Reason == ""
}

// played are the sessions in which a point can have been tried.
func played(choice string) []string {
	return []string{transcript.PointPrefix + choice, transcript.LeafPrefix + choice, transcript.PagePrefix + choice}
}
