package suites

import (
	"slices"
	"strings"

	"syncproof/internal/transcript"
)

// unseen is the gate of a rule about requests in sessions that show none. It
// says what is known of the module's attempts: a client that was not caught, or
// a port at which nobody listens.
func unseen(sessions []*transcript.Session, consequence string) gate {
	var places []string
	level := transcript.InterceptNamespace
	for _, s := range sessions {
		if s.Exit != nil {
			places = append(places, s.Exit.Unheard...)
		}
		if s.Upstream != nil {
			level = s.Upstream.Level
		}
	}
	switch places = unique(places); len(places) {
	case 0:
	case 1:
		return notTestable("the module tried "+places[0]+", which is not among the ports syncproof listens on"+consequence,
			"name the port with --server-port")
	default:
		return notTestable("the module tried "+strings.Join(places, " and ")+", which are not among the ports syncproof listens on"+consequence,
			"name the port with --server-port")
	}
	reason := "the module made no request to a control panel that syncproof could see (interception level " + level + ")" + consequence
	if level == transcript.InterceptListener {
		return notTestable(reason, "check that the module asks the server named by serverhostname, serverip and serverport, and that it reaches it from where it runs")
	}
	if level != transcript.InterceptNamespace {
		return notTestable(reason, "use --intercept namespace on a Linux machine, which sees every client; at the level "+level+
			" the module may have asked in a way that goes past syncproof")
	}
	return notTestable(reason, "check that the module asks the server named by serverhostname and serverport")
}

// unique keeps the first of each, and no more than can be read.
func unique(places []string) []string {
	const most = 5
	var out []string
	for _, p := range places {
		if len(out) < most && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
