package scenario

import (
	"cmp"
	"slices"

	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// ByUrgency orders sessions by how soon they show what gets customers terminated:
// the list itself, then the failures that modules most often take for an empty or
// shorter list, then long lists, then the rest; what waits comes last, the longest
// wait first. Sessions that follow another stay behind it.
func ByUrgency(plan []Session) []Session {
	ordered := slices.Clone(plan)
	slices.SortStableFunc(ordered, func(a, b Session) int { return cmp.Compare(urgency(a), urgency(b)) })
	return ordered
}

// Urgent says that a session is among those that show the gravest failures.
func Urgent(s Session) bool { return urgency(s) <= 1 }

func urgency(s Session) int {
	switch s.ID {
	case transcript.SessionMetaData, transcript.SessionList, transcript.SessionConversation:
		return 0
	case transcript.SessionOptions:
		// What is called later depends on it.
		return 1
	}
	switch {
	case s.Waits:
		return wait(s)
	case s.Tick:
		return 5
	case s.Upstream == nil:
		return 4
	case s.Upstream.Fault.ID == "":
		if s.Upstream.Size >= longList {
			return 2
		}
		return 4
	case slices.Contains(gravest(), s.Upstream.Fault.ID):
		return 1
	}
	return 3
}

// longList is how many accounts take long enough to list not to come last, where
// nothing would be left to do beside them.
const longList = 1000

// wait is the turn of a session that waits. Connections are given up sooner than
// requests, and how long that takes is what one more session depends on.
func wait(s Session) int {
	switch {
	case s.Upstream == nil:
		return 6
	case s.Upstream.Fault.OnlyTimed(), s.Upstream.Fault.ID == silence && s.Upstream.Answers == transcript.AnswersNone:
		return 5
	case s.Upstream.Fault.Layer == fault.Connect || s.Upstream.Fault.Layer == fault.TLS:
		return 7
	}
	return 6
}

// gravest are the faults that a module without a check of its own reads as a list.
func gravest() []string {
	return []string{"html-login", "empty", "null", "object", "http-500", "refused", "truncated-json", "error-object"}
}
