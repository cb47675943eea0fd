package suites

import (
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// fleetCall is a call of ListAccounts() for which it is known what the panel
// held.
type fleetCall struct {
	*transcript.Session
	fleet transcript.Fleet
	// call is nil when the session broke off before it.
	call *transcript.Call
}

// fleetCalls are the sessions in which a played panel held that fleet: of
// ordinary accounts those of every size, smallest first; of odd ones those with
// each of them among ordinary ones.
func fleetCalls(t *transcript.Transcript, name string) []fleetCall {
	var all []fleetCall
	for _, s := range t.Sessions {
		if !strings.HasPrefix(s.ID, transcript.FleetPrefix) || s.Upstream == nil || !partOf(s.Upstream.Fleet, name) {
			continue
		}
		if f, known := t.Fleet(s); known {
			call := fleetCall{Session: s, fleet: f}
			if len(s.Calls) > 0 {
				call.call = s.Calls[0]
			}
			all = append(all, call)
		}
	}
	return all
}

// partOf says that accounts are the fleet of that name, or one odd account of it.
func partOf(fleet, name string) bool {
	return fleet == name || strings.HasPrefix(fleet, name+"-")
}

// fleetsOf are the sessions of several fleets.
func fleetsOf(t *transcript.Transcript, names ...string) []fleetCall {
	var all []fleetCall
	for _, name := range names {
		all = append(all, fleetCalls(t, name)...)
	}
	return all
}

// made says that the call was made and can be judged.
func (f fleetCall) made() bool {
	return len(f.Troubles) == 0 && f.Exit != nil && !f.Exit.Interrupted && f.call != nil &&
		f.call.Ending != transcript.EndOpen && f.call.Ending != transcript.EndNotReached
}

// at names the call the way a reader meets it.
func (f fleetCall) at() string {
	if f.fleet.Name == transcript.FleetAccounts {
		return "ListAccounts() of a panel with " + plural(int64(len(f.fleet.Accounts)), "account", "accounts")
	}
	return "ListAccounts() of a panel with an odd account (" + f.fleet.Name + ": " + f.fleet.Title + ")"
}

// needsPanel is what a run lacks in which no panel was played.
const needsPanel = "no panel profile was given, so it is not known which accounts the panel holds; " +
	"to have this tested, describe the panel in a profile (syncproof panel infer RECORDING writes a first one) and name it with --panel"

// askFleet is met when the accounts of a fleet were listed. Without a profile a
// run is not held to be incomplete: it shows what a server or a recording can
// show.
func askFleet(name string, t *transcript.Transcript) gate {
	if t.Header.Panel == "" {
		return notApplicable(needsPanel)
	}
	var broken gate
	for _, f := range fleetCalls(t, name) {
		if f.made() {
			return opened()
		}
		broken = askSession(t, f.ID)
	}
	planned := slices.ContainsFunc(t.Header.Plan, func(id string) bool {
		fleet := strings.TrimPrefix(id, transcript.FleetPrefix)
		if _, err := strconv.Atoi(fleet); err == nil {
			fleet = transcript.FleetAccounts
		}
		return partOf(fleet, name)
	})
	switch {
	case broken.outcome != "":
		return broken
	case planned:
		return notTestable("the run ended before the accounts this rule looks at were listed", "run syncproof again")
	case t.Conversation() == nil:
		return askConversation(t)
	case variesWriting(name):
		return notApplicable("the panel profile shows nothing of this kind: " + variesWords(name))
	case name != transcript.FleetAccounts && len(t.Header.Rules) == 0:
		return notApplicable("the configuration says that this panel can never have such accounts (panel.skip_fleets names " + name + ")")
	}
	return notTestable("the accounts this rule looks at were not part of the run", "run syncproof again with this rule selected")
}

// variesWriting says that a fleet is played only where a profile's replies write
// something that can be written in several ways.
func variesWriting(name string) bool { return variesWords(name) != "" }

func variesWords(name string) string {
	switch name {
	case fleetFlags:
		return "no reply in it writes a flag with flag or flag_text (or the configuration leaves flags out under panel.skip_fleets)"
	case transcript.FleetInstants:
		return "no reply in it writes a date with an offset or as seconds (or the configuration leaves instants out under panel.skip_fleets)"
	}
	return ""
}

// inFleet places a finding at the function that listed a fleet.
func (c *Case) inFleet(f fleetCall) contract.Finding {
	return c.inFunction(f.call, f.at())
}

// heldName is how findings call an account of the panel.
func heldName(h transcript.Held) string {
	for _, name := range []string{h.Username, h.Domain, h.Email} {
		if name != "" {
			return shown(h.ID) + " (" + shown(name) + ")"
		}
	}
	return shown(h.ID)
}
