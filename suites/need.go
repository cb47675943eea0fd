package suites

import (
	"fmt"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// gate says whether a rule's evidence is there, and otherwise what becomes of
// the rule.
type gate struct {
	open    bool
	outcome contract.Outcome
	reason  string
	supply  string
	follows string
}

func opened() gate { return gate{open: true} }

func notTestable(reason, supply string) gate {
	return gate{outcome: contract.NotTestable, reason: reason, supply: supply}
}

func notApplicable(reason string) gate {
	return gate{outcome: contract.NotApplicable, reason: reason}
}

// following is a gate closed by the module's own failure of another rule.
func following(rule, reason string) gate {
	return gate{outcome: contract.Fail, reason: reason, follows: rule}
}

func (g gate) apply(c *Case) {
	if g.outcome != contract.Fail {
		c.settle(g.outcome, g.reason, g.supply)
		return
	}
	if c.missedWhole() {
		return
	}
	c.Fail(contract.Finding{At: "the whole rule", Note: g.reason})
	c.result.Follows = g.follows
}

// gateFor asks a rule's needs in order; the first that is not met decides.
func gateFor(r Rule, t *transcript.Transcript) gate {
	for _, n := range r.Needs {
		if g := ask(n, t); !g.open {
			return g
		}
	}
	return opened()
}

func ask(n contract.Need, t *transcript.Transcript) gate {
	if rule, ok := n.Faults(); ok {
		return askFaults(rule, t)
	}
	if name, ok := n.Fleet(); ok {
		return askFleet(name, t)
	}
	switch n {
	case contract.NeedFile:
		return askFile(t)
	case contract.NeedLoad:
		return askLoad(t)
	case contract.NeedSync:
		return askSync(t)
	case contract.NeedDirect:
		return askSession(t, transcript.SessionDirect)
	case contract.NeedMetaDataCall:
		return askCall(t, transcript.CallMetaData)
	case contract.NeedMetaData:
		return askMetaData(t)
	case contract.NeedMetaDataWeb:
		return askCall(t, transcript.CallMetaDataWeb)
	case contract.NeedOptionsCall:
		return askCall(t, transcript.CallOptions)
	case contract.NeedOptions:
		return askOptions(t)
	case contract.NeedCall:
		return askCall(t, transcript.CallList)
	case contract.NeedAnswer:
		return askAnswer(t)
	case contract.NeedEnvelope:
		return askEnvelope(t)
	case contract.NeedList:
		return askList(t)
	case contract.NeedRows:
		return askRows(t)
	case contract.NeedRepeat:
		return askCall(t, transcript.CallRepeat1)
	case contract.NeedLocale:
		return askCall(t, transcript.CallLocale)
	case contract.NeedEmpty:
		return askCall(t, transcript.CallEmpty)
	default:
		return askPlayed(n, t)
	}
}

// askPlayed asks the needs for which the control panel was played.
func askPlayed(n contract.Need, t *transcript.Transcript) gate {
	switch n {
	case contract.NeedEmptyPanel:
		return askEmptyPanel(t)
	case contract.NeedConversation:
		return askConversation(t)
	case contract.NeedPoints:
		return askPoints(t)
	case contract.NeedLeaves, contract.NeedPages:
		return askAltered(t)
	case contract.NeedRecovery, contract.NeedSlow:
		// Their checks say what is missing.
		return opened()
	case contract.NeedService:
		return askFunction(t, "CreateAccount", transcript.SessionService)
	case contract.NeedUserCount:
		return askFunction(t, "GetUserCount", transcript.SessionUserCount)
	case contract.NeedUsage:
		return askFunction(t, "MetricProvider", transcript.SessionUsage)
	case contract.NeedServerParams, contract.NeedServerForms, contract.NeedSuperglobals, contract.NeedCredentials,
		contract.NeedTwoServers, contract.NeedIPv6, contract.NeedHelpers, contract.NeedTestConnection, contract.NeedSocketTimeout:
		return askVariant(n, t)
	default:
		return askSees(n, t)
	}
}

func askFile(t *transcript.Transcript) gate {
	if t.Subject == nil {
		return notTestable(noFile(t), "point syncproof at the module's folder or .php file")
	}
	return opened()
}

func noFile(t *transcript.Transcript) string {
	return fmt.Sprintf("%s target shows no PHP file", article(t.Header.Target.Kind))
}

func article(kind string) string {
	if strings.HasPrefix(kind, "e") {
		return "an " + kind
	}
	return "a " + kind
}

// askSession is met when the session was made and could be driven.
func askSession(t *transcript.Transcript, id string) gate {
	s := t.Session(id)
	switch {
	case s == nil && !t.Planned(id):
		return notTestable("the call this rule looks at was not part of the run",
			"run syncproof again with this rule selected; a target that is not a PHP module may not offer this call")
	case s == nil:
		return notTestable("the run ended before the call this rule looks at", "run syncproof again")
	case len(s.Troubles) > 0:
		return notTestable(s.Troubles[0].Message, s.Troubles[0].Advice)
	case s.Exit == nil || s.Exit.Interrupted:
		return notTestable("the run was stopped during the call this rule looks at", "run syncproof again")
	}
	return opened()
}

// sessionOf maps a call to the session that makes it.
func sessionOf(call string) string {
	switch call {
	case transcript.CallRepeat1, transcript.CallRepeat2:
		return transcript.SessionRepeat
	case transcript.CallMetaData:
		return transcript.SessionMetaData
	case transcript.CallMetaDataWeb:
		return transcript.SessionMetaDataWeb
	case transcript.CallOptions:
		return transcript.SessionOptions
	case transcript.CallLocale:
		return transcript.SessionLocale
	case transcript.CallEmpty:
		return transcript.SessionEmpty
	case transcript.CallEmptyPanel:
		return transcript.SessionEmptyPanel
	default:
		return transcript.SessionList
	}
}

// askCall is met when the call was made, whatever came of it. A session that
// died while loading never made it; that is LOAD-01's failure.
func askCall(t *transcript.Transcript, id string) gate {
	if g := askSession(t, sessionOf(id)); !g.open {
		return g
	}
	c := t.Call(id)
	switch {
	case c == nil || c.Ending == transcript.EndOpen:
		return notTestable("the transcript breaks off before the call this rule looks at", "run syncproof again")
	case c.Ending == transcript.EndNotReached:
		return unloaded(t, "so "+c.Function+"() could not be called")
	}
	return opened()
}

// unloaded is the gate of everything that needs the file loaded when it is not.
// An encoded file does not load where its loader is missing, which says nothing
// about the module.
func unloaded(t *transcript.Transcript, consequence string) gate {
	if name := encodedWith(t); name != "" {
		supply := "run it with a PHP that has the loader for " + name + " (--php), or point syncproof at the source"
		if t.Subject == nil {
			supply = "install the loader for " + name + " in the PHP that runs the module, or put the source there"
		}
		return notTestable("the module's file is encoded with "+name+" and did not load, "+consequence, supply)
	}
	return following("LOAD-01", "the module's file did not load, "+consequence)
}

// askSees is met when the target can provide this kind of evidence at all.
func askSees(n contract.Need, t *transcript.Transcript) gate {
	s := t.Session(transcript.SessionList)
	if s == nil {
		s = t.Loaded()
	}
	if s == nil {
		return notTestable("no call was made that could show this", "run syncproof again")
	}
	var seen bool
	var what string
	switch n {
	case contract.NeedOutput:
		seen, what = s.Sees.Output, "what the module prints"
	case contract.NeedWarnings:
		seen, what = s.Sees.Warnings, "PHP's warnings"
	case contract.NeedState:
		seen, what = s.Sees.State, "the settings the module leaves changed"
	case contract.NeedEnding:
		seen, what = s.Sees.Ending, "how the call ended"
	case contract.NeedTypes:
		seen, what = s.Sees.Types, "PHP's own types"
	case contract.NeedDatabase:
		seen, what = s.Sees.Database, "queries to the database of WHMCS"
	case contract.NeedFiles:
		seen, what = s.Sees.Files, "the files the module writes"
	case contract.NeedNetwork:
		s = t.Loaded()
		seen, what = s != nil && s.Sees.Network, "attempts to use the network"
	default:
		return notTestable("this version of syncproof does not know the evidence "+string(n), "update syncproof")
	}
	if !seen {
		return notTestable(article(t.Header.Target.Kind)+" target on this machine does not show "+what,
			"point syncproof at the module's folder on Linux, or put bridge.php in front of it (syncproof bridge)")
	}
	return opened()
}
