package judge

import (
	"fmt"
	"strings"

	"syncproof/internal/transcript"
)

// faultLines say which failures of the control panel the module met.
func faultLines(t *transcript.Transcript) []string {
	blind, points, altered := faultsPlayed(t)
	if blind+points+altered == 0 {
		return []string{"How the module behaves when the control panel fails was not tested in this run."}
	}
	var lines []string
	if blind > 0 {
		lines = append(lines, fmt.Sprintf(
			"In %s the control panel was played by syncproof and failed at every request.", furtherCalls(blind)))
	}
	switch {
	case points > 0:
		lines = append(lines, fmt.Sprintf(
			"In %s a conversation that otherwise goes well was repeated with a failure in it.", furtherCalls(points)))
	case t.Header.Live:
		lines = append(lines, "Failures in the middle of a conversation that began well, such as at page 2 of 3, were not tested in this run.")
	default:
		lines = append(lines, "Failures in the middle of a conversation that began well, such as at page 2 of 3, were not tested: "+
			"that takes a server (--server-hostname) or a recording of one (--recording).")
	}
	if altered > 0 {
		lines = append(lines, fmt.Sprintf(
			"In %s a value of the panel's answers was changed, or their pages did not fit together.", furtherCalls(altered)))
	}
	return lines
}

func furtherCalls(n int) string {
	if n == 1 {
		return "one further call"
	}
	return fmt.Sprintf("%d further calls", n)
}

// faultsPlayed counts the sessions in which the module met a failing panel: one
// that never answered well, one that failed in the course of a conversation, and
// one whose good answers were changed.
func faultsPlayed(t *transcript.Transcript) (blind, points, altered int) {
	for _, s := range t.Sessions {
		switch {
		case s.Upstream == nil || s.Upstream.Fault == "" || len(s.Troubles) > 0:
		case strings.HasPrefix(s.ID, transcript.PointPrefix):
			points++
		case strings.HasPrefix(s.ID, transcript.LeafPrefix), strings.HasPrefix(s.ID, transcript.PagePrefix):
			altered++
		case s.Upstream.Answers == transcript.AnswersNone:
			blind++
		}
	}
	return blind, points, altered
}
