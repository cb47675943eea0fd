package suites

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// played is one session in which a fault was played, with the call made in it.
type played struct {
	*transcript.Session
	fault fault.Fault
	// call is nil when the session broke off before it.
	call *transcript.Call
	// struck says that the fault met a request of the module. Without one, as
	// from a module that refuses plain http, the answer is no evidence of how it
	// treats the fault.
	struck bool
}

// everyFault stands for the faults of all rules; see contract.NeedEveryFault.
const everyFault = "*"

// faultsPlayed are the sessions that test a rule, as planned.
func faultsPlayed(t *transcript.Transcript, rule string) []played {
	known := catalogue()
	var all []played
	asks := map[string]bool{}
	for _, s := range t.Sessions {
		if s.Upstream == nil || !strings.HasPrefix(s.ID, transcript.FaultPrefix) {
			continue
		}
		f, ok := known[s.Upstream.Fault]
		if !ok {
			continue
		}
		p := played{Session: s, fault: f}
		if len(s.Calls) > 0 {
			p.call = s.Calls[0]
		}
		asks[s.Upstream.Scheme] = asks[s.Upstream.Scheme] || len(s.Exchanges) > 0
		all = append(all, p)
	}
	all = slices.DeleteFunc(all, func(p played) bool { return rule != everyFault && p.fault.Rule != rule })
	for i, p := range all {
		all[i].struck = p.wasStruck(asks)
	}
	return all
}

// catalogue is every fault by its id. A transcript of a later version may name
// others; nothing is said about those. Dozens of rules ask for it, and it never
// changes, so it is made once.
//
//nolint:gochecknoglobals // nothing can change it
var catalogue = sync.OnceValue(func() map[string]fault.Fault {
	known := map[string]fault.Fault{}
	for _, f := range fault.All() {
		known[f.ID] = f
	}
	return known
})

// wasStruck looks for the fault among the session's exchanges. A connection
// that was never made leaves none, so that the module's other sessions have to
// show that it asks at all.
func (p played) wasStruck(asks map[string]bool) bool {
	if p.fault.Layer == fault.Connect {
		return asks[p.Upstream.Scheme]
	}
	return slices.ContainsFunc(p.Exchanges, func(x transcript.Exchange) bool { return x.Fault == p.fault.ID })
}

// ready is open when the call was made, whatever came of it.
func (p played) ready(t *transcript.Transcript) gate {
	if g := askSession(t, p.ID); !g.open {
		return g
	}
	switch {
	case p.call == nil:
		return notTestable("the transcript breaks off before the call this rule looks at", "run syncproof again")
	case p.call.Ending == transcript.EndNotReached:
		return unloaded(t, "so ListAccounts() could not be called")
	case p.call.Ending == transcript.EndMissing:
		return following("LOAD-01", "the module does not define "+t.Header.Target.Module+"_ListAccounts()")
	}
	return opened()
}

// usable are the sessions that test a rule and in which the call was made.
func usable(t *transcript.Transcript, rule string) []played {
	return slices.DeleteFunc(faultsPlayed(t, rule), func(p played) bool { return !p.ready(t).open })
}

// unusable is the gate of the first session that was planned and shows nothing.
func unusable(t *transcript.Transcript, rule string) gate {
	all := faultsPlayed(t, rule)
	for _, p := range all {
		if g := p.ready(t); !g.open && !p.replaced(t, all) {
			return g
		}
	}
	known := catalogue()
	for _, id := range t.Header.Plan {
		name, isFault := strings.CutPrefix(id, transcript.FaultPrefix)
		name, _, _ = strings.Cut(name, ":")
		f, ok := known[name]
		if isFault && ok && (rule == everyFault || f.Rule == rule) && t.Session(id) == nil {
			return notTestable("the run ended before every fault was played", "run syncproof again")
		}
	}
	return opened()
}

// replaced says that a fault could not be played over one scheme, as to a module that
// has not been told to trust the panel's certificate, and was over the other. It is
// answered by the same code.
func (p played) replaced(t *transcript.Transcript, all []played) bool {
	if p.Upstream.Level != transcript.InterceptListener || !unplayable(p.Session) {
		return false
	}
	return slices.ContainsFunc(all, func(o played) bool { return o.fault.ID == p.fault.ID && o.struck && o.ready(t).open })
}

// playPanel is how faults come to be played.
const playPanel = "run syncproof with the area faults selected, on the module's folder and on a Linux machine that allows user namespaces"

// playing is how they come to be played for the run's target.
func playing(t *transcript.Transcript) string {
	if t.Header.Target.Kind == transcript.TargetPHP {
		return playPanel
	}
	return "run syncproof with the area faults selected and --panel-faults, which plays a panel for a module behind an address or in a command, " +
		"or on the module's folder"
}

// askFaults is met when a fault that tests the rule met a request of the module,
// or when it reported a list although no panel answered: that is a defect
// whether or not it asked.
func askFaults(rule string, t *transcript.Transcript) gate {
	list := usable(t, rule)
	if len(list) == 0 {
		if g := unusable(t, rule); !g.open {
			return g
		}
		return notTestable("no control panel was played in this run, so how the module answers its failures is not known", playing(t))
	}
	if slices.ContainsFunc(list, func(p played) bool { return p.struck || p.claimsSuccess() }) {
		return opened()
	}
	for _, p := range list {
		if len(p.Exchanges) > 0 && p.fault.NeedsTLS() {
			return notTestable("the module asked without TLS although the server is set to https, so no certificate was shown to it",
				"let the module use https when serversecure is set (PAR-02)")
		}
	}
	var sessions []*transcript.Session
	for _, p := range list {
		sessions = append(sessions, p.Session)
	}
	return unseen(sessions, ", so no fault reached it")
}

func (p played) claimsSuccess() bool {
	answer, ok := p.answer()
	return ok && answer["success"] == true
}

func (p played) answer() (map[string]any, bool) {
	if p.call.Ending != transcript.EndReturned {
		return nil, false
	}
	return phpvalue.Map(p.call.Value)
}

// refused is the error of an answer that says success => false to a fault that
// met a request.
func (p played) refused() (text string, ok bool) {
	answer, _ := p.answer()
	if !p.struck || answer["success"] != false {
		return "", false
	}
	text, ok = answer["error"].(string)
	return text, ok
}

// at names the fault the way a reader meets it; its id is what syncproof
// explain takes.
func (p played) at(schemes ...string) string {
	return "ListAccounts() under the fault " + p.fault.ID + ": " + p.fault.Title + " (" + strings.Join(schemes, " and ") + ")"
}

// callAt names a call: under its fault when one was played.
func callAt(call *transcript.Call) string {
	u := call.Session.Upstream
	if u != nil && u.At > 0 {
		return call.Function + "() with the fault " + u.Fault + " at request " + strconv.Itoa(u.At)
	}
	if u != nil && u.Fault != "" {
		return call.Function + "() under the fault " + u.Fault + " (" + u.Scheme + ")"
	}
	return call.Function + "()"
}

// underFault says that the control panel played a fault during the call.
func underFault(call *transcript.Call) bool {
	return call.Session.Upstream != nil && call.Session.Upstream.Fault != ""
}

// tooLong does not say that there is no limit: one of several minutes shows in
// the same way.
const tooLong = "the limit on the whole request is missing or too long"

// missingLimit says what keeps a call from ending in time.
func missingLimit(p played) string {
	switch {
	case p.fault.ID == "connect-hang":
		return "the limit on connecting is missing or too long"
	case p.fault.ID == "silent-accept" || p.fault.ID == "tls-silent":
		return tooLong + ", and the one on connecting does not cover it"
	case p.fault.ID == "drip":
		return tooLong + ": data trickles in, so a limit on silence does not help"
	case p.fault.Hangs():
		return tooLong
	case len(p.Exchanges) > 1:
		return "it had sent " + plural(int64(len(p.Exchanges)), "request", "requests") + " by then: limit how often it tries again, and for how long"
	}
	return "the panel did not keep it waiting; limit how long the whole call may take"
}

// placeUnder is a finding about the answer to a fault.
func (c *Case) placeUnder(p played) contract.Finding {
	return c.inFunction(p.call, p.at(p.Upstream.Scheme))
}
