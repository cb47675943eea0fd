package scenario

import (
	"cmp"
	"slices"

	"syncproof/internal/transcript"
)

// ByUrgency orders sessions by how soon they show what gets customers terminated:
// the list itself, then the failures that modules most often take for an empty or
// shorter list, then the rest; what waits comes last. Sessions that follow another
// stay behind it.
func ByUrgency(plan []Session) []Session {
	ordered := slices.Clone(plan)
	slices.SortStableFunc(ordered, func(a, b Session) int { return cmp.Compare(urgency(a), urgency(b)) })
	return ordered
}

func urgency(s Session) int {
	switch s.ID {
	case transcript.SessionMetaData, transcript.SessionList, transcript.SessionConversation:
		return 0
	}
	switch {
	case s.Waits || s.Tick:
		return 4
	case s.Upstream == nil || s.Upstream.Fault.ID == "":
		return 3
	case slices.Contains(gravest(), s.Upstream.Fault.ID):
		return 1
	}
	return 2
}

// gravest are the faults that a module without a check of its own reads as a list.
func gravest() []string {
	return []string{"html-login", "empty", "null", "object", "http-500", "refused", "truncated-json", "error-object"}
}
