package suites

import (
	"fmt"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
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
	switch n {
	case contract.NeedFile:
		if t.Subject == nil {
			return notTestable(noFile(t), "point syncproof at the module's folder or .php file")
		}
	case contract.NeedLoad:
		return askLoad(t)
	case contract.NeedSync:
		return askSync(t)
	case contract.NeedDirect:
		return askSession(t, transcript.SessionDirect)
	case contract.NeedMetaDataCall:
		return askCall(t, transcript.CallMetaData)
	case contract.NeedMetaData:
		return askArray(t, transcript.CallMetaData, "META-01", "MetaData")
	case contract.NeedMetaDataWeb:
		return askCall(t, transcript.CallMetaDataWeb)
	case contract.NeedOptions:
		return askArray(t, transcript.CallOptions, "LOAD-03", "ConfigOptions")
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
		return askSees(n, t)
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
		return following("LOAD-01", "the module's file did not load, so "+c.Function+"() could not be called")
	}
	return opened()
}

func askLoad(t *transcript.Transcript) gate {
	for _, s := range t.Sessions {
		if s.Sees.Load && !s.WithoutWHMCS {
			if len(s.Troubles) > 0 {
				return notTestable(s.Troubles[0].Message, s.Troubles[0].Advice)
			}
			return opened()
		}
	}
	return notTestable(noFile(t)+", so how it loads cannot be seen",
		"point syncproof at the module's folder, or put bridge.php in front of it (syncproof bridge)")
}

// askSync is met when the module implements ListAccounts. A module that only
// names the identifier for a MetricProvider does not claim to.
func askSync(t *transcript.Transcript) gate {
	if declaresSync(t) {
		return opened()
	}
	if metricsOnly(t) {
		return notApplicable("the module names its identifier for a MetricProvider only and does not implement ListAccounts")
	}
	return following("LOAD-01", "the module does not define "+t.Header.Target.Module+"_ListAccounts()")
}

// declaresSync also holds when nothing shows that it does not: an endpoint
// that was asked for ListAccounts and did not say that it is missing.
func declaresSync(t *transcript.Transcript) bool {
	if c := t.Call(transcript.CallList); c != nil && c.Ending == transcript.EndMissing {
		return false
	}
	s := t.Loaded()
	if s == nil || s.Load == nil {
		return true
	}
	return s.Function(t.Header.Target.Module, "ListAccounts") != nil
}

func metricsOnly(t *transcript.Transcript) bool {
	module := t.Header.Target.Module
	meta, ok := returnedMap(t, transcript.CallMetaData)
	if !ok || t.Loaded().Function(module, "MetricProvider") == nil {
		return false
	}
	_, product := meta["ListAccountsProductField"]
	return !product
}

func returnedMap(t *transcript.Transcript, id string) (map[string]any, bool) {
	c := t.Call(id)
	if c == nil || c.Ending != transcript.EndReturned {
		return nil, false
	}
	return phpvalue.Map(c.Value)
}

// askArray is met when a function without parameters returned an array.
func askArray(t *transcript.Transcript, id, owner, function string) gate {
	if g := askCall(t, id); !g.open {
		return g
	}
	c := t.Call(id)
	if c.Ending != transcript.EndReturned {
		return following(owner, function+"() "+endingWords(c))
	}
	if _, ok := phpvalue.Map(c.Value); !ok {
		return following(owner, function+"() returned "+phpvalue.Show(c.Value)+" instead of an array of settings")
	}
	return opened()
}

// endingOwner names the rule that a call breaks by how it ended.
func endingOwner(ending string) string {
	switch ending {
	case transcript.EndExited:
		return "OUT-04"
	case transcript.EndMissing, transcript.EndNotReached:
		return "LOAD-01"
	default:
		return "ENV-09"
	}
}

func askAnswer(t *transcript.Transcript) gate {
	if g := askSync(t); !g.open {
		return g
	}
	if g := askCall(t, transcript.CallList); !g.open {
		return g
	}
	if c := t.Call(transcript.CallList); c.Ending != transcript.EndReturned {
		return following(endingOwner(c.Ending), "ListAccounts() "+endingWords(c)+", so there is no answer to look at")
	}
	return opened()
}

func askEnvelope(t *transcript.Transcript) gate {
	if g := askAnswer(t); !g.open {
		return g
	}
	if v := t.Call(transcript.CallList).Value; !phpvalue.IsArray(v) {
		return following("ENV-08", "ListAccounts() returned "+phpvalue.Show(v)+" instead of an array")
	}
	return opened()
}

func askList(t *transcript.Transcript) gate {
	if g := askEnvelope(t); !g.open {
		return g
	}
	envelope, isMap := phpvalue.Map(t.Call(transcript.CallList).Value)
	success := envelope["success"]
	switch {
	case !isMap:
		return following("ENV-08", "ListAccounts() returned a bare list without \"success\"")
	case success == false:
		return listRefused(t, envelope)
	case success != true:
		return following("ENV-01", "ListAccounts() did not say success => true or false")
	case phpvalue.KindOf(envelope["accounts"]) != phpvalue.KindAccounts:
		return following("ENV-02", "ListAccounts() said success => true without an array of accounts")
	}
	return opened()
}

func listRefused(t *transcript.Transcript, envelope map[string]any) gate {
	reason := "the module reported a failure (" + phpvalue.Show(envelope["error"]) + "), so there was no list to check"
	if !t.Header.Live {
		return notTestable(reason, "name a server that the module can list: --server-hostname, --server-port, --server-username, --server-password-env")
	}
	return notTestable(reason, "name a server, and credentials, that the module can list")
}

func askRows(t *transcript.Transcript) gate {
	if g := askList(t); !g.open {
		return g
	}
	if t.Call(transcript.CallList).Len() == 0 {
		return notTestable("the list was empty, so no account could be checked", "name a server that has at least one account")
	}
	return opened()
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
	seen, what := false, ""
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

// endingWords says how a call ended, to follow the function's name.
func endingWords(c *transcript.Call) string {
	switch c.Ending {
	case transcript.EndReturned:
		return "returned " + phpvalue.Show(c.Value)
	case transcript.EndThrew:
		return "threw " + c.Throwable.Class + ": " + phpvalue.Quote(c.Throwable.Message)
	case transcript.EndMissing:
		return "is not defined"
	case transcript.EndExited:
		return "called exit or die"
	case transcript.EndFatal:
		return "ended with a fatal error: " + phpvalue.Quote(c.Fatal.Message)
	case transcript.EndOutOfMemory:
		return "ran out of memory"
	case transcript.EndTimedOut:
		return "did not answer in time and was stopped"
	case transcript.EndCrashed:
		return "crashed PHP (signal " + c.Session.Exit.Signal + ")"
	case transcript.EndLost:
		return "ended PHP without any result"
	case transcript.EndNotReached:
		return "was never reached"
	default:
		return "was not answered"
	}
}
