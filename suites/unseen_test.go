package suites

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/transcript"
)

// What is said of a module without any request, and what to do about it.
func TestUnseen(t *testing.T) {
	session := func(level string, unheard ...string) *transcript.Session {
		s := &transcript.Session{Exit: &transcript.Exit{Unheard: unheard}}
		s.Upstream = &transcript.Upstream{Level: level}
		return s
	}
	const seen = "the module made no request to a control panel that syncproof could see (interception level "
	for name, c := range map[string]struct {
		sessions     []*transcript.Session
		reason, hint string
	}{
		"in a namespace": {
			[]*transcript.Session{session("namespace")}, seen + "namespace), so",
			"check that the module asks the server named by serverhostname and serverport",
		},
		"prepended": {
			[]*transcript.Session{session("prepend")}, seen + "prepend), so",
			"use --intercept namespace on a Linux machine, which sees every client; at the level prepend the module may have asked in a way that goes past syncproof",
		},
		"a port, in several sessions": {
			[]*transcript.Session{session("namespace", "a:1"), {}, session("namespace", "a:1")},
			"the module tried a:1, which is not among the ports syncproof listens on, so", "name the port with --server-port",
		},
		"many ports": {
			[]*transcript.Session{session("namespace", "a:1", "a:2", "a:3", "a:4"), session("namespace", "a:4", "a:5", "a:6", "a:7")},
			"the module tried a:1 and a:2 and a:3 and a:4 and a:5, which are not among the ports syncproof listens on, so", "name the port with --server-port",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := unseen(c.sessions, ", so")
			if diff := cmp.Diff([]string{c.reason, c.hint}, []string{got.reason, got.supply}); diff != "" || got.open {
				t.Errorf("open %v (-want +got):\n%s", got.open, diff)
			}
		})
	}
}
