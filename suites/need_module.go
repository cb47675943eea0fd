package suites

import (
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

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
	if s := t.Loaded(); s != nil && !s.Load.OK {
		return unloaded(t, "so whether it defines ListAccounts cannot be seen")
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

// askMetaData is met when MetaData() returned an array with string keys.
func askMetaData(t *transcript.Transcript) gate {
	if g := askCall(t, transcript.CallMetaData); !g.open {
		return g
	}
	c := t.Call(transcript.CallMetaData)
	if c.Ending != transcript.EndReturned {
		return following("META-01", "MetaData() "+endingWords(c))
	}
	if _, ok := phpvalue.Map(c.Value); !ok {
		return following("META-01", "MetaData() returned "+phpvalue.Show(c.Value)+" instead of an array of settings")
	}
	return opened()
}

// askOptions is met when ConfigOptions() returned an array of any shape.
func askOptions(t *transcript.Transcript) gate {
	if g := askCall(t, transcript.CallOptions); !g.open {
		return g
	}
	c := t.Call(transcript.CallOptions)
	switch {
	case c.Ending == transcript.EndMissing:
		return following("LOAD-03", "ConfigOptions() is not defined")
	case c.Ending == transcript.EndExited:
		return following("OUT-04", "ConfigOptions() "+endingWords(c))
	case c.Ending == transcript.EndThrew && c.Network > 0 && !t.Header.Live:
		return notTestable("ConfigOptions() asked a server and "+endingWords(c)+", because none was named", nameServer)
	case c.Ending != transcript.EndReturned:
		return following("META-05", "ConfigOptions() "+endingWords(c))
	case !phpvalue.IsArray(c.Value):
		return following("META-05", "ConfigOptions() returned "+phpvalue.Show(c.Value)+" instead of an array of settings")
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

// nameServer is how a server is named; only then is the module let onto the
// network.
const nameServer = "name a server that the module can list: --server-hostname, --server-port, --server-username, --server-password-env"

func listRefused(t *transcript.Transcript, envelope map[string]any) gate {
	if l, isLack := lackOf(t.Call(transcript.CallList)); isLack {
		return notTestable(l.reason(), l.supply)
	}
	reason := "the module reported a failure (" + phpvalue.Show(envelope["error"]) + "), so there was no list to check"
	if !t.Header.Live {
		return notTestable(reason, nameServer)
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
