package playedpanel

import (
	"cmp"
	"strings"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
)

// answers gives the panel its good answers.
func (t *Target) answers(s scenario.Session, o *upstream.Options) error {
	switch s.Upstream.Answers {
	case transcript.AnswersLive:
		if !t.Live {
			return unplayable{"no server was named", "name a test server with --server-hostname"}
		}
		forward := &upstream.Forward{}
		o.Good, o.Trusts = forward, forward.Trusts
	case transcript.AnswersRecorded:
		talk := t.conversation()
		if talk == nil {
			return unplayable{"the module's requests were not recorded", "run syncproof again with a server that can list its accounts, a recording or a panel profile"}
		}
		o.Good = talk.Replay()
	case transcript.AnswersPanel:
		if t.Panel == nil {
			return unplayable{"no panel profile was given", "describe the control panel in a profile; docs/panel-profiles.md says how"}
		}
		o.Good = t.Panel(s.Upstream.Fleet, s.Upstream.Size)
	case transcript.AnswersEmpty:
		switch {
		case t.EmptyPanel != nil:
			o.Good = t.EmptyPanel()
		case t.EmptyRecording != nil:
			o.Good = t.EmptyRecording.Replay()
		default:
			return unplayable{"no server without accounts was recorded", "record one (syncproof record --as empty) and name it with --empty-recording"}
		}
	}
	return nil
}

// recordedPort is the port at which a host was asked in what was recorded.
func (t *Target) recordedPort(host string) string {
	talk := t.conversation()
	if talk == nil {
		return ""
	}
	for _, e := range talk.Entries {
		if name, port := splitHost(e.Request.Host); strings.EqualFold(name, host) {
			return cmp.Or(port, defaultPort(e.Request.Scheme))
		}
	}
	return ""
}
