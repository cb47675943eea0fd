package suites

import (
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// point is one session in which a request of a conversation that otherwise went
// well met a fault.
type point struct {
	*transcript.Session
	fault fault.Fault
	// call is nil when the session broke off before it.
	call *transcript.Call
	// request is the recorded request that was struck, nil when all were.
	request *transcript.Exchange
	// rule is the one that judges the point.
	rule string
}

// points are the recorded points in the order they were planned.
func points(t *transcript.Transcript) []point {
	talk := t.Conversation()
	if talk == nil {
		return nil
	}
	known, single := catalogue(), aboutSingleAccounts(talk)
	var all []point
	for _, s := range t.Sessions {
		if p, ok := struckIn(s, transcript.PointPrefix, known, talk); ok {
			p.rule = judgedBy(p.fault, s.Upstream.At, single)
			all = append(all, p)
		}
	}
	return all
}

// struckIn is a session, of those whose ids begin with the prefix, in which a
// conversation was repeated with a fault. The fault's own rule judges it.
func struckIn(s *transcript.Session, prefix string, known map[string]fault.Fault, talk *transcript.Session) (point, bool) {
	if s.Upstream == nil || !strings.HasPrefix(s.ID, prefix) {
		return point{}, false
	}
	f, ok := known[s.Upstream.Fault]
	if !ok || s.Upstream.At > len(talk.Exchanges) || s.Upstream.Page > len(talk.Exchanges) {
		return point{}, false
	}
	p := point{Session: s, fault: f, rule: f.Rule}
	if len(s.Calls) > 0 {
		p.call = s.Calls[0]
	}
	if s.Upstream.At > 0 {
		p.request = &talk.Exchanges[s.Upstream.At-1]
	}
	return p, true
}

// judgedBy names the rule that judges a point. A fault at the first request is
// judged with the same fault at every request.
func judgedBy(f fault.Fault, at int, single map[int]bool) string {
	switch {
	case f.Rule == "FLT-10", f.Rule == "FLT-22", at == 1:
		return f.Rule
	case single[at]:
		return "FLT-15"
	default:
		return "FLT-11"
	}
}

// struck says that the fault met the request: a fault that leaves no exchange
// met the attempt that followed the ones that went well.
func (p point) struck() bool {
	if p.fault.Layer == fault.Connect {
		return len(p.Exchanges) >= p.Upstream.At-1
	}
	return slices.ContainsFunc(p.Exchanges, func(x transcript.Exchange) bool { return x.Fault == p.fault.ID })
}

// made says that the point's call was made and can be judged.
func (p point) made() bool {
	return len(p.Troubles) == 0 && p.Exit != nil && !p.Exit.Interrupted && p.call != nil &&
		p.call.Ending != transcript.EndOpen && p.call.Ending != transcript.EndNotReached
}

// choice is how the point is named on the command line.
func (p point) choice() string { return strings.TrimPrefix(p.ID, transcript.PointPrefix) }

// at names the point the way a reader meets it.
func (p point) at() string {
	if p.request == nil {
		return "ListAccounts() with every request answered so: " + p.fault.Title + " (" + p.choice() + ")"
	}
	return "ListAccounts() with request " + strconv.Itoa(p.Upstream.At) + ", " + p.request.Method + " " + shortURL(p.request.URL) +
		", answered so: " + p.fault.Title + " (" + p.choice() + ")"
}

// shortURL leaves out the part of an address that all requests share.
func shortURL(url string) string {
	const longest = 100
	rest := afterScheme(url)
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		rest = rest[i:]
	}
	if len(rest) > longest {
		rest = string(phpvalue.WholeRunes([]byte(rest[:longest]))) + "…"
	}
	return phpvalue.Printable(rest)
}

// askConversation is met when the module's requests for a list were recorded.
func askConversation(t *transcript.Transcript) gate {
	s := t.Session(transcript.SessionConversation)
	if s == nil && !t.Planned(transcript.SessionConversation) {
		return notTestable("no server was named, so it is not known how the module and a panel that works talk", nameServerOrRecording)
	}
	if g := askSession(t, transcript.SessionConversation); !g.open {
		return g
	}
	if t.Conversation() != nil {
		return opened()
	}
	if g := askList(t); !g.open && t.Planned(transcript.SessionList) {
		return g
	}
	if len(s.Exchanges) == 0 {
		return unseen([]*transcript.Session{s}, ", although it listed the accounts")
	}
	return notTestable("with its requests passing through syncproof the module gave no list: "+whyNoList(s), "see the evidence, and look for what differs from a direct call, such as a certificate the module pins")
}

// nameServerOrRecording is how a conversation comes to be known.
const nameServerOrRecording = "name a server that the module can list (--server-hostname), or a recording of one (syncproof record, --recording)"

// whyNoList tells what a conversation ended in, and the first thing that went
// wrong on its way.
func whyNoList(s *transcript.Session) string {
	why := "the call was not made"
	if len(s.Calls) > 0 {
		why = "it " + endingWords(s.Calls[0])
		if answer, ok := phpvalue.Map(s.Calls[0].Value); ok {
			why = "it reported " + phpvalue.Show(answer["error"])
		}
	}
	for _, x := range s.Exchanges {
		if x.Problem != "" {
			return why + " (request " + strconv.Itoa(x.N) + ": " + x.Problem + ")"
		}
	}
	return why
}

// askPoints is met when the conversation could be repeated and faults were
// played at its requests.
func askPoints(t *transcript.Transcript) gate {
	if g := askConversation(t); !g.open {
		return g
	}
	if g := askReplay(t); !g.open {
		return g
	}
	if t.Extension == nil || t.Extension.Tried == 0 {
		return notTestable("no request of the conversation was struck by a fault in this run", "run syncproof again with the area conversation selected")
	}
	return opened()
}

// askReplay is met when the recorded answers gave the module the same accounts
// again. Fields that differ by themselves are DET-01's and DATE-03's concern.
func askReplay(t *transcript.Transcript) gate {
	if g := askSession(t, transcript.SessionReplay); !g.open {
		return g
	}
	s := t.Session(transcript.SessionReplay)
	if len(s.Calls) == 0 || !answeredList(s.Calls[0]) {
		return notTestable("the recorded answers gave no list a second time: "+whyNoList(s),
			"if the module's requests hold times, nonces or signatures, declare them when recording (syncproof record --volatile)")
	}
	for d := range differences(t.Conversation().Calls[0], s.Calls[0]) {
		if d.whole {
			return notTestable("the same recorded answers gave other accounts a second time ("+d.at+"), so a list that lacks some cannot be told",
				"let the list depend on nothing but the panel's answers (DET-01, UID-04)")
		}
	}
	return opened()
}

// wholeList says that a call returned success with every account of the good
// call, and the same in all fields that do not differ by themselves.
func wholeList(good, call *transcript.Call, moving map[string]bool) bool {
	if !answeredList(call) {
		return false
	}
	for d := range differences(good, call) {
		// An account that came or went differs in no field.
		if !moving[d.field] {
			return false
		}
	}
	return true
}

// movingFields are the account fields that differ between calls whose panel
// answered the same. Other rules say what is wrong with that.
func movingFields(t *transcript.Transcript) map[string]bool {
	moving := map[string]bool{}
	compare := func(a, b *transcript.Call) {
		if !answeredList(a) || !answeredList(b) {
			return
		}
		for d := range differences(a, b) {
			moving[d.field] = true
		}
	}
	for _, call := range repeats(t) {
		compare(t.Call(transcript.CallList), call)
	}
	compare(t.Call(transcript.CallConversation), t.Call(transcript.CallReplay))
	delete(moving, "")
	return moving
}

// untried is the gate of points that were chosen and show nothing.
func untried(t *transcript.Transcript) gate {
	for _, id := range t.Header.Plan {
		if !strings.HasPrefix(id, transcript.PointPrefix) {
			continue
		}
		if g := askSession(t, id); !g.open && !unplayable(t.Session(id)) {
			return g
		}
	}
	return opened()
}

// unplayable says that this one fault cannot be played where syncproof runs.
func unplayable(s *transcript.Session) bool {
	return s != nil && len(s.Troubles) > 0 && s.Troubles[0].Kind == transcript.TroubleUnsupported
}
